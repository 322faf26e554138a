//! A worker that is killed in the middle of a bulk action.

use serde_json::json;

use super::{LETTERS, order, outage::dead};
use crate::support::{
    Floor, TestApp,
    process::{Wib, provider},
};

const JOBS: i32 = 3_000;

#[tokio::test]
async fn killed_in_the_middle_it_goes_on_elsewhere_and_does_nothing_twice() {
    let app = TestApp::start().await;
    let floor = Floor::open(&app, 20.0, 0).await;
    dead(&app, JOBS).await;
    let ops = app.ops().await;
    let body = json!({ "filter": { "dead_letters": true }, "action": "retry", "reason": "the provider is back" });
    let made = order(&ops, body).await.is(202).json();
    let at = format!("/api/jobs/bulk/{}", made["id"].as_str().unwrap());

    let place = tempfile::tempdir().unwrap();
    let mut environment = provider(&app.sim);
    environment.push(("DATABASE_URL", floor.owner.clone()));
    let mut first = Wib::start(place.path(), &["work"], &environment);
    let under_way = "select done::bigint from bulk_actions";
    floor.until("it is under way", async || (app.count(under_way).await >= 200).then_some(())).await;
    first.kill();
    let done = app.count(under_way).await;
    assert!(done < i64::from(JOBS), "it was over before it was killed");
    // What was committed is whole: as many new jobs as results.
    assert_eq!(app.count("select count(*) from bulk_items where result = 'retried'").await, done);
    assert_eq!(i64::from(JOBS) - app.count(LETTERS).await, done);

    let _second = Wib::start(place.path(), &["work"], &environment);
    let look = async || {
        let now = ops.get(&at).await.is(200).json();
        (now["state"] == "done").then_some(now)
    };
    let over = floor.until("another worker ended it", look).await;
    assert_eq!(over["counts"], json!({ "succeeded": JOBS, "refused": 0, "waiting": 0 }), "{over}");
    assert_eq!(app.count("select count(distinct new_id) from bulk_items").await, i64::from(JOBS));
    let made = "select count(*) from (select id from jobs where kind = 'apply_webhook' union all
                select id from job_history where kind = 'apply_webhook' and id < 1000000) made";
    assert_eq!(app.count(made).await, i64::from(JOBS), "as many new jobs as old ones");
    assert_eq!(app.count_of_action("bulk.end").await, 1);
}
