//! In the browser: what failed alike is found, tried, redriven, watched, stopped and resumed.

use serde_json::json;
use workflows::identity::Role;

use super::{LETTERS, outage};
use crate::{
    browser::look_at,
    support::{Browser, Floor, Setting, TestApp, until},
};

const PASSWORD: &str = "correct horse battery";
/// `WIB_REDRIVE_JOBS=10000` asks for the long form.
const JOBS: i32 = 300;
/// Enough to be stopped by hand while it runs.
const LONG: i32 = 3_000;

#[tokio::test]
async fn what_an_outage_left_is_found_tried_redriven_stopped_and_resumed() {
    let jobs = std::env::var("WIB_REDRIVE_JOBS").map_or(JOBS, |jobs| jobs.parse().expect("a number of jobs"));
    let all = web::format::count(jobs.into());
    let app = TestApp::with(Setting { speed: 10.0, ..Setting::default() }).await;
    let Some(browser) = Browser::open(&app.url).await else { return };
    let floor = Floor::open(&app, 10.0, 0).await;
    outage::begin(&floor.owner).await;
    outage::due(&app, jobs).await;
    app.work();
    floor.until("all of them died", async || (app.count(LETTERS).await == i64::from(jobs)).then_some(())).await;
    outage::end(&floor.owner).await;

    let admin = app.role(Role::Admin).await;
    browser.sign_in(&admin.email, PASSWORD).await;
    browser.goto("/jobs").await;
    assert_eq!(browser.words("#errors tbody tr td:last-child").await.replace("dead letters", "").trim(), all);
    browser.click("#errors tbody td:last-child a").await;
    browser.until_words(".one-error", "Like:").await;
    assert!(browser.path().await.contains("view=dead&fingerprint="), "{}", browser.path().await);
    assert_eq!(browser.run("return document.querySelectorAll('#jobs tbody tr').length", Vec::new()).await, 50);

    // Nothing begins before it was asked for: the queue of the order is held.
    admin.post("/api/queues/default/pause", json!({})).await.is(200);
    browser.click(".bulkbar a[href*='action=retry']").await;
    browser.until_words("h1", &format!("Retry {all} jobs?")).await;
    assert!(browser.words("#told").await.contains("A rule would refuse"));
    let mut wrong = Vec::new();
    look_at(&browser, &[browser.path().await, "/jobs?view=dead".to_owned()], &mut wrong).await;
    browser.look("light", 1440).await;
    browser.goto("/jobs?view=dead").await;
    browser.click(".bulkbar a[href*='action=retry']").await;
    browser.type_into("#reason", "The webhooks are stored again").await;
    if i64::from(jobs) > web::pages::bulk::MANY {
        browser.type_into("#sure", &jobs.to_string()).await;
    }
    browser.click("form[action='/jobs/bulk'] button").await;
    browser.until_words("#bulk", "Waits for a worker").await;
    browser.mark().await;
    browser.click("#bulk-stop button").await;
    browser.until_words("#bulk", "Stopped. What was done").await;
    look_at(&browser, &[browser.path().await], &mut wrong).await;
    browser.look("light", 1440).await;

    browser.goto(&browser.path().await).await;
    browser.mark().await;
    admin.post("/api/queues/default/resume", json!({})).await.is(200);
    browser.click("#bulk-resume button").await;
    if jobs >= LONG {
        stopped_in_the_middle(&browser).await;
    }
    // The page moves by itself until it is over.
    floor.until("it is done", async || browser.words("#bulk").await.contains("Done at").then_some(())).await;
    assert!(browser.marked().await, "the page was loaded again");
    browser.until_words("#bulk .balance", &format!("{all} retried")).await;
    look_at(&browser, &[browser.path().await], &mut wrong).await;
    assert_eq!(app.count(LETTERS).await, 0);
    let ran = "select count(*) from job_history where outcome = 'done' and kind = 'apply_webhook'";
    floor.until("all of them ran", async || (app.count(ran).await == i64::from(jobs)).then_some(())).await;

    browser.look("light", 1440).await;
    browser.goto(&browser.path().await).await;
    let log = browser.words("#bulk-log").await;
    let told = ["Asked for", "Stopped at ", "Resumed at ", "Done, 0 left as they were"];
    assert!(told.iter().all(|line| log.contains(line)), "{log}");
    browser.click("#bulk-log header a").await;
    browser.until_words("main", "The webhooks are stored again").await;
    until("each line", async || {
        let lines = browser.run("return document.querySelectorAll('#lines tbody tr').length", Vec::new()).await;
        (lines == if jobs >= LONG { 6 } else { 4 }).then_some(())
    })
    .await;
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Between two batches, by whoever is quick enough.
async fn stopped_in_the_middle(browser: &Browser) {
    browser.until_words("#bulk", "jobs left").await;
    browser.click("#bulk-stop button").await;
    browser.until_words("#bulk", "Stopped. What was done").await;
    browser.click("#bulk-resume button").await;
}
