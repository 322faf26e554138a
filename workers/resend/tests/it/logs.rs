//! Addresses, subjects, texts and secrets stay out of logs and debug prints.

use std::io;
use std::sync::{Arc, Mutex};

use resend::{Event, Signer, Verifier};
use tracing::Level;

use crate::provider::{CONSUMER, IDEMPOTENCY_KEY, KEY, Provider, an_email};

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

const REFUSED: &str = r#"{"statusCode":422,"name":"validation_error","message":"jane.roe@example.com is no address"}"#;
const SECRETS: [&str; 7] = ["jane", "Agency", "Bank", "Qué", "4411", "help@", KEY];

fn assert_private(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn a_refused_email_leaves_nothing_of_itself_in_the_log() {
    let (log, _guard) = listen();
    let provider = Provider::fixed(422, &[], REFUSED).await;
    let client = provider.client();
    let outcome = client.send(&an_email(), IDEMPOTENCY_KEY).await;
    let batch = client.send_batch(serde_json::to_vec(&[an_email()]).unwrap(), IDEMPOTENCY_KEY).await;
    tracing::info!(?outcome, ?batch, email = ?an_email(), ?client, "told to whoever asked");

    let text = log.text();
    assert!(text.contains("refused as Invalid, name validation_error, status 422"), "{text}");
    assert_private(&text);
}

#[tokio::test]
async fn an_email_that_was_read_is_printed_as_private() {
    let body = format!(r#"{{"id":"one","to":["{CONSUMER}"],"from":"Agency","subject":"Bank","text":"Qué"}}"#);
    let provider = Provider::fixed(200, &[], &body).await;
    assert_private(&format!("{:?}", provider.client().email("one").await));
}

#[test]
fn an_event_is_printed_as_private() {
    for detail in [
        r#""type":"email.bounced","data":{"bounce":{"message":"jane is not here","diagnosticCode":["550 jane"]}"#,
        r#""type":"email.clicked","data":{"click":{"link":"https://agency.example/4411","userAgent":"jane's"}"#,
        r#""type":"email.suppressed","data":{"suppressed":{"message":"jane complained"}"#,
    ] {
        let body = format!(
            r#"{{{detail},"to":["{CONSUMER}"],"from":"Agency","subject":"Bank","tags":{{"account":"4411"}},
                "headers":[{{"name":"List-Unsubscribe","value":"4411"}}]}}}}"#
        );
        let event = Event::parse("msg_1", body.as_bytes()).unwrap();
        assert_eq!(event.tag("account"), Some("4411"));
        assert_private(&format!("{event:?} {:?} {:?}", event.email, event.kind));
    }
}

#[test]
fn a_verifier_is_printed_without_its_secret() {
    let secret = "whsec_c2VjcmV0IHRoYXQgbm9ib2R5IGtub3dz";
    assert!(Signer::new(secret).is_ok());
    assert_eq!(format!("{:?}", Verifier::new(secret).unwrap()), "Verifier([private])");
}
