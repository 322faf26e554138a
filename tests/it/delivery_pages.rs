//! The delivery page of a campaign and the workflow behind each attempt, as people with different rights meet them.

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use workflows::identity::Role;

use crate::support::{Floor, Persona, Reply, TestApp, in_new_york, people};

const SPEED: f64 = 20.0;

/// As a browser asks.
async fn open(who: &Persona, path: &str) -> Reply {
    who.send(who.request(Method::GET, path).header("accept", "text/html")).await
}

/// A campaign that is over: two people spoke, two were busy, one was never to be called. With the id of one call.
async fn over(app: &TestApp) -> (Floor, String) {
    app.work();
    let floor = Floor::open(app, SPEED, 2).await;
    let mut list = people("0121", 2);
    list.extend(people("0108", 2));
    list.push(in_new_york("+12125990121").who_said_stop());
    let import = floor.list(&list).await;
    let campaign = floor.start(&import, json!({})).await;
    floor.over(&campaign).await;
    (floor, campaign)
}

/// The latest attempt of somebody in that state, as the page links to it.
async fn attempt(who: &Persona, campaign: &str, state: &str) -> String {
    let page = open(who, &format!("/campaigns/{campaign}?state={state}")).await.is(200).text;
    let link = page.split(r#"href="/workflows/"#).nth(1).unwrap_or_else(|| panic!("no run in {page}"));
    link.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_campaigns_page_adds_up_and_says_why_people_failed() {
    let app = TestApp::start().await;
    let (floor, campaign) = over(&app).await;
    let page = open(&floor.boss, &format!("/campaigns/{campaign}")).await.is(200).text;
    for words in ["2 completed", "2 failed", "1 blocked", "5 planned", "2 failed, by reason", "Busy", "Person 0"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("does not add up") && page.contains(&format!("/voice?campaign={campaign}")), "{page}");
    let failed = open(&floor.boss, &format!("/campaigns/{campaign}?state=failed")).await.is(200).text;
    assert!(failed.contains("Person 2") && !failed.contains("Person 0"), "{failed}");
    let later = open(&floor.boss, &format!("/campaigns/{campaign}?after=2")).await.is(200).text;
    assert!(later.contains("First page") && !later.contains("Person 1"), "{later}");
}

#[tokio::test]
async fn a_calls_page_shows_the_verdict_the_dial_and_what_the_carrier_said() {
    let app = TestApp::start().await;
    let (floor, campaign) = over(&app).await;
    let run = attempt(&floor.boss, &campaign, "done").await;
    let page = open(&floor.boss, &format!("/workflows/{run}")).await.is(200).text;
    for words in
        ["Allowed, ", "Rules ", "Asked Telnyx to dial", "Telnyx said call.answered", "Place the call", "(212) 55"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    let refused = attempt(&floor.boss, &campaign, "suppressed").await;
    let page = open(&floor.boss, &format!("/workflows/{refused}")).await.is(200).text;
    assert!(page.contains("Refused, on a do-not-call list") && !page.contains("Asked Telnyx"), "{page}");
    let steps = floor.boss.get(&format!("/api/workflows/{run}")).await.is(200).json();
    let kinds: Vec<_> =
        steps["timeline"].as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap()).collect();
    assert!(
        ["decision", "job", "request", "webhook", "transition"].iter().all(|kind| kinds.contains(kind)),
        "{kinds:?}"
    );
    let person = floor.recipients(&campaign).await[0]["id"].as_str().unwrap().to_owned();
    let page = open(&floor.boss, &format!("/workflows/{person}")).await.is(200).text;
    assert!(page.contains("Call, try 1") && page.contains("/workflows/"), "{page}");
}

#[tokio::test]
async fn operations_reads_states_and_no_person() {
    let app = TestApp::start().await;
    let (floor, campaign) = over(&app).await;
    let ops = app.ops().await;
    let page = open(&ops, &format!("/campaigns/{campaign}")).await.is(200).text;
    assert!(page.contains("Number 1 on the list") && page.contains("(212)"), "{page}");
    let run = attempt(&floor.boss, &campaign, "done").await;
    let run = open(&ops, &format!("/workflows/{run}")).await.is(200).text;
    for page in [page, run] {
        assert!(!page.contains("Person 0") && !page.contains("-0121") && !page.contains("/accounts/"), "{page}");
    }
}

#[rstest]
#[case::an_agent(Role::Agent, 403, 200)]
#[case::compliance(Role::Compliance, 200, 200)]
#[case::operations(Role::Ops, 200, 200)]
#[case::a_reader(Role::Readonly, 200, 200)]
#[tokio::test]
async fn whoever_may_see_campaigns_sees_their_pages(#[case] role: Role, #[case] page: u16, #[case] run: u16) {
    let app = TestApp::start().await;
    let floor = Floor::open(&app, SPEED, 0).await;
    let import = floor.list(&people("0121", 1)).await;
    let campaign = floor.draft(&import, json!({})).await;
    let who = app.role(role).await;
    open(&who, &format!("/campaigns/{campaign}")).await.is(page);
    open(&who, &format!("/workflows/{campaign}")).await.is(run);
    let neighbour = app.neighbour().await;
    for path in [format!("/campaigns/{campaign}"), format!("/workflows/{campaign}")] {
        open(&neighbour, &path).await.is(404);
    }
    for path in [format!("/live/campaign?id={campaign}"), format!("/live/workflow?id={campaign}")] {
        neighbour.get(&path).await.problem(404, "not-found");
    }
}

#[tokio::test]
async fn a_lever_leads_back_to_the_page_it_was_pulled_on() {
    let app = TestApp::start().await;
    app.work();
    let floor = Floor::open(&app, SPEED, 1).await;
    let import = floor.list(&people("0121", 30)).await;
    let campaign = floor.start(&import, json!({})).await;
    let own = format!("/campaigns/{campaign}");
    let back = [("back", own.as_str())];
    assert_eq!(floor.boss.submit(&format!("{own}/pause"), &back).await.is(303).location(), own);
    let page = open(&floor.boss, &own).await.is(200).text;
    assert!(page.contains("a supervisor paused it") && page.contains("Resume, call"), "{page}");
    assert_eq!(floor.boss.submit(&format!("{own}/resume"), &back).await.is(303).location(), own);
    let mut stream = crate::realtime::Stream::open(&floor.boss, &format!("/live/campaign?id={campaign}"), None).await;
    stream.patch_with("campaign-counts").await;
}
