//! `/jobs`: queues with their pause buttons, live, and the jobs behind them.

mod around;
mod asked;

use axum::{
    Router,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use web::{
    Nav,
    pages::jobs::{self as page, About, JobRow, JobsView, LimitRow, Outlook, QueueRow, Workers},
    state::{JobState, QueueState},
};
use workflows::{
    db::Tx,
    identity::{Principal, Right},
    job::{self, JobId, State as Domain, why},
    pulse,
    queue::{self, Forecast, Queue},
    run::{self, Subject},
    throttle::{self, Limit},
};

pub(super) use self::asked::Asked;
use super::frame;
use crate::{
    api::queues::order,
    extract::{Allowed, ManageJobs, Params, SeeJobs},
    problem::Problem,
    state::App,
};

const ROWS: i64 = 50;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/jobs", get(show))
        .route("/jobs/queues/{name}/pause", post(pause))
        .route("/jobs/queues/{name}/resume", post(resume))
}

async fn show(
    State(app): State<App>,
    caller: Allowed<SeeJobs>,
    Params(asked): Params<Asked>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut shell = frame::shell(&app, &caller, "Jobs", Some(Nav::Jobs), &headers).await?;
    let mut view = summary(&app, &caller).await?;
    list(&app, &caller, &asked, &mut view).await?;
    shell.events = Some("/live/jobs".to_owned());
    let html = page::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

/// The parts that change.
pub(super) async fn fragments(app: &App, caller: &Principal) -> Result<String, Problem> {
    let view = summary(app, caller).await?;
    Ok(page::fragments(&frame::clock(app, caller).await?, &view))
}

async fn pause(
    State(app): State<App>,
    caller: Allowed<ManageJobs>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    order(&app, &caller, &name, true).await?;
    Ok(frame::onward("/jobs", "Paused. What runs there ends; nothing new starts."))
}

async fn resume(
    State(app): State<App>,
    caller: Allowed<ManageJobs>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    order(&app, &caller, &name, false).await?;
    Ok(frame::onward("/jobs", "Resumed."))
}

async fn summary(app: &App, caller: &Principal) -> Result<JobsView, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let queues = queue::list(&mut tx, caller.org).await?;
    let retrying = job::retrying(&mut tx, caller.org).await?;
    let limits = throttle::board(&mut tx, caller.org).await?;
    let now = tx.now().await?;
    tx.commit().await?;
    let pulse = pulse::read(&app.db).await?;
    let row = |queue: Queue| {
        let again = retrying.iter().find(|(name, _)| *name == queue.name).map_or(0, |(_, n)| *n);
        queue_row(queue, again, now)
    };
    Ok(JobsView {
        queues: queues.into_iter().map(row).collect(),
        workers: Workers { alive: pulse.workers, trouble: trouble(&pulse) },
        may_operate: caller.may(Right::ManageJobs),
        limits: limits.into_iter().map(limit_row).collect(),
        ..JobsView::default()
    })
}

fn trouble(pulse: &pulse::Pulse) -> Option<String> {
    (pulse.workers == 0).then(|| match pulse.worker_secs {
        Some(secs) => format!("the last worker is silent for {}", web::format::span(secs as i64)),
        None => "no worker has started; run wib work".to_owned(),
    })
}

fn queue_row(queue: Queue, retrying: i64, now: chrono::DateTime<chrono::Utc>) -> QueueRow {
    let per_minute = |slot: usize, minutes: f64| queue.done.get(slot).map_or(0.0, |n| *n as f64 / minutes);
    QueueRow {
        state: if queue.paused { QueueState::Paused } else { QueueState::Running },
        per_minute: [per_minute(0, 1.0), per_minute(1, 5.0), per_minute(2, 60.0)],
        waiting: queue.pending + (queue.scheduled - retrying).max(0),
        oldest_secs: queue.oldest.map(|since| (now - since).num_seconds().max(0)),
        running: queue.running,
        retrying,
        failed: queue.dead,
        latency: queue.latency().map(|of| [of.p50, of.p95, of.p99]),
        outlook: outlook(queue.forecast()),
        by_minute: queue.by_minute,
        because: if queue.paused { "paused by an operator".to_owned() } else { String::new() },
        name: queue.name,
    }
}

fn outlook(forecast: Forecast) -> Outlook {
    match forecast {
        Forecast::Clear => Outlook::Clear,
        Forecast::Paused => Outlook::WhenResumed,
        Forecast::Unknown => Outlook::Unknown,
        Forecast::Stands => Outlook::Stands,
        Forecast::Grows { per_minute } => Outlook::Grows(per_minute),
        Forecast::Clears { at, per_minute } => Outlook::At(at, per_minute),
    }
}

fn limit_row(limit: Limit) -> LimitRow {
    LimitRow {
        what: limit.campaign.map_or_else(|| limited(&limit.key), |name| format!("The pace of {name}")),
        per_minute: limit.per_minute,
        full: limit.full,
        paused_until: limit.paused_until,
    }
}

fn limited(key: &str) -> String {
    match key.split_once(':') {
        Some(("calls", _)) => "New calls of the account".to_owned(),
        Some(("sms", "telnyx")) => "Texts of the account".to_owned(),
        Some(("sms", number)) => format!("Texts from {number}"),
        Some(("email", _)) => "E-mail requests of the account".to_owned(),
        _ => key.to_owned(),
    }
}

async fn list(app: &App, caller: &Principal, asked: &Asked, view: &mut JobsView) -> Result<(), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let read = asked.read(&mut tx, caller).await?;
    let jobs = job::list(&mut tx, caller.org, &read.filter, asked.before, ROWS).await?;
    let full = i64::try_from(jobs.len()).is_ok_and(|n| n == ROWS);
    view.older = jobs.last().filter(|_| full).map(|job| job.id.to_string());
    view.jobs = rows(&mut tx, caller, jobs).await?;
    around::fill(&mut tx, caller, &read.filter, view).await?;
    tx.commit().await?;
    (view.filter, view.errors) = (read.shown, read.errors);
    view.kinds = pulse::kinds(&app.db).await?;
    Ok(())
}

/// What holds a job, with each of its rules.
type Holds = (JobId, Vec<why::Held>);

/// Jobs with what they are about, and what holds those that wait.
pub(super) async fn rows(tx: &mut Tx, caller: &Principal, jobs: Vec<job::JobRow>) -> Result<Vec<JobRow>, Problem> {
    let runs: Vec<_> = jobs.iter().filter_map(|job| job.run_id).collect();
    let subjects = run::subjects(tx, caller.org, &runs).await?;
    let waiting: Vec<_> = jobs.iter().filter(|job| job.finished_at.is_none()).map(|job| job.id).collect();
    let held = why::load(tx, caller.org, &waiting).await?;
    Ok(jobs.into_iter().map(|job| job_row(caller, &subjects, &held, job)).collect())
}

fn job_row(caller: &Principal, subjects: &[Subject], held: &[Holds], job: job::JobRow) -> JobRow {
    let because = held.iter().find(|(id, _)| *id == job.id).and_then(|(_, held)| Some(held.first()?.because.clone()));
    let subject = subjects.iter().find(|subject| Some(subject.run) == job.run_id);
    JobRow {
        id: job.id.0,
        kind: job.kind,
        queue: job.queue,
        state: shown(job.state),
        attempt: job.attempt.into(),
        max_attempts: job.max_attempts.into(),
        run_at: job.run_at,
        finished_at: job.finished_at,
        last: because.or(job.error).unwrap_or_default(),
        about: subject.and_then(|subject| about(caller, subject)),
        run: subject.map(|subject| subject.run),
    }
}

/// The account, for those who may see accounts; else the campaign.
fn about(caller: &Principal, subject: &Subject) -> Option<About> {
    let account = subject.account.zip(subject.account_number.clone()).filter(|_| caller.may(Right::SeeAccounts));
    if let Some((id, words)) = account {
        return Some(About { words, href: Some(format!("/accounts/{id}")) });
    }
    let words = subject.campaign_name.clone()?;
    let id = subject.campaign.filter(|_| caller.may(Right::SeeCampaigns));
    Some(About { words, href: id.map(|id| format!("/campaigns/{id}")) })
}

pub(super) fn shown(state: Domain) -> JobState {
    match state {
        Domain::Scheduled => JobState::Scheduled,
        Domain::Pending => JobState::Waiting,
        Domain::Retrying => JobState::Retrying,
        Domain::Running => JobState::Running,
        Domain::Done => JobState::Done,
        Domain::Cancelled => JobState::Cancelled,
        Domain::Dead => JobState::Failed,
    }
}

pub(super) fn domain(state: JobState) -> Domain {
    match state {
        JobState::Scheduled => Domain::Scheduled,
        JobState::Waiting => Domain::Pending,
        JobState::Retrying => Domain::Retrying,
        JobState::Running => Domain::Running,
        JobState::Done => Domain::Done,
        JobState::Cancelled => Domain::Cancelled,
        JobState::Failed => Domain::Dead,
    }
}
