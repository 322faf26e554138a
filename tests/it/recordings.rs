//! What was said: recorded, fetched, kept once, written down, played to those who may hear it, and gone when its time
//! is over.

mod crashes;
mod troubles;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use reqwest::{Method, header};
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use workflows::{evidence, identity::Role};

use crate::{
    invariants,
    support::{Floor, Persona, Setting, TestApp, people, until},
};

const SPEED: f64 = 20.0;

#[tokio::test]
async fn ten_conversations_are_ten_sounds_and_ten_transcripts_that_a_supervisor_plays() {
    let app = working().await;
    let mut floor = Floor::open(&app, SPEED, 4).await;
    let list = floor.list(&people("0121", 10)).await;
    let campaign = floor.start(&list, json!({})).await;
    floor.ended(&campaign).await;
    let books = floor.settle().await;
    let stats = floor.stats(&campaign).await;
    for kept in ["connected", "recordings", "transcripts"] {
        assert_eq!(stats[kept], 10, "{kept} of {stats}");
    }
    assert_eq!((&stats["unkept"], &stats["recordings_pending"]), (&json!(0), &json!(0)), "{stats}");
    let page = floor.boss.get(&format!("/voice?campaign={campaign}")).await.is(200).text;
    assert!(page.contains("10 conversations") && page.contains("Difference 0"), "{page}");
    for call in calls(&app).await {
        plays(&floor.boss, &call).await;
        reads(&floor.boss, &call).await;
    }
    assert_eq!(app.count_of_action("recording.heard").await, 10, "one line for each listening, not for each piece");
    invariants::hold(&floor.owner, &books).await;
    invariants::connected_is_recorded(&floor.owner, &books).await;
}

/// Whole, in pieces as a player asks for them, and past its end.
async fn plays(who: &Persona, call: &str) {
    let path = format!("/api/calls/{call}/recording");
    let whole = who.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(whole.status(), 200);
    let headers = whole.headers().clone();
    assert_eq!(headers[header::CONTENT_TYPE], "audio/wav");
    assert_eq!(headers[header::ACCEPT_RANGES], "bytes");
    assert!(headers[header::CACHE_CONTROL].to_str().unwrap().starts_with("private"));
    let bytes = whole.bytes().await.unwrap();
    let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(headers[header::ETAG], format!("\"{sum}\""));
    let size = bytes.len();
    assert!(bytes.starts_with(b"RIFF") && size > 8_000);
    let ranges = [("bytes=0-".to_owned(), 0..size), ("bytes=100-299".to_owned(), 100..300)];
    let ranges = ranges.into_iter().chain([("bytes=-44".to_owned(), size - 44..size)]);
    for (asked, range) in ranges {
        let piece = who.request(Method::GET, &path).header(header::RANGE, &asked).send().await.unwrap();
        assert_eq!(piece.status(), 206, "{asked}");
        let told = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        assert_eq!(piece.headers()[header::CONTENT_RANGE], told);
        assert_eq!(piece.bytes().await.unwrap(), bytes[range], "{asked}");
    }
    let outside = who.request(Method::GET, &path).header(header::RANGE, format!("bytes={size}-"));
    let outside = who.send(outside).await;
    assert_eq!(outside.headers[header::CONTENT_RANGE], format!("bytes */{size}"));
    outside.problem(416, "range-outside");
    let known = who.request(Method::GET, &path).header(header::IF_NONE_MATCH, headers[header::ETAG].clone());
    assert_eq!(who.send(known).await.status, 304);
}

/// In the order in which it was said, by two people.
async fn reads(who: &Persona, call: &str) {
    let said = who.get(&format!("/api/calls/{call}/transcript")).await.is(200).json();
    assert_eq!(said["state"], "done", "{said}");
    let lines = said["lines"].as_array().unwrap();
    let times: Vec<DateTime<Utc>> = lines.iter().map(|line| line["at"].as_str().unwrap().parse().unwrap()).collect();
    assert!(times.is_sorted(), "{said}");
    let speakers: BTreeSet<&str> = lines.iter().map(|line| line["speaker"].as_str().unwrap()).collect();
    assert!(lines.len() < 2 || speakers == BTreeSet::from(["agent", "consumer"]), "{said}");
}

#[tokio::test]
async fn only_those_of_the_organisation_whose_role_may_hear_it_hear_a_recording() {
    let (app, floor) = spoken().await;
    let call = calls(&app).await.remove(0);
    let (sound, words) = (format!("/api/calls/{call}/recording"), format!("/api/calls/{call}/transcript"));
    let neighbour = app.neighbour().await;
    for path in [&sound, &words] {
        neighbour.get(path).await.problem(404, "not-found");
        app.stranger().get(path).await.problem(401, "not-signed-in");
        for role in [Role::Agent, Role::Ops, Role::Readonly] {
            app.role(role).await.get(path).await.problem(403, "forbidden");
        }
        app.role(Role::Compliance).await.get(path).await.is(200);
        app.key(Role::Supervisor).await.get(path).await.is(200);
    }
    let account = app.text("select account_id::text from calls limit 1").await;
    for page in [format!("/accounts/{account}"), format!("/workflows/{call}")] {
        let shown = floor.boss.get(&page).await.is(200).text;
        assert!(shown.contains(&format!("src=\"{sound}\"")) && shown.contains("Transcript, "), "{page}: {shown}");
        let hidden = app.role(Role::Readonly).await.get(&page).await.is(200).text;
        assert!(!hidden.contains("<audio") && !hidden.contains("Transcript, "), "{page}");
    }
    assert_eq!(app.count_of_action("recording.heard").await, 2, "who was refused did not listen");
}

#[rstest]
#[case::no_id("/api/calls/nonsense/recording")]
#[case::no_call("/api/calls/0193ee7e-0000-7000-8000-000000000000/recording")]
#[case::no_call_to_read("/api/calls/0193ee7e-0000-7000-8000-000000000000/transcript")]
#[tokio::test]
async fn what_is_not_there_is_not_found(#[case] path: &str) {
    let app = TestApp::start().await;
    app.supervisor().await.get(path).await.problem(404, "not-found");
}

#[tokio::test]
async fn lines_that_come_twice_and_out_of_order_stand_once_and_in_order() {
    let app = working().await;
    let mut floor = Floor::open(&app, SPEED, 2).await;
    floor.carrier(json!({ "webhooks": { "duplicate": 1.0, "reorder": 1.0 } })).await;
    let list = floor.list(&people("0121", 4)).await;
    let campaign = floor.start(&list, json!({})).await;
    floor.ended(&campaign).await;
    let books = floor.settle().await;
    let heard = "select count(*) from webhook_events where event_type = 'call.transcription'";
    let lines = "select count(*) from transcripts";
    assert!(floor.number(lines).await > 0);
    assert_eq!(floor.number(lines).await, floor.number(heard).await);
    for call in calls(&app).await {
        reads(&floor.boss, &call).await;
    }
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn the_same_sound_of_two_accounts_is_deleted_with_the_last_of_them() {
    let (app, floor) = spoken().await;
    let owner = app.role(Role::Owner).await;
    let [kept, gone] = <[String; 2]>::try_from(calls(&app).await).unwrap();
    let account = |call: &str| format!("select account_id::text from calls where id = '{call}'");
    let account = one(&floor, account(&kept)).await;
    owner.post(&format!("/api/accounts/{account}/legal-hold"), json!({ "reason": "Subpoena" })).await.is(201);
    // A call of another length: made the very same sound.
    let same =
        "with pair as (select min(blob_id::text)::uuid as one, max(blob_id::text)::uuid as other from recordings),
                  moved as (update recordings set blob_id = (select one from pair))
                delete from blobs where id = (select other from pair where other <> one)";
    one_change(&floor, same).await;
    app.at("2030-11-17 09:30", "America/New_York").await;
    let mut tx = app.app.db.system().await.unwrap();
    evidence::erase_old(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let whole = floor.boss.get(&format!("/api/calls/{gone}/recording")).await.problem(404, "not-found");
    assert!(whole["detail"].as_str().unwrap().contains("retention"), "{whole}");
    let words = floor.boss.get(&format!("/api/calls/{gone}/transcript")).await.is(200).json();
    assert_eq!((&words["state"], &words["lines"]), (&json!("erased"), &json!([])));
    plays(&floor.boss, &kept).await;
    owner
        .send(
            owner
                .request(Method::DELETE, &format!("/api/accounts/{account}/legal-hold"))
                .json(&json!({ "reason": "Settled" })),
        )
        .await
        .is(200);
    let mut tx = app.app.db.system().await.unwrap();
    evidence::erase_old(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(app.count("select count(*) from blobs where media_type like 'audio/%'").await, 0);
    assert_eq!(app.count("select count(*) from transcripts").await, 0);
}

/// Two people who were spoken to, and everything that was said is here.
async fn spoken() -> (TestApp, Floor) {
    let app = working().await;
    let mut floor = Floor::open(&app, SPEED, 2).await;
    let list = floor.list(&people("0121", 2)).await;
    let campaign = floor.start(&list, json!({})).await;
    floor.ended(&campaign).await;
    floor.settle().await;
    (app, floor)
}

async fn working() -> TestApp {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    app
}

/// The calls that an agent talked on.
async fn calls(app: &TestApp) -> Vec<String> {
    let all = app.text("select jsonb_agg(id::text order by id)::text from calls where bridged_at is not null").await;
    let all: Value = serde_json::from_str(&all).unwrap();
    all.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

async fn one(floor: &Floor, sql: String) -> String {
    let mut db = crate::support::owner(&floor.owner).await.unwrap();
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut db).await.unwrap()
}

async fn one_change(floor: &Floor, sql: &'static str) {
    let mut db = crate::support::owner(&floor.owner).await.unwrap();
    sqlx::query(sql).execute(&mut db).await.unwrap();
}

/// The state of the one recording there is.
async fn becomes(app: &TestApp, state: &str) {
    let is = async || (app.text("select coalesce(max(state), 'none') from recordings").await == state).then_some(());
    until(&format!("the recording is {state}"), is).await;
}
