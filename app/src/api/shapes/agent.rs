//! Agents over the wire.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use workflows::agent::{self, Agent};

use crate::{extract::Check, problem::FieldError};

/// What an agent asks to do.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StateIn {
    pub(crate) state: Wish,
    /// Why, for a break: `lunch`.
    #[serde(default)]
    pub(crate) reason: Option<String>,
}

/// The states an agent may ask for; the others follow from calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wish {
    Available,
    Break,
    Offline,
}

impl Check for StateIn {
    fn wrong(&self) -> Vec<FieldError> {
        let reason = self.reason.as_deref().unwrap_or_default().trim();
        let fault = match self.state {
            Wish::Break if reason.is_empty() => Some("is needed for a break, such as lunch"),
            _ if reason.chars().count() > 80 => Some("has at most 80 characters"),
            _ => None,
        };
        fault.map(|message| FieldError::new("reason", message)).into_iter().collect()
    }
}

impl From<StateIn> for agent::Event {
    fn from(asked: StateIn) -> Self {
        match asked.state {
            Wish::Available => Self::GoAvailable,
            Wish::Offline => Self::GoOffline,
            Wish::Break => Self::TakeBreak { reason: asked.reason.unwrap_or_default().trim().to_owned() },
        }
    }
}

/// How an agent works.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingsIn {
    /// Seconds from a disposition to the next call of a list that agents dial, 0 to 30; null: never by itself.
    pub(crate) auto_advance_secs: Option<i16>,
}

impl Check for SettingsIn {
    fn wrong(&self) -> Vec<FieldError> {
        let fits = self.auto_advance_secs.is_none_or(|secs| (0..=agent::LONGEST_ADVANCE_SECS).contains(&secs));
        let fault = || FieldError::new("auto_advance_secs", "is 0 to 30 seconds, or null");
        (!fits).then(fault).into_iter().collect()
    }
}

/// An agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgentOut {
    id: Uuid,
    name: String,
    /// `offline`, `available`, `reserved`, `on_call`, `wrap_up` or `break`.
    #[schema(value_type = String)]
    state: agent::State,
    reason: Option<String>,
    since: DateTime<Utc>,
    /// Asked for, and done once the call or the leg allows it.
    #[schema(value_type = Option<String>)]
    next_state: Option<agent::State>,
    /// `down`, `dialing` or `up`.
    leg: String,
    call_id: Option<Uuid>,
    account_id: Option<Uuid>,
    account_number: Option<String>,
    consumer: Option<String>,
    /// Calls talked in the last 24 hours.
    calls: i64,
    handle_secs: Option<f64>,
    /// Seconds from a disposition to the next call of a list they dial; null: never by itself.
    auto_advance_secs: Option<i16>,
}

impl From<Agent> for AgentOut {
    fn from(a: Agent) -> Self {
        Self {
            id: a.id.0,
            name: a.name,
            state: a.state,
            reason: a.reason,
            since: a.since,
            next_state: a.next_state,
            leg: a.leg,
            call_id: a.call_id.map(|id| id.0),
            account_id: a.account_id.map(|id| id.0),
            account_number: a.account_number,
            consumer: a.consumer,
            calls: a.calls,
            handle_secs: a.handle_secs,
            auto_advance_secs: a.auto_advance_secs,
        }
    }
}

/// What a browser registers its telephone with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenOut {
    /// For a day; never stored.
    pub(crate) token: String,
    pub(crate) sip_username: String,
}
