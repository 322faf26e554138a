//! Is a process ready for work: what it was asked about, by name, and what decides.
//!
//! A server is ready when the database answers, takes what is written and has a schema that fits: a worker's trouble
//! must not take pages and webhooks away. A worker is ready when it also holds its lease and looks for jobs. Told to
//! stop, neither is.

use std::collections::BTreeMap;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use workers::vital::Vital;
use workflows::{
    fault,
    figure::Figures,
    pulse::{self, Pulse},
};

use crate::{migrate, state::App};

/// The audit chain is written within a second; a line that waits for so long is an alarm.
const CHAINED_WITHIN: f64 = 10.0;
/// A due job that waits for so long is told of.
const STARTED_WITHIN: f64 = 300.0;

/// Ready, and each thing it was asked about by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ready {
    /// Whether all checks that decide are well.
    pub ready: bool,
    pub checks: BTreeMap<&'static str, Check>,
}

/// One thing asked about.
#[derive(Debug, Serialize, ToSchema)]
pub struct Check {
    pub ok: bool,
    /// Whether the process is not ready while this is not well.
    pub decides: bool,
    /// In words.
    pub detail: String,
    /// Seconds since it last gave a sign of life, or for which something has waited, where there is such a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_secs: Option<f64>,
}

impl Check {
    fn deciding(ok: bool, detail: impl Into<String>) -> Self {
        Self { ok, decides: true, detail: detail.into(), age_secs: None }
    }

    fn told(ok: bool, detail: impl Into<String>) -> Self {
        Self { ok, decides: false, detail: detail.into(), age_secs: None }
    }

    fn seen(age_secs: Option<f64>, fresh: f64, never: &str) -> Self {
        match age_secs {
            Some(age) if age <= fresh => Self { age_secs, ..Self::told(true, "alive") },
            Some(_) => Self { age_secs, ..Self::told(false, "silent") },
            None => Self::told(false, never),
        }
    }

    fn waits(secs: f64, bound: f64, what: &str) -> Self {
        let ok = secs <= bound;
        let detail = if ok { "keeps up".to_owned() } else { format!("{what} for more than {bound:.0} s") };
        Self { age_secs: Some(secs), ..Self::told(ok, detail) }
    }
}

impl Ready {
    /// How a server is.
    pub async fn of_server(app: &App) -> Self {
        let mut checks = foundations(app).await;
        checks.insert("provider", provider(app));
        if let Ok(pulse) = pulse::read(&app.db).await {
            living(&mut checks, &pulse);
            checks.insert("webhook", webhook(pulse::webhook_secs(&app.db).await.ok().flatten()));
        }
        if let Ok(figures) = app.figures.get().await {
            backlog(&mut checks, &figures);
        }
        Self::from(checks)
    }

    /// How a worker is.
    pub async fn of_worker(app: &App, vital: &Vital) -> Self {
        let mut checks = foundations(app).await;
        let lease = if vital.is_leased() { "held" } else { "not held; another is asked for" };
        checks.insert("lease", Check::deciding(vital.is_leased(), lease));
        let claims = if vital.claims() { "looks for jobs" } else { "has not looked for jobs for 5 s" };
        checks.insert("claim", Check::deciding(vital.claims(), claims));
        if let Ok(figures) = app.figures.get().await {
            backlog(&mut checks, &figures);
        }
        Self::from(checks)
    }

    fn from(checks: BTreeMap<&'static str, Check>) -> Self {
        Self { ready: checks.values().all(|check| check.ok || !check.decides), checks }
    }
}

impl IntoResponse for Ready {
    fn into_response(self) -> Response {
        let status = if self.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        (status, Json(self)).into_response()
    }
}

/// What every process stands on.
async fn foundations(app: &App) -> BTreeMap<&'static str, Check> {
    let schema = migrate::check(app.db.pool()).await;
    let away = matches!(schema, Err(migrate::Mismatch::Database(_)));
    let fits = matches!(schema, Ok(()) | Err(migrate::Mismatch::Newer { .. }));
    let schema = schema.map_or_else(|error| error.to_string(), |()| "fits this release".to_owned());
    let mut checks = BTreeMap::from([
        ("database", Check::deciding(!away, if away { "away" } else { "answers" })),
        ("schema", Check::deciding(fits, schema)),
    ]);
    if fits && !away {
        checks.insert("writable", writable(app).await);
    }
    if app.leaving.is_cancelled() {
        checks.insert("stopping", Check::deciding(false, "told to stop; finishes what it has"));
    }
    checks
}

/// A standby after a fail-over, or a full disk: everything reads, and nothing is done.
async fn writable(app: &App) -> Check {
    match pulse::writes(&app.db).await {
        Ok(()) => Check::deciding(true, "takes what is written"),
        Err(error) => {
            tracing::warn!(%error, "the database takes nothing that is written");
            Check::deciding(false, format!("takes nothing that is written: {}", fault::class(&error)))
        }
    }
}

fn provider(app: &App) -> Check {
    match &app.config.carrier {
        None => Check::told(false, "none configured; set TELNYX_API_KEY and its companions"),
        Some(carrier) if carrier.simulated() => Check::told(true, "the simulator"),
        Some(_) => Check::told(true, "configured"),
    }
}

fn living(checks: &mut BTreeMap<&'static str, Check>, pulse: &Pulse) {
    checks.insert("worker", Check::seen(pulse.worker_secs, 15.0, "none has started; run `wib work`"));
    let pacer = match (pulse.pacing, pulse.pacer_secs) {
        (0, _) => Check::told(true, "no campaign is at work"),
        (_, secs) => Check::seen(secs, 15.0, "a campaign is at work and nobody paces it; run `wib work`"),
    };
    checks.insert("pacer", pacer);
}

fn backlog(checks: &mut BTreeMap<&'static str, Check>, figures: &Figures) {
    let unchained = figures.unchained_secs.unwrap_or(0.0);
    checks.insert("audit", Check::waits(unchained, CHAINED_WITHIN, "a line waits to be chained"));
    let open = figures.queues.iter().filter(|queue| !queue.paused);
    let oldest = open.map(|queue| queue.oldest_secs).fold(0.0, f64::max);
    checks.insert("queue", Check::waits(oldest, STARTED_WITHIN, "a due job waits"));
}

/// Told, and never a failure: nobody may be calling.
fn webhook(age_secs: Option<f64>) -> Check {
    let detail = if age_secs.is_some() { "last received" } else { "none received in the last day" };
    Check { age_secs, ..Check::told(true, detail) }
}
