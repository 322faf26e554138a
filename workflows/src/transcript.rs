//! What was said on a connected call, in words: the carrier writes it down while they talk.
//!
//! ```text
//! asked ──begun, heard──▶ running ──over──▶ done ──erased──▶ erased
//!   └──over──▶ failed ──heard, begun──▶ done
//! ```
//!
//! The row is written with the change that connects the call, and so is the job that asks the carrier. Lines come by
//! webhook, in any order: each is the carrier's event, written down once, and read by the carrier's time. A call in
//! which nobody says a word has a transcript without lines.

mod queries;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

pub use self::queries::{Line, Transcript, find, of_calls};
use crate::{
    db::Tx,
    event,
    id::{AccountId, CallId, CampaignId, OrgId},
    transition::{self, Actor, Change, Illegal, Transition},
};

/// Where a transcript is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The call is connected, and the carrier is being asked.
    Asked,
    /// The carrier listens.
    Running,
    /// The call is over. Final, until retention ends it; a line that is late is added all the same.
    Done,
    /// The call was over before the carrier listened. Final, unless a line comes after all.
    Failed,
    /// Past its retention, and gone. Final.
    Erased,
}

/// What happens to a transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The carrier took the command.
    Begun,
    /// A line came: so it was begun, whatever became of the answer.
    Heard,
    /// The call is over.
    Over,
    /// Its retention is over.
    Erased,
}

/// Nothing is to be done about a transcript but to write it down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {}

impl State {
    /// Every state, in the order of life.
    pub const ALL: [Self; 5] = [Self::Asked, Self::Running, Self::Done, Self::Failed, Self::Erased];

    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Running => "running",
            Self::Done => "done",
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
        matches!(self, Self::Done | Self::Failed | Self::Erased)
    }

    /// Decides what an event means in this state; late and repeated ones mean nothing.
    ///
    /// # Errors
    /// When what is still being written shall be erased.
    pub fn on(self, event: Event) -> Result<Transition<Self, Effect>, Illegal> {
        use Event as E;
        use State as S;

        Ok(Transition::to(match (self, event) {
            (S::Asked, E::Begun | E::Heard) => S::Running,
            (S::Asked, E::Over) => S::Failed,
            (S::Running, E::Over) => S::Done,
            (S::Failed, E::Begun | E::Heard) => S::Done,
            (S::Done | S::Failed | S::Erased, E::Erased) => S::Erased,
            (state, E::Begun | E::Heard | E::Over) => state,
            (state, E::Erased) => {
                return Err(Illegal { noun: "transcript", state: state.as_str(), event: event.word() });
            }
        }))
    }
}

impl Event {
    /// The word in the history.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Heard => "heard",
            Self::Over => "over",
            Self::Erased => "erased",
        }
    }
}

/// Who says a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    Consumer,
    Agent,
    /// The carrier did not say.
    Unknown,
}

impl Speaker {
    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Consumer => "consumer",
            Self::Agent => "agent",
            Self::Unknown => "unknown",
        }
    }
}

/// A line as the carrier tells of it.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    /// The carrier's id of the event.
    pub event_id: &'a str,
    pub speaker: Speaker,
    pub text: &'a str,
    pub confidence: Option<f64>,
    /// By the carrier's clock.
    pub at: DateTime<Utc>,
}

struct Row {
    id: Uuid,
    org: OrgId,
    account: AccountId,
    campaign: Option<CampaignId>,
    state: State,
    version: i32,
}

/// Writes down that a call is to be written down, once.
///
/// # Errors
/// When the database is away.
pub async fn ask(tx: &mut Tx, org: OrgId, call: CallId) -> Result<(), sqlx::Error> {
    let new = sqlx::query!(
        "insert into transcriptions (id, org_id, call_id, asked_at) values ($1, $2, $3, wib_now())
         on conflict on constraint transcriptions_call_key do nothing returning id, asked_at",
        Uuid::now_v7(),
        org.0,
        call.0
    );
    let Some(new) = new.fetch_optional(&mut **tx).await? else { return Ok(()) };
    let change = Change {
        org,
        noun: "transcript",
        id: new.id,
        seq: 0,
        from: "",
        to: State::Asked.as_str(),
        event: "asked",
        actor: Actor::System,
        detail: None,
        at: new.asked_at,
    };
    transition::append_with(tx, change, json!({ "call_id": call })).await
}

/// Applies an event to a call's transcript. False: it changed nothing, or there is none.
///
/// # Errors
/// When the database is away.
pub async fn record(tx: &mut Tx, call: CallId, event: Event, actor: Actor) -> Result<bool, sqlx::Error> {
    match lock(tx, call).await? {
        Some(row) => apply(tx, call, &row, event, actor).await,
        None => Ok(false),
    }
}

/// Adds a line. False: it is here already, or there is nothing to add it to.
///
/// # Errors
/// When the database is away.
pub async fn said(tx: &mut Tx, call: CallId, line: &Said<'_>) -> Result<bool, sqlx::Error> {
    let Some(row) = lock(tx, call).await?.filter(|row| row.state != State::Erased) else { return Ok(false) };
    let text = line.text.trim();
    // A NUL is the one character that no text in Postgres may hold.
    let text = text.replace('\0', "");
    if text.is_empty() {
        return Ok(false);
    }
    #[expect(clippy::cast_possible_truncation, reason = "a share of one")]
    let confidence = line.confidence.map(|share| share as f32);
    let new = sqlx::query!(
        "insert into transcripts (org_id, call_id, seq, speaker, text, confidence, at, event_id)
         select $1, $2, coalesce(max(seq), 0) + 1, $3, $4, $5, $6, $7 from transcripts where call_id = $2
         on conflict (call_id, event_id) where event_id is not null do nothing",
        row.org.0,
        call.0,
        line.speaker.as_str(),
        text,
        confidence,
        line.at,
        line.event_id
    );
    if new.execute(&mut **tx).await?.rows_affected() == 0 {
        return Ok(false);
    }
    apply(tx, call, &row, Event::Heard, Actor::Carrier).await?;
    Ok(true)
}

async fn apply(tx: &mut Tx, call: CallId, row: &Row, event: Event, actor: Actor) -> Result<bool, sqlx::Error> {
    let Ok(change) = row.state.on(event) else { return Ok(false) };
    if change.next == row.state {
        return Ok(false);
    }
    write(tx, row, change.next).await?;
    if event == Event::Erased {
        erase(tx, row.org, call).await?;
    }
    note(tx, call, row, event, change.next, actor).await?;
    if change.next.is_over() {
        metrics::counter!("wib_transcripts_total", "state" => change.next.as_str()).increment(1);
    }
    Ok(true)
}

async fn lock(tx: &mut Tx, call: CallId) -> Result<Option<Row>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select t.id, t.org_id as "org: OrgId", t.state, t.version, c.account_id as "account: AccountId",
                  c.campaign_id as "campaign: CampaignId"
           from transcriptions t join calls c on c.id = t.call_id where t.call_id = $1 for update of t"#,
        call.0
    );
    Ok(row.fetch_optional(&mut **tx).await?.map(|row| Row {
        id: row.id,
        org: row.org,
        account: row.account,
        campaign: row.campaign,
        state: State::parse(&row.state),
        version: row.version,
    }))
}

async fn write(tx: &mut Tx, row: &Row, next: State) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update transcriptions set state = $2, version = version + 1,
            ended_at = case when $3 then coalesce(ended_at, wib_now()) end, failure = $4
         where id = $1",
        row.id,
        next.as_str(),
        next.is_over(),
        (next == State::Failed).then_some(TOO_LATE)
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

const TOO_LATE: &str = "the call was over before the carrier listened";

/// The words go from the lines, and from the carrier's own account of them.
async fn erase(tx: &mut Tx, org: OrgId, call: CallId) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from transcripts where org_id = $1 and call_id = $2", org.0, call.0)
        .execute(&mut **tx)
        .await?;
    sqlx::query!(
        "update webhook_events set payload = '{}'
         where org_id = $1 and call_id = $2 and event_type in ('call.transcription', 'call.recording.transcription.saved')",
        org.0,
        call.0
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
    actor: Actor,
) -> Result<(), sqlx::Error> {
    let change = Change {
        org: row.org,
        noun: "transcript",
        id: row.id,
        seq: row.version + 1,
        from: row.state.as_str(),
        to: next.as_str(),
        event: event.word(),
        actor,
        detail: (next == State::Failed).then_some(TOO_LATE),
        at: tx.now().await?,
    };
    transition::append_with(tx, change, json!({ "call_id": call })).await?;
    if !next.is_over() {
        return Ok(());
    }
    let what = json!({ "call_id": call, "state": next });
    if let Some(campaign) = row.campaign {
        event::publish(tx, row.org, &format!("campaign:{campaign}"), "transcript", what.clone()).await?;
    }
    event::publish(tx, row.org, &format!("account:{}", row.account), "transcript", what).await
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Event as E, State as S, *};

    #[rstest]
    #[case::the_carrier_listens(S::Asked, E::Begun, S::Running)]
    #[case::a_line_proves_that_it_listens(S::Asked, E::Heard, S::Running)]
    #[case::the_call_is_over(S::Running, E::Over, S::Done)]
    #[case::over_before_it_began(S::Asked, E::Over, S::Failed)]
    #[case::a_line_that_is_late(S::Done, E::Heard, S::Done)]
    #[case::a_line_after_all(S::Failed, E::Heard, S::Done)]
    #[case::the_answer_came_after_the_end(S::Failed, E::Begun, S::Done)]
    #[case::twice_over(S::Done, E::Over, S::Done)]
    #[case::its_time_is_over(S::Done, E::Erased, S::Erased)]
    #[case::nothing_brings_it_back(S::Erased, E::Heard, S::Erased)]
    fn moves_to(#[case] state: S, #[case] event: E, #[case] next: S) {
        assert_eq!(state.on(event).unwrap(), Transition::to(next));
    }

    #[test]
    fn what_is_still_written_is_not_erased() {
        assert!(S::Running.on(E::Erased).is_err() && S::Asked.on(E::Erased).is_err());
    }
}
