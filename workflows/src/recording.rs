//! The sound of a connected call: recorded at the carrier, fetched, and kept here by its content's hash.
//!
//! ```text
//! asked ──begun──▶ recording ──saved──▶ saved ──stored──▶ stored ──erased──▶ erased
//!   └────────────────┴──lost─────────────┴──▶ failed ──saved──▶ saved
//! ```
//!
//! The row is written with the change that connects the call, so every conversation has exactly one, whatever dies.
//! `saved` is whole at the carrier, which tells of it by a webhook that may be lost: the sweep makes up for it
//! ([`forgotten`]). A [`FetchRecording`] job brings the sound here; its bytes and the change to `stored` are one
//! transaction. `failed` has its reason and is for operators to see: retrying the job tries again.

mod listening;
mod queries;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

pub use self::{
    listening::heard,
    queries::{Recording, Sound, Wanted, find, forgotten, of_calls, sound, wanted},
};
use crate::{
    blob,
    db::Tx,
    event,
    id::{AccountId, BlobId, CallId, CampaignId, OrgId},
    job::{self, Job},
    transition::{self, Actor, Change, Illegal, Transition},
};

/// Where a recording is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The call is connected, and the carrier is being asked to record.
    Asked,
    /// The carrier records.
    Recording,
    /// The carrier has it whole.
    Saved,
    /// It is here. Final, until retention ends it.
    Stored,
    /// It could not be had; why is kept. An operator may have it tried again.
    Failed,
    /// Past its retention, and gone. Final.
    Erased,
}

/// What happens to a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The carrier took the command.
    Begun,
    /// The carrier says that it is whole.
    Saved,
    /// Its bytes are here.
    Stored,
    /// Every try to have it came to nothing.
    Lost,
    /// Its retention is over.
    Erased,
}

/// What a change asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Bring it here.
    Fetch,
}

impl State {
    /// Every state, in the order of life.
    pub const ALL: [Self; 6] = [Self::Asked, Self::Recording, Self::Saved, Self::Stored, Self::Failed, Self::Erased];

    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Recording => "recording",
            Self::Saved => "saved",
            Self::Stored => "stored",
            Self::Failed => "failed",
            Self::Erased => "erased",
        }
    }

    pub(crate) fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.as_str() == word).expect("the column is checked")
    }

    /// Nothing more is expected of it.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Stored | Self::Failed | Self::Erased)
    }

    /// Decides what an event means in this state; late and repeated ones mean nothing.
    ///
    /// # Errors
    /// When what is not here shall be erased.
    pub fn on(self, event: Event) -> Result<Transition<Self, Effect>, Illegal> {
        use Event as E;
        use State as S;

        Ok(match (self, event) {
            (S::Asked, E::Begun) => Transition::to(S::Recording),
            // Found after all: it is tried again.
            (S::Asked | S::Recording | S::Failed, E::Saved) => Transition::with(S::Saved, [Effect::Fetch]),
            // The carrier's list knew it though its webhook never came.
            (S::Asked | S::Recording | S::Saved | S::Failed, E::Stored) => Transition::to(S::Stored),
            (S::Asked | S::Recording | S::Saved, E::Lost) => Transition::to(S::Failed),
            (S::Stored, E::Erased) => Transition::to(S::Erased),
            (state, E::Begun | E::Saved | E::Stored | E::Lost) => Transition::to(state),
            (state, E::Erased) => {
                return Err(Illegal { noun: "recording", state: state.as_str(), event: event.word() });
            }
        })
    }
}

impl Event {
    /// The word in the history.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Saved => "saved",
            Self::Stored => "stored",
            Self::Lost => "lost",
            Self::Erased => "erased",
        }
    }
}

/// Brings a recording here. One job a call; it goes on from whatever its row says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FetchRecording {
    pub call: CallId,
}

impl Job for FetchRecording {
    const KIND: &'static str = "fetch_recording";
    const QUEUE: &'static str = "media";
    /// With its backoff, an outage of more than an hour is waited out.
    const MAX_ATTEMPTS: i16 = 24;

    fn run_id(&self) -> Option<Uuid> {
        Some(self.call.0)
    }

    fn unique_key(&self) -> Option<String> {
        Some(format!("fetch_recording:{}", self.call))
    }
}

/// What is learned together with an event.
#[derive(Clone, Debug, Default)]
pub struct Fact<'a> {
    /// The carrier's id of it.
    pub provider_id: Option<&'a str>,
    /// Where the carrier has it, and until when.
    pub link: Option<(&'a str, DateTime<Utc>)>,
    pub started_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    /// Where it is here.
    pub blob: Option<BlobId>,
    /// Why it could not be had, in a sentence.
    pub because: Option<&'a str>,
}

struct Row {
    id: Uuid,
    org: OrgId,
    account: AccountId,
    campaign: Option<CampaignId>,
    state: State,
    version: i32,
    blob: Option<Uuid>,
}

/// Writes down that a call is to be recorded, once.
///
/// # Errors
/// When the database is away.
pub async fn ask(tx: &mut Tx, org: OrgId, call: CallId) -> Result<(), sqlx::Error> {
    let new = sqlx::query!(
        r#"insert into recordings (id, org_id, call_id, state, started_at) values ($1, $2, $3, 'asked', wib_now())
           on conflict on constraint recordings_call_key do nothing returning id, started_at as "at!""#,
        Uuid::now_v7(),
        org.0,
        call.0
    );
    let Some(new) = new.fetch_optional(&mut **tx).await? else { return Ok(()) };
    let change = Change {
        org,
        noun: "recording",
        id: new.id,
        seq: 0,
        from: "",
        to: State::Asked.as_str(),
        event: "asked",
        actor: Actor::System,
        detail: None,
        at: new.at,
    };
    transition::append_with(tx, change, json!({ "call_id": call })).await
}

/// Applies an event to a call's recording. False: it changed nothing, or there is none.
///
/// # Errors
/// [`sqlx::Error`] when the database is away; an event that cannot be is a broken promise of the caller's.
pub async fn record(
    tx: &mut Tx,
    call: CallId,
    event: Event,
    fact: Fact<'_>,
    actor: Actor,
) -> Result<bool, sqlx::Error> {
    let Some(row) = lock(tx, call).await? else { return Ok(false) };
    let Ok(change) = row.state.on(event) else { return Ok(false) };
    if change.next == row.state {
        return Ok(false);
    }
    write(tx, &row, change.next, &fact).await?;
    note(tx, call, &row, event, change.next, fact.because, actor).await?;
    if change.effects.contains(&Effect::Fetch) {
        job::enqueue(tx, row.org, &FetchRecording { call }).await?;
    }
    if event == Event::Erased {
        let_go(tx, &row).await?;
    }
    count(change.next);
    Ok(true)
}

/// The carrier has it whole. Of a call that was never connected, too, if it recorded one.
///
/// # Errors
/// When the database is away.
pub async fn saved(tx: &mut Tx, org: OrgId, call: CallId, fact: Fact<'_>) -> Result<bool, sqlx::Error> {
    ask(tx, org, call).await?;
    record(tx, call, Event::Saved, fact, Actor::Carrier).await
}

/// Remembers where the carrier has it now; nothing, if that is to be asked for anew.
///
/// # Errors
/// When the database is away.
pub async fn link(
    tx: &mut Tx,
    call: CallId,
    provider_id: Option<&str>,
    link: Option<(&str, DateTime<Utc>)>,
) -> Result<(), sqlx::Error> {
    let (link, until) = link.unzip();
    sqlx::query!(
        "update recordings set link = $2, link_until = $3, provider_id = coalesce($4, provider_id)
         where call_id = $1 and state not in ('stored', 'erased')",
        call.0,
        link,
        until,
        provider_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn lock(tx: &mut Tx, call: CallId) -> Result<Option<Row>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select r.id, r.org_id as "org: OrgId", r.state, r.version, r.blob_id, c.account_id as "account: AccountId",
                  c.campaign_id as "campaign: CampaignId"
           from recordings r join calls c on c.id = r.call_id where r.call_id = $1 for update of r"#,
        call.0
    );
    Ok(row.fetch_optional(&mut **tx).await?.map(|row| Row {
        id: row.id,
        org: row.org,
        account: row.account,
        campaign: row.campaign,
        state: State::parse(&row.state),
        version: row.version,
        blob: row.blob_id,
    }))
}

/// The link goes with the need for it: whoever has it has the conversation.
async fn write(tx: &mut Tx, row: &Row, next: State, fact: &Fact<'_>) -> Result<(), sqlx::Error> {
    let (link, until) = fact.link.unzip();
    sqlx::query!(
        "update recordings set state = $2, version = version + 1, provider_id = coalesce($3, provider_id),
            link = case when $4 then null else coalesce($5, link) end,
            link_until = case when $4 then null when $5 is not null then $6 else link_until end,
            started_at = coalesce($7, started_at), ended_at = coalesce($8, ended_at), blob_id = $9,
            failure = $10, stored_at = case when $2 = 'stored' then wib_now() else stored_at end
         where id = $1",
        row.id,
        next.as_str(),
        fact.provider_id,
        next.is_over(),
        link,
        until,
        fact.started_at,
        fact.ended_at,
        fact.blob.map(|blob| blob.0),
        fact.because
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn note(
    tx: &mut Tx,
    call: CallId,
    row: &Row,
    event: Event,
    next: State,
    detail: Option<&str>,
    actor: Actor,
) -> Result<(), sqlx::Error> {
    let change = Change {
        org: row.org,
        noun: "recording",
        id: row.id,
        seq: row.version + 1,
        from: row.state.as_str(),
        to: next.as_str(),
        event: event.word(),
        actor,
        detail,
        at: tx.now().await?,
    };
    transition::append_with(tx, change, json!({ "call_id": call })).await?;
    if !next.is_over() {
        return Ok(());
    }
    let what = json!({ "call_id": call, "state": next });
    if let Some(campaign) = row.campaign {
        event::publish(tx, row.org, &format!("campaign:{campaign}"), "recording", what.clone()).await?;
    }
    event::publish(tx, row.org, &format!("account:{}", row.account), "recording", what).await
}

/// Its file goes, unless another recording is the very same sound.
async fn let_go(tx: &mut Tx, row: &Row) -> Result<(), sqlx::Error> {
    match row.blob {
        Some(blob) => blob::drop_unless_recorded(tx, row.org, BlobId(blob)).await,
        None => Ok(()),
    }
}

/// Counted before the commit: a transaction that fails afterwards is told again, and then counted twice.
fn count(next: State) {
    if matches!(next, State::Stored | State::Failed | State::Erased) {
        metrics::counter!("wib_recordings_total", "state" => next.as_str()).increment(1);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Event as E, State as S, *};

    const EVENTS: [E; 5] = [E::Begun, E::Saved, E::Stored, E::Lost, E::Erased];

    #[rstest]
    #[case::the_carrier_records(S::Asked, E::Begun, S::Recording, vec![])]
    #[case::what_is_whole_is_fetched(S::Recording, E::Saved, S::Saved, vec![Effect::Fetch])]
    #[case::the_webhook_overtakes_the_reply(S::Asked, E::Saved, S::Saved, vec![Effect::Fetch])]
    #[case::a_second_webhook_changes_nothing(S::Saved, E::Saved, S::Saved, vec![])]
    #[case::what_is_here_is_not_fetched_again(S::Stored, E::Saved, S::Stored, vec![])]
    #[case::its_bytes_are_here(S::Saved, E::Stored, S::Stored, vec![])]
    #[case::the_carriers_list_knew_it(S::Recording, E::Stored, S::Stored, vec![])]
    #[case::every_try_came_to_nothing(S::Saved, E::Lost, S::Failed, vec![])]
    #[case::what_is_here_cannot_be_lost(S::Stored, E::Lost, S::Stored, vec![])]
    #[case::found_after_all(S::Failed, E::Saved, S::Saved, vec![Effect::Fetch])]
    #[case::an_operator_retried(S::Failed, E::Stored, S::Stored, vec![])]
    #[case::its_time_is_over(S::Stored, E::Erased, S::Erased, vec![])]
    fn moves_to(#[case] state: S, #[case] event: E, #[case] next: S, #[case] effects: Vec<Effect>) {
        assert_eq!(state.on(event).unwrap(), Transition { next, effects });
    }

    #[test]
    fn what_is_not_here_is_not_erased() {
        for state in S::ALL.into_iter().filter(|state| *state != S::Stored) {
            assert!(state.on(E::Erased).is_err(), "{state:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_brings_back_what_was_erased(events in prop::collection::vec(0..EVENTS.len(), 0..20)) {
            let mut state = S::Erased;
            for event in events {
                if let Ok(change) = state.on(EVENTS[event]) {
                    state = change.next;
                }
            }
            prop_assert_eq!(state, S::Erased);
        }
    }
}
