//! The edge to HTTP: requests taken in, replies given out when it is time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::any;

use super::Shared;
use crate::api::{Request, Served};
use crate::control;
use crate::reply::Content;
use crate::world::milliseconds;

/// How long a hanging request hangs, in real time.
const HANG: Duration = Duration::from_secs(30);

const LARGEST_BODY: usize = 1 << 20;

pub(super) fn router(shared: Arc<Shared>) -> Router {
    let apis = Router::new().route("/v2/{*path}", any(carrier)).route("/resend/{*path}", any(carrier));
    apis.merge(control::routes()).with_state(shared)
}

async fn carrier(State(shared): State<Arc<Shared>>, request: axum::extract::Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let query = Query::<HashMap<String, String>>::try_from_uri(&parts.uri);
    let request = Request {
        method: parts.method.to_string(),
        path: path(&parts.uri),
        query: query.map(|query| query.0).unwrap_or_default(),
        bearer: bearer(&parts.headers),
        idempotency_key: text(&parts.headers, "idempotency-key"),
        batch_validation: text(&parts.headers, "x-batch-validation"),
        body,
    };
    let (served, wait) = shared.serve(&request);
    if request.method == "POST" {
        shared.asked.notify_waiters();
    }
    let _under_way = UnderWay { shared: &shared, key: served.key.clone() };
    // Whoever still waits when the simulator stops is answered at once.
    shared.stop.run_until_cancelled(tokio::time::sleep(wait)).await;
    served.into_response()
}

impl Shared {
    fn serve(&self, request: &Request) -> (Served, Duration) {
        let mut world = self.world();
        let served = world.serve(request);
        let latency = world.clock.real_span(milliseconds(served.latency_ms));
        drop(world);
        self.moved();
        let wait = if served.hangs { HANG } else { latency.unwrap_or_default() };
        (served, wait)
    }
}

impl IntoResponse for Served {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.reply.status).unwrap_or(StatusCode::OK);
        let mut response = match self.reply.content {
            _ if self.breaks => broken(),
            Content::Json(json) => (status, axum::Json(json.as_ref())).into_response(),
            Content::Text(text) => (status, text).into_response(),
        };
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

/// A body that fails at its first byte takes the connection with it, head and all.
fn broken() -> Response {
    let failure = Err::<String, _>(std::io::Error::from(std::io::ErrorKind::ConnectionReset));
    Body::from_stream(futures::stream::once(std::future::ready(failure))).into_response()
}

/// An idempotency key whose reply has not left; let go of even when the client is gone.
struct UnderWay<'a> {
    shared: &'a Shared,
    key: Option<String>,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if let Some(key) = &self.key {
            self.shared.world().keys.finish(key);
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    text(headers, "authorization")?.strip_prefix("Bearer ").map(str::to_owned)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn path(uri: &Uri) -> String {
    let path = uri.path();
    decoded(path.strip_prefix("/v2").unwrap_or(path))
}

/// Undoes `%3A`, the one escape that clients put into ids such as `v3:sim-1`.
fn decoded(path: &str) -> String {
    path.replace("%3A", ":").replace("%3a", ":").replace("%2B", "+")
}
