//! `POST /conferences/{id}/actions/{action}`.

use uuid::Uuid;

use super::Answer;
use crate::api::calls::check_client_state;
use crate::conference::Participant;
use crate::leg::{COMMAND_WINDOW, LegNo};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::shape::{Body, Shape, conference};
use crate::world::World;

impl World {
    /// Checks the body, the conference and the command's id, in that order, then acts.
    pub(super) fn act_on_conference(&mut self, id: &str, action: &str, body: &Body) -> Answer {
        body.must_be(shape_of(action).ok_or_else(Refusal::not_found)?)?;
        check_client_state(body)?;
        let id = self.conference(id)?.id;
        if let Some(reply) = self.replay_conference_command(id, body) {
            return Ok(reply.into());
        }
        self.running_conference(id)?;
        self.act_in_conference(id, action, body)?;
        let reply = Reply::ok();
        self.remember_conference_command(id, body, &reply);
        Ok(reply.into())
    }

    fn act_in_conference(&mut self, id: Uuid, action: &str, body: &Body) -> Result<(), Refusal> {
        match action {
            "join" => return self.join_by_command(id, body),
            "leave" => return self.leave_by_command(id, body),
            "hold" => return self.change(id, body, |there| there.on_hold = true),
            "unhold" => return self.change(id, body, |there| there.on_hold = false),
            "mute" => return self.change(id, body, |there| there.muted = true),
            "unmute" => return self.change(id, body, |there| there.muted = false),
            "play" => return self.start_conference_playback(id, body),
            "stop" => self.end_conference_playback(id, None),
            "speak" => return self.start_conference_speech(id, body),
            "record_start" => return self.start_conference_recording(id, body),
            "record_stop" => self.stop_conference_recording(id),
            "record_pause" => return self.pause_recording(self.conference_recording(id), true),
            "record_resume" => return self.pause_recording(self.conference_recording(id), false),
            "update" => return self.update_by_command(id, body),
            "end" => self.end_conference(id, "ended_via_api", true),
            _ => return Err(Refusal::not_found()),
        }
        Ok(())
    }

    fn join_by_command(&mut self, id: Uuid, body: &Body) -> Result<(), Refusal> {
        let number = self.leg_in(body)?;
        self.join_conference(id, number, body)?;
        self.note_command(number, "conference.join", body);
        Ok(())
    }

    fn leave_by_command(&mut self, id: Uuid, body: &Body) -> Result<(), Refusal> {
        let number = self.leg_in(body)?;
        self.running_conference(id)?.participant(number)?;
        self.leave(id, number);
        Ok(())
    }

    fn update_by_command(&mut self, id: Uuid, body: &Body) -> Result<(), Refusal> {
        let number = self.leg_in(body)?;
        let now = self.now;
        let there = self.running_conference(id)?.participant(number)?;
        there.supervisor_role = body.owned("supervisor_role").unwrap_or_default();
        there.whispers_to = body.texts("whisper_call_control_ids").unwrap_or_default();
        there.updated_at = now;
        Ok(())
    }

    /// Changes the participants that are named, or all where none is.
    fn change(&mut self, id: Uuid, body: &Body, change: impl Fn(&mut Participant)) -> Result<(), Refusal> {
        let named = body.texts("call_control_ids");
        let now = self.now;
        let conference = self.running_conference(id)?;
        let meant = |there: &&mut Participant| named.as_ref().is_none_or(|ids| ids.contains(&there.leg.control_id()));
        for there in conference.participants.iter_mut().filter(meant) {
            change(there);
            there.updated_at = now;
        }
        Ok(())
    }

    fn leg_in(&self, body: &Body) -> Result<LegNo, Refusal> {
        let id = body.text("call_control_id").unwrap_or_default();
        self.legs.find(id).map(|leg| leg.number)
    }

    fn conference_recording(&self, id: Uuid) -> Option<Uuid> {
        self.conferences.get(&id).and_then(|conference| conference.recording)
    }

    fn replay_conference_command(&self, id: Uuid, body: &Body) -> Option<Reply> {
        let (at, reply) = self.conferences.get(&id)?.commands.get(body.text("command_id")?)?;
        (self.now - *at < COMMAND_WINDOW).then(|| reply.clone())
    }

    fn remember_conference_command(&mut self, id: Uuid, body: &Body, reply: &Reply) {
        let now = self.now;
        let conference = self.conferences.get_mut(&id);
        if let (Some(conference), Some(command)) = (conference, body.owned("command_id")) {
            conference.commands.retain(|_, (at, _)| now - *at < COMMAND_WINDOW);
            conference.commands.insert(command, (now, reply.clone()));
        }
    }
}

pub(crate) fn shape_of(action: &str) -> Option<Shape> {
    Some(match action {
        "join" => conference::JOIN,
        "leave" => conference::LEAVE,
        "hold" => conference::HOLD,
        "unhold" => conference::UNHOLD,
        "mute" | "unmute" | "stop" => conference::MUTE,
        "play" => conference::PLAY,
        "speak" => conference::SPEAK,
        "record_start" => conference::RECORD_START,
        "record_stop" => conference::RECORD_STOP,
        "record_pause" | "record_resume" => conference::RECORD_PAUSE,
        "update" => conference::UPDATE,
        "end" => conference::END,
        _ => return None,
    })
}
