//! Played media and spoken text, on a leg or in a whole conference.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::leg::{LegNo, Playback};
use crate::refusal::Refusal;
use crate::shape::Body;
use crate::timer::Task;
use crate::world::World;

/// Media is not fetched; it lasts this long, unless it is to loop until stopped.
const MEDIA_MS: u64 = 8_000;

/// A spoken word, about 150 a minute.
const WORD_MS: u64 = 400;

impl World {
    pub(crate) fn start_playback(&mut self, number: LegNo, body: &Body) -> Result<(), Refusal> {
        let (media_name, media_url) = media(body)?;
        self.end_playback(number, None, "cancelled");
        let run = self.next_number();
        let playback = Playback { run, media_name, media_url };
        self.emit(number, "call.playback.started", playback.details());
        if let Some(leg) = self.legs.get_mut(number) {
            leg.playback = Some(playback);
        }
        if !loops_for_ever(body) {
            self.after_ms(MEDIA_MS * times(body), Task::EndPlayback(number, run));
        }
        Ok(())
    }

    /// Ends the playback with this number, or whichever runs.
    pub(crate) fn end_playback(&mut self, number: LegNo, run: Option<u64>, status: &str) {
        let ends = |playback: &mut Playback| run.is_none_or(|run| run == playback.run);
        let leg = self.legs.get_mut(number);
        let Some(playback) = leg.and_then(|leg| leg.playback.take_if(ends)) else {
            return;
        };
        let mut details = playback.details();
        details["status"] = status.into();
        self.emit(number, "call.playback.ended", details);
    }

    pub(crate) fn start_speech(&mut self, number: LegNo, body: &Body) {
        self.end_speech(number, None, "completed");
        let run = self.next_number();
        if let Some(leg) = self.legs.get_mut(number) {
            leg.speech = Some(run);
        }
        self.emit(number, "call.speak.started", json!({}));
        self.after_ms(speech_ms(body), Task::EndSpeech(number, run));
    }

    pub(crate) fn end_speech(&mut self, number: LegNo, run: Option<u64>, status: &str) {
        let ends = |speech: &mut u64| run.is_none_or(|run| run == *speech);
        let leg = self.legs.get_mut(number);
        if leg.and_then(|leg| leg.speech.take_if(ends)).is_some() {
            self.emit(number, "call.speak.ended", json!({ "status": status }));
        }
    }

    pub(crate) fn start_conference_playback(&mut self, id: Uuid, body: &Body) -> Result<(), Refusal> {
        media(body)?;
        let run = self.next_number();
        let conference = self.running_conference(id)?;
        conference.playback = Some(run);
        let creator = conference.creator;
        self.emit(creator, "conference.playback.started", json!({ "conference_id": id }));
        if !loops_for_ever(body) {
            self.after_ms(MEDIA_MS * times(body), Task::EndConferencePlayback(id, run));
        }
        Ok(())
    }

    pub(crate) fn end_conference_playback(&mut self, id: Uuid, run: Option<u64>) {
        let ends = |playback: &mut u64| run.is_none_or(|run| run == *playback);
        let Some(conference) = self.conferences.get_mut(&id) else {
            return;
        };
        let creator = conference.creator;
        if conference.playback.take_if(ends).is_some() {
            self.emit(creator, "conference.playback.ended", json!({ "conference_id": id }));
        }
    }

    pub(crate) fn start_conference_speech(&mut self, id: Uuid, body: &Body) -> Result<(), Refusal> {
        let creator = self.running_conference(id)?.creator;
        self.emit(creator, "conference.speak.started", json!({ "conference_id": id }));
        self.after_ms(speech_ms(body), Task::EndConferenceSpeech(id));
        Ok(())
    }

    /// Speeches do not replace each other, so each ends by itself.
    pub(crate) fn end_conference_speech(&mut self, id: Uuid) {
        if let Some(creator) = self.conferences.get(&id).map(|conference| conference.creator) {
            self.emit(creator, "conference.speak.ended", json!({ "conference_id": id }));
        }
    }
}

impl Playback {
    fn details(&self) -> Value {
        let mut details = Map::new();
        details.insert("overlay".into(), false.into());
        if let Some(name) = &self.media_name {
            details.insert("media_name".into(), name.as_str().into());
        }
        if let Some(url) = &self.media_url {
            details.insert("media_url".into(), url.as_str().into());
        }
        Value::Object(details)
    }
}

fn media(body: &Body) -> Result<(Option<String>, Option<String>), Refusal> {
    let (name, url) = (body.owned("media_name"), body.owned("audio_url"));
    if name.is_none() && url.is_none() && !body.has("playback_content") {
        return Err(Refusal::missing("audio_url"));
    }
    Ok((name, url))
}

fn loops_for_ever(body: &Body) -> bool {
    body.text("loop") == Some("infinity")
}

fn times(body: &Body) -> u64 {
    let written = body.text("loop").and_then(|times| times.parse().ok());
    body.number("loop").or(written).unwrap_or(1).clamp(1, 100)
}

fn speech_ms(body: &Body) -> u64 {
    let words = body.text("payload").unwrap_or_default().split_whitespace().count();
    u64::try_from(words).unwrap_or(u64::MAX).saturating_mul(WORD_MS).clamp(WORD_MS, 600_000)
}
