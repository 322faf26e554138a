//! One message: a text or an e-mail, to one person, or from somebody to us.
//!
//! ```text
//! queued ──accepted──▶ sent ──delivered──▶ delivered ──▶ opened ──▶ clicked
//!  │ │ └──refused──▶ failed ◀──undelivered──┤   └──bounced──▶ bounced     (any) ──complained──▶ complained
//!  │ └──void──▶ cancelled                   └──given up on──▶ unknown_closed
//!  └ a refused verdict is stored as skipped, and nothing is sent                 received
//! ```
//!
//! [`State::on`] decides, [`record`] persists. Providers' events come late, twice and in any order, so a state only
//! moves forward. A text whose answer was lost is never sent again: the carrier has no idempotency to rely on, and a
//! webhook that carries our id settles it. An e-mail is sent again byte for byte, under the same key (INVARIANTS, rule 3).

mod batch;
mod compose;
mod inbound;
mod jobs;
mod listed;
mod place;
mod queries;
mod record;
mod settle;
mod tally;

use serde::{Deserialize, Serialize};

pub(crate) use self::jobs::pace_key;
pub use self::{
    batch::{Batch, Member, open as open_batch, seal, settle_batch, take_batch},
    compose::{Composed, New, compose},
    inbound::{Inbound, owner, receive, sender_of, unsubscribe},
    jobs::{
        EMAIL_THROTTLE, EmailBatch, ReconcileMessage, RetryMessage, SMS_THROTTLE, SendEmail, SendSms, SmsBatch, Target,
        batches_per_minute, members_per_batch,
    },
    listed::{address, previews, reach},
    place::{Placed, Text, place},
    queries::{Bubble, Message, Open, by_provider, find, lock_now, of_pair, open, org, stale},
    record::{Fact, checked, record},
    tally::{Counts, counts},
};
use crate::transition::{Illegal, Transition};

/// Where a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "message_state", rename_all = "snake_case")]
pub enum State {
    /// Written down, not yet known to be at the provider.
    Queued,
    /// The provider took it.
    Sent,
    /// It arrived, or the carrier can say no more than that it let go of it.
    Delivered,
    /// Somebody, or a program, opened it.
    Opened,
    /// Somebody, or a program, followed a link in it.
    Clicked,
    /// Refused, or not delivered. Final.
    Failed,
    /// The address took it back. Final.
    Bounced,
    /// The person called it spam. Final.
    Complained,
    /// A rule refused it, nothing was sent. Final.
    Skipped,
    /// Proved never to have reached the provider. Final.
    Cancelled,
    /// Its outcome could not be learned. Final; a person looks.
    UnknownClosed,
    /// Somebody wrote to us. Final.
    Received,
}

/// Why a provider did not deliver, and what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The provider's code.
    pub code: String,
    /// The same in words.
    pub because: String,
    pub then: Then,
}

/// What follows from a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The network's trouble: try again later.
    Retry,
    /// This address will not take it.
    Never,
    /// It is no address for this channel: a landline, a number that is none.
    NoSuchAddress,
    /// The carrier knows the person opted out, and we did not.
    OptedOut,
    /// Our account, number or profile is the trouble: nobody else would be reached either.
    PauseCampaign,
}

/// What an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    /// The carrier let go of it and heard no more.
    Unconfirmed,
    Failed(Failure),
    Bounced,
    Cancelled,
    Unknown,
}

/// What happens to a message, in our words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The provider took it.
    Accepted,
    /// The provider refused it.
    Refused(Failure),
    /// The request was sent, or may have been, and no answer came.
    LostReply,
    Delivered {
        confirmed: bool,
    },
    Undelivered(Failure),
    Bounced {
        permanent: bool,
    },
    Complained,
    Opened,
    Clicked,
    /// A rule forbids it after all.
    Blocked,
    /// It never left.
    Void,
    GiveUp,
}

impl Event {
    /// The word in the history.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused(_) => "refused",
            Self::LostReply => "lost_reply",
            Self::Delivered { .. } => "delivered",
            Self::Undelivered(_) => "undelivered",
            Self::Bounced { .. } => "bounced",
            Self::Complained => "complained",
            Self::Opened => "opened",
            Self::Clicked => "clicked",
            Self::Blocked => "blocked",
            Self::Void => "void",
            Self::GiveUp => "give_up",
        }
    }
}

/// What a change asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The attempt came to this: the recipient is done, retried or failed.
    Settle(Outcome),
    /// Ask the provider what became of it.
    Reconcile,
    /// The person wants no more of these.
    OptOut,
    /// The address is no good.
    FlagAddress,
    /// The provider refuses us as such: sending on would refuse everybody.
    PauseCampaign,
}

type Change = Transition<State, Effect>;

impl State {
    /// Every state, in the order of life.
    pub const ALL: [Self; 12] = [
        Self::Queued,
        Self::Sent,
        Self::Delivered,
        Self::Opened,
        Self::Clicked,
        Self::Failed,
        Self::Bounced,
        Self::Complained,
        Self::Skipped,
        Self::Cancelled,
        Self::UnknownClosed,
        Self::Received,
    ];

    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Opened => "opened",
            Self::Clicked => "clicked",
            Self::Failed => "failed",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
            Self::UnknownClosed => "unknown_closed",
            Self::Received => "received",
        }
    }

    /// Delivered or not: nothing that follows changes anything for the recipient.
    #[must_use]
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Queued | Self::Sent)
    }

    /// Decides what an event means in this state. An event that changes nothing answers the same state and no effect.
    ///
    /// # Errors
    /// When the event means nothing here.
    pub fn on(self, event: &Event) -> Result<Change, Illegal> {
        use Event as E;
        use State as S;

        Ok(match (self, event) {
            (S::Queued, E::Accepted) => Transition::to(S::Sent),
            (S::Queued, E::LostReply) => Transition::with(S::Queued, [Effect::Reconcile]),
            (S::Queued, E::Blocked) => Transition::to(S::Skipped),
            (S::Queued, E::Void) => Transition::with(S::Cancelled, [Effect::Settle(Outcome::Cancelled)]),
            (S::Queued | S::Sent, E::Refused(why) | E::Undelivered(why)) => failed(why),
            (S::Queued | S::Sent, E::Delivered { confirmed }) => arrived(S::Delivered, *confirmed),
            // It was opened, so it arrived: the event that says so is late.
            (S::Queued | S::Sent, E::Opened) => arrived(S::Opened, true),
            (S::Queued | S::Sent, E::Clicked) => arrived(S::Clicked, true),
            (S::Delivered, E::Opened) => Transition::to(S::Opened),
            (S::Delivered | S::Opened, E::Clicked) => Transition::to(S::Clicked),
            (S::Queued | S::Sent | S::Delivered, E::Bounced { permanent }) => bounced(*permanent),
            // Which kind it was is told of later.
            (S::Bounced, E::Bounced { permanent: true }) => Transition::with(S::Bounced, [Effect::FlagAddress]),
            (S::Queued | S::Sent, E::Complained) => {
                Transition::with(S::Complained, [Effect::OptOut, Effect::Settle(Outcome::Delivered)])
            }
            (S::Delivered | S::Opened | S::Clicked, E::Complained) => Transition::with(S::Complained, [Effect::OptOut]),
            (S::Queued | S::Sent, E::GiveUp) => Transition::with(S::UnknownClosed, [Effect::Settle(Outcome::Unknown)]),
            (S::Received, event) => {
                return Err(Illegal { noun: "message", state: self.as_str(), event: event.word() });
            }
            // Repeated and late: times are filled in by whoever persists, the state stays.
            (state, _) => Transition::to(state),
        })
    }
}

fn arrived(next: State, confirmed: bool) -> Change {
    Transition::with(next, [Effect::Settle(if confirmed { Outcome::Delivered } else { Outcome::Unconfirmed })])
}

fn failed(why: &Failure) -> Change {
    let more = match why.then {
        Then::OptedOut => Some(Effect::OptOut),
        Then::NoSuchAddress => Some(Effect::FlagAddress),
        Then::PauseCampaign => Some(Effect::PauseCampaign),
        Then::Retry | Then::Never => None,
    };
    let settle = Effect::Settle(Outcome::Failed(why.clone()));
    Transition { next: State::Failed, effects: more.into_iter().chain([settle]).collect() }
}

fn bounced(permanent: bool) -> Change {
    let flag = permanent.then_some(Effect::FlagAddress);
    let settle = Effect::Settle(Outcome::Bounced);
    Transition { next: State::Bounced, effects: flag.into_iter().chain([settle]).collect() }
}

/// What can go wrong with a message.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("message not found")]
    NotFound,
    #[error(transparent)]
    Illegal(#[from] Illegal),
    #[error(transparent)]
    Recipient(#[from] crate::recipient::Error),
    #[error(transparent)]
    Campaign(#[from] crate::campaign::Error),
    #[error("message query failed")]
    Database(#[from] sqlx::Error),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Event as E, State as S, *};

    fn failure(then: Then) -> Failure {
        Failure { code: "40008".into(), because: "undeliverable".into(), then }
    }

    fn any_event() -> impl Strategy<Value = E> {
        prop_oneof![
            Just(E::Accepted),
            Just(E::LostReply),
            Just(E::Refused(failure(Then::Never))),
            Just(E::Delivered { confirmed: true }),
            Just(E::Undelivered(failure(Then::Retry))),
            Just(E::Bounced { permanent: true }),
            Just(E::Complained),
            Just(E::Opened),
            Just(E::Clicked),
            Just(E::Void),
            Just(E::GiveUp),
        ]
    }

    #[rstest]
    #[case::a_sent_text_arrives(S::Sent, E::Delivered { confirmed: true }, S::Delivered)]
    #[case::the_receipt_overtakes_the_answer(S::Queued, E::Delivered { confirmed: true }, S::Delivered)]
    #[case::an_opened_mail_arrived(S::Sent, E::Opened, S::Opened)]
    #[case::a_late_delivery_takes_nothing_back(S::Clicked, E::Delivered { confirmed: true }, S::Clicked)]
    #[case::a_bounce_after_delivery_counts(S::Delivered, E::Bounced { permanent: true }, S::Bounced)]
    #[case::a_read_mail_did_not_bounce(S::Opened, E::Bounced { permanent: true }, S::Opened)]
    #[case::a_complaint_is_the_last_word(S::Clicked, E::Complained, S::Complained)]
    fn moves_to(#[case] state: S, #[case] event: E, #[case] next: S) {
        assert_eq!(state.on(&event).unwrap().next, next);
    }

    #[test]
    fn a_lost_answer_is_asked_about_and_never_sent_again() {
        assert_eq!(S::Queued.on(&E::LostReply).unwrap(), Transition::with(S::Queued, [Effect::Reconcile]));
    }

    #[test]
    fn an_address_is_flagged_whenever_the_bounce_is_known_to_be_for_good() {
        let unknown = S::Queued.on(&E::Bounced { permanent: false }).unwrap();
        assert!(!unknown.effects.contains(&Effect::FlagAddress));
        assert_eq!(unknown.next.on(&E::Bounced { permanent: true }).unwrap().effects, [Effect::FlagAddress]);
    }

    proptest! {
        #[test]
        fn a_recipient_is_settled_once_and_nothing_goes_back(events in prop::collection::vec(any_event(), 0..30)) {
            let (mut state, mut settled) = (S::Queued, 0);
            for event in events {
                let before = state;
                let change = state.on(&event).unwrap();
                // A bounce of what had arrived is told twice; the recipient's claim is gone by then.
                let again = before == S::Delivered && change.next == S::Bounced;
                settled += usize::from(!again && change.effects.iter().any(|e| matches!(e, Effect::Settle(_))));
                state = change.next;
                prop_assert!(!before.is_over() || state.is_over());
            }
            prop_assert_eq!(settled, usize::from(state.is_over()));
        }
    }
}
