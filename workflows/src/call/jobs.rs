//! The jobs a call asks for. Arguments are ids; what is true is read when the job runs.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    id::{AccountId, AgentId, CallId, CampaignId, RecipientId, SupervisionId},
    job::Job,
    phone::E164,
};

/// The limit every dial draws from: what the carrier allows the account (30 a second by default, telnyx FACTS §3).
pub const CALLS_THROTTLE: &str = "calls:telnyx";

/// Whom an attempt is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Somebody on a campaign's list; with the agent who asked, and the number they chose, where agents dial it.
    Recipient {
        recipient: RecipientId,
        campaign: CampaignId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phone: Option<E164>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agent: Option<AgentId>,
    },
    /// An account, dialed by hand: the agent who asked, and which try this is.
    Account { account: AccountId, phone: Option<E164>, agent: Option<AgentId>, attempt_no: i32 },
}

/// Checks, writes the intent, dials. One job per attempt: `call` is the attempt's id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlaceCall {
    pub call: CallId,
    pub target: Target,
}

impl Job for PlaceCall {
    const KIND: &'static str = "place_call";
    const QUEUE: &'static str = "dial";
    const THROTTLED: bool = true;

    fn run_id(&self) -> Option<Uuid> {
        Some(self.call.0)
    }

    fn unique_key(&self) -> Option<String> {
        Some(format!("place:{}", self.call))
    }

    fn throttle_keys(&self) -> Vec<String> {
        vec![CALLS_THROTTLE.to_owned()]
    }
}

macro_rules! about_a_call {
    ($($(#[$doc:meta])* $name:ident = $kind:literal on $queue:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub struct $name {
            pub call: CallId,
        }

        impl Job for $name {
            const KIND: &'static str = $kind;
            const QUEUE: &'static str = $queue;

            fn run_id(&self) -> Option<Uuid> {
                Some(self.call.0)
            }

            fn unique_key(&self) -> Option<String> {
                Some(format!(concat!($kind, ":{}"), self.call))
            }
        }
    )+};
}

about_a_call! {
    /// Acts on who picked up: connects, or lets go. One per verdict.
    AmdOutcome = "amd_outcome" on "live",
    /// The last moment for a person for whom nobody was free.
    ServeWaiting = "serve_waiting" on "live",
    /// Treats a greeting without a verdict as a human.
    ConnectDeadline = "connect_deadline" on "live",
    /// Starts the recording of a connected call, if the first try did not.
    StartRecording = "start_recording" on "live",
    /// Has the carrier write down a connected call.
    StartTranscription = "start_transcription" on "live",
    /// Ends a wrap-up nobody ended.
    CloseWrapUp = "close_wrap_up" on "default",
    /// Asks the carrier what became of an attempt.
    ReconcileAttempt = "reconcile_attempt" on "default",
}

/// Hangs up a call, or an agent's or a supervisor's leg.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HangUp {
    Call {
        call: CallId,
    },
    /// A leg at the carrier whose attempt is over here.
    Zombie {
        call: CallId,
        call_control_id: String,
    },
    Leg {
        agent: AgentId,
        call_control_id: String,
    },
    Supervisor {
        session: SupervisionId,
        call_control_id: String,
    },
}

impl HangUp {
    /// Lets go of a person.
    #[must_use]
    pub fn call(call: CallId) -> Self {
        Self::Call { call }
    }

    /// Lets go of a leg that should not be there.
    #[must_use]
    pub fn zombie(call: CallId, call_control_id: &str) -> Self {
        Self::Zombie { call, call_control_id: call_control_id.to_owned() }
    }

    /// Lets go of an agent.
    #[must_use]
    pub fn leg(agent: AgentId, call_control_id: &str) -> Self {
        Self::Leg { agent, call_control_id: call_control_id.to_owned() }
    }

    /// Lets go of a supervisor.
    #[must_use]
    pub fn supervisor(session: SupervisionId, call_control_id: &str) -> Self {
        Self::Supervisor { session, call_control_id: call_control_id.to_owned() }
    }
}

impl Job for HangUp {
    const KIND: &'static str = "hang_up";
    const QUEUE: &'static str = "live";

    fn run_id(&self) -> Option<Uuid> {
        Some(match self {
            Self::Call { call } | Self::Zombie { call, .. } => call.0,
            Self::Leg { agent, .. } => agent.0,
            Self::Supervisor { session, .. } => session.0,
        })
    }
}
