//! A conference: an agent's leg nailed up, customers joined into it.
//!
//! ```text
//! Init ──first participant in (or the host enters)──▶ InProgress ──all or host left, end──▶ Completed
//! ```

mod json;

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::leg::{Ending, LegNo, State as LegState};
use crate::refusal::Refusal;
use crate::shape::Body;
use crate::timer::Task;
use crate::world::World;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Made, but nobody talks before somebody enters who may start it.
    Init,
    InProgress,
    /// Final.
    Completed,
}

impl State {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Conference {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) connection_id: String,
    pub(crate) region: String,
    pub(crate) creator: LegNo,
    pub(crate) state: State,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) end_reason: Option<&'static str>,
    pub(crate) max_participants: usize,
    pub(crate) participants: Vec<Participant>,
    pub(crate) recording: Option<Uuid>,
    pub(crate) playback: Option<u64>,
    /// Replies of the last minute by `command_id`.
    pub(crate) commands: HashMap<String, (DateTime<Utc>, crate::reply::Reply)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Participant {
    pub(crate) id: Uuid,
    pub(crate) leg: LegNo,
    pub(crate) leg_id: Uuid,
    pub(crate) muted: bool,
    pub(crate) on_hold: bool,
    pub(crate) ends_on_exit: bool,
    pub(crate) soft_ends_on_exit: bool,
    pub(crate) supervisor_role: String,
    pub(crate) whispers_to: Vec<String>,
    pub(crate) joined_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

const DEFAULT_MINUTES: u64 = 240;
const DEFAULT_PARTICIPANTS: u64 = 250;

impl World {
    pub(crate) fn conference(&self, id: &str) -> Result<&Conference, Refusal> {
        id.parse::<Uuid>().ok().and_then(|id| self.conferences.get(&id)).ok_or_else(Refusal::unknown_conference)
    }

    pub(crate) fn running_conference(&mut self, id: Uuid) -> Result<&mut Conference, Refusal> {
        let conference = self.conferences.get_mut(&id).ok_or_else(Refusal::unknown_conference)?;
        match conference.state {
            State::Completed => Err(Refusal::conference_ended()),
            _ => Ok(conference),
        }
    }

    /// Makes a conference around an answered leg, which enters it at once.
    pub(crate) fn open_conference(&mut self, creator: LegNo, body: &Body) -> Uuid {
        let id = self.next_id("conference");
        let minutes = body.number("duration_minutes").unwrap_or(DEFAULT_MINUTES);
        let lasts = TimeDelta::minutes(i64::try_from(minutes).unwrap_or(0));
        let conference = Conference {
            id,
            name: body.owned("name").or(body.owned("conference_name")).unwrap_or_default(),
            connection_id: self.legs.get(creator).map_or_else(String::new, |leg| leg.connection_id.clone()),
            region: body.text("region").unwrap_or("US").to_owned(),
            creator,
            state: State::Init,
            created_at: self.now,
            updated_at: self.now,
            expires_at: self.now + lasts,
            end_reason: None,
            max_participants: usize::try_from(body.number("max_participants").unwrap_or(DEFAULT_PARTICIPANTS))
                .unwrap_or(usize::MAX),
            participants: Vec::new(),
            recording: None,
            playback: None,
            commands: HashMap::new(),
        };
        self.conferences.insert(id, conference);
        self.after(lasts, Task::ExpireConference(id));
        self.emit(creator, "conference.created", json!({ "conference_id": id }));
        self.enter(id, creator, body);
        id
    }

    /// Lets a leg into a conference.
    pub(crate) fn join_conference(&mut self, id: Uuid, number: LegNo, body: &Body) -> Result<(), Refusal> {
        let leg = self.legs.get(number).ok_or_else(Refusal::unknown_call)?;
        leg.must_be_answered()?;
        let already = leg.conference.is_some();
        let conference = self.running_conference(id)?;
        if already {
            return Err(Refusal::already_in_conference());
        }
        if conference.participants.len() >= conference.max_participants {
            return Err(Refusal::conference_full());
        }
        self.enter(id, number, body);
        Ok(())
    }

    fn enter(&mut self, id: Uuid, number: LegNo, body: &Body) {
        let participant_id = self.next_id("participant");
        let now = self.now;
        let (Some(conference), Some(leg)) = (self.conferences.get_mut(&id), self.legs.get_mut(number)) else {
            return;
        };
        leg.conference = Some(id);
        self.tally.of(leg).joined += 1;
        if body.has("client_state") {
            leg.client_state = body.owned("client_state");
        }
        conference.participants.push(Participant::new(participant_id, number, leg.leg_id, body, now));
        if body.get("start_conference_on_enter") != Some(&Value::Bool(false)) {
            conference.state = State::InProgress;
        }
        conference.updated_at = now;
        self.note_leg(number, &format!("joined {id}"));
        self.emit(number, "conference.participant.joined", json!({ "conference_id": id }));
    }

    /// A leg was dialled with `conference_config` and has answered.
    pub(crate) fn enter_dialled_conference(&mut self, number: LegNo, config: &Body) {
        let wanted = |conference: &&Conference| {
            conference.state != State::Completed
                && (config.text("id") == Some(&conference.id.to_string())
                    || config.text("conference_name") == Some(&conference.name))
        };
        match self.conferences.values().find(wanted).map(|conference| conference.id) {
            // A conference that is full or over leaves the leg parked.
            Some(id) => drop(self.join_conference(id, number, config)),
            None if config.has("conference_name") => drop(self.open_conference(number, config)),
            None => {}
        }
    }

    pub(crate) fn leave_any_conference(&mut self, number: LegNo) {
        if let Some(id) = self.legs.get(number).and_then(|leg| leg.conference) {
            self.leave(id, number);
        }
    }

    /// Takes a leg out, and ends the conference where that is the consequence.
    pub(crate) fn leave(&mut self, id: Uuid, number: LegNo) {
        let now = self.now;
        let Some(conference) = self.conferences.get_mut(&id) else {
            return;
        };
        let Some(place) = conference.place_of(number) else {
            return;
        };
        let gone = conference.participants.remove(place);
        conference.updated_at = now;
        let empty = conference.participants.is_empty();
        if let Some(leg) = self.legs.get_mut(number) {
            leg.conference = None;
        }
        self.note_leg(number, &format!("left {id}"));
        self.emit(number, "conference.participant.left", json!({ "conference_id": id }));
        match gone {
            Participant { ends_on_exit: true, .. } => self.end_conference(id, "host_left", true),
            Participant { soft_ends_on_exit: true, .. } => self.end_conference(id, "host_left", false),
            _ if empty => self.end_conference(id, "all_left", false),
            _ => {}
        }
    }

    /// Ends a conference once; with or without hanging up who is left in it.
    pub(crate) fn end_conference(&mut self, id: Uuid, reason: &'static str, hangs_up: bool) {
        let now = self.now;
        let Some(conference) = self.conferences.get_mut(&id) else {
            return;
        };
        if conference.state == State::Completed {
            return;
        }
        conference.state = State::Completed;
        conference.end_reason = Some(reason);
        conference.updated_at = now;
        let creator = conference.creator;
        let left: Vec<LegNo> = conference.participants.iter().map(|there| there.leg).collect();
        self.stop_conference_recording(id);
        for number in left {
            self.leave(id, number);
            if hangs_up {
                self.hang_up(number, Ending::near(true));
            }
        }
        // The webhook knows no word for an end that we asked for; the nearest is this.
        let reason = if reason == "ended_via_api" { "host_left" } else { reason };
        let details = json!({ "conference_id": id, "reason": reason });
        self.emit(creator, "conference.ended", details);
    }

    /// Whether a leg answered long ago and nobody is with it.
    pub(crate) fn is_orphan(&self, leg: &crate::leg::Leg) -> bool {
        let alone = leg.conference.is_none() && leg.bridge.is_none();
        let long = leg.answered_at.is_some_and(|at| self.now - at > TimeDelta::seconds(60));
        leg.state == LegState::Answered && alone && long
    }
}

impl Conference {
    pub(crate) fn place_of(&self, leg: LegNo) -> Option<usize> {
        self.participants.iter().position(|there| there.leg == leg)
    }

    pub(crate) fn participant(&mut self, leg: LegNo) -> Result<&mut Participant, Refusal> {
        let mut there = self.participants.iter_mut();
        there.find(|there| there.leg == leg).ok_or_else(Refusal::not_in_conference)
    }
}

impl Participant {
    fn new(id: Uuid, leg: LegNo, leg_id: Uuid, body: &Body, now: DateTime<Utc>) -> Self {
        Self {
            id,
            leg,
            leg_id,
            muted: body.flag("mute"),
            on_hold: body.flag("hold"),
            ends_on_exit: body.flag("end_conference_on_exit"),
            soft_ends_on_exit: body.flag("soft_end_conference_on_exit"),
            supervisor_role: body.text("supervisor_role").unwrap_or("none").to_owned(),
            whispers_to: body.texts("whisper_call_control_ids").unwrap_or_default(),
            joined_at: now,
            updated_at: now,
        }
    }
}
