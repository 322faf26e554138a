//! What has to be said on a call, and that it was: who we are, and that this is an attempt to collect a debt.
//!
//! 15 USC 1692e(11), 12 CFR 1006.18(e).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    audit,
    call::{self, Reach},
    db::Tx,
    event,
    id::{AccountId, AgentId, CallId, EntryId, OrgId},
    transition::Actor,
};

/// How it is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The agent says so.
    #[default]
    Ticked,
    /// It is in the transcript.
    Heard,
    /// A recording said it.
    Played,
}

impl How {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ticked => "ticked",
            Self::Heard => "heard",
            Self::Played => "played",
        }
    }
}

/// What is written down.
#[derive(Clone, Debug)]
pub struct Disclosure {
    pub id: EntryId,
    pub call_id: CallId,
    pub account_id: AccountId,
    pub kind: String,
    pub how: String,
    pub said_at: DateTime<Utc>,
    pub noted_by: String,
}

struct Spoken {
    org: OrgId,
    account: AccountId,
    agent: Option<AgentId>,
    answered: bool,
}

/// Writes down that the disclosure was given on this call, once for each way of knowing; saying it again changes nothing.
///
/// # Errors
/// [`call::Error::NotFound`], [`call::Error::NotYours`], and [`call::Error::NotAnswered`] where nobody has listened.
pub async fn note(tx: &mut Tx, id: CallId, how: How, reach: Reach, actor: Actor) -> Result<Disclosure, call::Error> {
    let spoken = spoken(tx, id).await?.ok_or(call::Error::NotFound)?;
    reach.to(spoken.agent)?;
    if !spoken.answered {
        return Err(call::Error::NotAnswered);
    }
    let done = sqlx::query!(
        "insert into disclosures (id, org_id, call_id, account_id, kind, how, said_at, noted_by)
         values ($1, $2, $3, $4, 'mini_miranda', $5, wib_now(), $6) on conflict on constraint disclosures_once do nothing",
        EntryId::new().0,
        spoken.org.0,
        id.0,
        spoken.account.0,
        how.as_str(),
        actor.to_string()
    );
    if done.execute(&mut **tx).await?.rows_affected() == 1 {
        let what = json!({ "kind": "mini_miranda", "how": how });
        audit::write(tx, spoken.org, &actor, "call.disclosure", &id.to_string(), what).await?;
        let topics = [Some(format!("account:{}", spoken.account)), spoken.agent.map(|agent| format!("agent:{agent}"))];
        for topic in topics.into_iter().flatten() {
            event::publish(tx, spoken.org, &topic, "disclosure", json!({ "id": id })).await?;
        }
    }
    Ok(of_call(tx, id).await?.into_iter().find(|d| d.how == how.as_str()).ok_or(sqlx::Error::RowNotFound)?)
}

async fn spoken(tx: &mut Tx, id: CallId) -> Result<Option<Spoken>, sqlx::Error> {
    sqlx::query_as!(
        Spoken,
        r#"select org_id as "org: OrgId", account_id as "account: AccountId", agent_id as "agent: AgentId",
                  answered_at is not null as "answered!"
           from calls where id = $1"#,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await
}

/// What was disclosed on a call, in order.
///
/// # Errors
/// When the database is away.
pub async fn of_call(tx: &mut Tx, id: CallId) -> Result<Vec<Disclosure>, sqlx::Error> {
    sqlx::query_as!(
        Disclosure,
        r#"select id as "id: EntryId", call_id as "call_id: CallId", account_id as "account_id: AccountId", kind, how, said_at,
                  noted_by
           from disclosures where call_id = $1 order by said_at"#,
        id.0
    )
    .fetch_all(&mut **tx)
    .await
}
