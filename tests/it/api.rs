//! The API as a developer meets it: who may, what comes back, the same twice, nothing of a neighbour's.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use workflows::identity::Role;

use crate::support::{Persona, TestApp, until};

const CSV: &str = "account_number,name,phone,balance,creditor,state\n\
                   A-1,Maria Alvarez,9155550100,$100.50,Desert Bank,TX\n\
                   A-2,John Smith,3035550108,$20.00,Desert Bank,CO\n";

fn account(number: &str) -> Value {
    json!({ "account_number": number, "first_name": "Maria", "last_name": "Alvarez", "balance_cents": 10_050,
            "phones": [{ "number": "(915) 555-0100" }], "state": "TX", "creditor": "Desert Bank" })
}

fn campaign() -> Value {
    json!({ "name": "November", "caller_id": "+13035550199" })
}

#[tokio::test]
async fn an_account_is_made_read_changed_and_listed() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let made = boss.post("/api/accounts", account("A-1")).await.is(201).json();
    assert_eq!(made["phones"][0]["number"], "+19155550100");
    let path = format!("/api/accounts/{}", made["id"].as_str().unwrap());
    let changed = boss.patch(&path, json!({ "balance_cents": 5_000, "city": "El Paso" })).await.is(200).json();
    assert_eq!((changed["balance_cents"].as_i64(), changed["city"].as_str()), (Some(5_000), Some("El Paso")));
    assert_eq!(boss.get(&path).await.is(200).json(), changed);
    let list = boss.get("/api/accounts?q=alva").await.is(200).json();
    assert_eq!((list["items"].as_array().unwrap().len(), &list["next"]), (1, &Value::Null));
    let lines = boss.get(&format!("{path}/timeline")).await.is(200).json();
    assert_eq!(lines["items"][0]["kind"], "placed");
}

#[tokio::test]
async fn the_same_request_with_the_same_key_creates_once() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let send = |body: Value| {
        let request = boss.request(Method::POST, "/api/accounts").header("idempotency-key", "order-7").json(&body);
        boss.send(request)
    };
    let (one, two) = tokio::join!(send(account("A-1")), send(account("A-1")));
    assert_eq!(one.is(201).json(), two.is(201).json());
    assert_eq!(app.count("select count(*) from collection_accounts").await, 1);
    send(account("A-2")).await.problem(422, "idempotency-key-reused");
}

#[tokio::test]
async fn a_list_is_tried_then_taken() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let tried = boss.import("/api/accounts/import?dry_run=true", CSV).await.is(200).json();
    assert_eq!((tried["good"].as_i64(), tried["created"].as_i64()), (Some(2), Some(2)));
    assert_eq!(app.count("select count(*) from collection_accounts").await, 0);
    let taken = boss.import("/api/accounts/import", CSV).await.is(201).json();
    assert_eq!(taken["created"], 2);
    assert_eq!(app.count("select count(*) from collection_accounts").await, 2);
    let report = boss.get(&format!("/api/imports/{}", taken["id"].as_str().unwrap())).await.is(200).json();
    assert_eq!(report["file_name"], "accounts.csv");
}

#[tokio::test]
async fn a_campaign_is_drafted_changed_and_says_what_it_lacks() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    boss.post("/api/campaigns", campaign()).await.problem(422, "invalid-body");
    app.number("+13035550199").await;
    let made = boss.post("/api/campaigns", campaign()).await.is(201).json();
    assert_eq!(made["state"], "draft");
    let path = format!("/api/campaigns/{}", made["id"].as_str().unwrap());
    let lacks = boss.post(&format!("{path}/start"), json!({})).await.problem(409, "not-ready");
    assert!(lacks["detail"].as_str().unwrap().contains("agent"), "{lacks}");
    let changed = boss.patch(&path, json!({ "name": "December", "wrap_up_secs": 30 })).await.is(200).json();
    assert_eq!((changed["name"].as_str(), changed["wrap_up_secs"].as_i64()), (Some("December"), Some(30)));
    boss.post(&format!("{path}/resume"), json!({})).await.problem(409, "illegal-transition");
    assert_eq!(boss.post(&format!("{path}/stop"), json!({})).await.is(202).json()["state"], "stopped");
    boss.patch(&path, json!({ "name": "January" })).await.problem(409, "illegal-transition");
    let stats = boss.get(&format!("{path}/stats")).await.is(200).json();
    assert_eq!((stats["balances"].as_bool(), stats["dials"].as_i64()), (Some(true), Some(0)));
}

#[tokio::test]
async fn without_a_provider_nothing_starts_and_the_fix_is_told() {
    let app = TestApp::with(crate::support::Setting { provider: false, ..Default::default() }).await;
    let boss = app.supervisor().await;
    app.number("+13035550199").await;
    let made = boss.post("/api/campaigns", campaign()).await.is(201).json();
    let path = format!("/api/campaigns/{}/start", made["id"].as_str().unwrap());
    let lacks = boss.post(&path, json!({})).await.problem(409, "not-ready");
    assert!(lacks["detail"].as_str().unwrap().contains("TELNYX_API_KEY"), "{lacks}");
}

#[tokio::test]
async fn an_agent_goes_available_and_on_a_break() {
    let app = TestApp::start().await;
    let ana = app.agent().await;
    assert_eq!(ana.get("/api/agents/me").await.is(200).json()["state"], "offline");
    ana.put("/api/agents/me/state", json!({ "state": "break" })).await.problem(422, "invalid-body");
    let on_break = ana.put("/api/agents/me/state", json!({ "state": "break", "reason": "lunch" })).await.is(200).json();
    assert_eq!((on_break["state"].as_str(), on_break["reason"].as_str()), (Some("break"), Some("lunch")));
    // Her leg has to be dialed first.
    let asked = ana.put("/api/agents/me/state", json!({ "state": "available" })).await.is(200).json();
    assert_eq!(asked["next_state"], "available");
    ana.post("/api/agents/me/heartbeat", json!({})).await.is(204);
    let phone = ana.post("/api/agents/me/softphone", json!({})).await.is(201).json();
    let again = ana.post("/api/agents/me/softphone", json!({})).await.is(201).json();
    assert_eq!(phone["sip_username"], again["sip_username"]);
    app.key(Role::Agent).await.get("/api/agents/me").await.problem(403, "forbidden");
}

#[tokio::test]
async fn queues_are_paused_by_those_who_may() {
    let app = TestApp::start().await;
    let (ops, boss) = (app.ops().await, app.supervisor().await);
    boss.post("/api/queues/dial/pause", json!({})).await.problem(403, "forbidden");
    assert_eq!(ops.post("/api/queues/dial/pause", json!({})).await.is(200).json()["paused"], true);
    let queues = boss.get("/api/queues").await.is(200).json();
    let paused = queues["items"].as_array().unwrap().iter().filter(|q| q["paused"] == true).count();
    assert_eq!(paused, 1);
    assert_eq!(ops.post("/api/queues/dial/resume", json!({})).await.is(200).json()["paused"], false);
    ops.post("/api/queues/nowhere/pause", json!({})).await.problem(404, "not-found");
}

#[tokio::test]
async fn what_runs_is_listed_with_its_jobs() {
    let app = TestApp::working().await;
    until("the workers said which kinds they handle", || async {
        (app.count("select count(*) from job_kinds").await > 0).then_some(())
    })
    .await;
    let boss = app.supervisor().await;
    app.number("+13035550199").await;
    boss.import("/api/accounts/import", CSV).await.is(201);
    let later = json!({ "name": "Later", "caller_id": "+13035550199",
                        "schedule": { "kind": "at", "starts_at": "2026-11-18T15:00:00Z" } });
    let id = boss.post("/api/campaigns", later).await.is(201).json()["id"].as_str().unwrap().to_owned();
    let started = boss.post(&format!("/api/campaigns/{id}/start"), json!({})).await.is(202).json();
    assert_eq!(started["state"], "scheduled");
    let jobs = boss.get(&format!("/api/jobs?run={id}")).await.is(200).json();
    assert_eq!(
        (jobs["items"][0]["kind"].as_str(), jobs["items"][0]["state"].as_str()),
        (Some("start_campaign"), Some("scheduled"))
    );
    let run = boss.get(&format!("/api/workflows/{id}")).await.is(200).json();
    let kinds: Vec<_> = run["timeline"].as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap()).collect();
    assert_eq!((run["noun"].as_str(), kinds), (Some("campaign"), vec!["transition", "job"]));
    let job = jobs["items"][0]["id"].as_str().unwrap();
    let ops = app.ops().await;
    ops.post(&format!("/api/jobs/{job}/cancel"), json!({})).await.is(200);
    ops.post(&format!("/api/jobs/{job}/cancel"), json!({})).await.problem(409, "illegal-transition");
    assert_eq!(ops.post(&format!("/api/jobs/{job}/retry"), json!({})).await.is(201).json()["state"], "pending");
}

#[tokio::test]
async fn health_is_told_by_name() {
    let app = TestApp::start().await;
    let anybody = app.stranger();
    assert_eq!(anybody.get("/healthz").await.is(200).text, "alive\n");
    let ready = anybody.get("/readyz").await.is(200).json();
    let named: BTreeSet<_> = ready["checks"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        named,
        BTreeSet::from(["audit", "database", "pacer", "provider", "queue", "schema", "webhook", "worker", "writable"])
    );
    assert!(anybody.get("/metrics").await.is(200).text.contains("wib_jobs{"));
}

#[test]
fn the_committed_openapi_document_is_fresh() {
    let committed = include_str!("../../openapi.json");
    assert!(committed == app::openapi::text(), "run `cargo run -- openapi > openapi.json`");
}

/// INVARIANTS, security: every id of one organisation is 404 to another, on every operation.
#[tokio::test]
async fn no_operation_shows_or_changes_a_neighbours_things() {
    let app = TestApp::start().await;
    let (boss, neighbour) = (app.supervisor().await, app.neighbour().await);
    app.number("+13035550199").await;
    let account = boss.post("/api/accounts", account("A-1")).await.is(201).json();
    let made = boss.post("/api/campaigns", campaign()).await.is(201).json();
    let import = boss.import("/api/accounts/import", CSV).await.is(201).json();
    let later = json!({ "kind": "at", "starts_at": "2027-01-01T00:00:00Z" });
    let later = json!({ "name": "Later", "caller_id": "+13035550199", "schedule": later });
    let later = boss.post("/api/campaigns", later).await.is(201).json();
    boss.post(&format!("/api/campaigns/{}/start", text(&later["id"])), json!({})).await.is(202);
    let job = boss.get("/api/jobs").await.is(200).json()["items"][0].clone();
    for (path, method) in operations() {
        let id = match path.split('/').nth(2).unwrap_or_default() {
            "accounts" => text(&account["id"]),
            "campaigns" | "workflows" => text(&made["id"]),
            "imports" => text(&import["id"]),
            "jobs" => text(&job["id"]),
            // any id at all: no call was made
            _ => text(&made["id"]),
        };
        refused(&neighbour, &method, &path.replace("{id}", id), &account).await;
    }
    assert_eq!(boss.get(&format!("/api/campaigns/{}", text(&made["id"]))).await.json(), made);
}

async fn refused(neighbour: &Persona, method: &str, path: &str, account: &Value) {
    let method: Method = method.to_uppercase().parse().unwrap();
    let what = path.rsplit('/').next().unwrap_or_default();
    let entry = format!("{path}?{}_id={}&reason=mine", what.trim_end_matches('s'), text(&account["id"]));
    let request = neighbour.request(method.clone(), if method == Method::DELETE { &entry } else { path });
    let body = match what {
        "disposition" => json!({ "code": "promise" }),
        "legal-hold" | "break" => json!({ "reason": "Subpoena" }),
        "notes" => json!({ "body": "Hello" }),
        "supervision" => json!({ "role": "monitor" }),
        "reply" => json!({ "body": "Hello" }),
        "disclosures" => json!({}),
        "flags" => json!({ "kind": "deceased", "source": "call" }),
        "preferences" => json!({ "from": "08:00", "to": "09:00", "source": "call" }),
        _ if method == Method::PATCH => json!({}),
        _ => json!({ "account_id": account["id"] }),
    };
    let request = if method == Method::GET { request } else { request.json(&body) };
    let reply = neighbour.send(request).await;
    assert_eq!(reply.status, 404, "{method} {path}: {}", reply.text);
}

/// Every operation whose path has an id.
fn operations() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&app::openapi::text()).unwrap();
    let paths = document["paths"].as_object().unwrap().clone();
    let with_id = paths.into_iter().filter(|(path, _)| path.contains("{id}"));
    with_id
        .flat_map(|(path, item)| {
            let methods: Vec<_> = item.as_object().unwrap().keys().filter(|k| k.len() <= 6).cloned().collect();
            methods.into_iter().map(move |method| (path.clone(), method))
        })
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test]
async fn a_call_placed_by_hand_is_dialed_heard_of_and_written_down() {
    let app = TestApp::working().await;
    let boss = app.supervisor().await;
    app.number("+13035550199").await;
    let account = boss.post("/api/accounts", account("A-1")).await.is(201).json();
    let call = json!({ "account_id": account["id"] });
    let placed = boss.post("/api/calls", call).await.is(202).json();
    let path = format!("/api/calls/{}", text(&placed["id"]));
    assert_eq!(boss.get(&path).await.is(200).json()["account_id"], account["id"]);
    let ended = until("the call ended", || async {
        let call = boss.get(&path).await.is(200).json();
        (!call["ended_at"].is_null()).then_some(call)
    })
    .await;
    assert!(!ended["call_control_id"].is_null() && !ended["result"].is_null(), "{ended}");
    let unknown = json!({ "code": "delighted" });
    boss.post(&format!("{path}/disposition"), unknown).await.problem(422, "invalid-body");
    let said = json!({ "code": "call_back", "note": "asked for Friday" });
    let disposed = boss.post(&format!("{path}/disposition"), said).await.is(200).json();
    assert_eq!(
        (disposed["disposition"].as_str(), disposed["note"].as_str()),
        (Some("call_back"), Some("asked for Friday"))
    );
    assert_eq!(boss.post(&format!("{path}/hangup"), json!({})).await.is(202).json()["state"], "ended");
    let run = boss.get(&format!("/api/workflows/{}", text(&placed["id"]))).await.is(200).json();
    let kinds: BTreeSet<_> =
        run["timeline"].as_array().unwrap().iter().map(|step| text(&step["kind"]).to_owned()).collect();
    assert_eq!(kinds, ["decision", "job", "request", "transition", "webhook"].map(str::to_owned).into());
}
