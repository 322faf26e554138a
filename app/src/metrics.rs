//! Prometheus figures: counters and histograms of this process, and gauges read from the database when asked.
//!
//! Labels come from lists in the code: never a person, a number, an address, an id, or a key that holds one.
//! `docs/OPERATIONS.md` has the table of all of them.

use std::{sync::OnceLock, time::Duration};

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use metrics::{counter, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;
use workflows::{fault, figure::Figures};

use crate::state::App;

/// Seconds; the bounds of what we promise lie on edges.
const BUCKETS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0];
/// Jobs in a claim.
const BATCHES: [f64; 8] = [0.0, 1.0, 5.0, 20.0, 50.0, 100.0, 250.0, 500.0];
/// What is recorded and not read is folded this often: else it would pile up where nobody scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

/// The process's recorder, installed at the first call. What is counted before that is lost.
pub fn install() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let recorder = buckets(PrometheusBuilder::new()).build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("somebody else records metrics in this process");
        }
        begin();
        handle
    })
}

/// What may never happen is told at nought: whoever watches a series must find it before it matters.
fn begin() {
    for name in ["wib_leases_lost_total", "wib_lease_renewals_total", "wib_jobs_rescued_total"] {
        counter!(name).increment(0);
    }
    for name in ["wib_calls_abandoned_total", "wib_sse_resyncs_total"] {
        counter!(name).increment(0);
    }
    for class in fault::CLASSES {
        counter!("wib_database_errors_total", "class" => class).increment(0);
    }
}

fn buckets(builder: PrometheusBuilder) -> PrometheusBuilder {
    let sized = |builder: PrometheusBuilder, suffix: &str, buckets: &[f64]| {
        builder.set_buckets_for_metric(Matcher::Suffix(suffix.to_owned()), buckets).expect("there are buckets")
    };
    sized(sized(builder, "_seconds", &BUCKETS), "_jobs", &BATCHES)
}

/// Folds what was recorded, until told to stop.
pub async fn upkeep(stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(UPKEEP)).await.is_some() {
        install().run_upkeep();
    }
}

/// Everything there is to scrape. Where the database is away the process's own figures are told all the same.
pub async fn text(app: &App) -> Response {
    let handle = install();
    pools(app);
    match app.figures.get().await {
        Ok(figures) => set(&figures),
        Err(error) => tracing::warn!(%error, "the database's figures are not scraped for now"),
    }
    handle.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render()).into_response()
}

fn pools(app: &App) {
    for (name, db) in [("main", &app.db), ("webhooks", &app.webhook_db)] {
        let (size, idle) = (f64::from(db.pool().size()), db.pool().num_idle() as f64);
        gauge!("wib_pool_connections", "pool" => name, "state" => "idle").set(idle);
        gauge!("wib_pool_connections", "pool" => name, "state" => "busy").set((size - idle).max(0.0));
    }
}

/// Sets the gauges that live in the database.
fn set(figures: &Figures) {
    for queue in &figures.queues {
        for (state, n) in [("pending", queue.pending), ("scheduled", queue.scheduled), ("running", queue.running)] {
            gauge!("wib_jobs", "queue" => queue.name.clone(), "state" => state).set(n as f64);
        }
        gauge!("wib_queue_oldest_seconds", "queue" => queue.name.clone()).set(queue.oldest_secs);
        gauge!("wib_queue_paused", "queue" => queue.name.clone()).set(f64::from(queue.paused));
    }
    for state in ["intent", "dialing", "ringing", "answered", "bridged"] {
        let n = figures.calls.iter().find(|(name, _)| name == state).map_or(0, |(_, n)| *n);
        gauge!("wib_calls_live", "state" => state).set(n as f64);
    }
    for (class, n) in &figures.paused {
        gauge!("wib_throttles_paused", "class" => *class).set(*n as f64);
    }
    gauge!("wib_workers").set(figures.workers as f64);
    gauge!("wib_jobs_dead_hour").set(figures.dead as f64);
    gauge!("wib_calls_silent_seconds").set(figures.calls_silent_secs.unwrap_or(0.0));
    gauge!("wib_calls_unknown_seconds").set(figures.unknown_secs.unwrap_or(0.0));
    gauge!("wib_audit_unchained").set(figures.unchained as f64);
    gauge!("wib_audit_lag_seconds").set(figures.unchained_secs.unwrap_or(0.0));
    gauge!("wib_campaigns_unbalanced").set(figures.unbalanced as f64);
    gauge!("wib_abandonment_of_cap").set(figures.abandonment);
}
