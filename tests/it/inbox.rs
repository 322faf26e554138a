//! Somebody answers a text: whoever works sees it at once, wherever they are, and answers from there.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Browser, Persona, TestApp, until};

const PASSWORD: &str = "correct horse battery";
const OURS: &str = "+12125550199";
const THEIRS: &str = "+12125560100";
const CSV: &str = "account_number,name,phone,balance,creditor,state,zip,sms_consent\n\
                   A-1,Maria Alvarez,2125560100,$100.50,Desert Bank,NY,10001,yes\n";
/// From the carrier's word to the page.
const AT_ONCE: Duration = Duration::from_secs(1);

/// An office in which Maria got a text with a link to pay by.
async fn office() -> (TestApp, Persona, String) {
    let app = TestApp::working().await;
    app.number(OURS).await;
    let boss = app.supervisor().await;
    boss.import("/api/accounts/import", CSV).await.is(201);
    let account = boss.get("/api/accounts").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let text = "Pay Desert Bank at https://pay.example/k3x9 or answer this text.";
    let sent = boss.post("/api/messages", json!({ "account_id": account, "channel": "sms", "body": text })).await;
    let id = sent.is(202).json()["id"].as_str().unwrap().to_owned();
    until("the text is delivered", async || {
        (boss.get(&format!("/api/messages/{id}")).await.json()["state"] == "delivered").then_some(())
    })
    .await;
    (app, boss, account)
}

async fn hears(app: &TestApp, text: &str) {
    let url = format!("{}/sim/inbound/sms", app.sim.origin());
    let said = json!({ "from": THEIRS, "to": OURS, "text": text });
    reqwest::Client::new().post(url).json(&said).send().await.unwrap().error_for_status().unwrap();
}

#[tokio::test]
async fn an_answer_is_in_the_cockpit_and_on_the_account_within_a_second_and_is_answered_from_there() {
    let (app, boss, account) = office().await;
    let (Some(desk), Some(office)) = (Browser::open(&app.url).await, Browser::open(&app.url).await) else { return };
    let ana = app.agent().await;
    desk.sign_in(&ana.email, PASSWORD).await;
    desk.goto("/cockpit").await;
    desk.until_words("#feed", "Live").await;
    office.sign_in(&boss.email, PASSWORD).await;
    office.goto(&format!("/accounts/{account}")).await;
    office.until_words("#feed", "Live").await;

    let begun = Instant::now();
    hears(&app, "Can I pay in two parts?").await;
    tokio::join!(
        desk.until_words("#messages", "Can I pay in two parts?"),
        office.until_words("main .msgs", "Can I pay in two parts?"),
    );
    let took = begun.elapsed();
    assert!(took < AT_ONCE, "it took {took:?}");
    assert!(desk.words("#messages").await.contains("1 unread"));

    desk.click("#messages a").await;
    desk.type_into("form.composer textarea", "Yes: half now, half on the first.").await;
    desk.click("form.composer button[type=submit]").await;
    desk.until_words("main .msgs", "half on the first").await;
    desk.until_words("main .msgs", "Delivered").await;
    assert!(desk.path().await.starts_with("/cockpit?thread="), "{}", desk.path().await);
    office.until_words("main .msgs", "half on the first").await;
    assert_eq!(app.count("select sum(unread)::bigint from threads").await, 0);
}

#[tokio::test]
async fn threads_are_read_and_answered_over_the_api_and_a_stop_ends_them() {
    let (app, boss, account) = office().await;
    hears(&app, "Can I pay in two parts?").await;
    let unread = async || {
        let threads = boss.get("/api/threads?unread=true").await.is(200).json();
        threads["items"].as_array().unwrap().first().cloned()
    };
    let thread: Value = until("the thread is unread", unread).await;
    assert_eq!((&thread["account_id"], &thread["last"]), (&json!(account), &json!("Can I pay in two parts?")));
    let path = format!("/api/threads/{}", thread["id"].as_str().unwrap());
    let said = boss.get(&path).await.is(200).json();
    assert_eq!(said["messages"].as_array().unwrap().len(), 2, "{said}");
    boss.post(&format!("{path}/reply"), json!({ "body": "Yes." })).await.is(202);
    assert_eq!(boss.get(&path).await.json()["thread"]["unread"], 0);
    boss.post(&format!("{path}/reply"), json!({ "body": " " })).await.problem(422, "invalid-body");

    hears(&app, "ＳＴＯＰ").await;
    until("the stop is known", async || {
        (app.count("select count(*) from suppressions where kind = 'stop'").await == 1).then_some(())
    })
    .await;
    // Sent twice under one key, a refusal is the same refusal.
    for _ in 0..2 {
        let again = boss.request(reqwest::Method::POST, &format!("{path}/reply")).header("idempotency-key", "sorry");
        boss.send(again.json(&json!({ "body": "Sorry." }))).await.problem(409, "contact-not-allowed");
    }
    let neighbour = app.neighbour().await;
    neighbour.get(&path).await.problem(404, "not-found");
    neighbour.post(&format!("{path}/reply"), json!({ "body": "Hello" })).await.problem(404, "not-found");
    hears(&app, "start").await;
    until("they want texts again", async || {
        (app.count("select count(*) from suppressions where lifted_at is null").await == 0).then_some(())
    })
    .await;
    boss.post(&format!("{path}/reply"), json!({ "body": "Welcome back." })).await.is(202);
}
