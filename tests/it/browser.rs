//! What only a browser shows: pages that move by themselves, keys, files, both themes, and what a screen reader finds.

use std::io::Write;

use serde_json::json;
use workflows::identity::Role;

use crate::support::{Browser, CALLER_ID, Floor, Setting, TestApp, people, until};

const PASSWORD: &str = "correct horse battery";
/// Virtual seconds in a real one: a call is over in a few real ones, and is still seen.
const BRISK: f64 = 10.0;
/// They answer and talk.
const TALKERS: &str = "0121";

#[tokio::test]
async fn a_person_signs_in_and_comes_to_the_page_that_was_asked_for() {
    let app = TestApp::start().await;
    let Some(browser) = Browser::open(&app.url).await else { return };
    let boss = app.supervisor().await;
    browser.goto("/campaigns").await;
    assert_eq!(browser.path().await, "/login?next=%2Fcampaigns");
    browser.type_into("#email", &boss.email).await;
    browser.type_into("#password", "wrong horse").await;
    browser.click("form[action='/login'] button").await;
    browser.until_words("#sign-error", "is wrong").await;
    browser.type_into("#password", PASSWORD).await;
    browser.click("form[action='/login'] button").await;
    browser.until_words("h1", "Campaigns").await;
    assert_eq!(browser.path().await, "/campaigns");
    browser.click("#user-menu summary").await;
    browser.click("form[action='/logout'] button").await;
    browser.until_words("h1", "Sign in").await;
}

#[tokio::test]
async fn voice_operations_moves_without_a_reload_and_obeys_click_and_key() {
    let app = working().await;
    let Some(browser) = Browser::open(&app.url).await else { return };
    let floor = Floor::open(&app, BRISK, 3).await;
    let list = floor.list(&people(TALKERS, 60)).await;
    browser.sign_in(&floor.boss.email, PASSWORD).await;
    let campaign = floor.start(&list, json!({})).await;
    browser.goto(&format!("/voice?campaign={campaign}")).await;
    browser.mark().await;

    let before = browser.words("#dialer-counts").await;
    let moved = || async { Some(browser.words("#dialer-counts").await).filter(|now| *now != before) };
    let now = until("the counts move", moved).await;
    assert!(now.contains("60 planned") && now.contains("Balances"), "{now}");

    browser.click("#lever-pause button").await;
    browser.until_words("#dialer-state", "Paused").await;
    assert_eq!(floor.campaign(&campaign).await["state"], "paused");
    resume(&browser).await;
    browser.press('p').await;
    browser.until_words("#dialer-state", "Paused").await;
    assert_eq!(floor.campaign(&campaign).await["state"], "paused");
    // In a field a `p` is a letter.
    resume(&browser).await;
    browser.press('/').await;
    browser.press('p').await;
    assert_eq!(browser.run("return document.activeElement.value", Vec::new()).await, "p");
    assert_eq!(floor.campaign(&campaign).await["state"], "running");
    assert!(browser.marked().await, "the page was loaded again");
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

/// What reaches people takes no click in the moment after it appeared; a person tries again.
async fn resume(browser: &Browser) {
    let tried = || async {
        let button = "document.querySelector('#lever-resume button')?.click()";
        browser.run(button, Vec::new()).await;
        browser.words("#dialer-state").await.contains("Running").then_some(())
    };
    until("the campaign is resumed", tried).await;
}

#[tokio::test]
async fn a_campaign_is_made_of_a_file_started_and_seen_to_call() {
    let app = working().await;
    let Some(browser) = Browser::open(&app.url).await else { return };
    let floor = Floor::open(&app, BRISK, 2).await;
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    writeln!(file, "account_number,name,phone,balance,creditor,state,zip").unwrap();
    for n in 0..6 {
        writeln!(file, "B-{n},Person {n},+121255{n}0121,$20.00,Desert Bank,NY,10001").unwrap();
    }
    browser.sign_in(&floor.boss.email, PASSWORD).await;
    browser.goto("/campaigns").await;
    browser.until_words("#feed", "Live").await;
    browser.press('c').await;
    browser.until_words("h1", "New campaign").await;
    browser.press('v').await;
    browser.type_into("#name", "From a file").await;
    browser.click("label:has(input[name=audience][value=csv])").await;
    browser.type_into("input[type=file]", file.path().to_str().unwrap()).await;
    // A simulated agent may write down that somebody wants to be called again.
    browser.type_into("#max_attempts", "1").await;
    browser.click("form[action='/campaigns/new/voice'] button[type=submit]").await;
    browser.until_words("h1", "Start From a file?").await;
    assert!(browser.words("main").await.contains("Start, call 6 people"));
    browser.click("form[action$='/start'] button[type=submit]").await;
    browser.until_words("h1", "Voice Operations").await;
    browser.until_words("#calls", "Connected").await;
    floor
        .until("everybody was spoken to", async || {
            browser.words("#dialer-counts").await.contains("6 completed").then_some(())
        })
        .await;
    browser.until_words("#dialer-state", "Completed").await;
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn no_page_shuts_anybody_out_in_either_theme_on_either_screen() {
    let app = working().await;
    let Some(browser) = Browser::open(&app.url).await else { return };
    let floor = Floor::open(&app, BRISK, 3).await;
    let mut wrong = Vec::new();
    look_at(&browser, &["/login".to_owned()], &mut wrong).await;
    browser.sign_in(&floor.boss.email, PASSWORD).await;
    look_at(&browser, &["/voice".to_owned()], &mut wrong).await;
    look_at(&browser, &pages(&floor).await, &mut wrong).await;
    browser.look("light", 1440).await;
    browser.goto("/campaigns/new/voice").await;
    browser.run("document.querySelector('#name').form.noValidate = true", Vec::new()).await;
    browser.click("form[action='/campaigns/new/voice'] button[type=submit]").await;
    browser.see("main [role=alert]").await;
    judge(&browser, "the form with its errors", &mut wrong).await;
    for role in [Role::Agent, Role::Ops] {
        let who = app.role(role).await;
        browser.run("document.querySelector('form[action=\"/logout\"]').submit()", Vec::new()).await;
        browser.until_words("h1", "Sign in").await;
        browser.sign_in(&who.email, PASSWORD).await;
        look_at(&browser, &["/".to_owned()], &mut wrong).await;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn no_page_about_messages_shuts_anybody_out_either() {
    let app = working().await;
    let Some(browser) = Browser::open(&app.url).await else { return };
    let floor = Floor::open(&app, BRISK, 0).await;
    let csv = "account_number,name,phone,email,balance,creditor,state,zip,sms_consent\n\
               M-1,Ana Lee,2125510100,opened@people.example,$20.00,Desert Bank,NY,10001,yes\n\
               M-2,Bo Lee,2125520104,bounced@people.example,$20.00,Desert Bank,NY,10001,yes\n\
               M-3,Cy Lee,2125530106,delivered@people.example,$20.00,Desert Bank,NY,10001,\n";
    let list = floor.boss.import("/api/accounts/import", csv).await.is(201).json()["id"].clone();
    let texts = json!({ "name": "Texts", "type": "sms_blast", "caller_id": CALLER_ID, "body": "Hello {{ first_name }}",
                        "audience": { "import_id": list } });
    let mails = json!({ "name": "Mails", "type": "email_blast", "sender": "Acme <help@acme.example>", "subject": "Hello",
                        "body": "<p>{{ balance }}</p>", "audience": { "import_id": list } });
    let mut pages = Vec::new();
    for body in [texts, mails] {
        let made = floor.boss.post("/api/campaigns", body).await.is(201).json();
        let id = made["id"].as_str().unwrap();
        floor.pull(id, "start").await;
        floor.over(id).await;
        pages.push(format!("/campaigns/{id}"));
    }
    let run =
        floor.text_of("select id::text from messages where state = 'delivered' and channel = 'sms' limit 1").await;
    let account = floor.text_of("select account_id::text from messages limit 1").await;
    pages.extend([format!("/workflows/{run}"), format!("/accounts/{account}?write=sms")]);
    pages.extend(["/campaigns/new", "/campaigns/new/sms", "/campaigns/new/email"].map(str::to_owned));
    browser.sign_in(&floor.boss.email, PASSWORD).await;
    let mut wrong = Vec::new();
    look_at(&browser, &pages, &mut wrong).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every page a supervisor has, with something on it.
async fn pages(floor: &Floor) -> Vec<String> {
    let list = floor.list(&[people(TALKERS, 30), people("0108", 2)].concat()).await;
    let (draft, running) = (floor.draft(&list, json!({})).await, floor.start(&list, json!({})).await);
    let spoken = async || {
        let people = floor.recipients(&running).await;
        let done = people.iter().find(|person| person["state"] == "done")?;
        done["account_id"].as_str().map(str::to_owned)
    };
    let account = floor.until("somebody was spoken to", spoken).await;
    let reference = floor.text_of("select number from collection_accounts limit 1").await;
    let csv = "account_number,name,phone,balance,creditor\nC-1,Ana Lee,12,$1.00,Desert Bank\n";
    let tried = floor.boss.import("/api/accounts/import?dry_run=true", csv).await.json();
    let import = tried["id"].as_str().unwrap();
    let ids = [
        format!("/voice?campaign={running}"),
        format!("/voice?campaign={draft}"),
        format!("/campaigns/{draft}/start"),
        format!("/campaigns/{running}/stop"),
        format!("/accounts/{account}"),
        format!("/compliance?who={reference}&channel=call"),
        format!("/accounts/imports/{import}"),
    ];
    let plain = ["/campaigns", "/campaigns?state=stopped", "/campaigns/new/voice", "/accounts", "/accounts?q=nobody"];
    let plain = plain
        .into_iter()
        .chain(["/jobs", "/jobs?state=failed", "/compliance", "/compliance/refusals", "/nowhere"])
        .map(str::to_owned);
    ids.into_iter().chain(plain).collect()
}

/// Judges each page in both themes and on three screens, the narrowest of which is a zoomed one: WCAG 1.4.10.
pub(crate) async fn look_at(browser: &Browser, pages: &[String], wrong: &mut Vec<String>) {
    for page in pages {
        for (theme, width) in [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390), ("light", 320)] {
            browser.look(theme, width).await;
            browser.goto(page).await;
            judge(browser, &format!("{page}, {theme}, {width}"), wrong).await;
        }
    }
}

async fn judge(browser: &Browser, what: &str, wrong: &mut Vec<String>) {
    wrong.extend(browser.violations().await.iter().map(|violation| format!("{what}: {violation}")));
    let sideways = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
    if browser.run(sideways, Vec::new()).await == true {
        wrong.push(format!("{what}: it scrolls sideways"));
    }
    // A page that is not there is said to be by its status, which the browser logs.
    let complaints = browser.complaints().await;
    wrong.extend(complaints.iter().filter(|said| !said.contains("status of 4")).map(|said| format!("{what}: {said}")));
}

async fn working() -> TestApp {
    let app = TestApp::with(Setting { speed: BRISK, ..Setting::default() }).await;
    app.work();
    app
}
