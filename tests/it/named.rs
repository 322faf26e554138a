//! The five journeys that everything else stands on.

use chrono::{TimeDelta, Utc};
use serde_json::json;
use workflows::{compliance::Channel, decision, id::AccountId};

use crate::{
    invariants,
    support::{Floor, Place, Setting, TestApp, in_california, in_new_york, people},
};

/// Virtual seconds in a real one, where conversations may pass quickly.
const BRISK: f64 = 20.0;
/// Where the verdict's two seconds matter.
const CALM: f64 = 5.0;

#[tokio::test]
async fn happy_path() {
    let app = working(BRISK).await;
    let mut floor = Floor::open(&app, BRISK, 4).await;
    let list = floor.list(&people("0121", 10)).await;
    let campaign = floor.start(&list, json!({})).await;
    floor.ended(&campaign).await;
    let books = floor.settle().await;
    let stats = floor.stats(&campaign).await;
    assert_eq!((&stats["recipients"]["planned"], &stats["recipients"]["done"]), (&json!(10), &json!(10)), "{stats}");
    assert_eq!((&stats["connected"], &stats["recordings"]), (&json!(10), &json!(10)), "{stats}");
    assert_eq!((books.dials().len(), books.recorded().len()), (10, 10));
    assert_eq!(floor.campaign(&campaign).await["state"], "completed");
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn pause_resume() {
    // Everybody is to be talked to: on a busy machine the law's two seconds would be too short at a brisker clock.
    const STEADY: f64 = 8.0;
    let app = working(STEADY).await;
    let mut floor = Floor::open(&app, STEADY, 3).await;
    let list = floor.list(&people("0121", 10)).await;
    let campaign = floor.start(&list, json!({})).await;
    floor.until("somebody was dialed", async || (floor.books().await.requests().len() >= 2).then_some(())).await;
    floor.pull(&campaign, "pause").await;
    let quiet_from = Utc::now() + TimeDelta::seconds(1);
    floor
        .until("agents are free again and the pacer had its chances", async || {
            let idle = floor.number("select count(*) from agents where state <> 'available'").await == 0;
            (idle && Utc::now() > quiet_from + TimeDelta::seconds(1)).then_some(())
        })
        .await;
    let late: Vec<_> = floor.books().await.requests().into_iter().filter(|at| *at > quiet_from).collect();
    assert!(late.is_empty(), "dialed later than a second after the pause: {late:?}");
    let stats = floor.stats(&campaign).await;
    assert!(stats["recipients"]["queued"].as_i64().unwrap() > 0, "{stats}");
    assert_eq!(stats["live"], 0);
    floor.pull(&campaign, "resume").await;
    let stats = floor.over(&campaign).await;
    assert_eq!((&stats["recipients"]["done"], &stats["recipients"]["skipped"]), (&json!(10), &json!(0)), "{stats}");
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn compliance_pre_dial() {
    let app = working(BRISK).await;
    let mut floor = Floor::open(&app, BRISK, 2).await;
    floor.at("2026-11-17 09:30", "America/New_York").await;
    let (open, stop) = (in_new_york("+12125560121"), in_new_york("+12125570121").who_said_stop());
    let (listed, spent) = (in_new_york("+12125580121"), in_new_york("+12125590121"));
    // Half past six in the morning there.
    let early = in_california("+12135580121");
    let list = floor.list(&[open, stop, early, listed, spent]).await;
    on_the_registry(&floor, "+12125580121").await;
    called_seven_times(&floor, "+12125590121").await;
    let campaign = floor.start(&list, json!({})).await;
    let refused = "select count(*) from facts.attempts where state = 'skipped'";
    floor.until("four are refused", async || (floor.number(refused).await == 4).then_some(())).await;
    let people = floor.recipients(&campaign).await;
    let standing: Vec<_> = people.iter().map(|p| (p["state"].as_str().unwrap(), p["outcome"].as_str())).collect();
    let blocked = ("suppressed", Some("DNC_NUMBER"));
    assert_eq!(
        (standing[1], standing[2].0, standing[3], standing[4].0),
        (blocked, "retry_wait", blocked, "retry_wait")
    );
    // Eight o'clock in Los Angeles; and the day on which the first of the seven calls has left the seven days.
    let next = |n: usize| people[n]["next_at"].as_str().unwrap().get(..16).map(str::to_owned);
    assert_eq!(next(2).as_deref(), Some("2026-11-17T16:00"), "{people:?}");
    assert_eq!(next(4).as_deref(), Some("2026-11-24T13:00"), "{people:?}");
    let reasons = [(1, "do-not-call"), (2, "in Los Angeles"), (3, "do-not-call"), (4, "7 of 7 calls")];
    for (n, why) in reasons {
        let told = people[n]["explanation"].as_str().unwrap();
        assert!(told.contains(why), "{told}");
    }
    let stats = floor.over(&campaign).await;
    assert_eq!((&stats["recipients"]["done"], &stats["recipients"]["suppressed"]), (&json!(3), &json!(2)), "{stats}");
    let books = floor.settle().await;
    assert_eq!(books.dials().len(), 3);
    invariants::hold(&floor.owner, &books).await;
}

/// A federal registry's entry, as a supervisor writes it down.
async fn on_the_registry(floor: &Floor, number: &str) {
    let entry =
        json!({ "value": number, "kind": "federal", "source": "registry", "reason": "Subscription of November" });
    floor.boss.post("/api/suppressions", entry).await.is(201);
}

/// The seven calls about a debt that the law allows in seven days, each of them lawful, all of them now.
async fn called_seven_times(floor: &Floor, number: &str) {
    let mut tx = floor.db.tenant(floor.org).await.unwrap();
    let account =
        "select a.id from collection_accounts a join phones p on p.consumer_id = a.consumer_id where p.e164 = $1";
    let account = AccountId(sqlx::query_scalar(account).bind(number).fetch_one(&mut *tx).await.unwrap());
    let contact = decision::contact(&mut tx, floor.org, account, Channel::Call, None).await.unwrap();
    let now = tx.now().await.unwrap();
    let (verdict, allowed) = decision::take(&mut tx, &contact, now).await.unwrap();
    assert!(allowed.allowed(), "{:?}", allowed.reasons);
    let calls =
        "insert into calls (id, org_id, account_id, consumer_id, debt_group_id, to_addr, state, zones, decision_id,
                            intent_at, ended_at, result)
         select gen_random_uuid(), org_id, id, consumer_id, debt_group_id, $2, 'ended', '{America/New_York}', $3,
                $4, $4, 'no_answer'
         from collection_accounts, generate_series(1, 7) where id = $1";
    let calls = sqlx::query(calls).bind(account.0).bind(number).bind(verdict.0).bind(now);
    assert_eq!(calls.execute(&mut *tx).await.unwrap().rows_affected(), 7);
    tx.commit().await.unwrap();
}

/// Of everybody on the demo's list, whoever a rule forbids is skipped with its reason, and nobody else is.
#[tokio::test]
async fn compliance_pre_dial_of_the_demo() {
    let app = working(BRISK).await;
    let (mut floor, list) = Floor::demo(Place::of(&app, BRISK), 50, 8).await;
    floor.sign_on().await;
    let campaign = floor.start(&list, json!({})).await;
    floor.over(&campaign).await;
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
    let refused = "select count(*) from facts.attempts where state = 'skipped'";
    assert!(floor.number(refused).await > 0, "the demo has somebody whom a rule forbids");
    let silent = "select count(*) from facts.attempts a left join compliance_decisions d on d.id = a.compliance_id
        where a.state = 'skipped' and (d.id is null or d.allowed or coalesce(d.reasons->0->>'sentence', '') = ''
              or coalesce(d.reasons->0->>'citation', '') = '')";
    assert_eq!(floor.number(silent).await, 0, "somebody was skipped without a reason and its source");
    let unasked = "select count(*) from calls c left join compliance_decisions d on d.id = c.decision_id
        where c.state <> 'skipped' and (d.id is null or not d.allowed)";
    assert_eq!(floor.number(unasked).await, 0, "somebody was called whom no verdict allowed");
}

#[tokio::test]
async fn amd() {
    let app = working(CALM).await;
    let mut floor = Floor::open(&app, CALM, 1).await;
    let mut list = people("0102", 3);
    list.extend(people("0121", 1));
    let list = floor.list(&list).await;
    let hang_up_on_machines = json!({ "verdict_deadline_ms": 5_000 });
    let campaign = floor.start(&list, hang_up_on_machines).await;
    let stats = floor.over(&campaign).await;
    assert_eq!((&stats["voicemail"], &stats["connected"]), (&json!(3), &json!(1)), "{stats}");
    let talked_to_machines =
        "select count(*) from facts.attempts where answered_by = 'machine' and bridged_at is not null";
    assert_eq!(floor.number(talked_to_machines).await, 0);
    let on_call =
        "select count(*) from transitions where noun = 'agent' and to_state = 'on_call' and from_state <> 'on_call'";
    assert_eq!(floor.number(on_call).await, 1, "an agent talked to somebody else than the one person");
    let books = floor.settle().await;
    assert_eq!(books.dials().len(), 4, "the next call was dialed");
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn errors_of_the_network_fail_the_attempt_and_schedule_a_retry() {
    let app = working(BRISK).await;
    let mut floor = Floor::open(&app, BRISK, 1).await;
    let list = floor.list(&people("0114", 1)).await;
    let campaign = floor.start(&list, json!({ "max_attempts": 2 })).await;
    floor.until("the attempt failed", async || (floor.stats(&campaign).await["failed"] == 1).then_some(())).await;
    let person = &floor.recipients(&campaign).await[0];
    assert_eq!((&person["state"], &person["explanation"]), (&json!("retry_wait"), &json!("failed")), "{person}");
    assert_eq!(person["attempts_used"], 0, "the network's trouble is not the person's: {person}");
    let waiting = "select count(*) from facts.jobs where kind = 'retry_call' and state = 'pending'";
    assert_eq!(floor.number(waiting).await, 1);
    floor.pull(&campaign, "stop").await;
    floor.over(&campaign).await;
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn errors_for_want_of_agents_pause_the_campaign_until_somebody_is_there() {
    let app = working(BRISK).await;
    let mut floor = Floor::open(&app, BRISK, 1).await;
    let list = floor.list(&people("0121", 4)).await;
    // Whom the agent leaves ringing is abandoned, and tried again tomorrow.
    let campaign = floor.start(&list, json!({ "max_attempts": 2 })).await;
    floor.until("somebody was dialed", async || (!floor.books().await.dials().is_empty()).then_some(())).await;
    floor.sign_off().await;
    let paused = async || {
        let now = floor.campaign(&campaign).await;
        (now["state"] == "paused" && now["pause_reason"] == "no_agents").then_some(())
    };
    floor.until("the campaign paused itself", paused).await;
    floor.sign_on().await;
    let stats = floor.over(&campaign).await;
    assert_eq!(stats["recipients"]["done"], 4, "{stats}");
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn errors_of_time_are_resolved_by_asking_and_the_person_is_dialed_once() {
    let app = working(CALM).await;
    let mut floor = Floor::open(&app, CALM, 1).await;
    // The carrier takes the call and never answers us.
    let list = floor.list(&people("0118", 1)).await;
    let campaign = floor.start(&list, json!({})).await;
    let stats = floor.over(&campaign).await;
    assert_eq!((&stats["connected"], &stats["unknown"], &stats["dials"]), (&json!(1), &json!(0), &json!(1)), "{stats}");
    let books = floor.settle().await;
    assert_eq!(books.requests().len(), 1);
    invariants::hold(&floor.owner, &books).await;
}

async fn working(speed: f64) -> TestApp {
    let app = TestApp::with(Setting { speed, ..Setting::default() }).await;
    app.work();
    app
}
