//! Webhooks as they really come: forged, late, twice, in any order, broken, and while the database is away.

use std::time::{Duration, Instant};

use app::{migrate, postgres::Embedded};
use chrono::{TimeDelta, Utc};
use reqwest::{Client, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};
use telnyx::{
    Signer,
    signature::{SIGNATURE, TIMESTAMP},
};

use crate::{
    invariants,
    postgres::Place,
    support::{
        Floor, Setting, TestApp, people,
        process::{Wib, free_port},
        until,
    },
};

const STORED: &str = "select count(*) from webhook_events";

#[tokio::test]
async fn a_genuine_webhook_is_stored_and_a_repeated_one_is_the_same() {
    let carrier = Carrier::new(7);
    let app = carrier.app().await;
    let event = event("evt-1");
    for _ in 0..3 {
        assert_eq!(carrier.deliver(&app.url, &event.to_string()).await, StatusCode::OK);
    }
    assert_eq!(stored(&app).await, 1);
}

#[tokio::test]
async fn a_forged_webhook_is_401_and_leaves_nothing() {
    let (carrier, forger) = (Carrier::new(7), Carrier::new(8));
    let app = carrier.app().await;
    let body = event("evt-1").to_string();
    let genuine = carrier.sign(&body, 0);
    let [_, time] = genuine.clone();
    let [_, another_time] = carrier.sign(&body, 1);
    let [signature, _] = genuine.clone();
    let rubbish = (SIGNATURE, "not base64".to_owned());
    let forgeries: [(&str, Vec<_>); 5] = [
        (&body, forger.sign(&body, 0).to_vec()),
        (&body.replace("evt-1", "evt-2"), genuine.to_vec()),
        (&body, vec![signature.clone(), another_time]),
        (&body, vec![rubbish, time]),
        (&body, vec![]),
    ];
    for (body, headers) in forgeries {
        assert_eq!(send(&app.url, body, &headers).await, StatusCode::UNAUTHORIZED, "{headers:?}");
    }
    let twice = [signature.clone(), signature, (TIMESTAMP, Utc::now().timestamp().to_string())];
    assert_eq!(send(&app.url, &body, &twice).await, StatusCode::UNAUTHORIZED);
    assert_eq!(stored(&app).await, 0);
}

#[rstest]
#[case::too_old(-310, 401)]
#[case::from_the_future(310, 401)]
#[case::a_little_late(-290, 200)]
#[tokio::test]
async fn a_signature_is_good_for_five_minutes(#[case] seconds: i64, #[case] status: u16) {
    let carrier = Carrier::new(7);
    let app = carrier.app().await;
    let body = event("evt-1").to_string();
    assert_eq!(send(&app.url, &body, &carrier.sign(&body, seconds)).await, status);
    assert_eq!(stored(&app).await, i64::from(status == 200));
}

#[rstest]
#[case::no_json("{\"data\":")]
#[case::no_event("{\"hello\":\"world\"}")]
#[case::a_list("[]")]
#[case::nothing("")]
#[case::no_text("\u{fffd}\u{0}")]
#[tokio::test]
async fn a_signed_body_that_is_no_event_is_400_and_leaves_nothing(#[case] body: &str) {
    let carrier = Carrier::new(7);
    let app = carrier.app().await;
    assert_eq!(carrier.deliver(&app.url, body).await, StatusCode::BAD_REQUEST);
    assert_eq!(stored(&app).await, 0);
}

#[tokio::test]
async fn an_event_of_a_call_that_nobody_knows_is_parked() {
    let carrier = Carrier::new(7);
    let app = carrier.app().await;
    assert_eq!(carrier.deliver(&app.url, &event("evt-1").to_string()).await, StatusCode::OK);
    assert_eq!(app.count("select count(*) from webhook_events").await, 0, "it is nobody's yet");
    assert_eq!(number(&app, "select count(*) from webhook_events where outcome = 'parked'").await, 1);
}

/// 0115: hang-up, verdict, answer, initiation, in this order. 0116: everything three times. 0120: nothing at all.
#[rstest]
#[case::backwards("0115")]
#[case::three_times("0116")]
#[case::never("0120")]
#[tokio::test]
async fn however_the_webhooks_come_the_call_ends_once(#[case] fate: &str) {
    const SPEED: f64 = 20.0;
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let mut floor = Floor::open(&app, SPEED, 1).await;
    let list = floor.list(&people(fate, 2)).await;
    let campaign = floor.start(&list, json!({})).await;
    let stats = floor.over(&campaign).await;
    assert_eq!(
        (&stats["dials"], &stats["unknown"], &stats["balances"]),
        (&json!(2), &json!(0), &json!(true)),
        "{stats}"
    );
    let books = floor.quiet().await;
    // Of a recording whose webhook never comes we ask.
    floor.kept().await;
    invariants::hold(&floor.owner, &books).await;
}

#[tokio::test]
async fn while_the_database_is_away_the_carrier_is_told_at_once_to_come_back() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let carrier = Carrier::new(7);
    let place = Place::new();
    let postgres = Embedded::start(place.base()).await.unwrap();
    postgres.ensure_database("wib").await.unwrap();
    migrate::run(&postgres.owner_url("wib")).await.unwrap();
    let (directory, port) = (tempfile::tempdir().unwrap(), free_port());
    let environment = [
        ("DATABASE_URL", postgres.app_url("wib")),
        ("PORT", port.to_string()),
        ("TELNYX_API_KEY", "simulator".to_owned()),
        ("TELNYX_CALL_CONTROL_APP_ID", "7267000000000000000".to_owned()),
        ("TELNYX_PUBLIC_KEY", carrier.0.public_key()),
        ("TELNYX_BASE_URL", "http://127.0.0.1:9/v2".to_owned()),
    ];
    let _web = Wib::start(directory.path(), &["serve"], &environment);
    let url = format!("http://127.0.0.1:{port}");
    until("it listens", async || reqwest::get(format!("{url}/healthz")).await.ok()).await;
    assert_eq!(carrier.deliver(&url, &event("evt-1").to_string()).await, StatusCode::OK);

    postgres.stop().await.unwrap();
    let asked = Instant::now();
    assert_eq!(carrier.deliver(&url, &event("evt-2").to_string()).await, StatusCode::SERVICE_UNAVAILABLE);
    assert!(asked.elapsed() < Duration::from_millis(1_900), "the carrier waits two seconds, not {:?}", asked.elapsed());

    let postgres = Embedded::start(place.base()).await.unwrap();
    let again = event("evt-2").to_string();
    until("it is taken when the carrier comes back", async || {
        (carrier.deliver(&url, &again).await == StatusCode::OK).then_some(())
    })
    .await;
    postgres.stop().await.unwrap();
}

/// Somebody who signs webhooks.
struct Carrier(Signer);

type Signed = [(&'static str, String); 2];

impl Carrier {
    fn new(seed: u8) -> Self {
        Self(Signer::from_seed([seed; 32]))
    }

    /// An application that believes this carrier.
    async fn app(&self) -> TestApp {
        TestApp::with(Setting { public_key: Some(self.0.public_key()), ..Setting::default() }).await
    }

    /// The headers of a body signed so many seconds from now.
    fn sign(&self, body: &str, seconds: i64) -> Signed {
        self.0.headers(body.as_bytes(), Utc::now() + TimeDelta::seconds(seconds))
    }

    async fn deliver(&self, url: &str, body: &str) -> StatusCode {
        send(url, body, &self.sign(body, 0)).await
    }
}

async fn send(url: &str, body: &str, headers: &[(&'static str, String)]) -> StatusCode {
    let request = Client::new().post(format!("{url}/webhooks/telnyx/voice")).body(body.to_owned());
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
    request.send().await.unwrap().status()
}

fn event(id: &str) -> Value {
    let payload = json!({ "call_control_id": "v3:nobody", "call_leg_id": "leg", "call_session_id": "session",
                          "connection_id": "7267000000000000000", "from": "+12125550199", "to": "+12125550100" });
    json!({ "data": { "record_type": "event", "event_type": "call.initiated", "id": id,
                      "occurred_at": "2026-11-17T19:00:00.000000Z", "payload": payload } })
}

async fn stored(app: &TestApp) -> i64 {
    number(app, STORED).await
}

async fn number(app: &TestApp, sql: &'static str) -> i64 {
    let mut tx = app.app.db.system().await.unwrap();
    let number = sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    number
}
