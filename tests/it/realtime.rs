//! Events on their way to whoever may hear them, and only to them.

use futures::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};
use workflows::{event, id::OrgId};

use crate::support::{Persona, TestApp};

/// Reads a stream message by message.
pub(crate) struct Stream {
    bytes: futures::stream::BoxStream<'static, Vec<u8>>,
    text: String,
}

impl Stream {
    pub(crate) async fn open(who: &Persona, path: &str, last: Option<&str>) -> Self {
        let request = who.request(Method::GET, path);
        let request = last.map_or(request.try_clone().unwrap(), |last| request.header("last-event-id", last));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let bytes = response.bytes_stream().map(|bytes| bytes.unwrap().to_vec()).boxed();
        Self { bytes, text: String::new() }
    }

    /// The next message's fields, comments left out.
    async fn next(&mut self) -> Vec<(String, String)> {
        loop {
            while let Some((message, rest)) = self.text.split_once("\n\n") {
                let fields: Vec<_> = message
                    .lines()
                    .filter_map(|line| line.split_once(": "))
                    .filter(|(name, _)| !name.is_empty())
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect();
                self.text = rest.to_owned();
                if !fields.is_empty() {
                    return fields;
                }
            }
            let more = tokio::time::timeout(std::time::Duration::from_secs(10), self.bytes.next());
            self.text += &String::from_utf8(more.await.expect("a message came").unwrap()).unwrap();
        }
    }

    /// Reads patches until one has these words.
    pub(crate) async fn patch_with(&mut self, words: &str) {
        loop {
            let fields = self.next().await;
            let patch = fields.iter().any(|(name, value)| name == "event" && value == "patch");
            if patch && fields.iter().any(|(name, value)| name == "data" && value.contains(words)) {
                return;
            }
        }
    }

    async fn data(&mut self) -> Value {
        let fields = self.next().await;
        serde_json::from_str(&fields.iter().find(|(name, _)| name == "data").unwrap().1).unwrap()
    }
}

async fn tell(app: &TestApp, org: OrgId, topic: &str, n: i64) {
    let mut tx = app.app.db.tenant(org).await.unwrap();
    event::publish(&mut tx, org, topic, "test", json!({ "n": n })).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_event_reaches_its_topic_and_nobody_elses() {
    let app = TestApp::start().await;
    let mut mine = Stream::open(&app.supervisor().await, "/api/events?topics=agents,campaigns", None).await;
    let mut theirs = Stream::open(&app.neighbour().await, "/api/events?topics=agents", None).await;
    tell(&app, app.org, "jobs", 1).await;
    tell(&app, app.org, "agents", 2).await;
    let heard = mine.data().await;
    assert_eq!((heard["topic"].as_str(), heard["payload"]["n"].as_i64()), (Some("agents"), Some(2)));
    let neighbour = app.org_of("neighbour").await;
    tell(&app, neighbour, "agents", 3).await;
    assert_eq!(theirs.data().await["payload"]["n"], 3);
}

#[tokio::test]
async fn a_reader_who_was_away_hears_what_was_missed() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let mut stream = Stream::open(&boss, "/api/events?topics=agents", None).await;
    tell(&app, app.org, "agents", 1).await;
    let last = stream.data().await["id"].as_str().unwrap().to_owned();
    drop(stream);
    tell(&app, app.org, "agents", 2).await;
    tell(&app, app.org, "agents", 3).await;
    let mut again = Stream::open(&boss, "/api/events?topics=agents", Some(&last)).await;
    assert_eq!(again.data().await["payload"]["n"], 2);
    assert_eq!(again.data().await["payload"]["n"], 3);
}

#[tokio::test]
async fn an_event_committed_late_is_heard_though_its_number_is_lower() {
    let app = TestApp::start().await;
    let mut stream = Stream::open(&app.supervisor().await, "/api/events?topics=agents", None).await;
    let mut late = app.app.db.tenant(app.org).await.unwrap();
    event::publish(&mut late, app.org, "agents", "test", json!({ "n": 1 })).await.unwrap();
    tell(&app, app.org, "agents", 2).await;
    assert_eq!(stream.data().await["payload"]["n"], 2);
    late.commit().await.unwrap();
    assert_eq!(stream.data().await["payload"]["n"], 1);
}

#[tokio::test]
async fn who_may_not_look_may_not_listen() {
    let app = TestApp::start().await;
    let ana = app.agent().await;
    ana.get("/api/events?topics=jobs").await.problem(403, "forbidden");
    app.ops()
        .await
        .get("/api/events?topics=account:0199b7a0-0000-7000-8000-000000000000")
        .await
        .problem(403, "forbidden");
    let own = format!("/api/events?topics=agent:{}", ana.user());
    let mut stream = Stream::open(&ana, &own, None).await;
    tell(&app, app.org, &format!("agent:{}", ana.user()), 7).await;
    assert_eq!(stream.data().await["payload"]["n"], 7);
}

#[tokio::test]
async fn an_open_stream_is_a_heartbeat() {
    let app = TestApp::start().await;
    let ana = app.agent().await;
    let own = format!("/api/events?topics=agent:{}", ana.user());
    let _stream = Stream::open(&ana, &own, None).await;
    assert_eq!(
        app.count("select count(*) from agents where last_seen_at > clock_timestamp() - interval '5 s'").await,
        1
    );
}
