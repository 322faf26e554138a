//! What is asked of a bulk action, and what it answers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use workflows::{
    bulk::{self, Bulk, Contacts, Rehearsal, Verb},
    id::{AccountId, BulkId, CampaignId},
    job::{Filter, JobRow, State as JobState},
    queue,
};

use crate::{
    extract::Check,
    problem::{FieldError, Problem},
};

/// The longest reason that is kept.
const REASON: usize = 500;

/// Which jobs. All that is given has to hold.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FilterIn {
    pub(crate) queue: Option<String>,
    pub(crate) kind: Option<String>,
    /// `scheduled`, `pending`, `retrying`, `running`, `done`, `cancelled` or `dead`.
    #[schema(value_type = Option<String>)]
    pub(crate) state: Option<JobState>,
    /// Of this campaign, call, message or import itself.
    pub(crate) run: Option<Uuid>,
    /// For this campaign, its calls and messages included.
    #[schema(value_type = Option<Uuid>)]
    pub(crate) campaign: Option<CampaignId>,
    /// About this account.
    #[schema(value_type = Option<Uuid>)]
    pub(crate) account: Option<AccountId>,
    /// That failed alike: see `GET /api/jobs?group=fingerprint`.
    pub(crate) fingerprint: Option<String>,
    /// With these words in the error.
    pub(crate) text: Option<String>,
    /// Ended, or where it has not ended due, from then on.
    pub(crate) from: Option<DateTime<Utc>>,
    /// Not this moment any more.
    pub(crate) to: Option<DateTime<Utc>>,
    /// Dead, and neither retried nor deleted.
    pub(crate) dead_letters: bool,
}

impl FilterIn {
    /// The fields that are wrong, each with the fix; `prefix` is where they stand.
    pub(crate) fn wrong(&self, prefix: &str) -> Vec<FieldError> {
        let mut wrong = Vec::new();
        let mut told = |field: &str, fault: bool, message: &str| {
            if fault {
                wrong.push(FieldError::new(format!("{prefix}{field}"), message));
            }
        };
        let queue = self.queue.as_deref().is_some_and(|name| queue::known(name).is_none());
        told("queue", queue, "is no queue: one of live, dial, send, webhook, default");
        let kind = self.kind.as_deref().is_some_and(|kind| !(1..=100).contains(&kind.len()));
        told("kind", kind, "is the name of a kind of job, such as place_call");
        let hex = |text: &str| text.len() == 16 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let fingerprint = self.fingerprint.as_deref().is_some_and(|text| !hex(text));
        told("fingerprint", fingerprint, "is sixteen hexadecimal digits, as GET /api/jobs?group=fingerprint gives it");
        let text = self.text.as_deref().is_some_and(|text| !(1..=200).contains(&text.chars().count()));
        told("text", text, "is a part of an error, of 1 to 200 characters");
        told("to", self.from.zip(self.to).is_some_and(|(from, to)| from >= to), "has to be after from");
        let alive = self.dead_letters && self.state.is_some_and(|state| state != JobState::Dead);
        told("dead_letters", alive, "are dead: leave state out, or ask for dead");
        wrong
    }

    /// What is left when everything that is wrong is taken away: for a list, which says so.
    pub(crate) fn without_faults(&self) -> Self {
        self.wrong("").iter().fold(self.clone(), |mut left, fault| {
            match fault.field.as_str() {
                "queue" => left.queue = None,
                "kind" => left.kind = None,
                "fingerprint" => left.fingerprint = None,
                "text" => left.text = None,
                "to" => left.to = None,
                _ => left.state = None,
            }
            left
        })
    }

    pub(crate) fn filter(&self) -> Filter {
        let asked = self.clone();
        Filter {
            kind: asked.kind,
            queue: asked.queue,
            state: asked.state,
            run: asked.run,
            campaign: asked.campaign,
            account: asked.account,
            fingerprint: asked.fingerprint,
            text: asked.text,
            from: asked.from,
            to: asked.to,
            dead_letters: asked.dead_letters,
            no_bulk: false,
        }
    }
}

/// What is to be done, to which jobs, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BulkIn {
    #[serde(default)]
    pub(super) filter: FilterIn,
    /// `retry` makes new jobs of dead and cancelled ones, `cancel` ends those that have not ended, `delete` takes dead ones out
    /// of the dead letters.
    #[schema(value_type = String)]
    pub(super) action: Verb,
    /// Only tell what would happen.
    #[serde(default)]
    pub(super) dry_run: bool,
    /// Goes to the audit trail. Needed unless it is a dry run.
    pub(super) reason: Option<String>,
    /// An empty filter means every job, and is refused unless this says so.
    #[serde(default)]
    pub(super) everything: bool,
}

impl BulkIn {
    pub(super) fn reason(&self) -> &str {
        self.reason.as_deref().unwrap_or_default().trim()
    }
}

impl Check for BulkIn {
    fn wrong(&self) -> Vec<FieldError> {
        let mut wrong = self.filter.wrong("filter.");
        wrong.extend(everything(&self.filter.filter(), self.everything));
        if !self.dry_run {
            wrong.extend(unreasoned(self.reason()));
        }
        wrong
    }
}

/// An empty filter may be a slip.
pub(crate) fn everything(filter: &Filter, meant: bool) -> Option<FieldError> {
    let message = match (filter.is_empty(), meant) {
        (true, false) => "the filter is empty and matches every job: narrow it, or send everything: true",
        (false, true) => "goes with an empty filter only: leave out one of the two",
        _ => return None,
    };
    Some(FieldError::new("everything", message))
}

/// A reason that says nothing.
pub(crate) fn unreasoned(reason: &str) -> Option<FieldError> {
    let fits = (1..=REASON).contains(&reason.chars().count());
    (!fits).then(|| FieldError::new("reason", "is needed, in at most 500 characters: it goes to the audit trail"))
}

/// A bulk action.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BulkOut {
    #[schema(value_type = Uuid)]
    id: BulkId,
    #[schema(value_type = String)]
    action: Verb,
    /// As it was asked.
    #[schema(value_type = Object)]
    filter: Value,
    reason: String,
    /// `queued`, `running`, `stopped`, `done` or `failed`.
    #[schema(value_type = String)]
    state: bulk::State,
    /// Jobs that have their result, of how many.
    done: i32,
    total: i32,
    counts: Counts,
    /// What became of each job, as far as it is known.
    file: String,
    /// Why it was given up.
    failure: Option<String>,
    requested_by: String,
    requested_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
}

/// Where every job is: together they are the total.
#[derive(Debug, Serialize, ToSchema)]
struct Counts {
    /// The action was done to them.
    succeeded: i32,
    /// Nothing was done to them; the file says why.
    refused: i32,
    waiting: i32,
}

impl From<Bulk> for BulkOut {
    fn from(bulk: Bulk) -> Self {
        let filter = Filter { no_bulk: false, ..bulk.filter };
        Self {
            id: bulk.id,
            action: bulk.verb,
            filter: serde_json::to_value(filter).unwrap_or_default(),
            reason: bulk.reason,
            state: bulk.state,
            done: bulk.done,
            total: bulk.total,
            counts: Counts {
                succeeded: bulk.done - bulk.refused,
                refused: bulk.refused,
                waiting: bulk.total - bulk.done,
            },
            file: format!("/api/jobs/bulk/{}/file", bulk.id),
            failure: bulk.failure,
            requested_by: bulk.requested_by,
            requested_at: bulk.requested_at,
            started_at: bulk.started_at,
            finished_at: bulk.finished_at,
        }
    }
}

/// What a bulk action would do, now. Nothing was changed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RehearsalOut {
    dry_run: bool,
    #[schema(value_type = String)]
    action: Verb,
    /// Jobs that match.
    count: i64,
    /// Up to ten of them, newest first.
    samples: Vec<Sample>,
    /// Of a retry: what the rules would say of its sends and calls.
    compliance: Option<ContactsOut>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Sample {
    /// A decimal string.
    id: String,
    kind: String,
    queue: String,
    #[schema(value_type = String)]
    state: JobState,
    error: Option<String>,
    finished_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, ToSchema)]
struct ContactsOut {
    /// Sends and calls among the jobs.
    total: i64,
    /// Of these, so many were asked about, spread evenly: at most 100. Of a batch of e-mails its first is.
    asked: i64,
    /// Were all asked about?
    exact: bool,
    /// A rule would refuse them.
    refused: i64,
    allowed: i64,
    /// They would reach nobody: tried already, the claim is gone, no address.
    nobody: i64,
    /// How often which rule refused, the most frequent first.
    rules: Vec<RuleOut>,
}

#[derive(Debug, Serialize, ToSchema)]
struct RuleOut {
    code: String,
    refused: i64,
}

impl RehearsalOut {
    pub(super) fn new(verb: Verb, told: Rehearsal) -> Self {
        Self {
            dry_run: true,
            action: verb,
            count: told.count,
            samples: told.samples.into_iter().map(Sample::from).collect(),
            compliance: told.contacts.map(ContactsOut::from),
        }
    }
}

impl From<JobRow> for Sample {
    fn from(job: JobRow) -> Self {
        Self {
            id: job.id.to_string(),
            kind: job.kind,
            queue: job.queue,
            state: job.state,
            error: job.error,
            finished_at: job.finished_at,
        }
    }
}

impl From<Contacts> for ContactsOut {
    fn from(told: Contacts) -> Self {
        let rules = told.rules.into_iter().map(|(code, refused)| RuleOut { code: code.to_string(), refused });
        Self {
            total: told.total,
            asked: told.asked,
            exact: told.asked == told.total,
            refused: told.refused,
            allowed: told.allowed,
            nobody: told.nobody,
            rules: rules.collect(),
        }
    }
}

/// The fields of a filter that are wrong, as a problem.
pub(crate) fn refused(wrong: Vec<FieldError>) -> Result<(), Problem> {
    if wrong.is_empty() { Ok(()) } else { Err(Problem::new(crate::problem::Kind::InvalidQuery).fields(wrong)) }
}
