//! Secrets and phone numbers stay out of logs and debug prints.

use std::io;
use std::sync::{Arc, Mutex};

use telnyx::wire::dial::Dial;
use telnyx::wire::message::SendMessage;
use telnyx::wire::sound::Speak;
use telnyx::{Event, MessageEvent};
use tracing::Level;

use crate::carrier::{Carrier, KEY};

/// A log that can be read back.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

const NUMBER: &str = "+12025550131";
const REFUSED: &str = r#"{"errors":[{"code":"10016","title":"Bad","detail":"+12025550131 is not a number"}]}"#;

/// Everything that is logged by this thread from now on.
fn listen() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    (log, tracing::subscriber::set_default(subscriber))
}

#[tokio::test]
async fn a_refused_dial_leaves_neither_number_nor_key_in_the_log() {
    let (log, _guard) = listen();
    let carrier = Carrier::fixed(422, &[], REFUSED).await;
    let outcome = carrier.client().dial(&Dial::new("1", "+12025550100", NUMBER)).await;
    tracing::info!(?outcome, "told to whoever asked");

    let text = log.text();
    assert!(text.contains("refused as BadNumber, code 10016, status 422"), "{text}");
    assert!(!text.contains("2025550") && !text.contains(KEY), "{text}");
}

#[tokio::test]
async fn a_refused_message_leaves_neither_number_nor_text_nor_key_in_the_log() {
    let (log, _guard) = listen();
    let carrier = Carrier::fixed(422, &[], &REFUSED.replace("10016", "40310")).await;
    let outcome = carrier.client().send_message(&a_message(), "key").await;
    tracing::info!(?outcome, message = ?a_message(), "told to whoever asked");

    let text = log.text();
    assert!(text.contains("refused as BadNumber, code 40310, status 422"), "{text}");
    for secret in ["2025550", "Smith", KEY] {
        assert!(!text.contains(secret), "{text}");
    }
}

fn a_message() -> SendMessage {
    SendMessage {
        to: NUMBER.into(),
        from: Some("+12025550100".into()),
        text: Some("Mr Smith, please call us".into()),
        ..SendMessage::default()
    }
}

#[tokio::test]
async fn a_client_is_printed_without_its_key() {
    let client = Carrier::silent().await.client();
    assert!(!format!("{client:?}").contains(KEY));
}

#[test]
fn numbers_names_and_words_are_printed_as_private() {
    let mut dial = Dial::new("1", "+12025550100", NUMBER);
    dial.from_display_name = Some("Jane Roe".into());
    let speak = Speak { payload: "Smith, account 4411".into(), ..Speak::default() };
    let body =
        br#"{"data":{"event_type":"call.initiated","payload":{"to":"+12025550131","caller_id_name":"Jane Roe"}}}"#;
    let event = Event::parse(body).unwrap();
    let body = br#"{"data":{"event_type":"message.received","payload":{"from":{"phone_number":"+12025550131"},
        "text":"Smith here","to":[{"phone_number":"+12025550100"}],"media":[{"url":"https://example.com/4411"}]}}}"#;
    let message = MessageEvent::parse(body).unwrap();
    let text =
        format!("{dial:?} {speak:?} {event:?} {:?} {:?} {message:?} {:?}", event.leg, event.kind, message.message);
    for secret in ["2025550", "Jane", "Smith", "4411"] {
        assert!(!text.contains(secret), "{text}");
    }
}
