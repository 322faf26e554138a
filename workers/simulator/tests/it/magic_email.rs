//! The local part of an address chooses what becomes of an email.

use rstest::rstest;
use serde_json::{Value, json};

use crate::harness::{Sim, answer, email_body};

#[rstest]
#[case::delivered("delivered", &["sent", "delivered"])]
#[case::bounced("bounced", &["sent", "bounced"])]
#[case::bounced_for_now("softbounce", &["sent", "bounced"])]
#[case::complained("complained", &["sent", "delivered", "complained"])]
#[case::suppressed("suppressed", &["suppressed"])]
#[case::delayed("delayed", &["sent", "delivery_delayed", "delivery_delayed", "delivered"])]
#[case::opened("opened", &["sent", "delivered", "opened"])]
#[case::clicked("clicked", &["sent", "delivered", "opened", "clicked"])]
#[case::failed("failed", &["failed"])]
#[case::with_a_label("opened+label", &["sent", "delivered", "opened"])]
#[tokio::test]
async fn an_email_goes_its_way(#[case] local: &str, #[case] way: &[&str]) {
    let sim = Sim::standing().await;
    let tags = json!([{"name": "letter", "value": "a1"}]);
    let id = sim.email(&format!("{local}@example.com"), json!({"tags": tags, "headers": {"X-Ref": "7"}})).await;
    assert_eq!(sim.get_email(&id).await["last_event"], "queued");
    sim.live(16).await;
    let expected: Vec<String> = way.iter().map(|step| format!("email.{step}")).collect();
    assert_eq!(sim.receiver.types(), expected);
    for webhook in sim.receiver.received() {
        let data = &webhook.json["data"];
        assert_eq!((&data["email_id"], &data["tags"]), (&json!(id), &json!({"letter": "a1"})));
        assert_eq!(data["headers"], json!([{"name": "X-Ref", "value": "7"}]));
        assert_eq!(webhook.uri, "/hook/emails");
    }
    assert_eq!(sim.get_email(&id).await["last_event"], *way.last().unwrap());
    assert_eq!(sim.notes("email", &id).await[1..], *way);
}

#[rstest]
#[case::a_mailbox_that_is_none("bounced", "bounce", "Permanent", "NoEmail")]
#[case::a_mailbox_that_is_full("softbounce", "bounce", "Transient", "MailboxFull")]
#[tokio::test]
async fn a_bounce_says_why(#[case] local: &str, #[case] name: &str, #[case] kind: &str, #[case] sub_kind: &str) {
    let sim = Sim::standing().await;
    sim.email(&format!("{local}@example.com"), json!({})).await;
    sim.live(16).await;
    let last = sim.receiver.received().pop().unwrap();
    let bounce = &last.json["data"][name];
    assert_eq!((&bounce["type"], &bounce["subType"]), (&json!(kind), &json!(sub_kind)));
}

#[tokio::test]
async fn a_click_follows_the_first_link() {
    let sim = Sim::standing().await;
    let html = "<p><a href=\"https://example.com/pay?n=1\">Pay</a> http://example.com/</p>";
    sim.email("clicked@example.com", json!({"html": html})).await;
    sim.live(16).await;
    let last = sim.receiver.received().pop().unwrap();
    assert_eq!(last.json["data"]["click"]["link"], "https://example.com/pay?n=1");
}

#[tokio::test]
async fn a_mail_program_unsubscribes_with_one_click() {
    let sim = Sim::standing().await;
    let url = sim.receiver.url_of("unsubscribe?token=a1");
    let headers = json!({
        "List-Unsubscribe": format!("<mailto:leave@sender.test>, <{url}>"),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    });
    let id = sim.email("unsub@example.com", json!({"headers": headers})).await;
    sim.live(16).await;
    let click = sim.receiver.received().pop().unwrap();
    assert_eq!(
        (click.uri.as_str(), &click.raw[..]),
        ("/hook/unsubscribe?token=a1", &b"List-Unsubscribe=One-Click"[..])
    );
    assert_eq!(click.headers["content-type"], "application/x-www-form-urlencoded");
    let line = sim.journal().await.into_iter().find(|line| line["kind"] == "one_click").unwrap();
    assert_eq!((&line["email_id"], &line["status"]), (&json!(id), &json!(200)));
}

#[tokio::test]
async fn nobody_unsubscribes_where_there_is_no_way_to() {
    let sim = Sim::standing().await;
    sim.email("unsub@example.com", json!({})).await;
    sim.live(16).await;
    assert_eq!(sim.receiver.types(), ["email.sent", "email.delivered"]);
}

#[rstest]
#[case::a_500("http500", 500, "application_error")]
#[case::a_429("http429", 429, "rate_limit_exceeded")]
#[tokio::test]
async fn a_first_request_fails_and_its_repetition_does_not(
    #[case] local: &str,
    #[case] status: u16,
    #[case] name: &str,
) {
    let sim = Sim::standing().await;
    let body = email_body(&format!("{local}@example.com"), json!({}));
    let send = || sim.mail("/emails", &body).header("idempotency-key", "k").send();
    let (found, json) = answer(send().await.unwrap()).await;
    assert_eq!((found, &json["name"], &json["statusCode"]), (status, &json!(name), &json!(status)));
    assert_eq!(send().await.unwrap().status(), 200);
    assert_eq!(sim.look("/sim/state").await["emails"]["by_status"]["queued"], 1);
}

#[tokio::test]
async fn other_addresses_follow_the_mix() {
    let sim = Sim::standing().await;
    sim.faults(json!({"limits": {"email_rps": 1000}, "email": {"open": 0.5, "click": 0.1, "bounce": 0.2}})).await;
    let batch: Vec<Value> = (0..100).map(|n| email_body(&format!("p{n}@example.com"), json!({}))).collect();
    for _ in 0..2 {
        assert_eq!(sim.mail("/emails/batch", &json!(batch)).send().await.unwrap().status(), 200);
    }
    sim.advance(3.0 * 3_600.0).await;
    let events = sim.look("/sim/state").await["emails"]["events"].clone();
    let count = |kind: &str| events[kind].as_u64().unwrap();
    assert_eq!(count("email.sent"), 200);
    assert_eq!(count("email.delivered") + count("email.bounced"), 200);
    assert!((80..120).contains(&count("email.opened")), "{events}");
    assert!((8..35).contains(&count("email.clicked")), "{events}");
}
