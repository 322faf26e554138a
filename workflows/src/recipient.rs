//! A recipient: one person's place on one campaign's list.
//!
//! ```text
//!            claim                finish | fail
//! queued ───────────▶ claimed ─────────────────▶ done | failed
//!   ▲  ◀──release──────┤ │ │ suppress | skip
//!   │                  │ │ └──────────────────▶ suppressed | skipped
//!   └──due── retry_wait◀─┘ wait
//! ```
//!
//! The pacer claims, or in a power campaign the agent who dials; the attempt that holds the claim gives it back in one of the ways above, in the transaction of
//! its own last change. So a recipient is never lost between an outcome and what follows from it.

mod forgotten;
mod listed;
mod queries;
mod record;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use self::record::{hold, waits};
pub use self::{
    forgotten::{Forgotten, claims_forgotten, messages_forgotten, waits_forgotten},
    listed::{Listed, listed},
    queries::{Recipient, Tally, Workload, account, fold, next_retry, page, tally, workload},
    record::{claim, nobody_left, record, skip_waiting},
};
use crate::{
    call::PlaceCall,
    id::{CallId, CampaignId, RecipientId},
    job::Job,
    transition::{Illegal, Transition},
};

/// Where a person stands on a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "recipient_state", rename_all = "snake_case")]
pub enum State {
    /// May be claimed by whoever dials the list.
    Queued,
    /// An attempt is at work, and gives it back.
    Claimed,
    /// Waits for its next lawful moment; the job `retry_call` ends the wait.
    RetryWait,
    /// Reached, or otherwise settled. Final.
    Done,
    /// Not reached, and no attempt is left. Final.
    Failed,
    /// A rule forbids contact until a person acts. Final.
    Suppressed,
    /// Not contacted, and the campaign is over. Final.
    Skipped,
}

/// What happens to a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Claim {
        call: CallId,
    },
    /// The claim came to nothing, and nothing was dialed: as if it had not been.
    Release,
    /// The attempt came to nothing; try again then.
    Wait {
        at: DateTime<Utc>,
        because: String,
        dialed: bool,
    },
    /// The wait is over.
    Due,
    /// Settled: `outcome` is a disposition.
    Finish {
        outcome: String,
    },
    /// The last attempt came to nothing: `outcome` says how.
    Fail {
        outcome: String,
    },
    /// A rule forbids it: `code` names the rule.
    Suppress {
        code: String,
        because: String,
    },
    /// The campaign ends without contacting this person.
    Skip {
        code: &'static str,
        because: Cow<'static, str>,
    },
}

impl Event {
    /// The word in the history.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Claim { .. } => "claim",
            Self::Release => "release",
            Self::Wait { .. } => "wait",
            Self::Due => "due",
            Self::Finish { .. } => "finish",
            Self::Fail { .. } => "fail",
            Self::Suppress { .. } => "suppress",
            Self::Skip { .. } => "skip",
        }
    }
}

/// What a change asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// End the wait then.
    RetryAt(DateTime<Utc>),
    /// The pacer should look now.
    WakePacer,
}

/// Ends a wait: whoever waited may be dialed again.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RetryCall {
    /// Back into the queue of the list.
    Listed { recipient: RecipientId, campaign: CampaignId },
    /// On nobody's list: the next try of a call dialed by hand.
    ByHand { next: PlaceCall },
}

impl Job for RetryCall {
    const KIND: &'static str = "retry_call";
    const QUEUE: &'static str = "default";

    fn run_id(&self) -> Option<Uuid> {
        Some(match self {
            Self::Listed { recipient, .. } => recipient.0,
            Self::ByHand { next } => next.call.0,
        })
    }
}

impl State {
    /// Every state, in the order of life.
    pub const ALL: [Self; 7] =
        [Self::Queued, Self::Claimed, Self::RetryWait, Self::Done, Self::Failed, Self::Suppressed, Self::Skipped];

    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Claimed => "claimed",
            Self::RetryWait => "retry_wait",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Suppressed => "suppressed",
            Self::Skipped => "skipped",
        }
    }

    /// Nothing changes it any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Suppressed | Self::Skipped)
    }

    /// Decides what an event means in this state.
    ///
    /// # Errors
    /// When the event means nothing here.
    pub fn on(self, event: &Event) -> Result<Transition<Self, Effect>, Illegal> {
        use Event as E;
        use State as S;

        Ok(match (self, event) {
            (S::Queued, E::Claim { .. }) => Transition::to(S::Claimed),
            (S::Claimed, E::Release) => Transition::with(S::Queued, [Effect::WakePacer]),
            (S::Claimed, E::Wait { at, .. }) => Transition::with(S::RetryWait, [Effect::RetryAt(*at)]),
            (S::RetryWait, E::Due) => Transition::with(S::Queued, [Effect::WakePacer]),
            (S::Claimed, E::Finish { .. }) => Transition::with(S::Done, [Effect::WakePacer]),
            (S::Claimed, E::Fail { .. }) => Transition::with(S::Failed, [Effect::WakePacer]),
            (S::Claimed | S::Queued | S::RetryWait, E::Suppress { .. }) => {
                Transition::with(S::Suppressed, [Effect::WakePacer])
            }
            (S::Claimed | S::Queued | S::RetryWait, E::Skip { .. }) => {
                Transition::with(S::Skipped, [Effect::WakePacer])
            }
            (state, event) => {
                return Err(Illegal { noun: "recipient", state: state.as_str(), event: event.word() });
            }
        })
    }
}

/// What can go wrong with a recipient.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("recipient not found")]
    NotFound,
    #[error(transparent)]
    Illegal(#[from] Illegal),
    #[error("recipient query failed")]
    Database(#[from] sqlx::Error),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Event as E, State as S, *};

    fn any_event() -> impl Strategy<Value = E> {
        let at = DateTime::UNIX_EPOCH;
        prop_oneof![
            Just(E::Claim { call: CallId(Uuid::nil()) }),
            Just(E::Release),
            Just(E::Wait { at, because: String::new(), dialed: true }),
            Just(E::Due),
            Just(E::Finish { outcome: "promise".into() }),
            Just(E::Fail { outcome: "no_answer".into() }),
            Just(E::Suppress { code: "DNC_NUMBER".into(), because: String::new() }),
            Just(E::Skip { code: "campaign_stopped", because: "".into() }),
        ]
    }

    proptest! {
        #[test]
        fn a_final_state_is_never_left(events in prop::collection::vec(any_event(), 0..30)) {
            let mut state = S::Queued;
            for event in events {
                let before = state;
                if let Ok(change) = state.on(&event) {
                    state = change.next;
                }
                prop_assert!(!before.is_final() || state == before);
            }
        }
    }
}
