//! Questions: how an unknown outcome is resolved, and whether the carrier can be reached at all.

use chrono::{DateTime, SecondsFormat, Utc};

use super::Client;
use super::list::Paging;
use crate::outcome::Outcome;
use crate::wire::call::{ActiveCall, Call, CallEvent};
use crate::wire::record::Recording;
use crate::wire::reply::Application;

impl Client {
    /// A leg. The carrier forgets it ten minutes after its end, and then answers `NotFound` or `UnknownCall`.
    pub async fn call_status(&self, call: &str) -> Outcome<Call> {
        self.get("call_status", &["calls", call]).await
    }

    /// Every leg of our connection that is up, with its client state.
    pub async fn active_calls(&self) -> Outcome<Vec<ActiveCall>> {
        let path = ["connections", &self.connection_id, "active_calls"];
        self.list("active_calls", &path, &[], Paging::Cursor).await
    }

    /// Commands and webhooks of the last 24 hours, or of any time for one leg or session.
    pub async fn call_events(&self, wanted: &CallEvents) -> Outcome<Vec<CallEvent>> {
        self.list("call_events", &["call_events"], &wanted.filter(), Paging::Number).await
    }

    /// A recording, with fresh download links.
    pub async fn recording(&self, recording: &str) -> Outcome<Recording> {
        self.get("recording", &["recordings", recording]).await
    }

    /// The recordings of one leg, by whichever of its ids is known. A webhook of a saved one does not name it.
    pub async fn recordings_of(&self, leg: &LegIs<'_>) -> Outcome<Vec<Recording>> {
        self.list("recordings", &["recordings"], &[leg.filter()], Paging::Number).await
    }

    /// Whether the address, the key and the connection are right. Changes and costs nothing.
    pub async fn probe(&self) -> Outcome<Application> {
        self.get("probe", &["call_control_applications", &self.connection_id]).await
    }
}

/// A leg, by one of its ids.
#[derive(Debug, Clone, Copy)]
pub enum LegIs<'a> {
    Leg(&'a str),
    Control(&'a str),
}

impl LegIs<'_> {
    fn filter(&self) -> (&'static str, String) {
        match self {
            Self::Leg(id) => ("filter[call_leg_id]", (*id).to_owned()),
            Self::Control(id) => ("filter[call_control_id]", (*id).to_owned()),
        }
    }
}

/// Which call events to list; by default everything of the last 24 hours.
#[derive(Debug, Clone, Default)]
pub struct CallEvents {
    pub leg_id: Option<String>,
    pub session_id: Option<String>,
    pub since: Option<DateTime<Utc>>,
    /// For example `call.hangup`.
    pub name: Option<String>,
}

impl CallEvents {
    fn filter(&self) -> Vec<(&'static str, String)> {
        let since = self.since.map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true));
        let filters = [
            ("filter[leg_id]", self.leg_id.clone()),
            ("filter[application_session_id]", self.session_id.clone()),
            ("filter[occurred_at][gte]", since),
            ("filter[name]", self.name.clone()),
        ];
        filters.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }
}
