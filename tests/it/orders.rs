//! What a supervisor says to an agent: a message, and the order of a break.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use workflows::identity::Role;

use crate::support::{Floor, Persona, Setting, TestApp, people, until};

const SPEED: f64 = 10.0;
/// They answer, and talk until we hang up.
const TALKERS: &str = "0121";

async fn is(agent: &Persona, state: &str) -> Value {
    let there = async || {
        let me = agent.get("/api/agents/me").await.is(200).json();
        (me["state"] == state).then_some(me)
    };
    until(state, there).await
}

async fn available(app: &TestApp) -> Persona {
    let agent = app.agent().await;
    agent.put("/api/agents/me/state", json!({ "state": "available" })).await.is(200);
    is(&agent, "available").await;
    agent
}

#[tokio::test]
async fn a_message_is_in_the_cockpit_until_the_agent_has_read_it() {
    let app = TestApp::start().await;
    let (boss, ana) = (app.supervisor().await, app.agent().await);
    let path = format!("/api/agents/{}/notes", ana.user());
    let note = boss.post(&path, json!({ "body": "Take your time <b>" })).await.is(201).json();
    let page = ana.get("/cockpit").await.is(200).text;
    assert!(page.contains("Rosa Diaz") && page.contains("Take your time &lt;b&gt;") && page.contains("Read"), "{page}");
    assert!(boss.get(&format!("/voice/agents/{}", ana.user())).await.is(200).text.contains("not read yet"));
    let id = note["id"].as_str().unwrap();
    // Nobody else reads it for them.
    app.agent().await.submit("/cockpit/note-read", &[("id", id)]).await.is(404);
    ana.submit("/cockpit/note-read", &[("id", id)]).await.is(303);
    let kept = boss.get(&path).await.is(200).json();
    assert!(kept["items"][0]["seen_at"].is_string(), "{kept}");
    assert!(ana.get("/cockpit").await.is(200).text.contains("Take your time"), "it stays in the log");
    assert_eq!(app.count_of_action("agent.message").await, 1);
    let said = app.text("select string_agg(payload::text, '') from audit_log where action = 'agent.message'").await;
    assert!(!said.contains("Take your time"), "what was said is not for the audit log: {said}");
}

#[tokio::test]
async fn a_free_agent_goes_on_the_break_at_once_and_sees_who_and_why() {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.number(crate::support::CALLER_ID).await;
    app.work();
    let (boss, ana) = (app.supervisor().await, available(&app).await);
    let path = format!("/voice/agents/{}/break", ana.user());
    boss.submit(&path, &[("reason", "coaching")]).await.is(303);
    let me = is(&ana, "break").await;
    assert_eq!(me["reason"], "coaching", "{me}");
    let page = ana.get("/cockpit").await.is(200).text;
    assert!(page.contains("Break, ordered by Rosa Diaz:") && page.contains("coaching"), "{page}");
    // Once it is begun they come back by themselves, and the order is over.
    ana.put("/api/agents/me/state", json!({ "state": "available" })).await.is(200);
    is(&ana, "available").await;
    assert!(!ana.get("/cockpit").await.is(200).text.contains("Break, ordered by"));
    let line = app.text("select payload::text from audit_log where action = 'agent.break'").await;
    assert!(line.contains("coaching"), "{line}");
}

#[tokio::test]
async fn an_agent_on_a_call_goes_on_the_break_after_it_and_cannot_decline() {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let floor = Floor::open(&app, SPEED, 0).await;
    let ana = available(&app).await;
    let list = floor.list(&people(TALKERS, 1)).await;
    floor.start(&list, json!({ "mode": "progressive" })).await;
    let me = is(&ana, "on_call").await;
    let call = me["call_id"].as_str().unwrap().to_owned();
    let order = json!({ "reason": "fire drill" });
    let told = floor.boss.post(&format!("/api/agents/{}/break", ana.user()), order).await.is(200).json();
    assert_eq!((&told["state"], &told["next_state"]), (&json!("on_call"), &json!("break")), "{told}");
    ana.put("/api/agents/me/state", json!({ "state": "available" })).await.problem(409, "illegal-transition");
    assert!(ana.get("/cockpit").await.is(200).text.contains("fire drill"), "the agent knows before");
    ana.post(&format!("/api/calls/{call}/hangup"), json!({})).await.is(202);
    is(&ana, "wrap_up").await;
    ana.post(&format!("/api/calls/{call}/disposition"), json!({ "code": "promise" })).await.is(200);
    let me = is(&ana, "break").await;
    assert_eq!(me["reason"], "fire drill", "{me}");
}

#[rstest]
#[case::no_words("notes", json!({ "body": " " }), "body")]
#[case::too_many_words("notes", json!({ "body": "x".repeat(501) }), "body")]
#[case::no_reason("break", json!({ "reason": "" }), "reason")]
#[case::too_long_a_reason("break", json!({ "reason": "x".repeat(81) }), "reason")]
#[tokio::test]
async fn what_is_missing_is_named(#[case] what: &str, #[case] body: Value, #[case] field: &str) {
    let app = TestApp::start().await;
    let (boss, ana) = (app.supervisor().await, app.agent().await);
    let path = format!("/api/agents/{}/{what}", ana.user());
    let told = boss.post(&path, body.clone()).await.problem(422, "invalid-body");
    assert_eq!(told["errors"][0]["field"], field, "{told}");
    assert_eq!(app.count("select count(*) from agent_notes").await, 0);
}

#[tokio::test]
async fn only_who_runs_campaigns_orders_and_only_their_own_agents() {
    let app = TestApp::start().await;
    let (boss, ana) = (app.supervisor().await, app.agent().await);
    let (notes, pause) = (format!("/api/agents/{}/notes", ana.user()), format!("/api/agents/{}/break", ana.user()));
    let (hello, order) = (json!({ "body": "hello" }), json!({ "reason": "coaching" }));
    for role in [Role::Agent, Role::Compliance, Role::Ops, Role::Readonly] {
        let who = app.role(role).await;
        who.post(&notes, hello.clone()).await.problem(403, "forbidden");
        who.post(&pause, order.clone()).await.problem(403, "forbidden");
    }
    let neighbour = app.neighbour().await;
    neighbour.post(&notes, hello.clone()).await.problem(404, "not-found");
    neighbour.post(&pause, order.clone()).await.problem(404, "not-found");
    neighbour.get(&format!("/voice/agents/{}", ana.user())).await.is(404);
    // A supervisor is no agent.
    boss.post(&format!("/api/agents/{}/notes", boss.user()), hello).await.problem(404, "not-found");
    boss.post(&pause, order).await.problem(409, "illegal-transition");
    let unknown = "/api/agents/me/notes/0199b7a0-0000-7000-8000-000000000000/seen";
    ana.send(ana.request(Method::POST, unknown)).await.problem(404, "not-found");
}
