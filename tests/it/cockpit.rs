//! The cockpit in a real browser: calls worked by keys alone, a countdown that waits, reloads that lose nothing.

use std::io::Write;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::{Browser, Floor, Persona, Setting, TestApp, people, until};

const PASSWORD: &str = "correct horse battery";
/// Virtual seconds in a real one.
const BRISK: f64 = 10.0;
/// They answer, and talk until we hang up.
const TALKERS: &str = "0121";
const CALLS: usize = 10;

#[tokio::test]
async fn a_supervisor_starts_a_list_an_agent_works_ten_calls_by_keys_alone_and_ops_sees_each_as_jobs() {
    let app = working().await;
    let Some(browser) = Browser::open(&app.url).await else { return };
    let (floor, _ana) = at_desk(&app, &browser).await;
    let campaign = from_a_file(&app, &floor).await;
    browser.see("#call-next").await;
    browser.mark().await;
    // The first leaves at a key; what has just appeared takes none for a moment.
    let left = || async {
        browser.press('\u{E007}').await;
        (!floor.books().await.requests().is_empty()).then_some(())
    };
    until("the first call left", left).await;
    let mut disposed: Vec<DateTime<Utc>> = Vec::new();
    for n in 1..=CALLS {
        browser.until_words("#call-state", "Connected").await;
        browser.press_shifted('X').await;
        browser.until_words("#call-state", "Wrap-up").await;
        browser.choose('1', "promise").await;
        disposed.push(Utc::now());
        browser.press('\u{E007}').await;
        browser.see("wib-countdown").await;
        if n < CALLS {
            dialed(&floor, n + 1).await;
        }
    }
    // Escape: whoever is next stays next, and was not called.
    let next = browser.words("#next-name").await;
    browser.press('\u{E00C}').await;
    browser.gone("wib-countdown").await;
    let quiet_until = Utc::now() + TimeDelta::seconds(3);
    let quiet = || async { (Utc::now() > quiet_until).then_some(()) };
    until("the countdown would have ended", quiet).await;
    assert_eq!(browser.words("#next-name").await, next);
    let requests = floor.books().await.requests();
    assert_eq!(requests.len(), CALLS);
    let waited: Vec<_> = disposed.iter().zip(&requests[1..]).map(|(at, next)| *next - *at).collect();
    let fits = |gap: &TimeDelta| (TimeDelta::seconds(2)..=TimeDelta::seconds(4)).contains(gap);
    assert!(waited.len() == CALLS - 1 && waited.iter().all(fits), "{waited:?}");
    let people = floor.recipients(&campaign).await;
    let untouched = |person: &Value| person["state"] == "queued" && person["attempts_used"] == 0;
    assert!(people[CALLS..].iter().all(untouched), "{people:?}");
    assert_eq!(people.iter().filter(|person| person["state"] == "done").count(), CALLS);
    assert!(browser.marked().await, "the page was loaded again");
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    seen_by_operations(&app).await;
}

/// A supervisor uploads a file in a browser of their own, and starts what it became.
async fn from_a_file(app: &TestApp, floor: &Floor) -> String {
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    writeln!(file, "account_number,name,phone,balance,creditor,state,zip").unwrap();
    for n in 0..CALLS + 2 {
        writeln!(file, "B-{n:02},Person {n},+1212{}{TALKERS},$20.00,Desert Bank,NY,10001", 550 + n).unwrap();
    }
    let office = Browser::open(&app.url).await.unwrap();
    office.sign_in(&floor.boss.email, PASSWORD).await;
    office.goto("/campaigns/new/voice").await;
    office.type_into("#name", "From a file").await;
    office.click("label:has(input[name=audience][value=csv])").await;
    office.type_into("input[type=file]", file.path().to_str().unwrap()).await;
    office.click("label:has(input[name=mode][value=power])").await;
    office.type_into("#wrap_up_secs", "600").await;
    office.click("form[action='/campaigns/new/voice'] button[type=submit]").await;
    office.until_words("h1", "Start From a file?").await;
    office.click("form[action$='/start'] button[type=submit]").await;
    office.until_words("h1", "Voice Operations").await;
    let path = office.path().await;
    path.split_once("campaign=").unwrap().1.to_owned()
}

/// Operations, in a third browser: every call was a job, and so was what followed from each answer.
async fn seen_by_operations(app: &TestApp) {
    let ops = app.ops().await;
    let room = Browser::open(&app.url).await.unwrap();
    room.sign_in(&ops.email, PASSWORD).await;
    for kind in ["place_call", "amd_outcome"] {
        room.goto(&format!("/jobs?kind={kind}")).await;
        let counted = format!(
            "return [...document.querySelectorAll('main tbody tr')].filter(row => row.innerText.includes('{kind}')).length"
        );
        assert_eq!(room.run(&counted, Vec::new()).await, CALLS, "{kind} on /jobs");
    }
}

#[tokio::test]
async fn a_reload_restores_the_call_the_note_and_the_setting() {
    let app = working().await;
    let Some(browser) = Browser::open(&app.url).await else { return };
    let (floor, ana) = at_desk(&app, &browser).await;
    browser.run("document.querySelector('#auto_advance_secs').value = ''", Vec::new()).await;
    browser
        .run(
            "document.querySelector('#auto_advance_secs').dispatchEvent(new Event('change', { bubbles: true }))",
            Vec::new(),
        )
        .await;
    let off = || async { ana.get("/api/agents/me").await.json()["auto_advance_secs"].is_null().then_some(()) };
    until("the setting is kept", off).await;
    let list = floor.list(&people(TALKERS, 2)).await;
    floor.start(&list, json!({ "mode": "power", "wrap_up_secs": 600 })).await;
    browser.see("#call-next").await;
    let on_call = || async {
        browser.press('\u{E007}').await;
        browser.words("#call-state").await.contains("Connected").then_some(())
    };
    until("somebody answered", on_call).await;
    browser.press('n').await;
    for key in "hello 1".chars() {
        browser.press(key).await;
    }
    // At once: what was typed is not lost on the way.
    browser.goto("/cockpit").await;
    browser.until_words("#call-state", "Connected").await;
    let note = || async {
        let value = browser.run("return document.querySelector('textarea')?.value", Vec::new()).await;
        if value != "hello 1" {
            browser.goto("/cockpit").await;
        }
        (value == "hello 1").then_some(())
    };
    until("the note is there", note).await;
    browser.press_shifted('X').await;
    browser.until_words("#call-state", "Wrap-up").await;
    browser.press('2').await;
    browser.goto("/cockpit").await;
    browser.until_words("#call-state", "Wrap-up").await;
    browser.press('2').await;
    browser.until_chosen("paid").await;
    browser.press('\u{E007}').await;
    browser.until_words("#my-state", "Available").await;
    let chosen = "return document.querySelector('#auto_advance_secs').value";
    assert_eq!(browser.run(chosen, Vec::new()).await, "");
    browser.goto("/cockpit").await;
    assert_eq!(browser.run(chosen, Vec::new()).await, "", "it survives a reload");
    browser.see("#call-next").await;
    browser.gone("wib-countdown").await;
    assert_eq!(floor.books().await.requests().len(), 1);
}

#[tokio::test]
async fn no_state_of_the_cockpit_shuts_anybody_out() {
    let app = working().await;
    let Some(browser) = Browser::open(&app.url).await else { return };
    let floor = Floor::open(&app, BRISK, 0).await;
    let ana = app.agent().await;
    ana.put("/api/agents/me/settings", json!({ "auto_advance_secs": 30 })).await.is(200);
    browser.sign_in(&ana.email, PASSWORD).await;
    let mut wrong = Vec::new();
    look(&browser, "offline", &mut wrong).await;
    browser.press('a').await;
    browser.until_words("#my-state", "Available").await;
    look(&browser, "available", &mut wrong).await;
    let list = floor.list(&people(TALKERS, 7)).await;
    let script = "Hello, may I speak with the person named on the right? I am calling on a recorded line.\n\n\
                  Please confirm your date of birth.\n\nThis is an attempt to collect a debt by a debt collector.";
    floor.start(&list, json!({ "mode": "power", "wrap_up_secs": 3600, "script": script })).await;
    browser.see("#call-next").await;
    look(&browser, "next", &mut wrong).await;
    let on_call = || async {
        browser.run("document.querySelector('#call-next')?.requestSubmit()", Vec::new()).await;
        browser.words("#call-state").await.contains("Connected").then_some(())
    };
    until("somebody answered", on_call).await;
    look(&browser, "call", &mut wrong).await;
    browser.press_shifted('X').await;
    browser.until_words("#call-state", "Wrap-up").await;
    browser.press('3').await;
    browser.until_chosen("call_back").await;
    look(&browser, "wrap", &mut wrong).await;
    // What has just appeared takes no key for a moment, and the pictures took their time.
    let counts = || async {
        let submit = "document.querySelector('form[action=\"/cockpit/disposition\"]')?.requestSubmit()";
        browser.run(submit, Vec::new()).await;
        let there = browser.run("return !!document.querySelector('wib-countdown')", Vec::new()).await;
        (there == true).then_some(())
    };
    until("the countdown runs", counts).await;
    look(&browser, "countdown", &mut wrong).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// An agent who signed in lands on the cockpit, and goes available by a key.
async fn at_desk(app: &TestApp, browser: &Browser) -> (Floor, Persona) {
    let floor = Floor::open(app, BRISK, 0).await;
    let ana = app.agent().await;
    browser.sign_in(&ana.email, PASSWORD).await;
    assert_eq!(browser.path().await, "/cockpit");
    browser.until_words("#my-state", "Offline").await;
    browser.press('a').await;
    browser.until_words("#my-state", "Available").await;
    (floor, ana)
}

async fn dialed(floor: &Floor, n: usize) {
    floor.until(&format!("call {n} left"), async || (floor.books().await.requests().len() >= n).then_some(())).await;
}

/// Judges the page as it is, in both themes and on a screen and a phone; without a reload, which would end a countdown.
async fn look(browser: &Browser, state: &str, wrong: &mut Vec<String>) {
    for (theme, width) in [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)] {
        browser.look(theme, width).await;
        let what = format!("{state}-{width}-{theme}");
        browser.picture(&what).await;
        wrong.extend(browser.violations().await.iter().map(|violation| format!("{what}: {violation}")));
        let sideways = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
        if browser.run(sideways, Vec::new()).await == true {
            wrong.push(format!("{what}: it scrolls sideways"));
        }
    }
    browser.look("light", 1440).await;
}

async fn working() -> TestApp {
    let app = TestApp::with(Setting { speed: BRISK, ..Setting::default() }).await;
    app.work();
    app
}
