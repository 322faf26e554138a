//! A simulator, a receiver for its webhooks and the verbs of the tests.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::post;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use simulator::{Config, Running};

pub(crate) const FROM: &str = "+12125550001";

pub(crate) struct Sim {
    pub(crate) running: Running,
    pub(crate) receiver: Receiver,
    http: reqwest::Client,
}

/// Takes webhooks, and answers them as told.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) addr: SocketAddr,
    inbox: Arc<Mutex<Inbox>>,
}

#[derive(Default)]
struct Inbox {
    received: Vec<Received>,
    /// Statuses for the next webhooks; 200 after them.
    answers: Vec<StatusCode>,
}

#[derive(Clone)]
pub(crate) struct Received {
    /// The path and query it was sent to.
    pub(crate) uri: String,
    pub(crate) headers: HeaderMap,
    pub(crate) raw: Bytes,
    pub(crate) json: Value,
}

impl Sim {
    /// A simulator whose clock stands still and whose webhooks leave at once.
    pub(crate) async fn standing() -> Self {
        let sim = Self::with(Config::default()).await;
        sim.scenario(json!({"webhooks": {"delay_ms": [0, 0]}})).await;
        sim
    }

    pub(crate) async fn with(config: Config) -> Self {
        let receiver = Receiver::start().await;
        let config = Config {
            bind: ([127, 0, 0, 1], 0).into(),
            speed: if config.speed == 1.0 { 0.0 } else { config.speed },
            webhook_url: Some(receiver.url()),
            messaging_webhook_url: Some(receiver.url_of("messages")),
            resend_webhook_url: Some(receiver.url_of("emails")),
            resend_api_key: Some("re_KEY".to_owned()),
            numbers: vec![FROM.to_owned()],
            api_key: Some("KEY".to_owned()),
            ..config
        };
        let running = simulator::start(config).await.unwrap();
        Self { running, receiver, http: reqwest::Client::new() }
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, json) = self.send(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {json}");
        json
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let url = format!("{}{path}", self.running.base_url);
        let mut request = self.http.request(method, url).bearer_auth("KEY");
        if let Some(body) = body {
            request = request.json(&body);
        }
        let reply = request.send().await.unwrap();
        (reply.status().as_u16(), reply.json().await.unwrap_or(Value::Null))
    }

    /// A message about to be sent, under a key.
    pub(crate) fn message(&self, to: &str, key: &str) -> RequestBuilder {
        self.message_of(json!({"from": FROM, "to": to, "text": "Hello."})).header("idempotency-key", key)
    }

    pub(crate) fn message_of(&self, body: Value) -> RequestBuilder {
        self.http.post(format!("{}/messages", self.running.base_url)).bearer_auth("KEY").json(&body)
    }

    /// Sends a message and returns its id.
    pub(crate) async fn text(&self, to: &str) -> String {
        let body = json!({"from": FROM, "to": to, "text": "Hello."});
        let (status, json) = self.post("/messages", body).await;
        assert_eq!(status, 200, "{json}");
        json["data"]["id"].as_str().unwrap().to_owned()
    }

    /// A request to the email API about to be made.
    pub(crate) fn mail(&self, path: &str, body: &Value) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.running.resend_base_url)).bearer_auth("re_KEY").json(body)
    }

    /// Sends an email and returns its id.
    pub(crate) async fn email(&self, to: &str, extra: Value) -> String {
        let reply = self.mail("/emails", &email_body(to, extra)).send().await.unwrap();
        let (status, json) = answer(reply).await;
        assert_eq!(status, 200, "{json}");
        json["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn get_email(&self, id: &str) -> Value {
        let url = format!("{}/emails/{id}", self.running.resend_base_url);
        self.http.get(url).bearer_auth("re_KEY").send().await.unwrap().json().await.unwrap()
    }

    /// What the journal says of one message or email.
    pub(crate) async fn notes(&self, kind: &str, id: &str) -> Vec<String> {
        let name = format!("{kind}_id");
        let lines = self.journal().await.into_iter().filter(|line| line["kind"] == kind && line[&name] == id);
        lines.map(|line| line["note"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.running.origin());
        let reply = self.http.post(url).json(&body).send().await.unwrap();
        assert!(reply.status().is_success(), "{path}: {}", reply.status());
        reply.json().await.unwrap()
    }

    pub(crate) async fn look(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.running.origin());
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    pub(crate) async fn fetch(&self, url: &str) -> reqwest::Response {
        self.http.get(url).send().await.unwrap()
    }

    pub(crate) async fn scenario(&self, file: Value) {
        self.control("/sim/scenario", file).await;
    }

    pub(crate) async fn faults(&self, patch: Value) {
        self.control("/sim/faults", patch).await;
    }

    /// Lets virtual time pass and waits until the webhooks it brought have arrived.
    pub(crate) async fn advance(&self, secs: f64) {
        self.control("/sim/clock/advance", json!({ "secs": secs })).await;
        self.settle().await;
    }

    /// The same in steps so small that webhooks arrive in the order in which they left.
    pub(crate) async fn live(&self, secs: u32) {
        for _ in 0..secs * 3 {
            self.advance(1.0 / 3.0).await;
        }
    }

    pub(crate) async fn settle(&self) {
        while self.look("/sim/state").await["webhooks"]["under_way"] != 0 {
            tokio::task::yield_now().await;
        }
    }

    /// Dials and returns the call control id.
    pub(crate) async fn dial(&self, to: &str, extra: Value) -> String {
        let (status, json) = self.post("/calls", dial_body(to, extra)).await;
        assert_eq!(status, 200, "{json}");
        json["data"]["call_control_id"].as_str().unwrap().to_owned()
    }

    /// An agent's leg that has answered.
    pub(crate) async fn agent(&self, name: &str) -> String {
        let leg = self.dial(&format!("sip:{name}@sip.telnyx.com"), json!({})).await;
        self.advance(2.0).await;
        leg
    }

    /// A customer who has answered and stays.
    pub(crate) async fn customer(&self) -> String {
        let leg = self.dial("+12125550121", json!({})).await;
        self.advance(2.0).await;
        leg
    }

    pub(crate) async fn act(&self, call: &str, action: &str, body: Value) -> (u16, Value) {
        self.post(&format!("/calls/{call}/actions/{action}"), body).await
    }

    pub(crate) async fn conference(&self, host: &str, extra: Value) -> String {
        let body = merged(json!({"call_control_id": host, "name": "as-1"}), extra);
        let (status, json) = self.post("/conferences", body).await;
        assert_eq!(status, 200, "{json}");
        json["data"]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn confer(&self, id: &str, action: &str, body: Value) -> (u16, Value) {
        self.post(&format!("/conferences/{id}/actions/{action}"), body).await
    }

    pub(crate) async fn journal(&self) -> Vec<Value> {
        let journal = self.look("/sim/journal?since=0").await;
        journal.as_array().unwrap().clone()
    }

    /// Everything that happened to a leg, in order, whether or not it was delivered.
    pub(crate) async fn events(&self, call: &str) -> Vec<Value> {
        let lines = self.journal().await.into_iter();
        lines
            .filter(|line| line["kind"] == "webhook" && line["call_control_id"] == call)
            .map(|line| line["body"].clone())
            .collect()
    }

    pub(crate) async fn event_types(&self, call: &str) -> Vec<String> {
        let events = self.events(call).await;
        events.iter().map(|event| event["event_type"].as_str().unwrap().to_owned()).collect()
    }
}

pub(crate) fn dial_body(to: &str, extra: Value) -> Value {
    merged(json!({"connection_id": "1", "from": FROM, "to": to}), extra)
}

pub(crate) fn email_body(to: &str, extra: Value) -> Value {
    let body = json!({"from": "Notices <notices@sender.test>", "to": to, "subject": "Hello", "text": "Hello."});
    merged(body, extra)
}

pub(crate) async fn answer(reply: reqwest::Response) -> (u16, Value) {
    (reply.status().as_u16(), reply.json().await.unwrap_or(Value::Null))
}

pub(crate) fn merged(mut body: Value, extra: Value) -> Value {
    let fields = extra.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(fields);
    body
}

pub(crate) fn code(reply: &Value) -> &str {
    reply["errors"][0]["code"].as_str().unwrap_or("none")
}

impl Receiver {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let inbox = Arc::new(Mutex::new(Inbox::default()));
        let app = Router::new().route("/hook", post(take)).route("/hook/{of}", post(take)).with_state(inbox.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { addr, inbox }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.addr)
    }

    /// The address of one kind of webhooks.
    pub(crate) fn url_of(&self, of: &str) -> String {
        format!("{}/{of}", self.url())
    }

    pub(crate) fn answer_next_with(&self, statuses: &[StatusCode]) {
        self.inbox.lock().unwrap().answers = statuses.iter().rev().copied().collect();
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.inbox.lock().unwrap().received.clone()
    }

    pub(crate) fn types(&self) -> Vec<String> {
        let received = self.received();
        let kind = |webhook: &Received| {
            let kind = webhook.json["data"]["event_type"].as_str().or(webhook.json["type"].as_str());
            kind.map(str::to_owned)
        };
        received.iter().filter_map(kind).collect()
    }
}

async fn take(State(inbox): State<Arc<Mutex<Inbox>>>, uri: Uri, headers: HeaderMap, raw: Bytes) -> StatusCode {
    // A click is a form, not JSON.
    let json = serde_json::from_slice(&raw).unwrap_or(Value::Null);
    let mut inbox = inbox.lock().unwrap();
    inbox.received.push(Received { uri: uri.to_string(), headers, raw, json });
    inbox.answers.pop().unwrap_or(StatusCode::OK)
}
