//! Why a job does not run: the one rule that holds it, until when, and what would hold it next.
//!
//! ```text
//! ended ▶ running ▶ kill switch ▶ its campaign ▶ not due yet ▶ queue paused ▶ no worker ▶ limit ▶ all slots taken ▶ its turn
//! ```
//!
//! [`rules`] decides over facts alone, in the order in which the platform itself asks; [`load`] reads the facts of
//! a page of jobs at once, without counting anything that grows with the backlog.

mod load;
mod names;

use chrono::{DateTime, Utc};
use serde::Serialize;

pub use self::load::{load, load_one, of_list};
use super::{JobId, State};
use crate::{call, campaign, message, recipient};

/// Counting stops here: "more than ten thousand".
const MOST: i64 = 10_000;

/// What holds a job, in a word that stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// It is over; nothing holds it any more.
    Ended,
    /// It was given up or cancelled, and another job has its unique key: it cannot be made anew before that one ends.
    UniqueKey,
    /// A worker has it.
    Running,
    /// A worker has it, and it ends at its next retry or snooze: somebody cancelled it.
    CancelAsked,
    /// The organisation's kill switch is on.
    KillSwitch,
    /// Its campaign does not work now.
    CampaignPaused,
    /// Its campaign is outside its own hours.
    CampaignWindow,
    /// It failed and backs off.
    Retry,
    /// The person's next moment: lawful, and after the campaign's wait.
    NextMoment,
    /// It was put off by itself.
    Snoozed,
    /// It was made for a later moment.
    Scheduled,
    /// No worker of this release knows its kind.
    NoHandler,
    /// Its queue was paused by an operator.
    QueuePaused,
    /// No living worker process works its queue.
    NoWorker,
    /// The provider said Retry-After.
    ThrottlePaused,
    /// A limit has no permit to spare.
    Throttle,
    /// As many run as may.
    Concurrency,
    /// Others are more urgent or came earlier.
    Behind,
    /// Nothing holds it.
    Next,
}

/// A rule that holds a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Held {
    /// Which.
    pub rule: Rule,
    /// Until when, where that is known.
    pub until: Option<DateTime<Utc>>,
    /// The rule in a sentence without its end.
    pub because: String,
}

/// A job as the rules look at it.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its identity.
    pub id: JobId,
    /// What is to be done.
    pub kind: String,
    /// Where it waits.
    pub queue: String,
    /// The state it ended in, if it did.
    pub ended: Option<State>,
    /// Whether a worker has it.
    pub running: bool,
    /// Whether somebody cancelled it while it ran.
    pub cancelled: bool,
    /// When it is due.
    pub run_at: DateTime<Utc>,
    /// When it was last claimed.
    pub started_at: Option<DateTime<Utc>>,
    /// How often it started.
    pub attempt: i16,
    /// How often it may.
    pub max_attempts: i16,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// What surrounds a job.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Its queue.
    pub queue: Queue,
    /// The limits it draws from, the widest first.
    pub limits: Vec<Limit>,
    /// Its campaign.
    pub campaign: Option<Campaign>,
    /// The kill switch, where it is on.
    pub stopped: Option<Stopped>,
    /// What the person on the list waits for, in words.
    pub waits_for: Option<String>,
    /// Due jobs taken before it; none where nobody counted.
    pub ahead: Option<i64>,
    /// The job that has its unique key.
    pub rival: Option<JobId>,
}

/// An order that nobody be contacted.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// Who gave it.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// A queue's orders and workers.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// Whether it is paused.
    pub paused: bool,
    /// By whom, where this organisation did it.
    pub paused_by: Option<String>,
    /// Living worker processes that work it.
    pub workers: i64,
    /// How many jobs may run at once in all of them; none where they do not say.
    pub slots: Option<i64>,
    /// How many ran at their last heartbeats.
    pub running: i64,
}

/// A limit a job draws from.
#[derive(Clone, Debug)]
pub struct Limit {
    /// What is limited, in words.
    pub name: String,
    /// Permits a period.
    pub permits: i32,
    /// The period, in milliseconds.
    pub period_ms: i32,
    /// When the next permit is to be had.
    pub next_at: DateTime<Utc>,
    /// Until when the provider asked us to wait.
    pub paused_until: Option<DateTime<Utc>>,
}

/// A job's campaign.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub state: campaign::State,
    /// Why it is paused.
    pub pause_reason: Option<String>,
    /// When its hours begin again.
    pub opens_at: Option<DateTime<Utc>>,
}

/// What holds a job, the rule that does so now first; never empty.
#[must_use]
pub fn rules(job: &Job, facts: &Facts, now: DateTime<Utc>) -> Vec<Held> {
    if let Some(held) = over(job, facts).or_else(|| at_work(job)) {
        return vec![held];
    }
    let asked = [
        of_switch(job, facts),
        of_campaign(job, facts),
        later(job, facts, now),
        of_queue(job, facts),
        of_workers(job, facts),
        of_limits(job, facts, now),
        of_slots(facts),
        of_turn(facts),
    ];
    let mut held: Vec<Held> = asked.into_iter().flatten().collect();
    if held.is_empty() {
        held.push(Held::new(Rule::Next, "nothing holds it: the next free worker takes it"));
    }
    held
}

impl Held {
    fn new(rule: Rule, because: impl Into<String>) -> Self {
        Self { rule, until: None, because: because.into() }
    }

    fn until(mut self, moment: impl Into<Option<DateTime<Utc>>>) -> Self {
        self.until = moment.into();
        self
    }
}

fn over(job: &Job, facts: &Facts) -> Option<Held> {
    let ended = job.ended?;
    let rival = facts.rival.filter(|_| ended != State::Done);
    Some(match (rival, ended) {
        (Some(rival), _) => Held::new(
            Rule::UniqueKey,
            format!("job {rival} has its unique key: it can be made anew when that one ends"),
        ),
        (None, State::Done) => Held::new(Rule::Ended, "it is done"),
        (None, State::Cancelled) => Held::new(Rule::Ended, "it was cancelled"),
        (None, _) => Held::new(Rule::Ended, "it was given up: retry it once the cause is gone"),
    })
}

fn at_work(job: &Job) -> Option<Held> {
    let rule = if job.cancelled { Rule::CancelAsked } else { Rule::Running };
    let because =
        if job.cancelled { "it runs, and ends at its next retry: it was cancelled" } else { "a worker has it" };
    job.running.then(|| Held::new(rule, because))
}

/// No intent is written while it is on.
fn of_switch(job: &Job, facts: &Facts) -> Option<Held> {
    facts.stopped.as_ref().filter(|_| reaches_people(&job.kind)).map(Stopped::holds)
}

impl Stopped {
    fn holds(&self) -> Held {
        Held::new(
            Rule::KillSwitch,
            format!("the kill switch is on, by {}: {}; a supervisor has to lift it", self.by, self.reason),
        )
    }
}

/// A campaign that does not work claims nobody, and takes back whom it claimed when their turn comes.
fn of_campaign(job: &Job, facts: &Facts) -> Option<Held> {
    facts.campaign.as_ref().filter(|_| reaches_people(&job.kind)).and_then(Campaign::holds)
}

impl Campaign {
    /// What keeps it from reaching anybody, if something does.
    fn holds(&self) -> Option<Held> {
        let (campaign, name) = (self, &self.name);
        Some(match (campaign.state, campaign.pause_reason.as_deref()) {
            (campaign::State::Paused, Some("window_closed")) => {
                Held::new(Rule::CampaignWindow, format!("campaign {name} is outside its hours"))
                    .until(campaign.opens_at)
            }
            (campaign::State::Paused, reason) => {
                Held::new(Rule::CampaignPaused, format!("campaign {name} is paused: {}", names::pause(reason)))
            }
            (campaign::State::Draining | campaign::State::Stopped | campaign::State::Completed, _) => {
                Held::new(Rule::CampaignPaused, format!("campaign {name} is over: nobody is contacted for it any more"))
            }
            _ => return None,
        })
    }
}

fn reaches_people(kind: &str) -> bool {
    use super::Job as _;
    [
        call::PlaceCall::KIND,
        message::SendSms::KIND,
        message::SendEmail::KIND,
        message::SmsBatch::KIND,
        message::EmailBatch::KIND,
    ]
    .contains(&kind)
}

fn waits_for_a_person(kind: &str) -> bool {
    use super::Job as _;
    [recipient::RetryCall::KIND, message::RetryMessage::KIND].contains(&kind)
}

/// Why it is due only later. A job that was claimed and gave its attempt back was put off, by a limit if it has one.
fn later(job: &Job, facts: &Facts, now: DateTime<Utc>) -> Option<Held> {
    if job.run_at <= now {
        return None;
    }
    let error = job.last_error.as_deref().unwrap_or_default();
    let held = if error.starts_with("no handler for kind") {
        Held::new(
            Rule::NoHandler,
            format!("no worker of this release knows the kind {}: deploy the one that does", job.kind),
        )
    } else if job.attempt > 0 {
        let which = format!("try {} of {} failed", job.attempt, job.max_attempts);
        Held::new(Rule::Retry, if error.is_empty() { which } else { format!("{which}: {error}") })
    } else if waits_for_a_person(&job.kind) {
        let why = facts.waits_for.as_deref().unwrap_or("the person may not be contacted before");
        Held::new(Rule::NextMoment, format!("the person's next moment: {why}"))
    } else if job.started_at.is_none() {
        Held::new(Rule::Scheduled, "it was made for that moment")
    } else {
        // Where a limit was asked and had nothing, `run_at` is this job's guessed turn at it.
        of_limits(job, facts, now).unwrap_or_else(|| Held::new(Rule::Snoozed, "it was put off by itself"))
    };
    let until = held.until.map_or(job.run_at, |until| until.max(job.run_at));
    Some(held.until(until))
}

fn of_queue(job: &Job, facts: &Facts) -> Option<Held> {
    let by = facts.queue.paused_by.as_deref().unwrap_or("an operator");
    let drains = match facts.queue.running {
        0 => String::new(),
        n => format!("; {n} still running there end by themselves"),
    };
    facts.queue.paused.then(|| Held::new(Rule::QueuePaused, format!("queue {} was paused by {by}{drains}", job.queue)))
}

fn of_workers(job: &Job, facts: &Facts) -> Option<Held> {
    let because = || format!("no living worker works queue {}: start wib work", job.queue);
    (facts.queue.workers == 0).then(|| Held::new(Rule::NoWorker, because()))
}

/// The limit that is free last: a job needs a permit of each. A pause of the provider's says more than a full bucket.
fn of_limits(job: &Job, facts: &Facts, now: DateTime<Utc>) -> Option<Held> {
    let paused =
        facts.limits.iter().filter_map(|limit| Some((limit.paused_until.filter(|until| *until > now)?, limit)));
    if let Some((until, limit)) = paused.max_by_key(|(until, _)| *until) {
        return Some(
            Held::new(Rule::ThrottlePaused, format!("the provider asked us to wait: {}", limit.name)).until(until),
        );
    }
    // One that is put off waits for a permit, whatever the bucket says at this very moment.
    let put_off = job.run_at > now;
    let full = facts.limits.iter().filter(|limit| limit.next_at > now || put_off);
    full.max_by_key(|limit| limit.next_at).map(|limit| {
        let because = format!("{} is at its limit of {}", limit.name, names::rate(limit.permits, limit.period_ms));
        Held::new(Rule::Throttle, because).until(limit.next_at)
    })
}

fn of_slots(facts: &Facts) -> Option<Held> {
    let slots = facts.queue.slots.filter(|slots| *slots > 0 && facts.queue.running >= *slots)?;
    Some(Held::new(Rule::Concurrency, format!("all {slots} slots of its queue are taken")))
}

fn of_turn(facts: &Facts) -> Option<Held> {
    let ahead = facts.ahead.filter(|n| *n > 0)?;
    let many = if ahead > MOST { "more than 10,000 jobs".to_owned() } else { names::jobs(ahead) };
    Some(Held::new(Rule::Behind, format!("{many} in its queue are more urgent or came earlier")))
}

#[cfg(test)]
mod tests;
