//! A process that dies between any two steps loses no sound and stores none twice. The test is the worker that dies.

use std::io::Cursor;

use serde_json::json;
use sha2::{Digest, Sha256};
use workflows::{
    blob::{self, Known, Unkept},
    id::CallId,
    job,
    recording::{self, Event, Fact, FetchRecording},
    transition::Actor,
};

use super::{becomes, calls, plays, troubles::waiting};
use crate::{invariants, support::TestApp};

const SOUNDS: &str = "select count(*) from blobs where media_type like 'audio/%'";
const PIECES: &str =
    "select count(*) from blob_chunks c join blobs b on b.id = c.blob_id where b.media_type like 'audio/%'";

#[tokio::test]
async fn a_worker_that_dies_with_the_sound_half_stored_leaves_nothing_and_the_next_one_stores_it() {
    let (app, mut floor) = waiting().await;
    let call = CallId(calls(&app).await[0].parse().unwrap());
    let bytes = vec![7; blob::CHUNK * 2 + 1];
    let mut dying = app.app.db.tenant(app.org).await.unwrap();
    let kept = blob::keep(&mut dying, app.org, known(&bytes), &mut Cursor::new(&bytes)).await.unwrap();
    let fact = Fact { blob: Some(kept), ..Fact::default() };
    assert!(recording::record(&mut dying, call, Event::Stored, fact, Actor::System).await.unwrap());
    drop(dying);
    assert_eq!((app.count(SOUNDS).await, app.count(PIECES).await), (0, 0));
    assert_eq!(app.count("select count(*) from recordings where state = 'saved' and link is not null").await, 1);
    app.ops().await.post("/api/queues/media/resume", json!({})).await.is(200);
    becomes(&app, "stored").await;
    assert_eq!(app.count(SOUNDS).await, 1);
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn a_worker_that_dies_between_the_commit_and_its_word_of_it_has_stored_it_once() {
    let (app, mut floor) = waiting().await;
    app.ops().await.post("/api/queues/media/resume", json!({})).await.is(200);
    becomes(&app, "stored").await;
    let (sounds, pieces) = (app.count(SOUNDS).await, app.count(PIECES).await);
    again(&app).await;
    let done = "select count(*) from job_history where kind = 'fetch_recording' and outcome = 'done'";
    floor.until("it ran twice", async || (floor.number(done).await == 2).then_some(())).await;
    assert_eq!((app.count(SOUNDS).await, app.count(PIECES).await), (sounds, pieces));
    let asked = "select count(*) from provider_requests where command = 'download'";
    assert_eq!(app.count(asked).await, 1, "what is here is not fetched again");
    plays(&floor.boss, &calls(&app).await[0]).await;
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn a_job_that_somebody_cancelled_is_made_up_for() {
    let (app, mut floor) = waiting().await;
    let ops = app.ops().await;
    let job = app.text("select id::text from jobs where kind = 'fetch_recording'").await;
    ops.post(&format!("/api/jobs/{job}/cancel"), json!({})).await.is(200);
    ops.post("/api/queues/media/resume", json!({})).await.is(200);
    becomes(&app, "stored").await;
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn two_workers_that_store_one_sound_at_once_store_one_file() {
    let app = TestApp::start().await;
    let bytes = b"RIFF....WAVE and more".to_vec();
    let mut first = app.app.db.tenant(app.org).await.unwrap();
    let one = blob::keep(&mut first, app.org, known(&bytes), &mut Cursor::new(&bytes)).await.unwrap();
    let (db, org, same) = (app.app.db.clone(), app.org, bytes.clone());
    let second = tokio::spawn(async move {
        let mut tx = db.tenant(org).await.unwrap();
        let other = blob::keep(&mut tx, org, known(&same), &mut Cursor::new(&same)).await.unwrap();
        tx.commit().await.unwrap();
        other
    });
    first.commit().await.unwrap();
    assert_eq!(second.await.unwrap(), one);
    assert_eq!((app.count(SOUNDS).await, app.count(PIECES).await), (1, 1));
}

#[tokio::test]
async fn bytes_that_are_not_those_that_were_hashed_are_not_kept() {
    let app = TestApp::start().await;
    let whole = vec![1; 1_000];
    for given in [&whole[..999], &[&whole[..], &[1]].concat()] {
        let mut tx = app.app.db.tenant(app.org).await.unwrap();
        let kept = blob::keep(&mut tx, app.org, known(&whole), &mut Cursor::new(given)).await;
        assert!(matches!(kept, Err(Unkept::Changed)), "{kept:?}");
    }
}

fn known(bytes: &[u8]) -> Known<'static> {
    let sha256 = Sha256::digest(bytes).into();
    Known { name: "call.wav", media_type: "audio/wav", size: bytes.len() as u64, sha256 }
}

/// The same job once more, as after a lease that was lost.
async fn again(app: &TestApp) {
    let call = CallId(calls(app).await[0].parse().unwrap());
    let mut tx = app.app.db.tenant(app.org).await.unwrap();
    job::enqueue(&mut tx, app.org, &FetchRecording { call }).await.unwrap();
    tx.commit().await.unwrap();
}
