//! Spans for a collector, over OTLP/HTTP: compiled with the feature `otel`, at work where `OTEL_EXPORTER_OTLP_ENDPOINT`
//! says where to.
//!
//! One trace goes from the request through its job to the carrier, and on with the webhooks that tell of the call. A span
//! says what a log line says: ids and kinds, never a number, a name or a body.

use std::{collections::HashMap, sync::OnceLock};

use opentelemetry::{
    propagation::TextMapPropagator,
    trace::{TraceContextExt, TracerProvider},
};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Layer, registry::LookupSpan};
use workflows::trace::{Traces, collect};

const KEY: &str = "traceparent";
static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// The layer that exports, where the environment says where to.
pub fn layer<S: tracing::Subscriber + for<'s> LookupSpan<'s>>() -> Option<impl Layer<S>> {
    let endpoint = std::env::var("OTEL_EXPORTER_OTLP_ENDPOINT").ok().filter(|url| !url.trim().is_empty())?;
    layer_to(&endpoint).inspect_err(|error| eprintln!("wib: traces are not exported: {error}")).ok()
}

/// The layer that exports to that collector.
///
/// # Errors
/// When the address cannot be used.
pub fn layer_to<S: tracing::Subscriber + for<'s> LookupSpan<'s>>(
    endpoint: &str,
) -> Result<impl Layer<S> + use<S>, opentelemetry_otlp::ExporterBuildError> {
    provider(endpoint).map(export)
}

fn provider(endpoint: &str) -> Result<SdkTracerProvider, opentelemetry_otlp::ExporterBuildError> {
    install_crypto();
    let url = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
    let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpJson).with_endpoint(url).build()?;
    let resource = Resource::builder().with_service_name("word-is-bond").build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

/// The HTTP library panics without a process-wide provider. Whoever installed one first wins.
fn install_crypto() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

fn export<S: tracing::Subscriber + for<'s> LookupSpan<'s>>(provider: SdkTracerProvider) -> impl Layer<S> {
    let tracer = provider.tracer("wib");
    // A second initialisation, as in tests, changes nothing.
    let _ = PROVIDER.set(provider);
    collect(Traces { current, adopt });
    tracing_opentelemetry::layer().with_tracer(tracer).with_location(false).with_threads(false)
}

/// Sends what is not sent yet: at the end of the process.
pub fn flush() {
    if let Some(Err(error)) = PROVIDER.get().map(SdkTracerProvider::force_flush) {
        tracing::warn!(%error, "the last spans were not exported");
    }
}

fn current() -> Option<String> {
    let context = Span::current().context();
    if !context.span().span_context().is_valid() {
        return None;
    }
    let mut headers = HashMap::new();
    TraceContextPropagator::new().inject_context(&context, &mut headers);
    headers.remove(KEY)
}

fn adopt(span: &Span, parent: &str) {
    let headers = HashMap::from([(KEY.to_owned(), parent.to_owned())]);
    // A span that nobody collects has no parent, either.
    let _ = span.set_parent(TraceContextPropagator::new().extract(&headers));
}
