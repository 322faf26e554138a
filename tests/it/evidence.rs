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
    here(&app).await;
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

#[tokio::test]
async fn an_export_that_dies_half_way_leaves_nothing_and_is_made_by_the_next_worker() {
    let (app, account) = called().await;
    let owner = app.role(Role::Owner).await;
    let ops = app.ops().await;
    ops.post("/api/queues/default/pause", json!({})).await.is(200);
    let asked = owner.post("/api/evidence-exports", json!({ "account_id": account })).await.is(202);
    let id: ExportId = asked.json()["id"].as_str().unwrap().parse().unwrap();
    let signer = app.app.config.keys.signer.clone().unwrap();
    let mut held = app.app.db.tenant(app.org).await.unwrap();
    let row = sqlx::query("select id from evidence_exports where id = $1 for update").bind(id.0);
    row.execute(&mut *held).await.unwrap();
    // The writer waits for its own row, which this transaction holds.
    let waits = "select count(*) from pg_locks where not granted";
    let half = until("it has written its first file", async || (app.count(waits).await > 0).then_some(()));
    tokio::select! {
        made = evidence::build(&app.app.db, app.org, id, &signer) => panic!("it was made before it could die: {made:?}"),
        () = half => {}
    }
    held.rollback().await.unwrap();
    let files = "select count(*) from blobs where media_type = 'application/zip'";
    assert_eq!(app.count(files).await, 0);
    ops.post("/api/queues/default/resume", json!({})).await.is(200);
    let export = ready(&owner, asked.location()).await;
    assert_eq!((app.count(files).await, &export["done"]), (1, &export["total"]));
    let bytes = take(&owner, export["download"].as_str().unwrap()).await;
    evidence::verify(Cursor::new(&bytes), Some(&key(&app))).unwrap();
}

#[tokio::test]
async fn what_was_said_is_deleted_after_three_years_but_not_under_a_hold() {
    let (app, account) = called().await;
    let owner = app.role(Role::Owner).await;
    owner.get("/api/compliance/retention").await.is(200);
    let path = format!("/api/accounts/{account}/legal-hold");
    owner.post(&path, json!({ "reason": "Subpoena" })).await.is(201);
    let kept = "select (select count(*) from recordings where blob_id is not null) + (select count(distinct call_id) from transcripts)";
    here(&app).await;
    let before = app.count(kept).await;
    assert_eq!(before, 2);
    app.at("2030-11-17 09:30", "America/New_York").await;
    erase(&app).await;
    assert_eq!(app.count(kept).await, before, "a hold keeps it");
    owner.send(owner.request(reqwest::Method::DELETE, &path).json(&json!({ "reason": "Settled" }))).await.is(200);
    owner.put("/api/compliance/retention", json!({ "years": 7 })).await.is(200);
    erase(&app).await;
    assert_eq!(app.count(kept).await, before, "seven years are not over");
    owner.put("/api/compliance/retention", json!({ "years": 4 })).await.problem(422, "invalid-body");
    owner.put("/api/compliance/retention", json!({ "years": 3 })).await.is(200);
    erase(&app).await;
    assert_eq!(app.count(kept).await, 0);
    assert_eq!(app.count_of_action("retention.erase").await, 1);
    let words = "select count(*) from webhook_events where event_type = 'call.transcription' and payload::text <> '{}'";
    assert_eq!(app.count("select count(*) from blobs where media_type like 'audio/%'").await, 0);
    assert_eq!(app.count(words).await, 0, "the carrier's own account of them is gone, too");
    assert_eq!(
        app.count("select count(*) from recordings where state = 'erased'").await,
        1,
        "that there was one stays"
    );
    assert!(app.count("select count(*) from calls where decision_id is not null").await > 0, "that it was said stays");
}

/// Waits until the call is over and what was said is here.
async fn here(app: &TestApp) {
    let here = "select count(*) from recordings r join transcriptions t on t.call_id = r.call_id
                where r.state = 'stored' and t.state = 'done'";
    until("recording and transcript are here", async || (app.count(here).await > 0).then_some(())).await;
}

async fn erase(app: &TestApp) {
    let mut tx = app.app.db.system().await.unwrap();
    evidence::erase_old(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_command_line_tells_a_whole_archive_from_one_with_a_byte_turned() {
    let (app, account) = called().await;
    let boss = app.role(Role::Compliance).await;
    let asked = boss.post("/api/evidence-exports", json!({ "account_id": account })).await.is(202);
    let export = ready(&boss, asked.location()).await;
    let mut bytes = take(&boss, export["download"].as_str().unwrap()).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    let verify = |bytes: &[u8]| {
        std::fs::write(file.path(), bytes).unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_wib"));
        command.args(["evidence", "verify"]).arg(file.path()).args(["--key", &key(&app).to_string()]);
        command.env_clear().output().unwrap()
    };
    let whole = verify(&bytes);
    assert!(whole.status.success(), "{whole:?}");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let broken = verify(&bytes);
    assert_eq!(broken.status.code(), Some(1), "{broken:?}");
    assert!(!broken.stderr.is_empty());
}

#[tokio::test]
async fn the_page_asks_for_an_archive_offers_it_and_keeps_what_was_typed() {
    let (app, account) = called().await;
    let boss = app.role(Role::Compliance).await;
    let number = app.text("select number from collection_accounts where id = (select account_id from calls where bridged_at is not null limit 1)").await;
    boss.submit("/evidence", &[("what", "account"), ("account", &number)]).await.is(303);
    until("it is offered", async || {
        let page = boss.get("/evidence").await.is(200).text;
        (page.contains("Ready") && page.contains("/file\"")).then_some(())
    })
    .await;
    let again = boss.submit("/evidence", &[("what", "account"), ("account", "Z-9")]).await.is(422).text;
    assert!(again.contains("No account has this number") && again.contains("value=\"Z-9\""), "{again}");
    let backwards = [("what", "period"), ("from", "2026-11-02T00:00"), ("to", "2026-11-01T00:00")];
    assert!(boss.submit("/evidence", &backwards).await.is(422).text.contains("after the beginning"));
    let hold = format!("/accounts/{account}/hold");
    let silent = boss.submit(&hold, &[("what", "place"), ("hold_reason", " ")]).await.is(422).text;
    assert!(silent.contains("Is needed"), "{silent}");
    boss.submit(&hold, &[("what", "place"), ("hold_reason", "Subpoena of 3 November")]).await.is(303);
    assert!(boss.get("/evidence").await.text.contains("Subpoena of 3 November"));
    app.supervisor().await.get("/evidence").await.is(403);
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
    let call = contacts[0]["id"].as_str().unwrap();
    let mut sound = Vec::new();
    zip.by_name(&format!("recordings/{call}.wav")).unwrap().read_to_end(&mut sound).unwrap();
    assert!(sound.starts_with(b"RIFF") && sound.len() > 8_000);
    let mut said = String::new();
    zip.by_name(&format!("transcripts/{call}.txt")).unwrap().read_to_string(&mut said).unwrap();
    assert!(said.lines().next().unwrap().contains(" consumer: "), "{said}");
    // A number begins with a plus: it is text, not a formula.
    assert!(csv.contains(",'+1"), "{csv}");
}
