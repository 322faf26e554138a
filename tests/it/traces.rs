//! One call is one trace, from the click to the webhook's effect. Needs the feature `otel`:
//! `cargo nextest run -p app --features otel --test it -E 'test(traces)'`.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use axum::{Json, Router, extract::State, routing::post};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::support::{Floor, Setting, TestApp, people, until};

const SPEED: f64 = 20.0;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_one_trace_from_the_click_to_what_its_webhooks_do() {
    let collector = Collector::start().await;
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let (floor, ana) = (Floor::open(&app, SPEED, 0).await, app.agent().await);
    ana.put("/api/agents/me/state", json!({ "state": "available" })).await.is(200);
    until("the agent has audio", || async {
        (ana.get("/api/agents/me").await.json()["state"] == "available").then_some(())
    })
    .await;
    let list = floor.list(&people("0121", 1)).await;
    floor.start(&list, json!({ "mode": "power" })).await;
    let next = until("there is somebody to call", || async {
        let reply = ana.get("/api/dialer/next-account").await;
        (reply.status == 200).then(|| reply.json())
    })
    .await;
    let ask = json!({ "account_id": next["account"]["id"], "recipient_id": next["recipient_id"] });
    ana.post("/api/calls", ask).await.is(202);

    let told = until("the whole call is in one trace", || async {
        tokio::task::spawn_blocking(app::trace::flush).await.unwrap();
        collector.traces().into_iter().find(|trace| trace.wants().is_subset(&trace.names))
    })
    .await;
    let roots = told.spans.iter().filter(|span| span["parentSpanId"].as_str().is_none_or(str::is_empty)).count();
    assert_eq!(roots, 1, "every span hangs from the click: {:?}", told.names);
    let text = serde_json::to_string(&told.spans).unwrap();
    assert!(!text.contains("+1212") && !text.contains("Person 0"), "a span names somebody");
}

/// One trace, as it was collected.
struct Trace {
    names: BTreeSet<String>,
    spans: Vec<Value>,
}

impl Trace {
    /// Each span by its name, and what it is of.
    fn wants(&self) -> BTreeSet<String> {
        [
            "request /api/calls",
            "job place_call",
            "provider request dial",
            "webhook",
            "job amd_outcome",
            "provider request join",
        ]
        .map(str::to_owned)
        .into()
    }
}

/// A collector of spans, as OpenTelemetry has them over HTTP.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Value>>>);

impl Collector {
    async fn start() -> Self {
        let collector = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/traces", post(take)).with_state(collector.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        // It waits for its first answer on the thread that asks.
        tokio::task::spawn_blocking(move || {
            let layer = app::trace::layer_to(&endpoint).unwrap();
            tracing_subscriber::registry().with(EnvFilter::new("info")).with(layer).init();
        })
        .await
        .unwrap();
        collector
    }

    fn traces(&self) -> Vec<Trace> {
        let spans = self.0.lock().unwrap().clone();
        let ids: BTreeSet<String> = spans.iter().map(|span| span["traceId"].to_string()).collect();
        let of = |id: &String| spans.iter().filter(|span| &span["traceId"].to_string() == id).cloned().collect();
        ids.iter().map(of).map(|spans: Vec<Value>| Trace { names: spans.iter().map(named).collect(), spans }).collect()
    }
}

async fn take(State(collector): State<Collector>, Json(batch): Json<Value>) -> Json<Value> {
    let scopes = batch["resourceSpans"].as_array().unwrap().iter().flat_map(|of| of["scopeSpans"].as_array().unwrap());
    let spans = scopes.flat_map(|of| of["spans"].as_array().unwrap().clone());
    collector.0.lock().unwrap().extend(spans);
    Json(json!({}))
}

fn named(span: &Value) -> String {
    let name = span["name"].as_str().unwrap();
    let attributes = span["attributes"].as_array().into_iter().flatten();
    let what = attributes.filter(|a| ["http.route", "job.kind", "operation"].iter().any(|key| a["key"] == *key));
    what.fold(name.to_owned(), |name, a| format!("{name} {}", a["value"]["stringValue"].as_str().unwrap()))
}
