//! The note that the carrier carries for us: base64 of `{"a":"<attempt uuid>"}`, echoed in every event of the leg.
//!
//! It is how an event finds its attempt when the answer to the dial was lost.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Whose leg it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClientState {
    /// A consumer's, of this attempt.
    Attempt(Uuid),
    /// An agent's headset.
    Agent(Uuid),
    /// A supervisor's telephone, of this session.
    Supervisor(Uuid),
}

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[derive(Default, Serialize, Deserialize)]
struct Note {
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    g: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<Uuid>,
}

impl ClientState {
    /// As the carrier wants it.
    pub fn encode(self) -> String {
        let note = match self {
            Self::Attempt(id) => Note { a: Some(id), ..Note::default() },
            Self::Agent(id) => Note { g: Some(id), ..Note::default() },
            Self::Supervisor(id) => Note { s: Some(id), ..Note::default() },
        };
        BASE64.encode(serde_json::to_vec(&note).expect("three optional ids serialize"))
    }

    /// `None` for any note that is not ours: the number may have other users.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64.decode(text.trim()).ok()?;
        let note: Note = serde_json::from_slice(&bytes).ok()?;
        note.a.map(Self::Attempt).or(note.g.map(Self::Agent)).or(note.s.map(Self::Supervisor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const ID: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);

    #[rstest]
    #[case::of_an_attempt(ClientState::Attempt(ID))]
    #[case::of_an_agent(ClientState::Agent(ID))]
    #[case::of_a_supervisor(ClientState::Supervisor(ID))]
    fn a_note_survives_the_journey(#[case] note: ClientState) {
        assert_eq!(ClientState::parse(&note.encode()), Some(note));
    }

    #[test]
    fn the_note_is_the_one_the_contract_promises() {
        let json = BASE64.decode(ClientState::Attempt(ID).encode()).unwrap();
        assert_eq!(json, format!(r#"{{"a":"{ID}"}}"#).as_bytes());
    }

    #[test]
    fn a_note_without_padding_is_read() {
        let note = ClientState::Agent(ID).encode();
        assert_eq!(ClientState::parse(note.trim_end_matches('=')), Some(ClientState::Agent(ID)));
    }

    #[rstest]
    #[case::nothing("")]
    #[case::no_base64("%%%")]
    #[case::no_json("aGF2ZSBhIG5pY2UgZGF5ID1d")]
    #[case::no_id("eyJqb2IiOjF9")]
    #[case::json_null("bnVsbA==")]
    #[case::id_of_another_kind("eyJhIjo3fQ==")]
    fn a_note_of_somebody_else_is_none(#[case] text: &str) {
        assert_eq!(ClientState::parse(text), None);
    }
}
