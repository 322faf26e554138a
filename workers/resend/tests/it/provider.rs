//! A provider that gives one answer to everything, and remembers what it was asked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::Response;
use resend::wire::email::{Email, Tag};
use resend::{Client, Config};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

pub(crate) const KEY: &str = "re_0123456789_very_secret";
pub(crate) const IDEMPOTENCY_KEY: &str = "01900000-0000-7000-8000-000000000001";
pub(crate) const CONSUMER: &str = "jane.roe@example.com";

/// One request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) authorization: String,
    pub(crate) content_type: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) body: Vec<u8>,
}

#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// What every answer is.
#[derive(Clone)]
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Provider {
    /// A provider whose every answer is this.
    pub(crate) async fn fixed(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let (listener, provider) = Self::listen().await;
        let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let state = (provider.clone(), Answer { status, headers, body: body.to_owned() });
        let app = Router::new().fallback(handle).with_state(state);
        tokio::spawn(async move { axum::serve(listener, app).await });
        provider
    }

    /// A provider that reads a request, writes these bytes and closes the connection.
    pub(crate) async fn raw(bytes: &'static [u8]) -> Self {
        let (listener, provider) = Self::listen().await;
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(bytes).await;
            }
        });
        provider
    }

    /// A provider that takes the connection and never says a word.
    pub(crate) async fn silent() -> Self {
        let (listener, provider) = Self::listen().await;
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.push(stream);
            }
        });
        provider
    }

    async fn listen() -> (TcpListener, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (listener, Self { address, asked: Arc::default() })
    }

    pub(crate) fn client(&self) -> Client {
        client(&format!("http://{}", self.address))
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

pub(crate) fn client(base_url: &str) -> Client {
    Client::new(Config {
        base_url: base_url.to_owned(),
        api_key: SecretString::from(KEY),
        timeout: Duration::from_millis(1500),
    })
    .unwrap()
}

pub(crate) fn an_email() -> Email {
    Email {
        from: "Agency <notices@agency.example>".into(),
        to: vec![CONSUMER.into()],
        subject: "Your account with Bank".into(),
        html: Some("<p>¿Qué? 😀</p>".into()),
        text: Some("¿Qué? 😀".into()),
        reply_to: vec!["help@agency.example".into()],
        headers: [("List-Unsubscribe".to_owned(), "<https://agency.example/u/4411>".into())].into(),
        tags: vec![Tag { name: "attempt".into(), value: IDEMPOTENCY_KEY.into() }],
    }
}

async fn handle(State((provider, answer)): State<(Provider, Answer)>, request: Request) -> Response<Body> {
    let asked = read(request).await;
    provider.asked.lock().unwrap().push(asked);
    let builder = Response::builder().status(answer.status);
    let builder = answer.headers.iter().fold(builder, |builder, (name, value)| builder.header(name, value));
    builder.body(Body::from(answer.body)).unwrap()
}

async fn read(request: Request) -> Asked {
    let (parts, body) = request.into_parts();
    let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        authorization: header("authorization").unwrap(),
        content_type: header("content-type"),
        idempotency_key: header("idempotency-key"),
        body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
    }
}
