//! A bulk action: the question before it, `/jobs/bulk/new?action=…` and the filter; and how it goes, `/jobs/bulk/{id}`.

mod ask;
mod progress;

use crate::{
    pages::jobs::{JobFilter, JobRow},
    parts::field::FieldError,
    render::html,
    shell::{Clock, Shell, document},
    state::BulkState,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

/// Whoever retries more jobs than this types their number.
pub const MANY: i64 = 1_000;

/// What is done to each job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// A new job is made of it.
    Retry,
    /// It ends.
    Cancel,
    /// It leaves the dead letters.
    Delete,
}

impl Verb {
    /// As in the URL.
    pub fn name(self) -> &'static str {
        match self {
            Verb::Retry => "retry",
            Verb::Cancel => "cancel",
            Verb::Delete => "delete",
        }
    }

    /// As an order: `Retry`.
    pub fn word(self) -> &'static str {
        match self {
            Verb::Retry => "Retry",
            Verb::Cancel => "Cancel",
            Verb::Delete => "Delete",
        }
    }

    /// As it was carried out.
    fn done(self) -> &'static str {
        match self {
            Verb::Retry => "retried",
            Verb::Cancel => "cancelled",
            Verb::Delete => "deleted",
        }
    }
}

/// The question.
#[derive(Clone, Debug)]
pub struct AskView {
    /// What is to be done.
    pub verb: Verb,
    /// To which jobs.
    pub filter: JobFilter,
    /// The same in words: `Queue`, `dial`.
    pub terms: Vec<(&'static str, String)>,
    /// What it would do; none when it would do nothing, or too much.
    pub told: Option<Told>,
    /// Why it cannot be done as it stands.
    pub refused: Option<String>,
    /// The reason typed so far.
    pub reason: String,
    /// What was wrong with the last try.
    pub errors: Vec<FieldError>,
    /// The same page sent twice is one order.
    pub once: Uuid,
}

/// What the dry run found.
#[derive(Clone, Debug)]
pub struct Told {
    /// Jobs that match.
    pub count: i64,
    /// Some of them.
    pub samples: Vec<JobRow>,
    /// Of a retry: what it would do to people.
    pub contacts: Option<ContactsTold>,
}

/// What the rules say of the sends and calls now.
#[derive(Clone, Debug)]
pub struct ContactsTold {
    /// Sends and calls among them.
    pub total: i64,
    /// Those the rules were asked about.
    pub asked: i64,
    /// They would reach somebody.
    pub allowed: i64,
    /// A rule would refuse them.
    pub refused: i64,
    /// They would reach nobody.
    pub nobody: i64,
    /// `FREQ_7IN7 3`, the most frequent first.
    pub rules: Vec<(String, i64)>,
}

/// How it goes.
#[derive(Clone, Debug)]
pub struct ProgressView {
    /// It.
    pub id: Uuid,
    /// What it does.
    pub verb: Verb,
    /// Its state.
    pub state: BulkState,
    /// The jobs that were found.
    pub total: i64,
    /// Those it was done to.
    pub succeeded: i64,
    /// Those nothing was done to.
    pub refused: i64,
    /// Why.
    pub reason: String,
    /// Why it was given up.
    pub failure: Option<String>,
    /// Who asked for it.
    pub by: String,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// When its first batch was done.
    pub started_at: Option<DateTime<Utc>>,
    /// When the last one was.
    pub finished_at: Option<DateTime<Utc>>,
    /// The filter in words.
    pub terms: Vec<(&'static str, String)>,
    /// Its lines of the audit trail, oldest first.
    pub lines: Vec<Line>,
    /// May this user stop and resume it?
    pub may_operate: bool,
    /// May this user look at the audit trail itself?
    pub may_see_audit: bool,
}

/// One line of what was done with it.
#[derive(Clone, Debug)]
pub struct Line {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: String,
    /// What: `Asked for`, `Stopped at 1,200 of 10,000`.
    pub words: String,
}

/// The question's page.
pub fn ask(shell: &Shell, view: &AskView) -> String {
    html(|| document(shell, ask::body(&shell.clock, view)))
}

/// The page of how it goes.
pub fn page(shell: &Shell, view: &ProgressView) -> String {
    html(|| document(shell, progress::body(&shell.clock, view)))
}

/// The parts that change: `#bulk`.
pub fn fragments(clock: &Clock, view: &ProgressView) -> String {
    html(|| (crate::shell::pulse(clock), progress::live(clock, view)))
}

fn crumb(here: String) -> AnyView {
    view! { <nav class="crumb" aria-label="Breadcrumb"><a href="/jobs">"Jobs"</a><span aria-hidden="true">"/"</span><span>{here}</span></nav> }.into_any()
}

fn terms(terms: &[(&'static str, String)]) -> AnyView {
    if terms.is_empty() {
        return view! { <p class="body muted">"No filter: every job there is."</p> }.into_any();
    }
    let rows = terms.iter().map(|(name, value)| view! { <dt>{*name}</dt><dd>{value.clone()}</dd> });
    view! { <dl class="body kv">{rows.collect_view()}</dl> }.into_any()
}
