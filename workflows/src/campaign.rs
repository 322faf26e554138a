//! A campaign: a list of people, and when and how they are contacted.
//!
//! ```text
//! draft ──schedule──▶ scheduled ──start──▶ running ⇄ paused
//!   └───────────────start──────────────────▶│          │
//!                                 exhausted │ stop     │ stop
//!                                           ▼          ▼
//!                                        draining ──drained──▶ completed | stopped
//! ```
//!
//! [`State::on`] decides, [`record`] persists. Pausing is at once: live calls go on, no new one is dialed.

mod blast;
mod board;
mod delivery;
mod edge;
mod jobs;
mod list;
mod mode;
mod named;
mod new;
mod next;
mod outlook;
mod panel;
mod patch;
mod preflight;
mod record;
mod stats;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub(crate) use self::record::org;
pub use self::{
    blast::{Blast, Sender, create_blast},
    board::{Line, board, by_state},
    delivery::{Delivery, Failed, Words, delivery, failures, words},
    edge::{LegalEdge, legal_edge},
    jobs::{PlanCampaign, StartCampaign, WindowCloses},
    list::{Audience, count, first_of, plan},
    mode::Mode,
    named::{name, names},
    new::{Invalid, New, Schedule, create},
    next::{For, Next, next, queue, still_queued},
    outlook::{Outlook, outlook},
    panel::{Live, Panel, live, panel},
    patch::{Patch, patch},
    preflight::{Preflight, preflight},
    record::{NotReady, is_running, ready, record},
    stats::{Campaign, Stats, find, list, stats},
};
use crate::{
    compliance::Channel,
    transition::{Illegal, Transition},
};

/// What a campaign does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "campaign_type", rename_all = "snake_case")]
pub enum Kind {
    Voice,
    SmsBlast,
    EmailBlast,
}

impl Kind {
    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::SmsBlast => "sms_blast",
            Self::EmailBlast => "email_blast",
        }
    }

    /// How its people are reached.
    #[must_use]
    pub fn channel(self) -> Channel {
        match self {
            Self::Voice => Channel::Call,
            Self::SmsBlast => Channel::Sms,
            Self::EmailBlast => Channel::Email,
        }
    }
}

/// Where a campaign is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "campaign_state", rename_all = "snake_case")]
pub enum State {
    /// Being written. A supervisor starts or schedules it.
    Draft,
    /// Waits for its time or its cron window; the scheduler starts it.
    Scheduled,
    /// The pacer dials.
    Running,
    /// No new dial, for the stored reason; live calls go on. A supervisor resumes it, or what paused it ends.
    Paused,
    /// Nothing more will be dialed; the last calls end by themselves. The pacer sees the last one out.
    Draining,
    /// Everybody on the list came to an end. Final.
    Completed,
    /// A supervisor ended it early. Final.
    Stopped,
}

/// Why a campaign is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// Somebody said so; only somebody resumes it.
    Supervisor,
    /// No agent is signed in; it resumes itself when one is.
    NoAgents,
    /// Its cron window closed; the next window resumes it.
    WindowClosed,
    /// The carrier refuses our account, our number or our channels; somebody has to look.
    Provider,
}

impl PauseReason {
    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Supervisor => "supervisor",
            Self::NoAgents => "no_agents",
            Self::WindowClosed => "window_closed",
            Self::Provider => "provider",
        }
    }

    pub(crate) fn parse(word: &str) -> Self {
        match word {
            "no_agents" => Self::NoAgents,
            "window_closed" => Self::WindowClosed,
            "provider" => Self::Provider,
            _ => Self::Supervisor,
        }
    }
}

/// What happens to a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It shall start later: at a time, or whenever its cron says.
    Schedule {
        starts_at: Option<DateTime<Utc>>,
    },
    /// Now.
    Start,
    Pause(PauseReason),
    /// A supervisor lets it go on.
    Resume,
    /// An agent is there again.
    AgentsBack,
    /// Its window opened again.
    WindowOpened,
    /// A supervisor ends it.
    Stop,
    /// Nobody on the list is left to contact.
    Exhausted,
    /// The last call is over.
    Drained {
        stopped: bool,
    },
}

impl Event {
    /// The word in the history.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Schedule { .. } => "schedule",
            Self::Start => "start",
            Self::Pause(_) => "pause",
            Self::Resume => "resume",
            Self::AgentsBack => "agents_back",
            Self::WindowOpened => "window_opened",
            Self::Stop => "stop",
            Self::Exhausted => "exhausted",
            Self::Drained { .. } => "drained",
        }
    }
}

/// What a change asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Start it at this time.
    StartAt(DateTime<Utc>),
    /// Fire it on its cron.
    FollowCron,
    /// Fire it no more.
    Unschedule,
    /// Fix the list, then let the pacer at it.
    Plan,
    /// Nobody still waiting will be contacted.
    SkipWaiting,
    /// The pacer should look now.
    WakePacer,
}

impl State {
    /// Every state, in the order of life.
    pub const ALL: [Self; 7] =
        [Self::Draft, Self::Scheduled, Self::Running, Self::Paused, Self::Draining, Self::Completed, Self::Stopped];

    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Draining => "draining",
            Self::Completed => "completed",
            Self::Stopped => "stopped",
        }
    }

    /// Nothing changes it any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Stopped)
    }

    /// Decides what an event means in this state; `paused_for` is the stored reason while paused.
    ///
    /// # Errors
    /// When the event means nothing here.
    pub fn on(self, event: &Event, paused_for: Option<PauseReason>) -> Result<Transition<Self, Effect>, Illegal> {
        use Event as E;
        use State as S;

        Ok(match (self, event) {
            (S::Draft, E::Schedule { starts_at: Some(at) }) => Transition::with(S::Scheduled, [Effect::StartAt(*at)]),
            (S::Draft, E::Schedule { starts_at: None }) => Transition::with(S::Scheduled, [Effect::FollowCron]),
            (S::Draft | S::Scheduled, E::Start) => Transition::with(S::Running, [Effect::Plan]),
            // A supervisor's pause outranks the campaign's own: it must not resume itself afterwards.
            (S::Running, E::Pause(_)) | (S::Paused, E::Pause(PauseReason::Supervisor)) => Transition::to(S::Paused),
            // Nor may an agent who comes back open a window that has closed.
            (S::Paused, E::Pause(PauseReason::WindowClosed)) if paused_for == Some(PauseReason::NoAgents) => {
                Transition::to(S::Paused)
            }
            (S::Paused, E::Resume) => Transition::with(S::Running, [Effect::WakePacer]),
            (S::Paused, E::AgentsBack) if paused_for == Some(PauseReason::NoAgents) => {
                Transition::with(S::Running, [Effect::WakePacer])
            }
            (S::Paused, E::WindowOpened) if paused_for == Some(PauseReason::WindowClosed) => {
                Transition::with(S::Running, [Effect::WakePacer])
            }
            (S::Draft | S::Scheduled, E::Stop) => Transition::with(S::Stopped, [Effect::Unschedule]),
            (S::Running | S::Paused, E::Stop) => {
                Transition::with(S::Draining, [Effect::SkipWaiting, Effect::WakePacer])
            }
            (S::Running | S::Paused, E::Exhausted) => Transition::with(S::Draining, [Effect::WakePacer]),
            (S::Draining, E::Drained { stopped }) => {
                Transition::with(if *stopped { S::Stopped } else { S::Completed }, [Effect::Unschedule])
            }
            (state, event) => {
                return Err(Illegal { noun: "campaign", state: state.as_str(), event: event.word() });
            }
        })
    }
}

/// What can go wrong with a campaign.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("campaign not found")]
    NotFound,
    #[error(transparent)]
    Illegal(#[from] Illegal),
    #[error(transparent)]
    NotReady(#[from] NotReady),
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("campaign query failed")]
    Database(#[from] sqlx::Error),
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Event as E, PauseReason as P, State as S};

    #[rstest]
    #[case::a_draft_starts(S::Draft, E::Start, None, S::Running)]
    #[case::a_scheduled_campaign_starts(S::Scheduled, E::Start, None, S::Running)]
    #[case::a_running_campaign_pauses(S::Running, E::Pause(P::Supervisor), None, S::Paused)]
    #[case::a_campaign_without_agents_pauses_itself(S::Running, E::Pause(P::NoAgents), None, S::Paused)]
    #[case::and_resumes_itself(S::Paused, E::AgentsBack, Some(P::NoAgents), S::Running)]
    #[case::a_supervisor_may_take_over_a_pause(S::Paused, E::Pause(P::Supervisor), Some(P::NoAgents), S::Paused)]
    #[case::a_window_closes_on_an_empty_room(S::Paused, E::Pause(P::WindowClosed), Some(P::NoAgents), S::Paused)]
    #[case::a_stop_lets_live_calls_end(S::Running, E::Stop, None, S::Draining)]
    #[case::a_worked_list_drains(S::Running, E::Exhausted, None, S::Draining)]
    #[case::and_completes(S::Draining, E::Drained { stopped: false }, None, S::Completed)]
    fn moves_to(#[case] state: S, #[case] event: E, #[case] paused_for: Option<P>, #[case] next: S) {
        assert_eq!(state.on(&event, paused_for).unwrap().next, next);
    }

    #[rstest]
    #[case::a_supervisors_pause_is_not_lifted_by_an_agent(S::Paused, E::AgentsBack, Some(P::Supervisor))]
    #[case::nor_by_the_end_of_a_window(S::Paused, E::Pause(P::WindowClosed), Some(P::Supervisor))]
    #[case::a_completed_campaign_does_not_start(S::Completed, E::Start, None)]
    #[case::a_running_campaign_does_not_start_twice(S::Running, E::Start, None)]
    #[case::a_draining_campaign_does_not_resume(S::Draining, E::Resume, None)]
    fn refuses(#[case] state: S, #[case] event: E, #[case] paused_for: Option<P>) {
        assert!(state.on(&event, paused_for).is_err());
    }
}
