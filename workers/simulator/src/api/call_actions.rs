//! `POST /calls/{id}/actions/{action}`.

use super::{Answer, Served};
use crate::api::calls::check_client_state;
use crate::leg::{Ending, LegNo, State};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::shape::{Body, Shape, call};
use crate::world::World;

impl World {
    /// Checks the body, the leg and the command's id, in that order, then acts.
    pub(super) fn act_on_call(&mut self, id: &str, action: &str, body: &Body) -> Answer {
        body.must_be(shape_of(action).ok_or_else(Refusal::not_found)?)?;
        check_client_state(body)?;
        let leg = self.legs.find(id)?;
        let number = leg.number;
        if let Some(reply) = leg.replay(body.text("command_id"), self.now) {
            return Ok(reply.into());
        }
        if needs_audio(action) {
            leg.must_be_answered()?
        } else {
            leg.must_be_alive()?
        }
        self.note_command(number, action, body);
        self.adopt_client_state(number, body);
        self.act(number, action, body)?;
        let reply = Reply::ok();
        let now = self.now;
        if let Some(leg) = self.legs.get_mut(number) {
            leg.remember(body.text("command_id"), now, &reply);
        }
        Ok(Served::from(reply))
    }

    fn act(&mut self, number: LegNo, action: &str, body: &Body) -> Result<(), Refusal> {
        match action {
            // Every leg here is outgoing.
            "answer" => return Err(Refusal::not_incoming()),
            "hangup" => self.hang_up_by_us(number),
            "bridge" => return self.bridge_by_command(number, body),
            "transfer" => return self.transfer(number, body),
            "speak" => self.start_speech(number, body),
            "playback_start" => return self.start_playback(number, body),
            "playback_stop" => self.end_playback(number, None, "cancelled"),
            "record_start" => return self.start_recording(number, body),
            "record_stop" => return self.stop_recording_by_command(number),
            "record_pause" => return self.pause_recording(self.recording_of(number), true),
            "record_resume" => return self.pause_recording(self.recording_of(number), false),
            "transcription_start" => return self.start_transcription(number, body),
            "transcription_stop" => self.stop_transcription(number),
            "switch_supervisor_role" => self.switch_role(number, body),
            // The digits are heard by nobody; the client state was taken over already.
            "send_dtmf" | "client_state_update" => {}
            _ => return Err(Refusal::not_found()),
        }
        Ok(())
    }

    /// "Use this field to add state to every subsequent webhook."
    fn adopt_client_state(&mut self, number: LegNo, body: &Body) {
        let state = body.owned("client_state");
        if let (Some(leg), Some(state)) = (self.legs.get_mut(number), state) {
            leg.client_state = Some(state);
        }
    }

    pub(crate) fn hang_up_by_us(&mut self, number: LegNo) {
        let answered = self.legs.get(number).is_some_and(|leg| leg.state == State::Answered);
        self.hang_up(number, Ending::near(answered));
    }

    fn bridge_by_command(&mut self, number: LegNo, body: &Body) -> Result<(), Refusal> {
        let other = self.legs.find(body.text("call_control_id").unwrap_or_default())?;
        other.must_be_answered()?;
        let other = other.number;
        if body.flag("prevent_double_bridge") && self.is_bridged(other) {
            let detail = "The call is bridged to another call already.";
            return Err(Refusal::new(422, "10027", "Unprocessable entity", detail));
        }
        self.bridge(number, other, body.text("park_after_unbridge") == Some("self"));
        Ok(())
    }

    fn is_bridged(&self, number: LegNo) -> bool {
        self.legs.get(number).is_some_and(|leg| leg.bridge.is_some())
    }

    fn recording_of(&self, number: LegNo) -> Option<uuid::Uuid> {
        self.legs.get(number).and_then(|leg| leg.recording)
    }

    fn stop_recording_by_command(&mut self, number: LegNo) -> Result<(), Refusal> {
        self.recording_of(number).ok_or_else(Refusal::not_recording)?;
        self.stop_recording(number);
        Ok(())
    }

    fn stop_transcription(&mut self, number: LegNo) {
        if let Some(leg) = self.legs.get_mut(number) {
            leg.transcription = None;
        }
    }

    fn switch_role(&mut self, number: LegNo, body: &Body) {
        if let Some(leg) = self.legs.get_mut(number) {
            leg.supervisor_role = body.owned("role");
        }
    }
}

/// Commands that work on a ringing leg are the exception.
fn needs_audio(action: &str) -> bool {
    !matches!(action, "hangup" | "answer" | "client_state_update")
}

pub(crate) fn shape_of(action: &str) -> Option<Shape> {
    Some(match action {
        "answer" => call::ANSWER,
        "hangup" => call::HANGUP,
        "bridge" => call::BRIDGE,
        "transfer" => call::TRANSFER,
        "speak" => call::SPEAK,
        "playback_start" => call::PLAYBACK_START,
        "playback_stop" => call::PLAYBACK_STOP,
        "record_start" => call::RECORD_START,
        "record_stop" | "record_pause" | "record_resume" => call::RECORD_STOP,
        "transcription_start" => call::TRANSCRIPTION_START,
        "transcription_stop" => call::COMMAND,
        "send_dtmf" => call::SEND_DTMF,
        "switch_supervisor_role" => call::SWITCH_SUPERVISOR_ROLE,
        "client_state_update" => call::CLIENT_STATE_UPDATE,
        _ => return None,
    })
}
