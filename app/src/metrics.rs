//! Prometheus figures: counters and histograms of this process, and gauges read from the database when asked.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Seconds; the bounds of what we promise lie on edges.
const BUCKETS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0];

/// The process's recorder, installed at the first call.
pub fn handle() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let builder = builder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS);
        let recorder = builder.expect("there are buckets").build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("somebody else records metrics in this process");
        }
        handle
    })
}

/// Sets the gauges that live in the database.
pub fn set(gauges: &[workflows::pulse::Gauge]) {
    for gauge in gauges {
        let labels = [("queue", gauge.queue.clone()), ("state", gauge.state.clone())];
        metrics::gauge!("wib_jobs", &labels).set(gauge.jobs as f64);
    }
}
