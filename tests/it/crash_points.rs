//! What `docs/CRASH_POINTS.md` says of single instructions: a process stops there, a job is taken away, a message never
//! comes, and nobody is lost.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use uuid::{NoContext, Timestamp, Uuid};
use workflows::{
    agent,
    call::{self, Answer, Event, Fact, PlaceCall, Placed, Release, State, Target},
    id::{AccountId, CallId},
    transition::Actor,
};

use crate::support::{Floor, Setting, TestApp, people};

/// Virtual seconds in a real one.
const BRISK: f64 = 20.0;

#[tokio::test]
async fn whom_a_call_does_not_reach_after_the_stop_is_not_waited_for() {
    let app = working().await;
    let mut floor = Floor::open(&app, BRISK, 1).await;
    let list = floor.list(&people("0108", 1)).await;
    let campaign = floor.start(&list, json!({ "max_attempts": 3 })).await;
    let ringing = "select count(*) from calls where state = 'ringing'";
    floor.until("it rings", async || (floor.number(ringing).await == 1).then_some(())).await;
    floor.pull(&campaign, "stop").await;
    let stats = floor.over(&campaign).await;
    assert_eq!(stats["recipients"]["skipped"], 1, "{stats}");
    floor.settle().await;
}

#[tokio::test]
async fn a_dial_that_an_operator_cancels_gives_its_person_back() {
    let app = working().await;
    let mut floor = Floor::open(&app, BRISK, 1).await;
    let ops = app.ops().await;
    ops.post("/api/queues/dial/pause", json!({})).await;
    let list = floor.list(&people("0121", 1)).await;
    let campaign = floor.start(&list, json!({})).await;
    let waiting = "select coalesce(min(id), 0) from jobs where kind = 'place_call'";
    let dial = floor.until("a dial waits", async || Some(floor.number(waiting).await).filter(|id| *id > 0)).await;
    ops.post(&format!("/api/jobs/{dial}/cancel"), json!({})).await.is(200);
    ops.post("/api/queues/dial/resume", json!({})).await;
    let stats = floor.over(&campaign).await;
    assert_eq!((&stats["recipients"]["done"], &stats["dials"]), (&json!(1), &json!(1)), "{stats}");
    floor.settle().await;
}

#[tokio::test]
async fn a_second_run_of_a_dial_sees_the_intent_of_the_first() {
    let (app, floor) = quiet().await;
    let job = PlaceCall { call: CallId::new(), target: by_hand(&floor).await };
    let mut first = app.app.db.tenant(app.org).await.unwrap();
    assert!(matches!(call::place(&mut first, &job).await.unwrap(), Placed::Dial(_)));
    let (db, org) = (app.app.db.clone(), app.org);
    let second = tokio::spawn(async move {
        let mut tx = db.tenant(org).await.unwrap();
        call::place(&mut tx, &job).await.unwrap()
    });
    let waits = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    floor.until("the second waits", async || (floor.number(waits).await == 1).then_some(())).await;
    first.commit().await.unwrap();
    let second = second.await.unwrap();
    assert!(matches!(second, Placed::Already(State::Intent)), "{second:?}");
}

#[tokio::test]
async fn a_leg_that_never_comes_up_is_given_up() {
    let app = working().await;
    let floor = Floor::open(&app, BRISK, 0).await;
    app.agent().await;
    let asked = Uuid::new_v7(Timestamp::from_unix(NoContext, Utc::now().timestamp().unsigned_abs() - 61, 0));
    let mut db = PgConnection::connect(&floor.owner).await.unwrap();
    // Whoever wants calls is there, and waits for the leg.
    let dialing = "update agents set leg = 'dialing', leg_attempt = $1, next_state = 'available',
                     last_seen_at = clock_timestamp() + interval '1 hour'";
    assert_eq!(sqlx::query(dialing).bind(asked).execute(&mut db).await.unwrap().rows_affected(), 1);
    let down = "select count(*) from agents where leg = 'down' and next_state is null";
    floor.until("the leg is given up", async || (floor.number(down).await == 1).then_some(())).await;
}

#[tokio::test]
async fn who_is_joined_is_recorded_though_the_worker_who_joined_them_is_gone() {
    let (app, floor) = quiet().await;
    let call = answered(&app, &floor).await;
    happens(&app, call, Event::Joined, Some(Utc::now())).await;
    let recording = "select count(*) from jobs where kind = 'start_recording'";
    assert_eq!(floor.number(recording).await, 1);
}

#[tokio::test]
async fn who_waited_longer_than_two_seconds_and_let_go_was_abandoned() {
    let (app, floor) = quiet().await;
    let call = answered(&app, &floor).await;
    let late = Utc::now() + TimeDelta::hours(1);
    happens(&app, call, Event::HungUp { release: Release::Completed }, Some(late)).await;
    let mut tx = app.app.db.tenant(app.org).await.unwrap();
    let ended = call::find(&mut tx, call).await.unwrap().unwrap();
    assert_eq!((ended.result.as_deref(), ended.abandoned), (Some("abandoned"), true));
    assert_eq!(floor.number("select count(*) from agents where state = 'available'").await, 1);
}

#[tokio::test]
async fn who_is_known_to_have_answered_only_after_they_let_go_was_abandoned_all_the_same() {
    let (app, floor) = quiet().await;
    let call = placed(&app, &floor).await;
    let hung_up = Event::HungUp { release: Release::Completed };
    happens(&app, call, hung_up, Some(Utc::now() + TimeDelta::minutes(1))).await;
    happens(&app, call, Event::Detected(Answer::Human), Some(Utc::now())).await;
    happens(&app, call, Event::Answered, Some(Utc::now())).await;
    assert_eq!(floor.number("select count(*) from facts.attempts where abandoned").await, 1);
}

#[tokio::test]
async fn an_agent_who_said_goodbye_and_is_gone_is_missed_while_they_have_a_call() {
    let (app, floor) = quiet().await;
    answered(&app, &floor).await;
    let mut db = PgConnection::connect(&floor.owner).await.unwrap();
    let gone = "update agents set next_state = 'offline', last_seen_at = clock_timestamp() - interval '1 minute'";
    sqlx::query(gone).execute(&mut db).await.unwrap();
    let mut tx = app.app.db.system().await.unwrap();
    let missed = agent::unseen(&mut tx, std::time::Duration::from_secs(15)).await.unwrap();
    assert_eq!(missed.len(), 1);
    agent::record(&mut tx, missed[0], agent::Event::Lost, Actor::System).await.unwrap();
    assert!(agent::unseen(&mut tx, std::time::Duration::from_secs(15)).await.unwrap().is_empty(), "asked for twice");
}

#[tokio::test]
async fn a_conversation_whose_end_nobody_can_tell_leaves_its_agent_to_wrap_up() {
    let (app, floor) = quiet().await;
    let call = answered(&app, &floor).await;
    happens(&app, call, Event::Joined, None).await;
    happens(&app, call, Event::GiveUp, None).await;
    assert_eq!(floor.number("select count(*) from agents where state = 'wrap_up'").await, 1);
    assert_eq!(floor.number("select count(*) from jobs where kind = 'close_wrap_up'").await, 1);
}

async fn working() -> TestApp {
    let app = TestApp::with(Setting { speed: BRISK, ..Setting::default() }).await;
    app.work();
    app
}

/// One account, and nobody at work: a test does by itself what a worker would.
async fn quiet() -> (TestApp, Floor) {
    let app = TestApp::start().await;
    let floor = Floor::open(&app, 1.0, 0).await;
    floor.list(&people("0121", 1)).await;
    (app, floor)
}

async fn by_hand(floor: &Floor) -> Target {
    let mut db = PgConnection::connect(&floor.owner).await.unwrap();
    let account = sqlx::query_scalar("select id from collection_accounts").fetch_one(&mut db).await.unwrap();
    Target::Account { account: AccountId(account), phone: None, agent: None, attempt_no: 1 }
}

/// A person who said hello, and the agent promised to them.
async fn answered(app: &TestApp, floor: &Floor) -> CallId {
    app.agent().await;
    let mut db = PgConnection::connect(&floor.owner).await.unwrap();
    let up =
        "update agents set state = 'available', leg = 'up', leg_attempt = gen_random_uuid(), conference_id = 'room'";
    sqlx::query(up).execute(&mut db).await.unwrap();
    let call = placed(app, floor).await;
    for event in [Event::Accepted, Event::Initiated, Event::Answered, Event::Detected(Answer::Human)] {
        happens(app, call, event, None).await;
    }
    call
}

/// An intent that is written down.
async fn placed(app: &TestApp, floor: &Floor) -> CallId {
    let job = PlaceCall { call: CallId::new(), target: by_hand(floor).await };
    let mut tx = app.app.db.tenant(app.org).await.unwrap();
    assert!(matches!(call::place(&mut tx, &job).await.unwrap(), Placed::Dial(_)));
    tx.commit().await.unwrap();
    job.call
}

async fn happens(app: &TestApp, id: CallId, event: Event, at: Option<DateTime<Utc>>) {
    let mut tx = app.app.db.tenant(app.org).await.unwrap();
    call::record(&mut tx, id, event, Fact { at, ..Fact::default() }, Actor::Carrier).await.unwrap();
    tx.commit().await.unwrap();
}
