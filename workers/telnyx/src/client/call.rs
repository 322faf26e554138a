//! Commands to a leg. Every id here is a `call_control_id`.

use super::Client;
use crate::outcome::Outcome;
use crate::refusal::Kind;
use crate::wire::call::{Call, Command, Hangup, SwitchSupervisorRole, Transfer};
use crate::wire::dial::Dial;
use crate::wire::record::{RecordControl, RecordStart};
use crate::wire::sound::{PlaybackStart, PlaybackStop, Speak};
use crate::wire::transcription::TranscriptionStart;

/// Stopping something on a call that ended has been achieved. An unknown call stays a refusal: the id may be wrong.
const OVER: &[Kind] = &[Kind::CallEnded];

impl Client {
    /// Dials. An unknown outcome may be ringing: store it and ask, never dial again.
    pub async fn dial(&self, dial: &Dial) -> Outcome<Call> {
        self.post("dial", &["calls"], dial).await
    }

    pub async fn hang_up(&self, call: &str, body: &Hangup) -> Outcome<()> {
        self.act(call, "hangup", body).await.done_when(OVER)
    }

    pub async fn transfer(&self, call: &str, body: &Transfer) -> Outcome<()> {
        self.act(call, "transfer", body).await
    }

    pub async fn speak(&self, call: &str, body: &Speak) -> Outcome<()> {
        self.act(call, "speak", body).await
    }

    pub async fn playback_start(&self, call: &str, body: &PlaybackStart) -> Outcome<()> {
        self.act(call, "playback_start", body).await
    }

    pub async fn playback_stop(&self, call: &str, body: &PlaybackStop) -> Outcome<()> {
        self.act(call, "playback_stop", body).await.done_when(OVER)
    }

    pub async fn record_start(&self, call: &str, body: &RecordStart) -> Outcome<()> {
        self.act(call, "record_start", body).await
    }

    pub async fn record_stop(&self, call: &str, body: &RecordControl) -> Outcome<()> {
        self.act(call, "record_stop", body).await.done_when(OVER)
    }

    /// Pauses recordings, for example while a card number is spoken.
    pub async fn record_pause(&self, call: &str, body: &RecordControl) -> Outcome<()> {
        self.act(call, "record_pause", body).await.done_when(OVER)
    }

    pub async fn record_resume(&self, call: &str, body: &RecordControl) -> Outcome<()> {
        self.act(call, "record_resume", body).await
    }

    pub async fn transcription_start(&self, call: &str, body: &TranscriptionStart) -> Outcome<()> {
        let outcome = self.act(call, "transcription_start", body).await;
        outcome.done_when(&[Kind::AlreadyTranscribed])
    }

    pub async fn transcription_stop(&self, call: &str, body: &Command) -> Outcome<()> {
        self.act(call, "transcription_stop", body).await.done_when(OVER)
    }

    /// For legs dialed with `supervise_call_control_id`; in a conference, use [`Client::update`].
    pub async fn switch_supervisor_role(&self, call: &str, body: &SwitchSupervisorRole) -> Outcome<()> {
        self.act(call, "switch_supervisor_role", body).await
    }

    async fn act<B: serde::Serialize>(&self, call: &str, action: &'static str, body: &B) -> Outcome<()> {
        self.command(action, &["calls", call, "actions", action], body).await
    }
}
