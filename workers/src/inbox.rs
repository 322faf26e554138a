//! The carrier's webhooks: stored once, translated into our words, applied in any order.
//!
//! [`accept`] runs in the web process on a verified body: store, and if the call's row is free apply it in the same
//! transaction; otherwise a job applies it a moment later. `apply_stored` is that job's half.

mod mail;
mod supervisor;
mod text;
mod translate;

use chrono::{DateTime, Utc};
use telnyx::{ClientState, Event};
use tracing::Instrument;
use uuid::Uuid;
use workflows::{
    agent,
    call::{self, Fact},
    db::{Db, Tx},
    id::{AgentId, CallId, OrgId, SupervisionId},
    job, recording, supervision, trace,
    transcript::{self, Said},
    transition::Actor,
    webhook::{self, ApplyWebhook, Incoming, Outcome, Whose},
};

use self::translate::{Heard, Saved, Words, translate};
pub(crate) use self::translate::{LINK_LASTS, link, translate_logged};
pub use self::{mail::accept_mail, text::accept_text};
use crate::error::Error;

const PROVIDER: &str = "telnyx";

/// What an event is about.
enum Subject {
    Call(CallId, OrgId),
    Agent(AgentId),
    Supervisor(SupervisionId),
    Nobody,
}

impl Subject {
    fn call(&self) -> Option<CallId> {
        match self {
            Self::Call(id, _) => Some(*id),
            Self::Agent(_) | Self::Supervisor(_) | Self::Nobody => None,
        }
    }
}

/// Stores a verified webhook and applies it, or leaves that to a job. Only after this may the carrier get its 2xx.
///
/// # Errors
/// When the body is no event (nothing is stored), or the database is away.
pub async fn accept(db: &Db, body: &[u8], heard_at: DateTime<Utc>) -> Result<(), Error> {
    let event = Event::parse(body)?;
    match accept_now(db, &event, heard_at).await {
        // What cannot be applied is a job's trouble, and an operator's; the carrier's only that it is stored.
        Err(error) => accept_for_later(db, &event, heard_at, error).await,
        done => done,
    }
}

async fn accept_now(db: &Db, event: &Event, heard_at: DateTime<Utc>) -> Result<(), Error> {
    let mut tx = db.system().await?;
    if !store(&mut tx, event, heard_at).await? {
        return Ok(tx.commit().await?);
    }
    match subject(&mut tx, event).await? {
        Subject::Call(id, org) if !call::lock_now(&mut tx, id).await? => later(&mut tx, org, event, Some(id.0)).await?,
        subject => {
            let span = trace::webhook(&mut tx, subject.call()).await?;
            apply(&mut tx, event, subject, Some(heard_at)).instrument(span).await?;
        }
    }
    Ok(tx.commit().await?)
}

async fn accept_for_later(db: &Db, event: &Event, heard_at: DateTime<Utc>, why: Error) -> Result<(), Error> {
    let mut tx = db.system().await?;
    let (org, run) = match subject(&mut tx, event).await? {
        Subject::Call(id, org) => (Some(org), Some(id.0)),
        Subject::Agent(id) => (agent::org(&mut tx, id).await?, Some(id.0)),
        Subject::Supervisor(id) => (supervisor::org(&mut tx, id).await?, Some(id.0)),
        Subject::Nobody => (None, None),
    };
    let Some(org) = org else { return Err(why) };
    if store(&mut tx, event, heard_at).await? {
        tracing::warn!(error = %why, "a webhook was stored but could not be applied; a job tries again");
        later(&mut tx, org, event, run).await?;
    }
    Ok(tx.commit().await?)
}

async fn later(tx: &mut Tx, org: OrgId, event: &Event, run: Option<Uuid>) -> Result<(), sqlx::Error> {
    let apply = ApplyWebhook { provider: PROVIDER.into(), event_id: event.id.clone(), run };
    job::enqueue(tx, org, &apply).await?;
    Ok(())
}

async fn store(tx: &mut Tx, event: &Event, heard_at: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    let provider_ref = event.leg.call_control_id.as_deref().or(event.leg.call_leg_id.as_deref());
    let incoming = Incoming {
        provider: PROVIDER,
        event_id: &event.id,
        event_type: &event.event_type,
        provider_ref,
        occurred_at: event.occurred_at.unwrap_or(heard_at),
        payload: event.raw.get(),
    };
    webhook::store(tx, &incoming).await
}

/// Applies a stored webhook, waiting for the row it is about.
///
/// # Errors
/// When the database is away.
pub(crate) async fn apply_stored(db: &Db, job: &ApplyWebhook) -> Result<(), Error> {
    match job.provider.as_str() {
        text::PROVIDER => text::apply_stored(db, job).await,
        mail::PROVIDER => mail::apply_stored(db, job).await,
        _ => apply_stored_call(db, &job.event_id).await,
    }
}

async fn apply_stored_call(db: &Db, event_id: &str) -> Result<(), Error> {
    let mut tx = db.system().await?;
    if let Some(body) = webhook::pending(&mut tx, PROVIDER, event_id).await? {
        let event = Event::parse(body.as_bytes())?;
        let subject = subject(&mut tx, &event).await?;
        let span = trace::webhook(&mut tx, subject.call()).await?;
        apply(&mut tx, &event, subject, None).instrument(span).await?;
    }
    Ok(tx.commit().await?)
}

async fn subject(tx: &mut Tx, event: &Event) -> Result<Subject, sqlx::Error> {
    let ours = match event.client_state() {
        Some(ClientState::Agent(id)) => return Ok(Subject::Agent(AgentId(id))),
        Some(ClientState::Supervisor(id)) => return Ok(Subject::Supervisor(SupervisionId(id))),
        Some(ClientState::Attempt(id)) => Some(id),
        None => None,
    };
    let (control, leg) = (event.leg.call_control_id.as_deref(), event.leg.call_leg_id.as_deref());
    if let Some((call, org)) = call::by_carrier(tx, ours, control, leg).await? {
        return Ok(Subject::Call(call, org));
    }
    let Some(control) = control else { return Ok(Subject::Nobody) };
    if let Some(agent) = agent::by_leg(tx, control).await? {
        return Ok(Subject::Agent(agent));
    }
    Ok(supervision::by_leg(tx, control).await?.map_or(Subject::Nobody, Subject::Supervisor))
}

async fn apply(tx: &mut Tx, event: &Event, subject: Subject, heard_at: Option<DateTime<Utc>>) -> Result<(), Error> {
    let (outcome, whose) = match subject {
        Subject::Call(id, org) => {
            (apply_to_call(tx, event, id, org, heard_at).await?, Some(Whose { org, call: Some(id), message: None }))
        }
        Subject::Agent(id) => match agent::endpoint(tx, id).await {
            Ok(endpoint) => {
                let org = endpoint.org.expect("an agent has an organisation");
                (apply_to_agent(tx, event, id, org, &endpoint).await?, Some(Whose { org, call: None, message: None }))
            }
            Err(agent::Error::NotFound) => (Outcome::Parked, None),
            Err(error) => return Err(error.into()),
        },
        Subject::Supervisor(id) => supervisor::apply(tx, event, id).await?,
        Subject::Nobody => (Outcome::Parked, None),
    };
    webhook::settle(tx, PROVIDER, &event.id, outcome, whose).await?;
    Ok(())
}

async fn apply_to_call(
    tx: &mut Tx,
    event: &Event,
    id: CallId,
    org: OrgId,
    heard_at: Option<DateTime<Utc>>,
) -> Result<Outcome, Error> {
    let changed = match translate(event) {
        Heard::Happened(happened, fact) => {
            call::record(tx, id, happened, Fact { heard_at, ..fact }, Actor::Carrier).await?
        }
        Heard::RecordingSaved(saved) => recording_saved(tx, org, id, &saved).await?,
        // The carrier has none, or has one all the same: whoever fetches it finds out.
        Heard::RecordingLost => recording::saved(tx, org, id, recording::Fact::default()).await?,
        Heard::Said(words) => said(tx, event, id, &words).await?,
        Heard::Nothing => false,
    };
    Ok(if changed { Outcome::Applied } else { Outcome::Ignored })
}

async fn recording_saved(tx: &mut Tx, org: OrgId, call: CallId, saved: &Saved) -> Result<bool, sqlx::Error> {
    let fact = recording::Fact {
        provider_id: saved.recording.as_deref(),
        link: saved.link.as_ref().map(|(link, until)| (link.as_str(), *until)),
        started_at: saved.started_at,
        ended_at: saved.ended_at,
        ..recording::Fact::default()
    };
    recording::saved(tx, org, call, fact).await
}

async fn said(tx: &mut Tx, event: &Event, call: CallId, words: &Words) -> Result<bool, sqlx::Error> {
    let at = match words.at {
        Some(at) => at,
        None => tx.now().await?,
    };
    let Words { speaker, text, confidence, .. } = words;
    let line = Said { event_id: &event.id, speaker: *speaker, text, confidence: *confidence, at };
    transcript::said(tx, call, &line).await
}

/// An agent's leg: answered, it gets its conference; gone, the agent has no audio.
async fn apply_to_agent(
    tx: &mut Tx,
    event: &Event,
    id: AgentId,
    org: OrgId,
    endpoint: &agent::Endpoint,
) -> Result<Outcome, Error> {
    let control = event.leg.call_control_id.as_deref();
    match (&event.kind, control, endpoint.leg_attempt) {
        (telnyx::event::Kind::CallAnswered(_), Some(control), Some(leg)) if endpoint.conference.is_none() => {
            open_conference(tx, id, org, leg, control).await?;
            Ok(Outcome::Applied)
        }
        (telnyx::event::Kind::CallHangup(_), control, _) if control == endpoint.leg_call_control_id.as_deref() => {
            agent::record(tx, id, agent::Event::LegDown, Actor::Carrier).await?;
            Ok(Outcome::Applied)
        }
        _ => Ok(Outcome::Ignored),
    }
}

async fn open_conference(tx: &mut Tx, id: AgentId, org: OrgId, leg: Uuid, control: &str) -> Result<(), Error> {
    // An earlier leg of theirs may be answered late: it is nobody's, and gets no conference.
    if agent::leg_dialed(tx, id, leg, control).await? {
        job::enqueue(tx, org, &agent::OpenConference { agent: id, leg }).await?;
    }
    Ok(())
}
