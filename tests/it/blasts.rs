//! Campaigns of texts and e-mails, seen through to the last recipient.

use std::time::Duration;

use app::{migrate, postgres::Embedded, stage::SimClock};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use workflows::{db::Db, hub::Hub};

use crate::{
    faults::House,
    invariants,
    postgres::Place as ServerPlace,
    support::{Floor, Place, Setting, TestApp},
};

/// Virtual seconds in a real one.
const SPEED: f64 = 20.0;
/// The same where a full mailbox is tried again after a quarter of an hour.
const FAST: f64 = 40.0;
const KILL_EVERY: Duration = Duration::from_secs(5);

/// A hundred numbers by what the simulator makes of a text to them.
const TEXTS: [(&str, usize); 18] = [
    ("0100", 36),
    ("0101", 8),
    ("0102", 4),
    ("0103", 5),
    ("0104", 3),
    ("0105", 3),
    ("0106", 5),
    ("0107", 5),
    ("0108", 3),
    ("0109", 3),
    ("0110", 3),
    ("0111", 4),
    ("0112", 3),
    ("0113", 3),
    ("0114", 4),
    ("0115", 2),
    ("0116", 3),
    ("0117", 3),
];
/// Two hundred addresses, the same way.
const MAILS: [(&str, usize); 11] = [
    ("delivered", 80),
    ("opened", 50),
    ("clicked", 20),
    ("bounced", 12),
    ("complained", 4),
    ("delayed", 10),
    ("failed", 4),
    ("softbounce", 4),
    ("suppressed", 4),
    ("unsub", 10),
    ("http500", 2),
];

/// A list of people of those fates, who agreed to texts.
pub(crate) fn people(numbers: &[(&str, usize)], mails: &[(&str, usize)]) -> String {
    let mut csv = "account_number,first_name,last_name,phone,email,balance,creditor,state,zip,sms_consent\n".to_owned();
    let mut line = |n: usize, phone: &str, email: &str| {
        csv += &format!("B-{n},Person,Number{n},{phone},{email},$100.50,Desert Bank,NY,10001,yes\n");
    };
    let mut n = 0;
    for (suffix, many) in numbers {
        for _ in 0..*many {
            // No exchange is a service code, such as 611.
            line(n, &format!("+1{}{}{suffix}", [212, 646][n / 50], 520 + n % 50), "");
            n += 1;
        }
    }
    for (fate, many) in mails {
        for _ in 0..*many {
            line(n, "", &format!("{fate}+{n}@acme-people.example"));
            n += 1;
        }
    }
    csv
}

pub(crate) fn texts(list: &str) -> Value {
    json!({ "name": "Texts", "type": "sms_blast", "caller_id": crate::support::CALLER_ID, "audience": { "import_id": list },
            "body": "Hello {{ first_name }}, about your account with {{ creditor }}: {{ balance }} is open." })
}

pub(crate) fn mails(list: &str) -> Value {
    json!({ "name": "Mails", "type": "email_blast", "sender": "Acme Recovery <help@acme.example>",
            "audience": { "import_id": list }, "subject": "Your account with {{ creditor }}",
            "body": "<p>Hello {{ first_name }}</p><p>{{ balance }} is open.</p>" })
}

pub(crate) async fn import(floor: &Floor, csv: String) -> String {
    let taken = floor.boss.import("/api/accounts/import", csv).await.is(201).json();
    assert_eq!(taken["rejected"], 0, "{taken}");
    taken["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn start(floor: &Floor, body: Value) -> String {
    let made = floor.boss.post("/api/campaigns", body).await.is(201).json();
    let id = made["id"].as_str().unwrap().to_owned();
    floor.pull(&id, "start").await;
    id
}

/// Issue 3: a hundred texts and two hundred e-mails to the last recipient, with `kill -9` of a worker every five seconds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_workers_lose_no_message_and_send_none_twice() {
    let place = ServerPlace::new();
    let postgres = Embedded::start(place.base()).await.unwrap();
    postgres.ensure_database("wib").await.unwrap();
    migrate::run(&postgres.owner_url("wib")).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let port = crate::support::process::free_port();
    let simulator = simulator(port, FAST).await;
    let house = House::new(directory.path(), &postgres, &simulator, port);
    let db = Db::connect(&postgres.owner_url("wib"), 6, Hub::default()).await.unwrap();
    let clock = SimClock::new(db.clone(), simulator.origin());
    clock.set("2026-11-17T19:00:00Z".parse().unwrap(), FAST).await.unwrap();

    let _web = house.start("web", &["serve"]);
    let mut workers = [house.start("worker-0", &["work"]), house.start("worker-1", &["work"])];
    house.answers().await;
    let owner = postgres.owner_url("wib");
    let place = Place { db, owner, url: house.url.clone(), simulator: simulator.origin(), speed: FAST };
    let (mut floor, _) = Floor::demo(place, 1, 0).await;
    // However busy the machine is, no receipt of a text is given up: then its fate would rightly stay unknown.
    let patient = json!({ "retries": [1_000, 2_000, 5_000, 10_000, 20_000, 30_000] });
    floor.carrier(json!({ "limits": { "email_rps": 100 }, "webhooks": patient })).await;
    let list = import(&floor, people(&TEXTS, &[])).await;
    let addresses = import(&floor, people(&[], &MAILS).replace("B-", "M-")).await;
    let (sms, email) = (start(&floor, texts(&list)).await, start(&floor, mails(&addresses)).await);

    let over = CancellationToken::new();
    let killing = async {
        let mut kills = 0;
        while over.run_until_cancelled(tokio::time::sleep(KILL_EVERY)).await.is_some() {
            let victim = kills % 2;
            workers[victim].kill();
            workers[victim] = house.start(&format!("worker-{victim}"), &["work"]);
            kills += 1;
        }
        kills
    };
    let working = async {
        let both = (floor.over(&sms).await, floor.over(&email).await);
        over.cancel();
        both
    };
    let (kills, _) = tokio::join!(killing, working);
    assert!(kills > 0, "it was over before anybody was killed");

    // Seventy open, ten leave by the link, four complain: some of them much later.
    let reacted = async || {
        let counts = floor.stats(&email).await["messages"].clone();
        (counts["opened"].as_i64() >= Some(70) && counts["opted_out"].as_i64() >= Some(14)).then_some(())
    };
    floor.until("whoever reacts to an e-mail has reacted", reacted).await;
    let books = floor.settle().await;
    let (sms, email) = (Told::of(&floor, &sms).await, Told::of(&floor, &email).await);
    eprintln!("{kills} kills; {}; {}", sms.stats, email.stats);
    sms.adds_up(100);
    email.adds_up(200);
    assert_eq!(books.keys_doubled(), &json!([]));
    invariants::hold(&floor.owner, &books).await;
    let taken = "select count(*) from facts.attempts where channel = 'sms' and provider_ref is not null";
    assert_eq!(floor.number(taken).await, i64::try_from(books.texts().len()).unwrap());
    // What chance has no part in: receipts, retries, opens.
    assert!(sms.stats["messages"]["delivered"].as_i64().unwrap() >= 60, "{}", sms.stats);
    let again =
        "select count(*) from recipients where attempt_no > 1 and outcome in ('failed', 'delivered', 'unconfirmed')";
    assert!(floor.number(again).await >= 8, "nothing was tried again");

    // Whoever said stop, complained, bounced or unsubscribed is not written to again.
    let (sms, email) = (start(&floor, texts(&list)).await, start(&floor, mails(&addresses)).await);
    floor.over(&sms).await;
    floor.over(&email).await;
    let (sms, email) = (Told::of(&floor, &sms).await, Told::of(&floor, &email).await);
    let stopped = |told: &Told| told.people("suppressed");
    // 0107 and 0108 said it, the carrier knew it of 0110; 0104 and 0109 take no texts.
    assert_eq!(stopped(&sms), 5 + 3 + 3 + 3 + 3, "{}", sms.stats);
    // Unsubscribed and complained; bounced and suppressed addresses are flagged.
    assert_eq!(stopped(&email), 10 + 4 + 12 + 4, "{}", email.stats);
}

/// What the API, the page and the database say of a campaign.
struct Told {
    stats: Value,
    page: String,
    counted: i64,
}

impl Told {
    async fn of(floor: &Floor, id: &str) -> Self {
        let stats = floor.stats(id).await;
        let page = floor.boss.get(&format!("/campaigns/{id}")).await.is(200).text;
        let counted = floor.recipients(id).await.iter().filter(|person| person["outcome"].is_string()).count();
        Self { stats, page, counted: i64::try_from(counted).unwrap() }
    }

    fn people(&self, state: &str) -> i64 {
        self.stats["recipients"][state].as_i64().unwrap()
    }

    /// Everybody planned is done, failed, suppressed or skipped, and everybody who looks sees the same.
    fn adds_up(&self, planned: i64) {
        let ended: i64 = ["done", "failed", "suppressed", "skipped"].map(|state| self.people(state)).iter().sum();
        assert_eq!((self.people("planned"), ended, self.counted), (planned, planned, planned), "{}", self.stats);
        assert_eq!(self.stats["balances"], true);
        for (state, word) in [("failed", "failed"), ("suppressed", "blocked"), ("skipped", "skipped")] {
            let said = format!(">{} {word}<", self.people(state));
            assert!(self.page.contains(&said), "{said} is not on the page");
        }
    }
}

pub(crate) async fn simulator(port: u16, speed: f64) -> simulator::Running {
    let config = simulator::Config {
        bind: ([127, 0, 0, 1], 0).into(),
        speed,
        messaging_webhook_url: Some(format!("http://127.0.0.1:{port}/webhooks/telnyx/sms")),
        resend_webhook_url: Some(format!("http://127.0.0.1:{port}/webhooks/resend")),
        journal_capacity: 2_000_000,
        ..simulator::Config::default()
    };
    simulator::start(config).await.unwrap()
}

#[tokio::test]
async fn a_paused_campaign_of_texts_sends_nothing_and_goes_on_where_it_was() {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let mut floor = Floor::open(&app, SPEED, 0).await;
    let list = import(&floor, people(&[("0100", 40)], &[])).await;
    let slow = json!({ "rate_per_minute": 120 });
    let mut body = texts(&list);
    body.as_object_mut().unwrap().extend(slow.as_object().unwrap().clone());
    let campaign = start(&floor, body).await;
    floor.until("a few are sent", async || (floor.books().await.texts().len() >= 4).then_some(())).await;
    floor.pull(&campaign, "pause").await;
    floor
        .until("every claim is given back or over", async || {
            (floor.stats(&campaign).await["recipients"]["claimed"] == 0).then_some(())
        })
        .await;
    let sent = floor.books().await.texts().len();
    assert!(sent < 40, "all {sent} were sent before the pause");
    floor.pull(&campaign, "resume").await;
    let stats = floor.over(&campaign).await;
    assert_eq!((&stats["recipients"]["done"], &stats["recipients"]["skipped"]), (&json!(40), &json!(0)), "{stats}");
    let books = floor.settle().await;
    assert_eq!(books.texts().len(), 40);
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn calls_go_on_beside_a_campaign_of_texts_that_waits_for_its_rate() {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let floor = Floor::open(&app, SPEED, 1).await;
    let list = import(&floor, people(&[("0100", 60)], &[])).await;
    let mut body = texts(&list);
    body["rate_per_minute"] = json!(20);
    let slow = start(&floor, body).await;
    floor
        .until("the texts wait", async || (floor.stats(&slow).await["recipients"]["claimed"] != 0).then_some(()))
        .await;
    let list = floor.list(&crate::support::people("0121", 2)).await;
    let calls = floor.start(&list, json!({})).await;
    let stats = floor.over(&calls).await;
    assert_eq!((&stats["dials"], &stats["connected"]), (&json!(2), &json!(2)), "{stats}");
    assert_ne!(floor.stats(&slow).await["recipients"]["claimed"], 0, "the texts were over before the calls");
}

#[tokio::test]
async fn nobody_is_texted_without_consent_twice_or_with_a_hole_in_the_words() {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let floor = Floor::open(&app, SPEED, 0).await;
    let csv = "account_number,first_name,last_name,phone,city,balance,creditor,state,zip,sms_consent\n\
               C-1,Ana,Lee,+12125550100,New York,$1.00,Desert Bank,NY,10001,yes\n\
               C-2,Bo,Lee,+12125560100,New York,$1.00,Desert Bank,NY,10001,\n\
               C-3,Ana,Lee,+12125550100,New York,$2.00,Desert Bank,NY,10001,yes\n\
               C-4,Cy,Lee,+12125570100,,$1.00,Desert Bank,NY,10001,yes\n";
    let list = import(&floor, csv.to_owned()).await;
    let mut body = texts(&list);
    body["body"] = json!("Hello {{ first_name }} in {{ city }}");
    let campaign = start(&floor, body).await;
    floor.over(&campaign).await;
    let mut outcomes: Vec<String> = floor
        .recipients(&campaign)
        .await
        .iter()
        .map(|person| format!("{} {}", person["account_number"].as_str().unwrap(), person["outcome"].as_str().unwrap()))
        .collect();
    outcomes.sort();
    assert_eq!(outcomes, ["C-1 delivered", "C-2 NO_CONSENT", "C-3 duplicate", "C-4 missing_field"]);
}
