//! The pages as a browser without scripts meets them: links, forms, post, redirect, get.

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use workflows::identity::Role;

use crate::support::{Persona, Reply, TestApp};

const CSV: &str = "account_number,name,phone,balance,creditor,state\n\
                   A-1,Maria Alvarez,9155550100,$100.50,Desert Bank,TX\n\
                   A-2,John Smith,3035550108,$20.00,Desert Bank,CO\n";

/// As a browser asks.
async fn open(who: &Persona, path: &str) -> Reply {
    who.send(who.request(Method::GET, path).header("accept", "text/html")).await
}

fn new_campaign(name: &str) -> reqwest::multipart::Form {
    let fields = [
        ("name", name),
        ("audience", "csv"),
        ("caller_id", "+13035550199"),
        ("when", "now"),
        ("amd", "detect"),
        ("ring_timeout_secs", "25"),
        ("wrap_up_secs", "60"),
        ("max_attempts", "3"),
        ("retry_busy", "20"),
        ("retry_no_answer", ""),
    ];
    let file = reqwest::multipart::Part::bytes(CSV.as_bytes()).file_name("november.csv");
    let form = reqwest::multipart::Form::new().part("file", file);
    fields.into_iter().fold(form, |form, (name, value)| form.text(name.to_owned(), value.to_owned()))
}

#[rstest]
#[case::a_supervisor(Role::Supervisor, "/voice")]
#[case::an_agent(Role::Agent, "/cockpit")]
#[case::operations(Role::Ops, "/jobs")]
#[case::compliance(Role::Compliance, "/compliance")]
#[tokio::test]
async fn everybody_lands_on_a_page_that_works(#[case] role: Role, #[case] home: &str) {
    let app = TestApp::start().await;
    let who = app.role(role).await;
    assert_eq!(open(&who, "/").await.is(303).location(), home);
    let page = open(&who, home).await.is(200);
    assert!(page.text.contains("Acme Recovery") && page.text.contains("SIMULATOR"), "{}", page.text);
}

#[tokio::test]
async fn a_campaign_is_made_from_a_csv_and_asked_about_before_it_calls() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    app.number("+13035550199").await;
    assert!(open(&boss, "/campaigns/new/voice").await.is(200).text.contains("(303) 555-0199"));
    let sent = boss.request(Method::POST, "/campaigns/new/voice").multipart(new_campaign("November"));
    let reply = boss.send(sent).await.is(303);
    let ask = reply.location().to_owned();
    assert!(ask.ends_with("/start"), "{ask}");
    let asked = open(&boss, &ask).await.is(200).text;
    assert!(asked.contains("Start, call 2 people") && asked.contains("agent"), "{asked}");
    // Nobody is there to talk: the same page again, and nothing has started.
    let refused = boss.submit(&ask, &[]).await.is(409);
    assert!(refused.text.contains("Start November?"), "{}", refused.text);
    assert_eq!(app.count("select count(*) from campaigns where state = 'draft'").await, 1);
    assert!(open(&boss, "/campaigns").await.is(200).text.contains("November"));
    let voice = open(&boss, "/voice").await.is(200).text;
    assert!(voice.contains("November") && voice.contains("/live/voice?campaign="), "{voice}");
}

#[tokio::test]
async fn a_bad_form_comes_back_with_what_was_typed_and_leaves_nothing() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let sent = boss.request(Method::POST, "/campaigns/new/voice").multipart(new_campaign(""));
    let reply = boss.send(sent).await.is(422);
    assert!(reply.text.contains("1 to 120 characters"), "{}", reply.text);
    // The number is nobody's: the list of the same form is not kept either.
    let sent = boss.request(Method::POST, "/campaigns/new/voice").multipart(new_campaign("November"));
    let reply = boss.send(sent).await.is(422);
    assert!(reply.text.contains(r#"value="November""#), "{}", reply.text);
    for table in
        ["select count(*) from campaigns", "select count(*) from collection_accounts", "select count(*) from imports"]
    {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
}

#[tokio::test]
async fn a_list_is_checked_then_imported_then_found() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let file = reqwest::multipart::Part::bytes(CSV.as_bytes()).file_name("november.csv");
    let form = reqwest::multipart::Form::new().part("file", file).text("dry_run", "true");
    let reply = boss.send(boss.request(Method::POST, "/accounts/import").multipart(form)).await.is(303);
    let report = reply.location().to_owned();
    assert!(open(&boss, &report).await.is(200).text.contains("Import 2 rows"));
    let done = boss.submit(&format!("{report}/apply"), &[]).await.is(303);
    assert!(open(&boss, done.location()).await.is(200).text.contains("Imported"));
    let found = open(&boss, "/accounts?q=alvarez").await.is(200).text;
    assert!(found.contains("Maria Alvarez") && !found.contains("John Smith"), "{found}");
    let id = boss.get("/api/accounts?q=alvarez").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let account = open(&boss, &format!("/accounts/{id}")).await.is(200).text;
    assert!(account.contains("No rule stands against a call") && account.contains("Account placed"), "{account}");
}

#[tokio::test]
async fn a_queue_is_paused_on_its_page() {
    let app = TestApp::start().await;
    let ops = app.ops().await;
    assert_eq!(ops.submit("/jobs/queues/dial/pause", &[]).await.is(303).location(), "/jobs");
    assert!(open(&ops, "/jobs").await.is(200).text.contains("/jobs/queues/dial/resume"));
    app.supervisor().await.submit("/jobs/queues/dial/resume", &[]).await.is(403);
}

#[tokio::test]
async fn a_problem_is_shown_in_words_with_a_way_on() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    for path in ["/nowhere", "/campaigns/7", "/accounts/0199b7a0-0000-7000-8000-000000000000"] {
        let page = open(&boss, path).await.is(404).text;
        assert!(page.contains("Back to the start") && page.contains("Acme Recovery"), "{path}: {page}");
    }
    assert!(open(&app.ops().await, "/accounts").await.is(403).text.contains("Your role does not include this"));
}

#[tokio::test]
async fn a_live_page_sends_a_snapshot_and_then_what_changes() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    app.number("+13035550199").await;
    let made =
        boss.post("/api/campaigns", json!({ "name": "November", "caller_id": "+13035550199" })).await.is(201).json();
    let id = made["id"].as_str().unwrap();
    let mut stream = crate::realtime::Stream::open(&boss, &format!("/live/voice?campaign={id}"), None).await;
    stream.patch_with("dialer-state").await;
    boss.post(&format!("/api/campaigns/{id}/stop"), json!({})).await.is(202);
    stream.patch_with("Stopped").await;
    boss.get("/live/voice?campaign=0199b7a0-0000-7000-8000-000000000000").await.problem(404, "not-found");
    app.ops().await.get("/live/account?id=0199b7a0-0000-7000-8000-000000000000").await.problem(403, "forbidden");
}
