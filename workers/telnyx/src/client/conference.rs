//! Commands to a conference.

use serde::Serialize;

use super::Client;
use crate::outcome::Outcome;
use crate::refusal::Kind;
use crate::wire::conference::{
    Conference, ConferenceCreate, ConferenceEnd, ConferenceSpeak, Hold, Join, Leave, Participants, Update,
};

impl Client {
    pub async fn create_conference(&self, body: &ConferenceCreate) -> Outcome<Conference> {
        self.post("create_conference", &["conferences"], body).await
    }

    /// Connects a leg to everybody in the conference. A repeat is harmless.
    pub async fn join(&self, conference: &str, body: &Join) -> Outcome<()> {
        let outcome = self.confer(conference, "join", body).await;
        outcome.done_when(&[Kind::AlreadyJoined])
    }

    /// Takes a leg out of the conference; the leg stays up.
    pub async fn leave(&self, conference: &str, body: &Leave) -> Outcome<()> {
        let outcome = self.confer(conference, "leave", body).await;
        outcome.done_when(&[Kind::CallEnded, Kind::ConferenceGone])
    }

    /// Changes how a supervisor takes part: monitor, whisper, barge.
    pub async fn update(&self, conference: &str, body: &Update) -> Outcome<()> {
        self.confer(conference, "update", body).await
    }

    pub async fn conference_speak(&self, conference: &str, body: &ConferenceSpeak) -> Outcome<()> {
        self.confer(conference, "speak", body).await
    }

    pub async fn hold(&self, conference: &str, body: &Hold) -> Outcome<()> {
        self.confer(conference, "hold", body).await
    }

    pub async fn unhold(&self, conference: &str, body: &Participants) -> Outcome<()> {
        self.confer(conference, "unhold", body).await
    }

    pub async fn mute(&self, conference: &str, body: &Participants) -> Outcome<()> {
        self.confer(conference, "mute", body).await
    }

    pub async fn unmute(&self, conference: &str, body: &Participants) -> Outcome<()> {
        self.confer(conference, "unmute", body).await
    }

    pub async fn end_conference(&self, conference: &str, body: &ConferenceEnd) -> Outcome<()> {
        let outcome = self.confer(conference, "end", body).await;
        outcome.done_when(&[Kind::ConferenceGone])
    }

    async fn confer<B: Serialize>(&self, conference: &str, action: &'static str, body: &B) -> Outcome<()> {
        self.command(action, &["conferences", conference, "actions", action], body).await
    }
}
