//! Evidence: asked for over HTTP, written by a job, taken, and verified with nothing but the file.

use std::io::{Cursor, Read};

use serde_json::{Value, json};
use workflows::{
    audit::{PublicKey, Signer},
    evidence::{self, Report},
    id::ExportId,
    identity::Role,
};

use crate::support::{Floor, Persona, Setting, TestApp, in_new_york, people, until};

const BRISK: f64 = 20.0;

#[tokio::test]
async fn an_export_of_an_account_that_was_called_verifies_and_is_audited() {
    let (app, account) = called().await;
    let boss = app.role(Role::Compliance).await;
    let asked = boss.post("/api/evidence-exports", json!({ "account_id": account })).await.is(202);
    let at = asked.location().to_owned();
    let export = ready(&boss, &at).await;
    assert!(export["size"].as_i64() > Some(0) && export["contacts"].as_i64() > Some(0), "{export}");
    let bytes = take(&boss, export["download"].as_str().unwrap()).await;
    let report = evidence::verify(Cursor::new(&bytes), Some(&key(&app))).unwrap();
    assert!(report.lines > 0, "{report:?}");
    holds_the_call(&bytes, &report);
    for action in ["request", "ready", "download"] {
        let n = app.count_of_action(&format!("evidence.{action}")).await;
        assert_eq!(n, 1, "evidence.{action}");
    }
}

#[tokio::test]
async fn a_job_that_runs_twice_leaves_one_file() {
    let (app, account) = called().await;
    let boss = app.role(Role::Owner).await;
    let asked = boss.post("/api/evidence-exports", json!({ "account_id": account })).await.is(202);
    let export = ready(&boss, asked.location()).await;
    let id: ExportId = export["id"].as_str().unwrap().parse().unwrap();
    let signer = app.app.config.keys.signer.clone().unwrap();
    assert!(!evidence::build(&app.app.db, app.org, id, &signer).await.unwrap());
    assert_eq!(app.count("select count(*) from blobs where media_type = 'application/zip'").await, 1);
}

#[tokio::test]
async fn an_export_is_its_organisations_its_roles_and_about_something() {
    let (app, account) = called().await;
    let owner = app.role(Role::Owner).await;
    let asked = owner.post("/api/evidence-exports", json!({ "account_id": account })).await.is(202);
    let export = ready(&owner, asked.location()).await;
    let neighbour = app.neighbour().await;
    neighbour.get(asked.location()).await.problem(404, "not-found");
    neighbour.get(export["download"].as_str().unwrap()).await.problem(404, "not-found");
    neighbour.post("/api/evidence-exports", json!({ "account_id": account })).await.problem(404, "not-found");
    app.supervisor().await.get(asked.location()).await.problem(403, "forbidden");
    let long_ago = json!({ "from": "2001-01-01T00:00:00Z", "to": "2001-02-01T00:00:00Z" });
    let nothing = owner.post("/api/evidence-exports", long_ago).await.problem(422, "invalid-body");
    assert!(nothing["detail"].as_str().unwrap().contains("period"), "{nothing}");
    owner.post("/api/evidence-exports", json!({})).await.problem(422, "invalid-body");
}

#[tokio::test]
async fn a_hold_stands_until_it_is_lifted_with_a_reason() {
    let (app, account) = called().await;
    let owner = app.role(Role::Owner).await;
    let path = format!("/api/accounts/{account}/legal-hold");
    owner.post(&path, json!({ "reason": " " })).await.problem(422, "invalid-body");
    owner.post(&path, json!({ "reason": "Subpoena" })).await.is(201);
    owner.post(&path, json!({ "reason": "Again" })).await.problem(409, "illegal-transition");
    app.neighbour().await.post(&path, json!({ "reason": "Mine" })).await.problem(404, "not-found");
    let lifted = owner.send(owner.request(reqwest::Method::DELETE, &path).json(&json!({ "reason": "Settled" }))).await;
    lifted.is(200);
}

/// An organisation whose first account was called and spoken to.
async fn called() -> (TestApp, String) {
    let app = TestApp::with(Setting { speed: BRISK, ..Setting::default() }).await;
    app.work();
    let floor = Floor::open(&app, BRISK, 1).await;
    let list = floor.list(&[people("0121", 1), vec![in_new_york("+12125700121").who_said_stop()]].concat()).await;
    floor.start(&list, json!({ "max_attempts": 1 })).await;
    let spoken = "select count(*) from facts.attempts where bridged_at is not null and ended_at is not null";
    floor.until("somebody was spoken to", async || (floor.number(spoken).await > 0).then_some(())).await;
    let account = app.text("select account_id::text from calls where bridged_at is not null limit 1").await;
    (app, account)
}

async fn ready(who: &Persona, at: &str) -> Value {
    let look = async || {
        let export = who.get(at).await.is(200).json();
        assert_ne!(export["state"], "failed", "{export}");
        (export["state"] == "ready").then_some(export)
    };
    until("the export is ready", look).await
}

async fn take(who: &Persona, path: &str) -> Vec<u8> {
    let response = who.request(reqwest::Method::GET, path).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/zip");
    response.bytes().await.unwrap().to_vec()
}

fn key(app: &TestApp) -> PublicKey {
    app.app.config.keys.signer.as_ref().map(Signer::public).unwrap()
}

fn holds_the_call(bytes: &[u8], report: &Report) {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name("contacts.jsonl").unwrap().read_to_string(&mut text).unwrap();
    let contacts: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(report.manifest.counts["contacts.jsonl"], contacts.len() as u64);
    assert_eq!(contacts[0]["verdict"], "allow");
    let mut csv = String::new();
    zip.by_name("contacts.csv").unwrap().read_to_string(&mut csv).unwrap();
    // A number begins with a plus: it is text, not a formula.
    assert!(csv.contains(",'+1"), "{csv}");
}
