//! The kill switch: one order, and nothing leaves any more; lifted, everything goes on, and nobody is contacted twice.

use reqwest::Method;
use serde_json::{Value, json};
use workflows::identity::Role;

use crate::{
    blasts::{self, import, mails, texts},
    invariants,
    support::{Floor, Persona, Setting, TestApp, people},
};

const SPEED: f64 = 10.0;
const PATH: &str = "/api/kill-switch";

fn why(reason: &str) -> Value {
    json!({ "reason": reason })
}

async fn lift(who: &Persona, reason: &str) -> crate::support::Reply {
    who.send(who.request(Method::DELETE, &format!("{PATH}?reason={reason}"))).await
}

/// Thirty people to be called, thirty to be texted, thirty to be written to, all at once.
async fn busy(floor: &Floor) -> [String; 3] {
    let called = floor.list(&people("0121", 30)).await;
    let texted = import(floor, blasts::people(&[("0100", 30)], &[]).replace("B-", "S-")).await;
    let mailed = import(floor, blasts::people(&[], &[("delivered", 30)]).replace("B-", "M-")).await;
    let mut slow = (texts(&texted), mails(&mailed));
    slow.0["rate_per_minute"] = json!(40);
    slow.1["rate_per_minute"] = json!(40);
    let (sms, email) = (blasts::start(floor, slow.0).await, blasts::start(floor, slow.1).await);
    [floor.start(&called, json!({})).await, sms, email]
}

#[tokio::test]
async fn from_the_order_on_nothing_leaves_and_lifted_nobody_is_contacted_twice() {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let mut floor = Floor::open(&app, SPEED, 3).await;
    let campaigns = busy(&floor).await;
    let some = async || {
        let books = floor.books().await;
        let of_each = [books.dials().len() >= 4, books.texts().len() >= 2, !books.mails().is_empty()];
        of_each.iter().all(|it| *it).then_some(())
    };
    floor.until("some of each are under way", some).await;

    let on = floor.boss.post(PATH, why("wrong list")).await.is(200).json();
    let answered = chrono::Utc::now();
    assert_eq!(
        (&on["on"], &on["reason"], &on["by"]),
        (&json!(true), &json!("wrong list"), &json!("Rosa Diaz")),
        "{on}"
    );
    let gone = floor.books().await.contacts().len();
    let held = async || {
        let said = floor.campaign(&campaigns[1]).await["waiting_for"].as_str().map(str::to_owned);
        said.filter(|said| said.contains("kill switch"))
    };
    floor.until("the campaign says why it waits", held).await;
    named_by_its_jobs(&floor).await;
    // Long enough for every throttle, retry and hang-up to have had its turn several times.
    let until = floor.now().await + chrono::TimeDelta::seconds(60);
    floor.until("a minute has passed", async || (floor.now().await > until).then_some(())).await;
    let books = floor.books().await;
    assert!(books.contacts().iter().all(|at| *at <= answered), "something left after the order was answered");
    assert_eq!(books.contacts().len(), gone);
    let ringing = "select count(*) from calls where state in ('intent', 'dialing', 'ringing')";
    assert_eq!(floor.number(ringing).await, 0, "what rang was hung up");
    assert_eq!(floor.number("select count(*) from job_history where outcome = 'dead'").await, 0);
    let spent = "select count(*) from jobs where attempt > 1 and kind in ('send_sms', 'send_email', 'sms_batch', 'email_batch')";
    assert_eq!(floor.number(spent).await, 0, "a job that is held spends no attempt");

    assert_eq!(lift(&floor.boss, "list+replaced").await.is(200).json()["on"], false);
    for campaign in &campaigns {
        let stats = floor.over(campaign).await;
        assert_eq!((&stats["recipients"]["planned"], &stats["balances"]), (&json!(30), &json!(true)), "{stats}");
    }
    let books = floor.settle().await;
    assert!(books.contacts().len() > gone, "it went on");
    assert!(books.attempts().values().all(|times| *times == 1));
    assert_eq!((books.texts().len(), books.mails().len(), books.doubled()), (30, 30, 0));
    invariants::hold(&floor.owner, &books).await;
    assert_eq!((app.count_of_action("kill_switch.on").await, app.count_of_action("kill_switch.off").await), (1, 1));
}

/// A text that waits is asked why, by the API and by the page of its list.
async fn named_by_its_jobs(floor: &Floor) {
    let waiting = async || {
        let jobs = floor.boss.get("/api/jobs?kind=send_sms&limit=50").await.is(200).json();
        let open = |job: &&Value| job["state"] == "waiting" || job["state"] == "scheduled" || job["state"] == "queued";
        jobs["items"].as_array().unwrap().iter().find(open).map(|job| job["id"].to_string().replace('"', ""))
    };
    let job = floor.until("a text waits", waiting).await;
    let told = floor.boss.get(&format!("/api/jobs/{job}/why")).await.is(200).json();
    assert!(told.to_string().contains("kill_switch"), "{told}");
    assert!(told.to_string().contains("Rosa Diaz: wrong list"), "{told}");
}

#[tokio::test]
async fn conversations_go_on_and_end_only_if_the_order_says_so() {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let floor = Floor::open(&app, SPEED, 2).await;
    let list = floor.list(&people("0121", 12)).await;
    floor.start(&list, json!({})).await;
    let talking = "select count(*) from calls where state = 'bridged'";
    floor.until("somebody talks", async || (floor.number(talking).await > 0).then_some(())).await;
    floor.boss.post(PATH, why("stop")).await.is(200);
    let asked =
        "select count(*) from jobs j join calls c on c.id = j.run_id where j.kind = 'hang_up' and c.state = 'bridged'";
    assert_eq!(floor.number(asked).await, 0, "who talks is not hung up");
    floor.boss.post(PATH, why("stop")).await.problem(409, "illegal-transition");
    let more = floor.boss.post(PATH, json!({ "reason": "stop", "end_calls": true })).await.is(200).json();
    assert_eq!(more["ends_calls"], true);
    let live = "select count(*) from calls where state in ('intent', 'dialing', 'ringing', 'answered', 'bridged')";
    floor.until("every line is let go", async || (floor.number(live).await == 0).then_some(())).await;
}

#[tokio::test]
async fn while_it_is_on_nobody_is_dialed_by_hand_and_every_page_says_why() {
    let app = TestApp::start().await;
    app.number(crate::support::CALLER_ID).await;
    let boss = app.supervisor().await;
    let agent = app.agent().await;
    boss.import(
        "/api/accounts/import",
        "account_number,name,phone,balance,creditor,state\nA-1,Maria Alvarez,2125550100,$1.50,Bank,NY\n",
    )
    .await
    .is(201);
    let account = boss.get("/api/accounts").await.is(200).json()["items"][0]["id"].clone();
    boss.post(PATH, why("carrier trouble")).await.is(200);
    let told = boss.post("/api/calls", json!({ "account_id": account })).await.problem(409, "not-ready");
    assert!(told["detail"].as_str().unwrap().contains("kill switch"), "{told}");
    assert_eq!(app.count("select count(*) from jobs where kind = 'place_call'").await, 0);
    for (who, path) in
        [(&boss, "/voice"), (&boss, "/jobs"), (&boss, "/accounts"), (&agent, "/cockpit"), (&agent, "/kill-switch")]
    {
        let page = who.get(path).await.is(200).text;
        assert!(
            page.contains("Kill switch on") && page.contains("Rosa Diaz") && page.contains("carrier trouble"),
            "{path}"
        );
        assert_eq!(page.contains("Lift…"), who.email == boss.email, "{path}");
    }
    boss.submit("/kill-switch/lift", &[("reason", "it is back")]).await.is(303);
    assert!(!boss.get("/voice").await.is(200).text.contains("Kill switch on"));
    assert_eq!(boss.get(PATH).await.is(200).json()["on"], false);
}

#[tokio::test]
async fn only_who_runs_campaigns_gives_the_order_and_never_without_a_reason() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    for role in [Role::Agent, Role::Compliance, Role::Ops, Role::Readonly] {
        let who = app.role(role).await;
        who.post(PATH, why("x")).await.problem(403, "forbidden");
        lift(&who, "x").await.problem(403, "forbidden");
        who.submit("/kill-switch", &[("reason", "x")]).await.is(403);
    }
    for body in [json!({ "reason": "  " }), json!({ "reason": "x".repeat(301) })] {
        let told = boss.post(PATH, body).await.problem(422, "invalid-body");
        assert_eq!(told["errors"][0]["field"], "reason", "{told}");
    }
    boss.post(PATH, json!({})).await.problem(422, "invalid-body");
    lift(&boss, "x").await.problem(409, "illegal-transition");
    let again = boss.submit("/kill-switch", &[("reason", ""), ("calls", "end")]).await.is(422).text;
    assert!(again.contains("reason-error") && again.contains("checked"), "the form comes back as it was filled in");
    assert_eq!(app.count("select count(*) from kill_switches").await, 0);
    boss.post(PATH, why("x")).await.is(200);
    lift(&boss, "").await.problem(422, "invalid-body");
    assert_eq!(app.neighbour().await.get(PATH).await.is(200).json()["on"], false, "a neighbour is not concerned");
}
