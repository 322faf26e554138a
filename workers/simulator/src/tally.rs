//! What happened since the start, counted: the figures that a run is checked against.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::leg::{Ending, Leg};
use crate::{email, message};

/// Counts since the start or the last reset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    pub(crate) agents: Side,
    pub(crate) consumers: Side,
    #[serde(skip)]
    pub(crate) emails: email::Tally,
    #[serde(skip)]
    pub(crate) messages: message::Tally,
}

/// The counts of agents' or of consumers' legs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Side {
    pub(crate) dialled: u64,
    pub(crate) answered: u64,
    /// Entries into a conference.
    pub(crate) joined: u64,
    /// Ends, by the carrier's cause.
    pub(crate) ended: BTreeMap<&'static str, u64>,
}

impl Tally {
    pub(crate) fn of(&mut self, leg: &Leg) -> &mut Side {
        if leg.agent { &mut self.agents } else { &mut self.consumers }
    }
}

impl Side {
    pub(crate) fn end(&mut self, ending: Ending) {
        *self.ended.entry(ending.cause).or_default() += 1;
    }
}
