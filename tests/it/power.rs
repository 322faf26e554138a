//! A power campaign: agents call its list themselves, one person after the other, and it counts as any campaign does.

use serde_json::{Value, json};

use crate::{
    invariants,
    support::{Floor, Persona, Setting, TestApp, in_new_york, people, until},
};

const SPEED: f64 = 20.0;
/// They answer, and talk until we hang up.
const TALKERS: &str = "0121";
/// A machine answers.
const MACHINES: &str = "0102";

#[tokio::test]
async fn an_agent_works_a_list_to_its_end_and_a_machine_costs_no_talk() {
    let app = working().await;
    let (mut floor, ana) = (Floor::open(&app, SPEED, 0).await, app.agent().await);
    go_available(&ana).await;
    let list = floor.list(&[people(TALKERS, 2), people(MACHINES, 1)].concat()).await;
    let campaign = floor.start(&list, power()).await;
    for _ in 0..2 {
        let call = call_next(&floor, &ana).await;
        is(&ana, "on_call").await;
        ana.post(&format!("/api/calls/{call}/hangup"), json!({})).await.is(202);
        is(&ana, "wrap_up").await;
        ana.post(&format!("/api/calls/{call}/disposition"), json!({ "code": "promise" })).await.is(200);
        is(&ana, "available").await;
    }
    let machine = call_next(&floor, &ana).await;
    let path = format!("/api/calls/{machine}");
    let voicemail = || async { (ana.get(&path).await.json()["result"] == "voicemail").then_some(()) };
    until("the machine was let go", voicemail).await;
    is(&ana, "available").await;
    let stats = floor.over(&campaign).await;
    assert_eq!((&stats["recipients"]["done"], &stats["recipients"]["failed"]), (&json!(2), &json!(1)), "{stats}");
    assert_eq!((&stats["connected"], &stats["voicemail"], &stats["balances"]), (&json!(2), &json!(1), &json!(true)));
    ana.put("/api/agents/me/state", json!({ "state": "offline" })).await.is(200);
    let books = floor.settle().await;
    assert_eq!(books.dials().len(), 3);
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn agents_who_ask_at_once_get_different_people_and_nobody_is_called_by_two() {
    let app = working().await;
    let floor = Floor::open(&app, SPEED, 0).await;
    let (ana, bo) = (app.agent().await, app.agent().await);
    go_available(&ana).await;
    go_available(&bo).await;
    let list = floor.list(&people(TALKERS, 3)).await;
    floor.start(&list, power()).await;
    let first = next(&ana).await;
    assert_ne!(first["recipient_id"], next(&bo).await["recipient_id"]);
    // Both insist on the same person.
    let (one, two) = tokio::join!(ana.post("/api/calls", ask(&first)), bo.post("/api/calls", ask(&first)));
    let mut both = [one.status.as_u16(), two.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [202, 409], "{} {}", one.text, two.text);
    let (lost, loser) = if one.status == 409 { (one, &ana) } else { (two, &bo) };
    lost.problem(409, "changed-meanwhile");
    assert_ne!(next(loser).await["recipient_id"], first["recipient_id"]);
}

#[tokio::test]
async fn an_agent_with_two_windows_dials_once() {
    let app = working().await;
    let (floor, ana) = (Floor::open(&app, SPEED, 0).await, app.agent().await);
    go_available(&ana).await;
    let list = floor.list(&people(TALKERS, 3)).await;
    let campaign = floor.start(&list, power()).await;
    let (one, two) = waiting_two(&floor, &campaign).await;
    let (a, b) = tokio::join!(ana.post("/api/calls", one), ana.post("/api/calls", two));
    let mut both = [a.status.as_u16(), b.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [202, 409], "{} {}", a.text, b.text);
    if a.status == 409 { a } else { b }.problem(409, "not-ready");
    is(&ana, "on_call").await;
    assert_eq!(floor.books().await.requests().len(), 1);
}

#[tokio::test]
async fn asking_claims_nobody_and_the_pacer_dials_nobody() {
    let app = working().await;
    let (floor, ana) = (Floor::open(&app, SPEED, 0).await, app.agent().await);
    go_available(&ana).await;
    let list = floor.list(&people(TALKERS, 2)).await;
    let campaign = floor.start(&list, power()).await;
    let first = next(&ana).await;
    let held = || async { floor.campaign(&campaign).await["waiting_for"].as_str().map(str::to_owned) };
    assert!(until("the pacer said why it waits", held).await.contains("its agents dial it"));
    assert_eq!(next(&ana).await["recipient_id"], first["recipient_id"]);
    let person = &floor.recipients(&campaign).await[0];
    assert_eq!((&person["state"], &person["attempts_used"]), (&json!("queued"), &json!(0)), "{person}");
    assert_eq!(floor.number("select count(*) from facts.attempts").await, 0);
}

#[tokio::test]
async fn a_refusal_is_stored_with_its_reason_and_the_list_goes_on() {
    let app = working().await;
    let (floor, ana) = (Floor::open(&app, SPEED, 0).await, app.agent().await);
    go_available(&ana).await;
    let list = floor.list(&[in_new_york("+12125550121").who_said_stop(), in_new_york("+12125560121")]).await;
    let campaign = floor.start(&list, power()).await;
    let open = next(&ana).await;
    let people = floor.recipients(&campaign).await;
    let refused = json!({ "account_id": people[0]["account_id"], "recipient_id": people[0]["id"] });
    let told = ana.post("/api/calls", refused).await.problem(409, "contact-not-allowed");
    assert!(told["detail"].as_str().unwrap().contains("DNC_NUMBER"), "{told}");
    let person = &floor.recipients(&campaign).await[0];
    assert_eq!((&person["state"], &person["outcome"]), (&json!("suppressed"), &json!("DNC_NUMBER")), "{person}");
    assert_eq!(floor.number("select count(*) from facts.attempts where state = 'skipped'").await, 1);
    assert_eq!(
        (next(&ana).await["recipient_id"].clone(), floor.books().await.requests().len()),
        (open["recipient_id"].clone(), 0)
    );
    let page = ana.get("/cockpit").await.is(200).text;
    assert!(page.contains("was not called"), "the agent is told on the page");
}

#[tokio::test]
async fn a_pause_stops_new_dials_at_once_also_one_that_was_asked_for() {
    let app = working().await;
    let (floor, ana, ops) = (Floor::open(&app, SPEED, 0).await, app.agent().await, app.ops().await);
    go_available(&ana).await;
    let list = floor.list(&people(TALKERS, 2)).await;
    let campaign = floor.start(&list, power()).await;
    let first = next(&ana).await;
    ops.post("/api/queues/dial/pause", json!({})).await.is(200);
    let asked = ana.post("/api/calls", ask(&first)).await.is(202).json();
    floor.pull(&campaign, "pause").await;
    ops.post("/api/queues/dial/resume", json!({})).await.is(200);
    let back = || async { (floor.recipients(&campaign).await[0]["state"] == "queued").then_some(()) };
    until("the person is back on the list", back).await;
    ana.get("/api/dialer/next-account").await.is(204);
    ana.post("/api/calls", ask(&first)).await.problem(409, "not-ready");
    assert_eq!(floor.recipients(&campaign).await[0]["attempts_used"], 0);
    floor.pull(&campaign, "resume").await;
    let again = call_next(&floor, &ana).await;
    assert_ne!(asked["id"], json!(again));
    is(&ana, "on_call").await;
    assert_eq!(floor.books().await.requests().len(), 1);
}

#[tokio::test]
async fn agents_hang_up_and_write_down_only_their_own_calls_and_those_once() {
    let app = working().await;
    let floor = Floor::open(&app, SPEED, 0).await;
    let (ana, bo) = (app.agent().await, app.agent().await);
    go_available(&ana).await;
    let list = floor.list(&people(TALKERS, 1)).await;
    floor.start(&list, power()).await;
    let call = call_next(&floor, &ana).await;
    is(&ana, "on_call").await;
    let (hang_up, said) = (format!("/api/calls/{call}/hangup"), format!("/api/calls/{call}/disposition"));
    let promise = json!({ "code": "promise" });
    bo.post(&hang_up, json!({})).await.problem(403, "forbidden");
    ana.post(&said, promise.clone()).await.problem(409, "illegal-transition");
    ana.post(&hang_up, json!({})).await.is(202);
    is(&ana, "wrap_up").await;
    bo.post(&said, promise.clone()).await.problem(403, "forbidden");
    ana.post(&said, promise.clone()).await.is(200);
    ana.post(&said, json!({ "code": "paid" })).await.problem(409, "illegal-transition");
    let corrected = floor.boss.post(&said, json!({ "code": "paid" })).await.is(200).json();
    assert_eq!(corrected["disposition"], "paid");
}

#[tokio::test]
async fn after_a_wrap_up_that_nobody_ended_no_call_leaves_by_itself() {
    let app = working().await;
    let (floor, ana) = (Floor::open(&app, SPEED, 0).await, app.agent().await);
    go_available(&ana).await;
    let list = floor.list(&people(TALKERS, 3)).await;
    floor.start(&list, json!({ "mode": "power", "wrap_up_secs": 20 })).await;
    let leaves = "select count(*) from agents where advance_at is not null";
    let call = call_next(&floor, &ana).await;
    is(&ana, "on_call").await;
    ana.post(&format!("/api/calls/{call}/hangup"), json!({})).await.is(202);
    is(&ana, "wrap_up").await;
    is(&ana, "available").await;
    assert_eq!(floor.number(leaves).await, 0, "nobody may be there");
    let call = call_next(&floor, &ana).await;
    is(&ana, "on_call").await;
    ana.post(&format!("/api/calls/{call}/hangup"), json!({})).await.is(202);
    is(&ana, "wrap_up").await;
    ana.post(&format!("/api/calls/{call}/disposition"), json!({ "code": "promise" })).await.is(200);
    is(&ana, "available").await;
    assert_eq!(floor.number(leaves).await, 1);
    ana.submit("/cockpit/stay", &[]).await.is(303);
    assert_eq!(floor.number(leaves).await, 0);
}

#[tokio::test]
async fn an_agent_says_when_the_next_call_leaves_by_itself() {
    let app = TestApp::start().await;
    let ana = app.agent().await;
    assert_eq!(ana.get("/api/agents/me").await.json()["auto_advance_secs"], 2);
    for wish in [json!(null), json!(0), json!(30)] {
        let body = json!({ "auto_advance_secs": wish });
        assert_eq!(ana.put("/api/agents/me/settings", body).await.is(200).json()["auto_advance_secs"], wish);
    }
    for wrong in [json!(31), json!(-1)] {
        let body = json!({ "auto_advance_secs": wrong });
        ana.put("/api/agents/me/settings", body).await.problem(422, "invalid-body");
    }
    ana.submit("/cockpit/settings", &[("auto_advance_secs", "")]).await.is(303);
    assert_eq!(ana.get("/api/agents/me").await.json()["auto_advance_secs"], Value::Null);
    app.supervisor().await.get("/cockpit").await.problem(404, "not-found");
}

#[tokio::test]
async fn without_a_script_the_cockpit_is_forms_that_come_back_to_it() {
    let app = working().await;
    let (floor, ana) = (Floor::open(&app, SPEED, 0).await, app.agent().await);
    let does = async |path: &str, fields: &[(&str, &str)]| {
        let reply = ana.submit(path, fields).await.is(303);
        assert_eq!(reply.location(), "/cockpit", "{path}");
    };
    does("/cockpit/state", &[("state", "available")]).await;
    is(&ana, "available").await;
    let list = floor.list(&people(TALKERS, 2)).await;
    let campaign = floor.start(&list, json!({ "mode": "power", "script": "Say hello.\n\nThen listen." })).await;
    let first = next(&ana).await["recipient_id"].clone();
    let people = floor.recipients(&campaign).await;
    let (person, other) = if people[0]["id"] == first { (&people[0], &people[1]) } else { (&people[1], &people[0]) };
    let (account, recipient) = (person["account_id"].as_str().unwrap(), person["id"].as_str().unwrap());
    assert!(ana.get("/cockpit").await.text.contains("Call now"));
    does("/cockpit/call", &[("account_id", account), ("recipient_id", recipient)]).await;
    is(&ana, "on_call").await;
    let call = ana.get("/api/agents/me").await.json()["call_id"].as_str().unwrap().to_owned();
    does("/cockpit/note", &[("call_id", &call), ("note", "prefers mornings")]).await;
    let page = ana.get("/cockpit").await.text;
    assert!(page.contains("Say hello.") && page.contains("prefers mornings"), "{page}");
    does("/cockpit/hangup", &[("call_id", &call)]).await;
    is(&ana, "wrap_up").await;
    does("/cockpit/disposition", &[("call_id", &call), ("code", "promise"), ("note", "prefers mornings")]).await;
    is(&ana, "available").await;
    let kept = ana.get(&format!("/api/calls/{call}")).await.json();
    assert_eq!((&kept["disposition"], &kept["note"]), (&json!("promise"), &json!("prefers mornings")));
    // From an account's own page; whoever was just talked to is left in peace for a week.
    let again = ana.submit(&format!("/accounts/{account}/call"), &[]).await.is(303);
    assert_eq!(again.location(), format!("/accounts/{account}"));
    does(&format!("/accounts/{}/call", other["account_id"].as_str().unwrap()), &[]).await;
    is(&ana, "on_call").await;
}

fn power() -> Value {
    json!({ "mode": "power" })
}

/// The call that `next-account` suggests.
fn ask(next: &Value) -> Value {
    json!({ "account_id": next["account"]["id"], "recipient_id": next["recipient_id"] })
}

async fn next(agent: &Persona) -> Value {
    let answer = || async {
        let reply = agent.get("/api/dialer/next-account").await;
        (reply.status == 200).then(|| reply.json())
    };
    until("there is somebody to call", answer).await
}

/// Calls the next of the list, and answers the call's id.
async fn call_next(floor: &Floor, agent: &Persona) -> String {
    let before = floor.number("select count(*) from calls").await;
    let next = next(agent).await;
    let call = agent.post("/api/calls", ask(&next)).await.is(202).json()["id"].as_str().unwrap().to_owned();
    let written = || async { (floor.number("select count(*) from calls").await > before).then_some(()) };
    until("the intent is written", written).await;
    call
}

async fn waiting_two(floor: &Floor, campaign: &str) -> (Value, Value) {
    let planned = || async { Some(floor.recipients(campaign).await).filter(|people| people.len() > 1) };
    let people = until("the list is planned", planned).await;
    let ask = |n: usize| json!({ "account_id": people[n]["account_id"], "recipient_id": people[n]["id"] });
    (ask(0), ask(1))
}

async fn go_available(agent: &Persona) {
    agent.put("/api/agents/me/state", json!({ "state": "available" })).await.is(200);
    is(agent, "available").await;
}

async fn is(agent: &Persona, state: &str) {
    let so = || async { (agent.get("/api/agents/me").await.json()["state"] == state).then_some(()) };
    until(&format!("the agent is {state}"), so).await;
}

async fn working() -> TestApp {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    app
}
