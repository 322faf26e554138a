//! Persists what happens to a recipient, and claims.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Effect, Error, Event, RetryCall, State};
use crate::{
    campaign::Kind,
    db::Tx,
    event,
    hub::Hint,
    id::{CallId, CampaignId, OrgId, RecipientId},
    job,
    message::RetryMessage,
    transition::{self, Actor, Change, Transition},
};

struct Row {
    org: OrgId,
    campaign: CampaignId,
    kind: Kind,
    state: State,
    version: i32,
}

/// What an event leaves in the row beside its state.
#[derive(Default)]
struct Fields<'a> {
    call: Option<CallId>,
    next_at: Option<DateTime<Utc>>,
    outcome: Option<&'a str>,
    explanation: Option<&'a str>,
    dialed: bool,
}

impl<'a> Fields<'a> {
    fn of(event: &'a Event) -> Self {
        let none = Self::default();
        match event {
            Event::Claim { call } => Self { call: Some(*call), ..none },
            Event::Release | Event::Due => none,
            Event::Wait { at, because, dialed } => {
                Self { next_at: Some(*at), explanation: Some(because), dialed: *dialed, ..none }
            }
            Event::Finish { outcome } | Event::Fail { outcome } => {
                Self { outcome: Some(outcome), dialed: true, ..none }
            }
            Event::Suppress { code, because } => Self { outcome: Some(code), explanation: Some(because), ..none },
            Event::Skip { code, because } => Self { outcome: Some(code), explanation: Some(because), ..none },
        }
    }
}

/// Applies an event to a stored recipient; its retry is a job in the same transaction.
///
/// # Errors
/// [`Error::Illegal`] when it cannot be now.
pub async fn record(tx: &mut Tx, id: RecipientId, event: Event, actor: Actor) -> Result<State, Error> {
    let row = lock(tx, id).await?;
    let now = tx.now().await?;
    let Transition { next, effects } = row.state.on(&event)?;
    let fields = Fields::of(&event);
    write(tx, id, next, &fields, now).await?;
    let detail = fields.outcome.or(fields.explanation);
    let (from, to, word) = (row.state.as_str(), next.as_str(), event.word());
    let (noun, seq) = ("recipient", row.version + 1);
    let change = Change { org: row.org, noun, id: id.0, seq, from, to, event: word, actor, detail, at: now };
    transition::append(tx, change).await?;
    let topic = format!("campaign:{}", row.campaign);
    event::publish(tx, row.org, &topic, "recipient", json!({ "id": id, "state": next })).await?;
    for effect in effects {
        match effect {
            Effect::RetryAt(at) if row.kind == Kind::Voice => {
                let retry = RetryCall::Listed { recipient: id, campaign: row.campaign };
                job::enqueue_at(tx, row.org, &retry, at).await?;
            }
            Effect::RetryAt(at) => {
                job::enqueue_at(tx, row.org, &RetryMessage { recipient: id }, at).await?;
            }
            Effect::WakePacer => tx.hint(Hint::Pacer),
        }
    }
    Ok(next)
}

async fn lock(tx: &mut Tx, id: RecipientId) -> Result<Row, Error> {
    sqlx::query_as!(
        Row,
        r#"select r.org_id as "org: OrgId", r.campaign_id as "campaign: CampaignId", k.type as "kind: Kind",
                  r.state as "state: State", r.version
           from recipients r join campaigns k on k.id = r.campaign_id where r.id = $1 for update of r"#,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)
}

async fn write(
    tx: &mut Tx,
    id: RecipientId,
    next: State,
    fields: &Fields<'_>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update recipients set state = $2, version = version + 1, updated_at = $3, call_id = $4, next_at = $5,
                outcome = $6, explanation = coalesce($7, explanation),
                attempts_used = attempts_used + $8::boolean::int,
                attempt_no = attempt_no + ($4::uuid is not null)::int
         where id = $1",
        id.0,
        next as State,
        now,
        fields.call.map(|call| call.0),
        fields.next_at,
        fields.outcome,
        fields.explanation,
        fields.dialed
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Claims up to `n` waiting recipients of a campaign, in the order of the list, each for a new attempt.
///
/// # Errors
/// When the database is away.
pub async fn claim(tx: &mut Tx, campaign: CampaignId, n: i64) -> Result<Vec<(RecipientId, CallId)>, Error> {
    let ids = sqlx::query_scalar!(
        r#"select id as "id: RecipientId" from recipients where campaign_id = $1 and state = 'queued'
           order by position limit $2 for update skip locked"#,
        campaign.0,
        n
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut claims = Vec::with_capacity(ids.len());
    for id in ids {
        let call = CallId::new();
        record(tx, id, Event::Claim { call }, Actor::System).await?;
        claims.push((id, call));
    }
    Ok(claims)
}

/// Whether somebody waits to be called, holding the row: nobody else claims them meanwhile.
///
/// # Errors
/// When the database is away.
pub(crate) async fn waits(tx: &mut Tx, id: RecipientId) -> Result<bool, sqlx::Error> {
    let waits = sqlx::query_scalar!("select 1 from recipients where id = $1 and state = 'queued' for update", id.0);
    Ok(waits.fetch_optional(&mut **tx).await?.is_some())
}

/// Ends the waiting of everybody a stopped campaign has not reached.
///
/// # Errors
/// When the database is away.
pub async fn skip_waiting(tx: &mut Tx, campaign: CampaignId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with skipped as (
           update recipients r set state = 'skipped', outcome = 'campaign_stopped', next_at = null, version = r.version + 1,
                  explanation = 'the campaign was stopped before this person was reached', updated_at = wib_now()
           from (select id, state from recipients where campaign_id = $1 and state in ('queued', 'retry_wait') for update) old
           where r.id = old.id
           returning r.org_id, r.id, r.version, old.state as was),
         change as (
           insert into transitions (org_id, noun, id, seq, from_state, to_state, event, actor, detail, at)
           select org_id, 'recipient', id, version, was::text, 'skipped', 'skip', 'system', 'campaign_stopped', wib_now()
           from skipped returning *)
         insert into audit_log (org_id, at, actor, action, subject, payload)
         select org_id, at, actor, 'recipient.skip', id::text,
                jsonb_build_object('seq', seq, 'from', from_state, 'to', to_state, 'detail', detail)
         from change",
        campaign.0
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether nobody on the list is waiting or being called.
///
/// # Errors
/// When the database is away.
pub async fn nobody_left(tx: &mut Tx, campaign: CampaignId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select not exists(select from recipients where campaign_id = $1
              and state in ('queued', 'claimed', 'retry_wait')) as "none!""#,
        campaign.0
    )
    .fetch_one(&mut **tx)
    .await
}
