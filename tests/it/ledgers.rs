//! What may not be done to whom: written down with its provenance, lifted and kept, seen by nobody else.

mod bad;
mod disclosure;
mod import;
mod looks;
mod pages;

use reqwest::Method;
use serde_json::{Value, json};
use workflows::{decision, id::ConsumerId, identity::Role};

use crate::support::{Persona, Reply, TestApp, until};

const MARIA: &str = "+19155550100";

/// An account of Maria's, with one number and one address.
async fn account(app: &TestApp) -> Value {
    let new = json!({ "account_number": "A-1", "last_name": "Alvarez", "first_name": "Maria", "balance_cents": 10_000,
        "phones": [{ "number": MARIA }], "email": "maria@example.com", "state": "TX", "zip": "79901" });
    app.supervisor().await.post("/api/accounts", new).await.is(201).json()
}

async fn delete(who: &Persona, path: &str) -> Reply {
    who.send(who.request(Method::DELETE, path)).await
}

fn id(of: &Value) -> &str {
    of["id"].as_str().unwrap()
}

async fn items(who: &Persona, path: &str) -> Vec<Value> {
    who.get(path).await.is(200).json()["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_an_agent_adds_an_officer_lifts_and_it_is_kept_with_both() {
    let app = TestApp::start().await;
    let (agent, officer) = (app.agent().await, app.role(Role::Compliance).await);
    let new = json!({ "value": "(915) 555-0100", "kind": "internal", "source": "call", "reason": "asked us to stop",
        "evidence_ref": "call 7" });
    let added = agent.post("/api/suppressions", new.clone()).await.is(201).json();
    assert_eq!((&added["value"], &added["channel"], &added["in_effect"]), (&json!(MARIA), &json!("all"), &json!(true)));
    assert_eq!(added["added_by"], format!("user:{}", agent.user()));
    agent.post("/api/suppressions", new).await.problem(409, "already-exists");
    let lift = format!("/api/suppressions?id={}&reason=a%20mistake", id(&added));
    delete(&agent, &lift).await.problem(403, "forbidden");
    let lifted = delete(&officer, &lift).await.is(200).json();
    assert_eq!((&lifted["in_effect"], &lifted["lifted_reason"]), (&json!(false), &json!("a mistake")));
    assert_eq!(lifted["lifted_by"], format!("user:{}", officer.user()));
    delete(&officer, &lift).await.problem(409, "illegal-transition");
    assert_eq!(app.count("select count(*) from audit_log where action like 'suppression.%'").await, 2);
    assert_eq!(app.count("select count(*) from suppressions").await, 1, "nothing is deleted");
}

#[tokio::test]
async fn a_list_is_found_by_number_kind_channel_and_effect_a_slice_at_a_time() {
    let app = TestApp::start().await;
    let officer = app.role(Role::Compliance).await;
    for n in 0..5 {
        let new = json!({ "value": format!("+1915555010{n}"), "kind": "federal", "source": "registry" });
        officer.post("/api/suppressions", new).await.is(201);
    }
    let other = json!({ "value": "m@example.com", "kind": "unsubscribe", "source": "letter" });
    let other = officer.post("/api/suppressions", other).await.is(201).json();
    delete(&officer, &format!("/api/suppressions?id={}&reason=wrote%20again", id(&other))).await.is(200);
    let mut seen = Vec::new();
    let mut path = "/api/suppressions?limit=4".to_owned();
    loop {
        let slice = officer.get(&path).await.is(200).json();
        seen.extend(slice["items"].as_array().unwrap().iter().map(|entry| entry["value"].to_string()));
        let Some(next) = slice["next"].as_str() else { break };
        path = format!("/api/suppressions?limit=4&cursor={next}");
    }
    let newest_first: Vec<String> = std::iter::once("\"m@example.com\"".to_owned())
        .chain((0..5).rev().map(|n| format!("\"+1915555010{n}\"")))
        .collect();
    assert_eq!(seen, newest_first);
    for (filter, n) in [
        ("value=9155550102", 1),
        ("value=M@example.com", 1),
        ("kind=federal", 5),
        ("channel=email", 1),
        ("active=true", 5),
        ("active=false", 1),
        ("kind=federal&active=false", 0),
    ] {
        assert_eq!(items(&officer, &format!("/api/suppressions?{filter}")).await.len(), n, "{filter}");
    }
}

#[tokio::test]
async fn an_entry_waits_for_a_decision_about_the_same_person() {
    let app = TestApp::start().await;
    let account = account(&app).await;
    let consumer: ConsumerId = account["consumer_id"].as_str().unwrap().parse().unwrap();
    let agent = app.agent().await;
    for new in [
        json!({ "value": MARIA, "kind": "internal", "source": "call" }),
        json!({ "consumer_id": consumer, "kind": "internal", "source": "call" }),
        json!({ "account_id": account["id"], "kind": "internal", "source": "call" }),
    ] {
        let mut deciding = app.app.db.tenant(app.org).await.unwrap();
        decision::lock(&mut deciding, consumer).await.unwrap();
        let adding = tokio::spawn({
            let agent = agent.clone();
            async move { agent.post("/api/suppressions", new).await }
        });
        let waiting = "select count(distinct w.pid) from pg_locks w join pg_locks l on l.pid = w.pid
                       where not w.granted and l.database = (select oid from pg_database where datname = current_database())";
        until("the entry waits", async || (app.count(waiting).await == 1).then_some(())).await;
        deciding.commit().await.unwrap();
        adding.await.unwrap().is(201);
    }
}

#[tokio::test]
async fn of_consents_the_latest_word_stands() {
    let app = TestApp::start().await;
    let account = account(&app).await;
    let agent = app.agent().await;
    let word =
        |granted: bool| json!({ "account_id": account["id"], "kind": "sms", "granted": granted, "source": "call" });
    agent.post("/api/consents", word(true)).await.is(201);
    let taken_back = agent.post("/api/consents", word(false)).await.is(201).json();
    let path = format!("/api/consents?account_id={}", id(&account));
    let standing: Vec<Value> = items(&agent, &path).await.into_iter().filter(|c| c["stands"] == true).collect();
    assert_eq!(standing, [taken_back]);
    assert_eq!(
        app.count("select count(*) from audit_log where action in ('consent.grant', 'consent.revoke')").await,
        2
    );
}

#[tokio::test]
async fn preferences_may_overlap_and_say_so() {
    let app = TestApp::start().await;
    let account = account(&app).await;
    let (agent, officer) = (app.agent().await, app.role(Role::Admin).await);
    let path = format!("/api/accounts/{}/preferences", id(&account));
    let night = json!({ "days": ["Fri"], "from": "22:00", "to": "06:00", "source": "call" });
    let night = agent.post(&path, night).await.is(201).json();
    let saturday =
        json!({ "days": ["saturday"], "from": "00:00", "to": "24:00", "channel": "call", "source": "letter" });
    let saturday = agent.post(&path, saturday).await.is(201).json();
    assert_eq!((&saturday["days"], &saturday["to"]), (&json!(["Sat"]), &json!("24:00")));
    assert_eq!(saturday["remarks"], json!(["overlaps Fri, 22:00 to 06:00: both hold"]));
    let lift = format!("{path}?preference_id={}&reason=changed%20shifts", id(&night));
    assert!(delete(&officer, &lift).await.is(200).json()["lifted_at"].is_string());
    delete(&officer, &lift).await.problem(409, "illegal-transition");
    let now = items(&agent, &path).await;
    assert_eq!((now.len(), &now[0]["remarks"]), (2, &json!([])), "a lifted one overlaps nothing");
}

#[tokio::test]
async fn flags_are_raised_once_and_lowered_with_a_reason() {
    let app = TestApp::start().await;
    let account = account(&app).await;
    let (agent, officer) = (app.agent().await, app.role(Role::Owner).await);
    let path = format!("/api/accounts/{}/flags", id(&account));
    for kind in
        ["deceased", "bankrupt", "attorney", "ceased", "dispute", "employer_prohibits", "no_call", "no_sms", "no_email"]
    {
        let flag = json!({ "kind": kind, "source": "letter", "evidence_ref": "L-7" });
        let raised = agent.post(&path, flag.clone()).await.is(201).json();
        assert_eq!((&raised["kind"], &raised["holds"], &raised["by"]), (&json!(kind), &json!(true), &json!("Ana Lee")));
        agent.post(&path, flag.clone()).await.problem(409, "already-exists");
        let lower = format!("{path}?flag_id={}", id(&raised));
        delete(&officer, &lower).await.problem(422, "invalid-body");
        let lowered = delete(&officer, &format!("{lower}&reason=a%20mistake")).await.is(200).json();
        assert_eq!((&lowered["holds"], &lowered["lifted_reason"]), (&json!(false), &json!("a mistake")), "{kind}");
        agent.post(&path, flag).await.is(201);
    }
    assert_eq!(items(&agent, &path).await.len(), 18, "every one is kept");
}

#[tokio::test]
async fn a_dispute_stops_its_account_until_verification_is_sent() {
    let app = TestApp::start().await;
    let account = account(&app).await;
    let officer = app.role(Role::Compliance).await;
    let (flags, at) = (format!("/api/accounts/{}/flags", id(&account)), format!("/api/accounts/{}", id(&account)));
    let dispute = officer.post(&flags, json!({ "kind": "dispute", "source": "letter" })).await.is(201).json();
    assert_eq!(officer.get(&at).await.json()["status"], "disputed");
    let verified = format!("{flags}?flag_id={}&verified=true&reason=sent", id(&dispute));
    delete(&officer, &verified).await.is(200);
    assert_eq!(officer.get(&at).await.json()["status"], "open");
    assert_eq!(app.count("select count(*) from disputes where verified_at is not null and lifted_at is null").await, 1);
}

#[tokio::test]
async fn a_neighbour_sees_and_changes_nothing() {
    let app = TestApp::start().await;
    let account = account(&app).await;
    let neighbour = app.neighbour().await;
    let added = app.agent().await;
    let added = added.post("/api/suppressions", json!({ "value": MARIA, "kind": "internal", "source": "call" })).await;
    let added = added.is(201).json();
    assert!(items(&neighbour, "/api/suppressions?value=9155550100").await.is_empty());
    delete(&neighbour, &format!("/api/suppressions?id={}&reason=x", id(&added))).await.problem(404, "not-found");
    let of = format!("/api/accounts/{}", id(&account));
    for path in ["preferences", "flags"] {
        neighbour.get(&format!("{of}/{path}")).await.problem(404, "not-found");
    }
    let consumer = &account["consumer_id"];
    for (path, body) in [
        (format!("{of}/flags"), json!({ "kind": "deceased", "source": "x" })),
        (format!("{of}/preferences"), json!({ "from": "08:00", "to": "09:00", "source": "x" })),
        ("/api/suppressions".to_owned(), json!({ "consumer_id": consumer, "kind": "no_call", "source": "x" })),
        ("/api/suppressions".to_owned(), json!({ "account_id": account["id"], "kind": "internal", "source": "x" })),
        (
            "/api/consents".to_owned(),
            json!({ "account_id": account["id"], "kind": "sms", "granted": true, "source": "x" }),
        ),
    ] {
        neighbour.post(&path, body).await.problem(404, "not-found");
    }
    assert_eq!(app.count("select count(*) from suppressions where lifted_at is null").await, 1);
}
