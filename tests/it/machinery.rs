//! The jobs console over HTTP: one job and what holds it, worker processes, schedules.

use serde_json::json;
use uuid::Uuid;
use workflows::{
    identity::Role,
    job,
    message::RetryMessage,
    schedule::{self, Cron},
};

use crate::support::TestApp;

async fn scheduled(app: &TestApp) -> String {
    let daily = Cron::parse("0 9 * * *", "America/New_York").unwrap();
    let mut tx = app.app.db.tenant(app.org).await.unwrap();
    let job = RetryMessage { recipient: workflows::id::RecipientId(Uuid::now_v7()) };
    schedule::put(&mut tx, app.org, "daily", &daily, &job).await.unwrap();
    tx.commit().await.unwrap();
    app.text("select id::text from schedules").await
}

#[tokio::test]
async fn a_job_that_nobody_works_says_so_and_is_cancelled_from_its_page() {
    let app = TestApp::start().await;
    let mut tx = app.app.db.tenant(app.org).await.unwrap();
    let job = RetryMessage { recipient: workflows::id::RecipientId(Uuid::now_v7()) };
    let id = job::enqueue(&mut tx, app.org, &job).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let ops = app.ops().await;
    let why = ops.get(&format!("/api/jobs/{id}/why")).await.is(200).json();
    assert_eq!((&why["rule"], &why["until"]), (&json!("no_worker"), &json!(null)));
    ops.get("/api/jobs/999999/why").await.is(404);
    ops.get("/api/jobs/seven/why").await.is(404);
    app.agent().await.get(&format!("/api/jobs/{id}/why")).await.is(403);

    let page = ops.get(&format!("/jobs/{id}")).await.is(200).text;
    assert!(page.contains("start wib work") && page.contains(&format!("/jobs/{id}/cancel")), "{page}");
    let readonly = app.role(Role::Readonly).await.get(&format!("/jobs/{id}")).await.is(200).text;
    assert!(!readonly.contains("/cancel"), "only legal actions of a role are shown");
    assert_eq!(ops.submit(&format!("/jobs/{id}/cancel"), &[]).await.is(303).location(), format!("/jobs/{id}"));
    assert_eq!(app.count_of_action("job.cancel").await, 1);
    app.neighbour().await.get(&format!("/jobs/{id}")).await.is(404);
}

#[tokio::test]
async fn a_schedule_run_by_hand_fires_once_under_a_double_click_and_is_audited() {
    let app = TestApp::start().await;
    let id = scheduled(&app).await;
    let ops = app.ops().await;
    let page = ops.get("/jobs/workers").await.is(200).text;
    assert!(page.contains("0 9 * * *") && page.contains("No worker has started"), "{page}");
    let once = page.split("name=\"once\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
    let path = format!("/jobs/schedules/{id}/run");
    let fields = [("once", once.as_str())];
    let (first, second) = tokio::join!(ops.submit(&path, &fields), ops.submit(&path, &fields));
    assert_eq!((first.is(303).location(), second.is(303).location()), ("/jobs/workers", "/jobs/workers"));
    assert_eq!(app.count("select count(*) from jobs where kind = 'retry_message'").await, 1);
    assert_eq!(app.count_of_action("schedule.run").await, 1);
    app.supervisor().await.submit(&path, &fields).await.is(403);
    app.neighbour().await.submit(&path, &fields).await.is(404);

    let listed = ops.get("/api/schedules").await.is(200).json();
    let line = &listed["items"][0];
    assert_eq!((&line["timezone"], &line["last_by"]), (&json!("America/New_York"), &json!("Otto Park")));
    assert!(line["next_at"].as_str().is_some_and(|at| at.contains("T14:00")), "{line}");
    let mut tx = app.app.db.tenant(app.org).await.unwrap();
    schedule::rest(&mut tx, app.org, "daily").await.unwrap();
    tx.commit().await.unwrap();
    ops.post(&format!("/api/schedules/{id}/run"), json!({})).await.is(409);
}

#[tokio::test]
async fn a_worker_process_is_listed_with_what_it_works() {
    let app = TestApp::working().await;
    let ops = app.ops().await;
    let worker = crate::support::until("a worker that reports", || async {
        let workers = ops.get("/api/workers").await.is(200).json();
        workers["items"].get(0).cloned()
    })
    .await;
    assert_eq!(worker["alive"], json!(true));
    let queues: Vec<_> = worker["queues"].as_array().unwrap().iter().map(|q| q["name"].as_str().unwrap()).collect();
    assert_eq!(queues, ["live", "dial", "send", "webhook", "media", "default"]);
    assert!(worker["pid"].is_u64() && worker["heartbeat_secs"].as_f64().unwrap() < 10.0, "{worker}");
}
