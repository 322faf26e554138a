//! Is it alive, is it ready, how does it do.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::pulse::{self, Pulse};

use crate::{metrics, migrate, problem::Problem, state::App};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz)).routes(routes!(metrics_text))
}

/// Ready, and each thing it was asked about by name.
#[derive(Debug, Serialize, ToSchema)]
struct Ready {
    /// Only `database` and `schema` decide.
    ready: bool,
    checks: BTreeMap<&'static str, Check>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Check {
    ok: bool,
    /// In words.
    detail: String,
    /// Seconds since it last gave a sign of life, where it gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    age_secs: Option<f64>,
}

impl Check {
    fn new(ok: bool, detail: impl Into<String>) -> Self {
        Self { ok, detail: detail.into(), age_secs: None }
    }

    fn seen(age_secs: Option<f64>, fresh: f64, never: &str) -> Self {
        match age_secs {
            Some(age) if age <= fresh => Self { ok: true, detail: "alive".to_owned(), age_secs },
            Some(_) => Self { ok: false, detail: "silent".to_owned(), age_secs },
            None => Self::new(false, never),
        }
    }
}

/// The process is alive
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, body = String)))]
async fn healthz() -> &'static str {
    "alive\n"
}

/// Database and schema, which decide; and by name worker, pacer, provider and webhooks
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses((status = 200, body = Ready), (status = 503, body = Ready, description = "Not ready")))]
async fn readyz(State(app): State<App>) -> Response {
    let schema = migrate::check(app.db.pool()).await;
    let mut checks = BTreeMap::new();
    let away = matches!(schema, Err(migrate::Mismatch::Database(_)));
    checks.insert("database", Check::new(!away, if away { "away" } else { "answers" }));
    let fits = matches!(schema, Ok(()) | Err(migrate::Mismatch::Newer { .. }));
    checks
        .insert("schema", Check::new(fits, schema.map_or_else(|e| e.to_string(), |()| "fits this release".to_owned())));
    checks.insert("provider", provider(&app));
    if let Ok(pulse) = pulse::read(&app.db).await {
        living(&mut checks, &pulse);
        checks.insert("webhook", webhook(pulse::webhook_secs(&app.db).await.ok().flatten()));
    }
    let status = if fits && !away { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Ready { ready: status == StatusCode::OK, checks })).into_response()
}

fn provider(app: &App) -> Check {
    match &app.config.carrier {
        None => Check::new(false, "none configured; set TELNYX_API_KEY and its companions"),
        Some(carrier) if carrier.simulated() => Check::new(true, "the simulator"),
        Some(_) => Check::new(true, "configured"),
    }
}

fn living(checks: &mut BTreeMap<&'static str, Check>, pulse: &Pulse) {
    checks.insert("worker", Check::seen(pulse.worker_secs, 15.0, "none has started; run `wib work`"));
    let pacer = match (pulse.pacing, pulse.pacer_secs) {
        (0, _) => Check::new(true, "no campaign is at work"),
        (_, secs) => Check::seen(secs, 15.0, "a campaign is at work and nobody paces it; run `wib work`"),
    };
    checks.insert("pacer", pacer);
}

/// Told, and never a failure: nobody may be calling.
fn webhook(age_secs: Option<f64>) -> Check {
    let detail = if age_secs.is_some() { "last received" } else { "none received in the last day" };
    Check { ok: true, detail: detail.to_owned(), age_secs }
}

/// Figures for Prometheus
#[utoipa::path(get, path = "/metrics", tag = "health", responses((status = 200, body = String, content_type = "text/plain")))]
async fn metrics_text(State(app): State<App>) -> Result<Response, Problem> {
    let handle = metrics::handle();
    if let Ok(gauges) = pulse::gauges(&app.db).await {
        metrics::set(&gauges);
    }
    handle.run_upkeep();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render()).into_response())
}
