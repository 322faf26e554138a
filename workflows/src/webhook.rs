//! The inbox of carriers' webhooks: stored once before they are believed, then applied, ignored or parked.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    db::Tx,
    id::{CallId, MessageId, OrgId},
    job::Job,
};

/// A verified webhook, before anybody knows whose it is.
#[derive(Debug)]
pub struct Incoming<'a> {
    pub provider: &'static str,
    pub event_id: &'a str,
    pub event_type: &'a str,
    pub provider_ref: Option<&'a str>,
    pub occurred_at: DateTime<Utc>,
    /// The whole body, as it came.
    pub payload: &'a str,
}

/// What became of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It changed something.
    Applied,
    /// Known already, or of no interest.
    Ignored,
    /// It is about nothing we know; kept until its call is known.
    Parked,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Ignored => "ignored",
            Self::Parked => "parked",
        }
    }
}

/// Applies a stored webhook whose call or message was busy, or unknown, when it came.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApplyWebhook {
    pub provider: String,
    pub event_id: String,
    /// The call, message or agent it is about.
    pub run: Option<Uuid>,
}

/// Whose a webhook was.
#[derive(Clone, Copy, Debug)]
pub struct Whose {
    pub org: OrgId,
    pub call: Option<CallId>,
    pub message: Option<MessageId>,
}

impl Job for ApplyWebhook {
    const KIND: &'static str = "apply_webhook";
    const QUEUE: &'static str = "webhook";

    fn run_id(&self) -> Option<Uuid> {
        self.run
    }
}

/// Stores a webhook. False: it was here before (INVARIANTS W1).
///
/// # Errors
/// When the database is away; the carrier must then get no 2xx.
pub async fn store(tx: &mut Tx, incoming: &Incoming<'_>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into webhook_events (provider, event_id, event_type, provider_ref, occurred_at, payload)
         values ($1, $2, $3, $4, $5, $6::text::json) on conflict (provider, event_id) do nothing",
        incoming.provider,
        incoming.event_id,
        incoming.event_type,
        incoming.provider_ref,
        incoming.occurred_at,
        incoming.payload
    )
    .execute(&mut **tx)
    .await?;
    let new = done.rows_affected() == 1;
    let (class, told) = (class(incoming.event_type), if new { "new" } else { "repeated" });
    metrics::counter!("wib_webhooks_total", "provider" => incoming.provider, "class" => class, "delivery" => told)
        .increment(1);
    Ok(new)
}

/// The carriers' names of events that we count apart; a name they invent tomorrow is one of the others.
fn class(event_type: &str) -> &'static str {
    const KNOWN: [&str; 10] = [
        "call.machine",
        "call.recording",
        "call.initiated",
        "call.answered",
        "call.hangup",
        "call.",
        "conference.",
        "message.",
        "email.",
        "domain.",
    ];
    let known = KNOWN.into_iter().find(|known| event_type.starts_with(known));
    known.map_or("other", |known| known.trim_end_matches('.'))
}

/// Writes down what became of it, and whose it was.
///
/// # Errors
/// When the database is away.
pub async fn settle(
    tx: &mut Tx,
    provider: &'static str,
    event_id: &str,
    outcome: Outcome,
    whose: Option<Whose>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update webhook_events set outcome = $3, processed_at = wib_now(), org_id = $4, call_id = $5, message_id = $6
         where provider = $1 and event_id = $2",
        provider,
        event_id,
        outcome.as_str(),
        whose.map(|whose| whose.org.0),
        whose.and_then(|whose| whose.call).map(|call| call.0),
        whose.and_then(|whose| whose.message).map(|message| message.0)
    )
    .execute(&mut **tx)
    .await?;
    metrics::counter!("wib_webhooks_settled_total", "provider" => provider, "outcome" => outcome.as_str()).increment(1);
    Ok(())
}

/// Reads a stored webhook that is still to be applied, holding it: it is applied once.
///
/// # Errors
/// When the database is away.
pub async fn pending(tx: &mut Tx, provider: &str, event_id: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select payload::text as "payload!" from webhook_events where provider = $1 and event_id = $2
           and (outcome is null or outcome = 'parked') for update"#,
        provider,
        event_id
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Parked events of a leg whose call has become known.
///
/// # Errors
/// When the database is away.
pub async fn parked(tx: &mut Tx, provider_ref: &str) -> Result<Vec<(String, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select provider, event_id from webhook_events where provider_ref = $1 and outcome = 'parked'
         order by occurred_at",
        provider_ref
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.provider, row.event_id)).collect())
}
