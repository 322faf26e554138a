//! Bulk actions: tried, done, stopped, resumed, killed in the middle; and what is refused.

mod journey;
mod kill;
mod outage;

use rstest::rstest;
use serde_json::{Value, json};
use workflows::identity::Role;

use self::outage::dead;
use crate::support::{Floor, Persona, Setting, TestApp, in_new_york, until};

const LETTERS: &str = "select count(*) from job_history where outcome = 'dead' and retried_by is null";

#[tokio::test]
async fn a_dry_run_tells_how_many_and_which_and_changes_nothing() {
    let app = TestApp::start().await;
    dead(&app, 25).await;
    let ops = app.ops().await;
    let errors = ops.get("/api/jobs?group=fingerprint&limit=1").await.is(200).json()["errors"].clone();
    assert_eq!((&errors[0]["failures"], &errors[0]["dead_letters"]), (&json!(25), &json!(25)), "{errors}");
    let filter = json!({ "fingerprint": errors[0]["fingerprint"], "dead_letters": true });
    let told = order(&ops, json!({ "filter": filter, "action": "retry", "dry_run": true })).await.is(200).json();
    assert_eq!((&told["count"], told["samples"].as_array().unwrap().len()), (&json!(25), 10), "{told}");
    assert_eq!(told["compliance"]["total"], 0, "{told}");
    assert!(told["samples"][0]["error"].as_str().unwrap().contains("provider said"), "{told}");
    assert_eq!((app.count(LETTERS).await, app.count("select count(*) from bulk_actions").await), (25, 0));
}

#[tokio::test]
async fn all_that_match_are_retried_once_and_each_is_accounted_for() {
    let app = TestApp::working().await;
    dead(&app, 230).await;
    let ops = app.ops().await;
    let body = json!({ "filter": { "dead_letters": true }, "action": "retry", "reason": "the provider is back" });
    let made = order(&ops, body.clone()).await.is(202).json();
    let done = over(&ops, &made).await;
    assert_eq!(done["counts"], json!({ "succeeded": 230, "refused": 0, "waiting": 0 }), "{done}");
    let again = "select count(distinct retried_by) from job_history where retried_by is not null";
    assert_eq!((app.count(LETTERS).await, app.count(again).await), (0, 230));
    let ran = "select count(*) from job_history where outcome = 'done' and kind = 'apply_webhook'";
    until("all of them ran", async || (app.count(ran).await == 230).then_some(())).await;
    // Nothing is left; and asked for by state, every one says why it is not done again.
    order(&ops, body).await.problem(422, "invalid-body");
    let twice = json!({ "filter": { "state": "dead" }, "action": "retry", "reason": "once more" });
    let done = over(&ops, &order(&ops, twice).await.is(202).json()).await;
    assert_eq!(done["counts"]["refused"], 230, "{done}");
    let file = ops.get(done["file"].as_str().unwrap()).await.is(200).text;
    assert_eq!(file.lines().count(), 231);
    assert!(file.contains("apply_webhook,refused,,\"it was retried before, as job "), "{}", &file[..400]);
    for (action, lines) in [("bulk.request", 2), ("bulk.end", 2), ("bulk.stop", 0)] {
        assert_eq!(app.count_of_action(action).await, lines, "{action}");
    }
}

#[tokio::test]
async fn the_same_order_sent_twice_is_one() {
    let app = TestApp::start().await;
    dead(&app, 3).await;
    let ops = app.ops().await;
    let body = json!({ "filter": { "dead_letters": true }, "action": "retry", "reason": "once" });
    let send = async || {
        let request = ops.request(reqwest::Method::POST, "/api/jobs/bulk").header("idempotency-key", "k").json(&body);
        ops.send(request).await.is(202).json()["id"].clone()
    };
    assert_eq!(send().await, send().await);
    assert_eq!(app.count("select count(*) from bulk_actions").await, 1);
}

#[tokio::test]
async fn what_waits_is_cancelled_and_what_is_dead_leaves_the_letters() {
    let app = TestApp::start().await;
    dead(&app, 4).await;
    outage::waiting(&app, 3).await;
    let ops = app.ops().await;
    let cancel = json!({ "filter": { "kind": "apply_webhook" }, "action": "cancel", "reason": "not wanted" });
    let cancel = order(&ops, cancel).await.is(202).json();
    let delete = json!({ "filter": { "dead_letters": true }, "action": "delete", "reason": "looked at" });
    let delete = order(&ops, delete).await.is(202).json();
    app.work();
    assert_eq!(over(&ops, &cancel).await["counts"], json!({ "succeeded": 3, "refused": 4, "waiting": 0 }));
    assert_eq!(over(&ops, &delete).await["counts"], json!({ "succeeded": 4, "refused": 0, "waiting": 0 }));
    assert_eq!(ops.get("/api/jobs?dead_letters=true").await.is(200).json()["items"], json!([]));
    // They are history still.
    assert_eq!(app.count("select count(*) from job_history where dismissed_at is not null").await, 4);
    assert_eq!(app.count("select count(*) from job_history where outcome = 'cancelled'").await, 3);
}

#[tokio::test]
async fn it_is_stopped_and_goes_on_where_it_was() {
    let app = TestApp::start().await;
    dead(&app, 150).await;
    let ops = app.ops().await;
    let made = order(&ops, json!({ "filter": { "dead_letters": true }, "action": "retry", "reason": "back" })).await;
    let at = made.is(202).json()["id"].as_str().map(|id| format!("/api/jobs/bulk/{id}")).unwrap();
    ops.post(&format!("{at}/resume"), json!({})).await.problem(409, "illegal-transition");
    let stopped = ops.post(&format!("{at}/stop"), json!({})).await.is(200).json();
    assert_eq!((&stopped["state"], &stopped["done"]), (&json!("stopped"), &json!(0)), "{stopped}");
    ops.post(&format!("{at}/stop"), json!({})).await.problem(409, "illegal-transition");
    app.work();
    let idle = "select count(*) from job_history where kind = 'bulk_action' and outcome = 'done'";
    until("its job found that it is stopped", async || (app.count(idle).await == 1).then_some(())).await;
    assert_eq!(app.count(LETTERS).await, 150);
    ops.post(&format!("{at}/resume"), json!({})).await.is(200);
    let done = over(&ops, &stopped).await;
    assert_eq!(done["counts"]["succeeded"], 150, "{done}");
    assert_eq!((app.count_of_action("bulk.stop").await, app.count_of_action("bulk.resume").await), (1, 1));
}

#[tokio::test]
async fn a_retried_call_passes_the_rules_again_and_is_made_once() {
    let app = TestApp::with(Setting { speed: 20.0, ..Setting::default() }).await;
    let floor = Floor::open(&app, 20.0, 0).await;
    floor.list(&[in_new_york("+12125700121"), in_new_york("+12125710121").who_said_stop()]).await;
    outage::dead_calls(&app).await;
    let ops = app.ops().await;
    let all = json!({ "kind": "place_call", "dead_letters": true });
    let told = order(&ops, json!({ "filter": all, "action": "retry", "dry_run": true })).await.is(200).json();
    let rules = &told["compliance"];
    assert_eq!((&rules["asked"], &rules["allowed"], &rules["refused"]), (&json!(2), &json!(1), &json!(1)), "{told}");
    assert_eq!(rules["rules"][0]["refused"], 1, "{told}");
    app.work();
    let made = order(&ops, json!({ "filter": all, "action": "retry", "reason": "back" })).await.is(202).json();
    over(&ops, &made).await;
    let called = "select count(*) from calls where state <> 'skipped'";
    let refused = "select count(*) from calls where state = 'skipped'";
    floor
        .until("one is called and one is not", async || {
            (app.count(called).await == 1 && app.count(refused).await == 1).then_some(())
        })
        .await;
    // Both attempts exist now: whoever retries them by hand reaches nobody.
    let told = order(&ops, json!({ "filter": { "kind": "place_call" }, "action": "retry", "dry_run": true })).await;
    assert_eq!(told.is(200).json()["compliance"]["allowed"], 0);
    assert_eq!(floor.books().await.doubled(), 0);
}

#[rstest]
#[case::no_action(json!({ "filter": { "queue": "dial" }, "reason": "x" }), "action")]
#[case::an_unknown_action(json!({ "filter": { "queue": "dial" }, "action": "burn", "reason": "x" }), "action")]
#[case::no_reason(json!({ "filter": { "queue": "dial" }, "action": "retry" }), "reason")]
#[case::a_blank_reason(json!({ "filter": { "queue": "dial" }, "action": "retry", "reason": "  " }), "reason")]
#[case::no_filter(json!({ "action": "retry", "reason": "x" }), "everything")]
#[case::everything_and_a_filter(json!({ "filter": { "queue": "dial" }, "everything": true, "action": "retry", "dry_run": true }), "everything")]
#[case::an_unknown_field(json!({ "filter": { "colour": "red" }, "action": "retry", "dry_run": true }), "filter.colour")]
#[case::an_unknown_queue(json!({ "filter": { "queue": "dail" }, "action": "retry", "dry_run": true }), "filter.queue")]
#[case::an_unknown_state(json!({ "filter": { "state": "asleep" }, "action": "retry", "dry_run": true }), "filter.state")]
#[case::no_fingerprint(json!({ "filter": { "fingerprint": "XYZ" }, "action": "retry", "dry_run": true }), "filter.fingerprint")]
#[case::a_campaign_that_is_no_id(json!({ "filter": { "campaign": "7" }, "action": "retry", "dry_run": true }), "filter.campaign")]
#[case::an_end_before_the_beginning(json!({ "filter": { "from": "2026-11-02T00:00:00Z", "to": "2026-11-01T00:00:00Z" }, "action": "retry", "dry_run": true }), "filter.to")]
#[case::living_dead(json!({ "filter": { "dead_letters": true, "state": "running" }, "action": "retry", "dry_run": true }), "filter.dead_letters")]
#[case::nothing_matches(json!({ "filter": { "queue": "dial" }, "action": "retry", "dry_run": true }), "filter")]
#[case::nothing_matches_for_real(json!({ "filter": { "text": "no such words" }, "action": "retry", "reason": "x" }), "filter")]
#[tokio::test]
async fn a_bad_order_is_refused_by_field(#[case] body: Value, #[case] field: &str) {
    let app = TestApp::start().await;
    let problem = order(&app.ops().await, body).await.problem(422, "invalid-body");
    assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    assert_eq!(app.count("select count(*) from bulk_actions").await, 0);
}

#[tokio::test]
async fn others_neither_find_nor_touch_it() {
    let app = TestApp::start().await;
    dead(&app, 2).await;
    let body = json!({ "filter": { "dead_letters": true }, "action": "retry", "reason": "mine" });
    let neighbour = app.neighbour().await;
    order(&neighbour, body.clone()).await.problem(422, "invalid-body");
    let at = order(&app.ops().await, body.clone()).await.is(202).json()["id"]
        .as_str()
        .map(|id| format!("/api/jobs/bulk/{id}"));
    let at = at.unwrap();
    neighbour.get(&at).await.problem(404, "not-found");
    neighbour.get(&format!("{at}/file")).await.problem(404, "not-found");
    neighbour.post(&format!("{at}/stop"), json!({})).await.problem(404, "not-found");
    for role in [Role::Readonly, Role::Supervisor] {
        let reader = app.role(role).await;
        reader.get(&at).await.is(200);
        order(&reader, body.clone()).await.problem(403, "forbidden");
        reader.post(&format!("{at}/stop"), json!({})).await.problem(403, "forbidden");
    }
    app.agent().await.get(&at).await.problem(403, "forbidden");
    app.ops().await.get("/api/jobs?fingerprint=nope").await.problem(400, "invalid-query");
}

async fn order(who: &Persona, body: Value) -> crate::support::Reply {
    who.post("/api/jobs/bulk", body).await
}

/// The bulk action once it is done.
async fn over(who: &Persona, made: &Value) -> Value {
    let at = format!("/api/jobs/bulk/{}", made["id"].as_str().unwrap());
    until("the bulk action is done", async || {
        let now = who.get(&at).await.is(200).json();
        (now["state"] == "done").then_some(now)
    })
    .await
}
