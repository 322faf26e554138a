//! A supervisor's hold on the floor as a browser shows it: live, by click, in both themes and on both screens.

use serde_json::json;

use crate::{
    browser::look_at,
    support::{Browser, Floor, Setting, TestApp, people},
};

const PASSWORD: &str = "correct horse battery";
const BRISK: f64 = 10.0;

#[tokio::test]
async fn a_supervisor_listens_sends_on_a_break_and_stops_everything() {
    let app = TestApp::with(Setting { speed: BRISK, ..Setting::default() }).await;
    app.work();
    let Some(browser) = Browser::open(&app.url).await else { return };
    let floor = Floor::open(&app, BRISK, 2).await;
    let list = floor.list(&people("0121", 30)).await;
    let draft = floor.draft(&list, json!({ "name": "Later" })).await;
    floor.start(&list, json!({})).await;
    browser.sign_in(&floor.boss.email, PASSWORD).await;

    browser.goto("/voice/wall").await;
    browser.until_words("#feed", "Live").await;
    browser.until_words("#wall-figures", "Connects per agent-hour").await;
    browser.until_words("#wall-campaigns", "November").await;

    let agent = format!("/voice/agents/{}", floor.agents[0]);
    browser.goto(&agent).await;
    browser.type_into("#phone", "(212) 599-0121").await;
    browser.click("button[value=monitor]").await;
    browser.until_words("#agent-line", "You hear both").await;
    browser.mark().await;
    browser.click("button[value=whisper]").await;
    browser.until_words("#agent-line", "Only the agent hears you").await;
    let mut wrong = Vec::new();
    look_at(&browser, std::slice::from_ref(&agent), &mut wrong).await;
    browser.goto(&agent).await;
    browser.click("form[action$='/leave'] button").await;
    browser.until_words("#agent-line", "Your telephone").await;
    browser.type_into("#reason", "coaching").await;
    browser.click("form[action$='/break'] button").await;
    browser.until_words("#agent-log", "Break: coaching").await;

    browser.goto("/kill-switch").await;
    browser.type_into("#reason", "wrong list").await;
    browser.click("form[action='/kill-switch'] button").await;
    browser.until_words("#halt", "wrong list").await;
    look_at(&browser, &["/kill-switch", "/voice/wall"].map(str::to_owned), &mut wrong).await;
    look_at(&browser, &[format!("/voice?campaign={draft}")], &mut wrong).await;
    browser.until_words("#checklist", "The kill switch is on").await;
    browser.goto("/kill-switch").await;
    browser.type_into("#reason", "list replaced").await;
    browser.click("form[action='/kill-switch/lift'] button").await;
    browser.until_words("main", "It is off").await;
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(browser.complaints().await, Vec::<String>::new());
}
