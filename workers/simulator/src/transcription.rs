//! Live transcription: a line of the canned conversation every three seconds or so.

use serde_json::json;

use crate::dialogue::{self, Side};
use crate::leg::{LegNo, Transcription};
use crate::refusal::Refusal;
use crate::shape::Body;
use crate::timer::Task;
use crate::world::World;

const LINE_MS: [u64; 2] = [2_500, 3_500];

impl World {
    pub(crate) fn start_transcription(&mut self, number: LegNo, body: &Body) -> Result<(), Refusal> {
        let run = self.next_number();
        let leg = self.legs.get_mut(number).ok_or_else(Refusal::unknown_call)?;
        if leg.transcription.is_some() {
            return Err(Refusal::already_transcribing());
        }
        leg.transcription =
            Some(Transcription { run, tracks: body.text("transcription_tracks").unwrap_or("inbound").to_owned() });
        self.schedule_line(number, run, 0);
        Ok(())
    }

    /// Reports one line, if it is on a track that is listened to, and sets the next.
    pub(crate) fn transcribe(&mut self, number: LegNo, run: u64, line: usize) {
        let Some(leg) = self.living(number) else {
            return;
        };
        let Some(transcription) = leg.transcription.clone().filter(|now| now.run == run) else {
            return;
        };
        // Only a person has a conversation.
        let Some((side, text)) = dialogue::of(self.seed, leg).line(line) else {
            return;
        };
        let track = match side {
            Side::Consumer => "inbound",
            Side::Agent => "outbound",
        };
        if transcription.tracks == "both" || transcription.tracks == track {
            let data = json!({
                "confidence": 0.94,
                "is_final": true,
                "transcript": text,
                "transcription_track": track,
            });
            self.emit(number, "call.transcription", json!({ "transcription_data": data }));
        }
        self.schedule_line(number, run, line + 1);
    }

    fn schedule_line(&mut self, number: LegNo, run: u64, line: usize) {
        let wait = self.dice.between(LINE_MS);
        self.after_ms(wait, Task::Transcribe(number, run, line));
    }
}
