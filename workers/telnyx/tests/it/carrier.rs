//! A carrier that gives one answer to everything, and remembers what it was asked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::Response;
use secrecy::SecretString;
use serde_json::Value;
use telnyx::{Client, Config};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

pub(crate) const KEY: &str = "KEY0123456789-very-secret";

/// One request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) authorization: String,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) body: Option<Value>,
}

/// How this carrier answers.
type Answer = Arc<dyn Fn(&Asked) -> Response<Body> + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Carrier {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Carrier {
    pub(crate) async fn answering(answer: impl Fn(&Asked) -> Response<Body> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let carrier = Self { address: listener.local_addr().unwrap(), asked: Arc::default() };
        let state = (carrier.clone(), Arc::new(answer) as Answer);
        let app = Router::new().fallback(handle).with_state(state);
        tokio::spawn(async move { axum::serve(listener, app).await });
        carrier
    }

    /// A carrier whose every answer is this.
    pub(crate) async fn fixed(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let body = body.to_owned();
        Self::answering(move |_| {
            let builder = Response::builder().status(status);
            let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(name, value));
            builder.body(Body::from(body.clone())).unwrap()
        })
        .await
    }

    /// A carrier that reads a request, writes these bytes and closes the connection.
    pub(crate) async fn raw(bytes: &'static [u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(bytes).await;
            }
        });
        Self { address, asked: Arc::default() }
    }

    /// A carrier that takes the connection and never says a word.
    pub(crate) async fn silent() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((stream, _)) = listener.accept().await {
                open.push(stream);
            }
        });
        Self { address, asked: Arc::default() }
    }

    pub(crate) fn client(&self) -> Client {
        client(&format!("http://{}/v2", self.address))
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

pub(crate) fn client(base_url: &str) -> Client {
    Client::new(Config {
        base_url: base_url.to_owned(),
        api_key: SecretString::from(KEY),
        connection_id: "1293384261075731461".to_owned(),
        timeout: Duration::from_millis(1500),
    })
    .unwrap()
}

async fn handle(State((carrier, answer)): State<(Carrier, Answer)>, request: Request) -> Response<Body> {
    let asked = read(request).await;
    carrier.asked.lock().unwrap().push(asked.clone());
    answer(&asked)
}

async fn read(request: Request) -> Asked {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let url = reqwest::Url::parse(&format!("http://carrier{}", parts.uri)).unwrap();
    Asked {
        method: parts.method.to_string(),
        path: url.path().to_owned(),
        query: url.query_pairs().into_owned().collect(),
        authorization: parts.headers.get("authorization").map_or("", |key| key.to_str().unwrap()).to_owned(),
        idempotency_key: parts.headers.get("idempotency-key").map(|key| key.to_str().unwrap().to_owned()),
        body: (!body.is_empty()).then(|| serde_json::from_slice(&body).unwrap()),
    }
}
