//! The trace that a piece of work belongs to, handed on in a job's arguments.
//!
//! Whoever collects traces says how ([`collect`]); where nobody does, nothing is written, and nothing read. The column of
//! arguments carries it because `jobs` is hot and a column of its own would widen every row for everybody.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize, Serializer};
use tracing::Span;
use uuid::Uuid;

use crate::{db::Tx, id::CallId};

/// What it takes to hand a trace on.
#[derive(Clone, Copy, Debug)]
pub struct Traces {
    /// The current span, as a W3C `traceparent`.
    pub current: fn() -> Option<String>,
    /// Puts a span that has not been entered yet under such a parent.
    pub adopt: fn(&Span, &str),
}

static TRACES: OnceLock<Traces> = OnceLock::new();

/// From now on traces are handed on; the first to ask for it decides how.
pub fn collect(traces: Traces) {
    // A second collector in one process is nobody's wish.
    let _ = TRACES.set(traces);
}

/// Puts a job's span under the one that its arguments name.
pub fn adopt(span: &Span, args: &str) {
    if let Some(traces) = TRACES.get()
        && let Ok(Handed { traceparent: Some(parent) }) = serde_json::from_str(args)
    {
        (traces.adopt)(span, &parent);
    }
}

#[derive(Deserialize)]
struct Handed {
    traceparent: Option<String>,
}

/// A span for something the carrier told of a call, in the trace that dialed it.
///
/// # Errors
/// When the connection is lost.
pub async fn webhook(tx: &mut Tx, call: Option<CallId>) -> Result<Span, sqlx::Error> {
    let (Some(traces), Some(call)) = (TRACES.get(), call) else { return Ok(Span::none()) };
    let span = tracing::info_span!("webhook", call.id = %call);
    if let Some(parent) = dialed_in(tx, call.0).await? {
        (traces.adopt)(&span, &parent);
    }
    Ok(span)
}

/// Its dialing job may not be acknowledged yet.
async fn dialed_in(tx: &mut Tx, run: Uuid) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select j.args->>'traceparent' as "parent!" from jobs j
           where j.run_id = $1 and j.kind = 'place_call' and j.args ? 'traceparent'
           union all
           select h.args->>'traceparent' from job_history h
           where h.run_id = $1 and h.kind = 'place_call' and h.args ? 'traceparent' limit 1"#,
        run
    )
    .fetch_optional(&mut **tx)
    .await
}

/// A job's arguments, and the trace they are written in.
#[derive(Debug)]
pub(crate) struct Traced<'a, J> {
    job: &'a J,
    parent: Option<String>,
}

impl<'a, J> Traced<'a, J> {
    pub(crate) fn new(job: &'a J) -> Self {
        Self { job, parent: TRACES.get().and_then(|traces| (traces.current)()) }
    }
}

impl<J: Serialize> Serialize for Traced<'_, J> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Both<'a, J> {
            #[serde(flatten)]
            job: &'a J,
            traceparent: &'a str,
        }
        match &self.parent {
            None => self.job.serialize(serializer),
            Some(traceparent) => Both { job: self.job, traceparent }.serialize(serializer),
        }
    }
}
