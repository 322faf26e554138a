//! Recordings: of a leg or of a conference, saved a few seconds after their end.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::dialogue;
use crate::event::stamp;
use crate::leg::LegNo;
use crate::refusal::Refusal;
use crate::shape::Body;
use crate::timer::Task;
use crate::world::World;

#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) id: Uuid,
    pub(crate) leg: LegNo,
    pub(crate) conference: Option<Uuid>,
    pub(crate) dual: bool,
    pub(crate) format: String,
    pub(crate) transcribed: bool,
    pub(crate) paused: bool,
    pub(crate) initiated_by: &'static str,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    pub(crate) saved_at: Option<DateTime<Utc>>,
}

/// "The recording URLs are valid for ten minutes."
pub(crate) const LINK_LASTS: TimeDelta = TimeDelta::minutes(10);

impl World {
    /// Starts recording an answered leg.
    pub(crate) fn start_recording(&mut self, number: LegNo, body: &Body) -> Result<(), Refusal> {
        let leg = self.legs.get(number).ok_or_else(Refusal::unknown_call)?;
        leg.must_be_answered()?;
        if leg.recording.is_some() {
            return Err(Refusal::already_recording());
        }
        let prefix = if body.has("format") { "" } else { "record_" };
        let id = self.new_recording(number, None, body, prefix, "StartCallRecordingAPI");
        self.set_leg_recording(number, Some(id));
        Ok(())
    }

    pub(crate) fn record_from_answer(&mut self, number: LegNo, dial: &Body) {
        let id = self.new_recording(number, None, dial, "record_", "DialVerb");
        self.set_leg_recording(number, Some(id));
    }

    pub(crate) fn start_conference_recording(&mut self, id: Uuid, body: &Body) -> Result<(), Refusal> {
        let conference = self.running_conference(id)?;
        if conference.recording.is_some() {
            return Err(Refusal::already_recording());
        }
        let creator = conference.creator;
        let by = "StartConferenceRecordingAPI";
        let recording = self.new_recording(creator, Some(id), body, "", by);
        self.running_conference(id)?.recording = Some(recording);
        Ok(())
    }

    fn new_recording(
        &mut self,
        leg: LegNo,
        conference: Option<Uuid>,
        body: &Body,
        prefix: &str,
        initiated_by: &'static str,
    ) -> Uuid {
        let id = self.next_id("recording");
        let word = |name: &str| body.text(&format!("{prefix}{name}"));
        let recording = Recording {
            id,
            leg,
            conference,
            dual: word("channels") != Some("single") && (conference.is_none() || body.has("channels")),
            format: word("format").unwrap_or("mp3").to_owned(),
            transcribed: prefix.is_empty() && body.flag("transcription"),
            paused: false,
            initiated_by,
            started_at: self.now,
            ended_at: None,
            saved_at: None,
        };
        self.recordings.insert(id, recording);
        id
    }

    /// Ends a leg's recording, if there is one; it is saved two to eight seconds later.
    pub(crate) fn stop_recording(&mut self, number: LegNo) {
        if let Some(id) = self.legs.get(number).and_then(|leg| leg.recording) {
            self.set_leg_recording(number, None);
            self.finish_recording(id);
        }
    }

    pub(crate) fn stop_conference_recording(&mut self, id: Uuid) {
        let running = self.conferences.get_mut(&id);
        if let Some(recording) = running.and_then(|conference| conference.recording.take()) {
            self.finish_recording(recording);
        }
    }

    pub(crate) fn pause_recording(&mut self, id: Option<Uuid>, paused: bool) -> Result<(), Refusal> {
        let recording = id.and_then(|id| self.recordings.get_mut(&id));
        recording.ok_or_else(Refusal::not_recording)?.paused = paused;
        Ok(())
    }

    fn finish_recording(&mut self, id: Uuid) {
        if let Some(recording) = self.recordings.get_mut(&id) {
            recording.ended_at = Some(self.now);
            let wait = self.dice.between([2_000, 8_000]);
            self.after_ms(wait, Task::SaveRecording(id));
        }
    }

    pub(crate) fn save_recording(&mut self, id: Uuid) {
        let now = self.now;
        let Some(recording) = self.recordings.get_mut(&id) else {
            return;
        };
        recording.saved_at = Some(now);
        let (number, transcribed) = (recording.leg, recording.transcribed);
        let of_call = recording.conference.is_none();
        let Some(recording) = self.recordings.get(&id) else {
            return;
        };
        let details = recording.saved_details(self);
        let kind = if of_call { "call.recording.saved" } else { "conference.recording.saved" };
        self.emit(number, kind, details);
        if transcribed {
            self.save_transcription(number, id);
        }
    }

    fn save_transcription(&mut self, number: LegNo, recording: Uuid) {
        let transcription = self.next_id("recording transcription");
        let Some(leg) = self.legs.get(number) else {
            return;
        };
        let text = dialogue::of(self.seed, leg).as_text();
        let sip = leg.to.starts_with("sip:");
        let details = json!({
            "recording_id": recording,
            "recording_transcription_id": transcription,
            "status": "completed",
            "transcription_text": text,
            "calling_party_type": if sip { "sip" } else { "pstn" },
        });
        self.emit(number, "call.recording.transcription.saved", details);
    }

    /// A link to a recording that works for ten virtual minutes.
    fn media_link(&self, id: Uuid) -> String {
        let expires = (self.now + LINK_LASTS).timestamp();
        let token = self.media_token(id, expires);
        format!("{}/sim/media/{id}.wav?expires={expires}&token={token}", self.origin)
    }

    pub(crate) fn media_token(&self, id: Uuid, expires: i64) -> Uuid {
        let name = format!("{}/media/{id}/{expires}", self.seed);
        Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())
    }

    fn set_leg_recording(&mut self, number: LegNo, recording: Option<Uuid>) {
        if let Some(leg) = self.legs.get_mut(number) {
            leg.recording = recording;
        }
    }
}

impl Recording {
    pub(crate) fn duration(&self) -> TimeDelta {
        self.ended_at.map_or_else(TimeDelta::zero, |end| end - self.started_at)
    }

    fn channels(&self) -> &'static str {
        if self.dual { "dual" } else { "single" }
    }

    /// What we synthesise is a WAV file, whatever was asked for; it is linked under the
    /// format that was.
    fn urls(&self, world: &World) -> Value {
        let link = world.media_link(self.id);
        match self.format.as_str() {
            "mp3" => json!({ "mp3": link, "wav": null }),
            _ => json!({ "mp3": null, "wav": link }),
        }
    }

    fn saved_details(&self, world: &World) -> Value {
        let mut details = json!({
            "channels": self.channels(),
            "recording_started_at": stamp(self.started_at),
            "recording_ended_at": stamp(self.ended_at.unwrap_or(world.now)),
            "recording_urls": self.urls(world),
            "public_recording_urls": { "mp3": null, "wav": null },
        });
        if let Some(conference) = self.conference {
            details["conference_id"] = json!(conference);
            details["recording_id"] = json!(self.id);
            details["format"] = json!(self.format);
        }
        details
    }

    /// The recording as `GET /recordings` shows it.
    pub(crate) fn json(&self, world: &World) -> Value {
        let leg = world.legs.get(self.leg);
        let link = world.media_link(self.id);
        let mut json = json!({
            "record_type": "recording",
            "id": self.id,
            "call_control_id": self.leg.control_id(),
            "call_leg_id": leg.map(|leg| leg.leg_id),
            "call_session_id": leg.map(|leg| leg.session_id),
            "connection_id": leg.map(|leg| &leg.connection_id),
            "from": leg.map(|leg| &leg.from),
            "to": leg.map(|leg| &leg.to),
            "channels": self.channels(),
            "source": if self.conference.is_some() { "conference" } else { "call" },
            "status": "completed",
            "initiated_by": self.initiated_by,
            "duration_millis": self.duration().num_milliseconds(),
            "recording_started_at": stamp(self.started_at),
            "recording_ended_at": stamp(self.ended_at.unwrap_or(self.started_at)),
            "created_at": stamp(self.started_at),
            "updated_at": stamp(self.saved_at.unwrap_or(self.started_at)),
            "download_urls": { self.format.clone(): link },
        });
        if let Some(conference) = self.conference {
            json["conference_id"] = json!(conference);
        }
        json
    }
}
