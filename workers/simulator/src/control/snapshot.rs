//! The carrier's state at a glance: as JSON, and as a page for people.

use serde_json::{Value, json};

use crate::conference::{Conference, State};
use crate::leg::{self, Leg};
use crate::world::World;

impl World {
    pub(super) fn snapshot(&self) -> Value {
        let living: Vec<&Leg> = self.legs.living().collect();
        let legs: Vec<Value> = living.iter().map(|leg| self.leg_json(leg)).collect();
        let conferences: Vec<Value> = self.running_conferences().collect();
        let orphans: Vec<String> =
            living.iter().filter(|leg| self.is_orphan(leg)).map(|leg| leg.number.control_id()).collect();
        json!({
            "clock": self.clock_now(),
            "counts": self.counts(&living),
            "tally": self.tally,
            "doubled_command_ids": self.dials.doubled(),
            "messages": self.tally.messages,
            "emails": self.tally.emails,
            "opted_out": self.messages.optouts.all().count(),
            "doubled_idempotency_keys": self.sends.doubled(),
            "orphans": orphans,
            "legs": legs,
            "conferences": conferences,
            "webhooks": self.webhooks,
            "journal": { "last": self.journal.last() },
        })
    }

    fn counts(&self, living: &[&Leg]) -> Value {
        let agents = living.iter().filter(|leg| leg.agent).count();
        let saved = self.recordings.values().filter(|recording| recording.saved_at.is_some());
        json!({
            "dials": self.dials.placed,
            "replayed_dials": self.dials.replayed,
            "live_legs": living.len(),
            "live_agent_legs": agents,
            "live_consumer_legs": living.len() - agents,
            "conferences": self.running_conferences().count(),
            "messages": self.tally.messages.by_status.values().sum::<u64>(),
            "emails": self.tally.emails.by_status.values().sum::<u64>(),
            "recordings": self.recordings.len(),
            "recordings_saved": saved.count(),
            "timers": self.timers.len(),
        })
    }

    fn running_conferences(&self) -> impl Iterator<Item = Value> {
        let running = |conference: &&Conference| conference.state != State::Completed;
        self.conferences.values().filter(running).map(|conference| {
            let there = conference.participants.iter();
            let mut json = conference.json();
            json["participants"] = there.map(|there| there.json(conference)).collect();
            json
        })
    }

    fn leg_json(&self, leg: &Leg) -> Value {
        json!({
            "call_control_id": leg.number.control_id(),
            "call_leg_id": leg.leg_id,
            "to": leg.to,
            "from": leg.from,
            "client_state": leg.client_state,
            "command_id": leg.command_id,
            "state": leg.state,
            "fate": leg.fate,
            "agent": leg.agent,
            "conference_id": leg.conference,
            "recording": leg.recording.is_some(),
            "supervisor_role": leg.supervisor_role,
            "dialled_at": leg.dialled_at,
            "answered_at": leg.answered_at,
        })
    }

    pub(super) fn page(&self) -> String {
        let living: Vec<&Leg> = self.legs.living().collect();
        let ringing = living.iter().filter(|leg| leg.state == leg::State::Ringing).count();
        let counts = self.counts(&living);
        let rows: String = counts
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, count)| format!("<tr><th>{}</th><td>{count}</td></tr>", name.replace('_', " ")))
            .collect();
        format!(
            include_str!("../page.html"),
            now = self.now.format("%A %-d %B %Y, %H:%M:%S UTC"),
            speed = self.clock.speed,
            ringing = ringing,
            rows = rows,
            events = self.webhooks.events,
            accepted = self.webhooks.accepted,
            given_up = self.webhooks.given_up,
        )
    }
}
