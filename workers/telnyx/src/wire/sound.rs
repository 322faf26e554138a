//! What a leg hears: `speak`, `playback_start`, `playback_stop`.

use serde::{Deserialize, Serialize};

use super::Private;

request! {
    /// `speak`: synthesised speech, which the law calls an artificial voice.
    Speak {
        payload: Private,
        /// `<provider>.<model>.<voice>`, for example `Telnyx.KokoroTTS.af`.
        voice: String,
        ;
        client_state: String,
        command_id: String,
        language: Language,
        payload_type: PayloadType,
        service_level: ServiceLevel,
        stop: String,
        target_legs: TargetLegs,
    }
}

request! {
    /// `playback_start`: `audio_url` or `media_name`.
    PlaybackStart {
        ;
        audio_type: AudioType,
        audio_url: String,
        cache_audio: bool,
        client_state: String,
        command_id: String,
        media_name: String,
        overlay: bool,
        stop: String,
        target_legs: TargetLegs,
    }
}

request! {
    /// `playback_stop`
    PlaybackStop {
        ;
        client_state: String,
        command_id: String,
        overlay: bool,
        /// `current` or `all` (the default).
        stop: String,
    }
}

/// A language tag such as `en-US`; the list of the allowed ones differs by voice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Language(pub String);

words! {
    /// Plain words or SSML.
    closed PayloadType { Text = "text", Ssml = "ssml", }
}

words! {
    /// Quality of the voice.
    closed ServiceLevel { Premium = "premium", Basic = "basic", }
}

words! {
    /// Who hears it, seen from the commanded leg.
    closed TargetLegs { Own = "self", Opposite = "opposite", Both = "both", }
}

words! {
    /// The container of a sound file.
    closed AudioType { Mp3 = "mp3", Wav = "wav", }
}
