//! Live transcription of a leg.

use super::Private;

request! {
    /// `transcription_start`, and the same inside a dial.
    TranscriptionStart {
        ;
        client_state: String,
        command_id: String,
        transcription_engine: Engine,
        transcription_engine_config: EngineConfig,
        transcription_tracks: Tracks,
    }
}

request! {
    /// The settings that the `Google` and `Telnyx` engines share.
    EngineConfig {
        transcription_engine: Engine,
        ;
        interim_results: bool,
        language: String,
        transcription_model: String,
    }
}

report! {
    /// What was heard, inside `call.transcription`.
    TranscriptionData {
        ;
        confidence: f64,
        is_final: bool,
        transcript: Private,
        transcription_track: String,
    }
}

words! {
    /// Who transcribes.
    closed Engine { Google = "Google", Telnyx = "Telnyx", Deepgram = "Deepgram", Azure = "Azure", }
}

words! {
    /// Whose voice: inbound is the other party of the leg.
    closed Tracks { Inbound = "inbound", Outbound = "outbound", Both = "both", }
}
