//! A supervisor on an agent's line: listens, whispers, barges in, leaves; and neither a crash nor a lost answer leaves a
//! leg behind.

use reqwest::Method;
use serde_json::{Value, json};
use workflows::identity::Role;

use crate::support::{Floor, Persona, Setting, TestApp, people, until};

const SPEED: f64 = 10.0;
/// Takes the call, and stays on it.
const DESK: &str = "+12125990121";

async fn open(app: &TestApp) -> (Floor, String) {
    let floor = Floor::open(app, SPEED, 1).await;
    let agent = floor.agents[0].to_string();
    (floor, agent)
}

async fn leave(who: &Persona) -> crate::support::Reply {
    who.send(who.request(Method::DELETE, "/api/supervision")).await
}

fn listen() -> Value {
    json!({ "role": "monitor", "phone": DESK })
}

/// What the carrier says of the supervisors in its conferences: their roles, and how many hear a whisper.
async fn roles(app: &TestApp) -> Vec<(String, usize)> {
    let state: Value = reqwest::get(format!("{}/sim/state", app.sim.origin())).await.unwrap().json().await.unwrap();
    let there = state["conferences"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|conference| conference["participants"].as_array().unwrap().clone());
    let role = |one: &Value| one["supervisor_role"].as_str().unwrap_or("none").to_owned();
    let supervisors = there.filter(|one| role(one) != "none");
    supervisors.map(|one| (role(&one), one["whisper_call_control_ids"].as_array().map_or(0, Vec::len))).collect()
}

async fn legs(app: &TestApp) -> u64 {
    let state: Value = reqwest::get(format!("{}/sim/state", app.sim.origin())).await.unwrap().json().await.unwrap();
    state["counts"]["live_legs"].as_u64().unwrap()
}

async fn becomes(app: &TestApp, role: &str, heard_by: usize) {
    let wanted = vec![(role.to_owned(), heard_by)];
    until(role, async || (roles(app).await == wanted).then_some(())).await;
}

#[tokio::test]
async fn a_supervisor_listens_whispers_barges_in_and_leaves() {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let (floor, agent) = open(&app).await;
    let asked = floor.boss.post(&format!("/api/agents/{agent}/supervision"), listen()).await.is(202).json();
    assert_eq!((&asked["role"], &asked["role_now"]), (&json!("monitor"), &json!(null)), "{asked}");
    becomes(&app, "monitor", 0).await;
    let known = async || (floor.boss.get("/api/supervision").await.json()["role_now"] == "monitor").then_some(());
    until("we know that they are in", known).await;
    let page = floor.boss.get(&format!("/voice/agents/{agent}")).await.is(200).text;
    assert!(page.contains("You hear both; nobody hears you.") && page.contains("Leave"), "{page}");

    floor.boss.put("/api/supervision", json!({ "role": "whisper" })).await.is(202);
    becomes(&app, "whisper", 1).await;
    floor.boss.submit(&format!("/voice/agents/{agent}/role"), &[("role", "barge")]).await.is(303);
    becomes(&app, "barge", 0).await;
    floor.boss.post(&format!("/api/agents/{agent}/supervision"), listen()).await.problem(409, "illegal-transition");

    leave(&floor.boss).await.is(204);
    until("the leg is gone", async || (roles(&app).await.is_empty() && legs(&app).await == 1).then_some(())).await;
    leave(&floor.boss).await.problem(409, "illegal-transition");
    for (action, times) in [("supervision.begin", 1), ("supervision.role", 2), ("supervision.end", 1)] {
        assert_eq!(app.count_of_action(action).await, times, "{action}");
    }
    // The telephone is remembered.
    floor.boss.post(&format!("/api/agents/{agent}/supervision"), json!({ "role": "whisper" })).await.is(202);
    becomes(&app, "whisper", 1).await;
}

#[tokio::test]
async fn the_consumer_of_a_call_stays_and_the_agent_is_told() {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let ana = app.agent().await;
    app.number(crate::support::CALLER_ID).await;
    let boss = app.supervisor().await;
    ana.put("/api/agents/me/state", json!({ "state": "available" })).await.is(200);
    let up = async || (ana.get("/api/agents/me").await.json()["leg"] == "up").then_some(());
    until("the agent's audio is up", up).await;
    boss.post(&format!("/api/agents/{}/supervision", ana.user()), listen()).await.is(202);
    let told = async || ana.get("/cockpit").await.is(200).text.contains("Rosa Diaz listens").then_some(());
    until("the cockpit says that somebody listens", told).await;
    ana.put("/api/agents/me/state", json!({ "state": "offline" })).await.is(200);
    let over = async || (boss.get("/api/supervision").await.status == 404).then_some(());
    until("the session ended with the agent's audio", over).await;
    until("no leg is left", async || (legs(&app).await == 0).then_some(())).await;
}

#[tokio::test]
async fn a_leg_whose_session_is_over_before_it_was_known_is_hung_up() {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let (floor, agent) = open(&app).await;
    // Left before the telephone was answered, before the dial's answer, before the dial itself.
    for _ in 0..5 {
        floor.boss.post(&format!("/api/agents/{agent}/supervision"), listen()).await.is(202);
        leave(&floor.boss).await.is(204);
    }
    until("only the agent's own leg is left", async || (legs(&app).await == 1).then_some(())).await;
    let open = "select count(*) from supervisions where ended_at is null";
    assert_eq!(app.count(open).await, 0);
}

#[tokio::test]
async fn a_leg_that_nobody_remembers_is_found_and_let_go() {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let (floor, agent) = open(&app).await;
    floor.boss.post(&format!("/api/agents/{agent}/supervision"), listen()).await.is(202);
    becomes(&app, "monitor", 0).await;
    // As after a crash between the carrier's answer and our commit: the row is over, and knows no leg.
    let mut db = crate::support::owner(&floor.owner).await.unwrap();
    sqlx::query("update supervisions set ended_at = wib_now(), ended_because = 'test', joined_at = null, leg_call_control_id = null")
        .execute(&mut db)
        .await
        .unwrap();
    until("the comparison with the carrier let it go", async || (legs(&app).await == 1).then_some(())).await;
}

#[tokio::test]
async fn a_session_without_its_leg_ends() {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let (floor, agent) = open(&app).await;
    floor.boss.post(&format!("/api/agents/{agent}/supervision"), listen()).await.is(202);
    becomes(&app, "monitor", 0).await;
    let mut db = crate::support::owner(&floor.owner).await.unwrap();
    sqlx::query("update supervisions set leg_call_control_id = 'v3:gone', id = '01900000-0000-7000-8000-000000000000'")
        .execute(&mut db)
        .await
        .unwrap();
    let over =
        async || (app.count("select count(*) from supervisions where ended_at is null").await == 0).then_some(());
    until("the session of a leg that the carrier has not is over", over).await;
}

#[tokio::test]
async fn who_may_not_or_cannot_is_refused_by_name() {
    let app = TestApp::start().await;
    let (boss, ana) = (app.supervisor().await, app.agent().await);
    let path = format!("/api/agents/{}/supervision", ana.user());
    for role in [Role::Agent, Role::Compliance, Role::Ops, Role::Readonly] {
        app.role(role).await.post(&path, listen()).await.problem(403, "forbidden");
    }
    app.key(Role::Admin).await.post(&path, listen()).await.problem(403, "forbidden");
    boss.post(&path, listen()).await.problem(409, "not-ready");
    let nobody = "/api/agents/0199b7a0-0000-7000-8000-000000000000/supervision";
    boss.post(nobody, listen()).await.problem(404, "not-found");
    app.neighbour().await.post(&path, listen()).await.problem(404, "not-found");
    boss.post(&path, json!({ "role": "spy", "phone": DESK })).await.problem(422, "invalid-body");
    let told = boss.post(&path, json!({ "role": "monitor", "phone": "12" })).await.problem(422, "invalid-body");
    assert_eq!(told["errors"][0]["field"], "phone", "{told}");
    boss.put("/api/supervision", json!({ "role": "barge" })).await.problem(409, "illegal-transition");
    boss.get("/api/supervision").await.problem(404, "not-found");
    let form = format!("/voice/agents/{}/message", ana.user());
    assert!(boss.submit(&form, &[("body", "")]).await.is(422).text.contains("body-error"));
}

#[tokio::test]
async fn no_telephone_is_refused_and_never_a_consumers_is_called() {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let (floor, agent) = open(&app).await;
    let path = format!("/api/agents/{agent}/supervision");
    let told = floor.boss.post(&path, json!({ "role": "monitor" })).await.problem(422, "invalid-body");
    assert_eq!(told["errors"][0]["field"], "phone", "{told}");
    floor.list(&people("0121", 1)).await;
    let theirs = json!({ "role": "monitor", "phone": people("0121", 1)[0].phone() });
    let told = floor.boss.post(&path, theirs).await.problem(422, "invalid-body");
    assert!(told.to_string().contains("consumer"), "{told}");
    assert_eq!(app.count("select count(*) from supervisions").await, 0);
}
