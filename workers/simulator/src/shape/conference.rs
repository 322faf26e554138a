//! The bodies of the conference commands, field by field.

use super::{Kind::*, Shape, may, must};

pub(crate) const CREATE: Shape = &[
    may("beep_enabled", Word(&["always", "never", "on_enter", "on_exit"])),
    must("call_control_id", Text),
    may("client_state", Text),
    may("comfort_noise", Flag),
    may("command_id", Text),
    may("duration_minutes", Number),
    may("hold_audio_url", Text),
    may("hold_media_name", Text),
    may("max_participants", Number),
    must("name", Text),
    may("region", Word(&["Australia", "Europe", "Middle East", "US"])),
    may("start_conference_on_create", Flag),
];

pub(crate) const JOIN: Shape = &[
    may("beep_enabled", Word(&["always", "never", "on_enter", "on_exit"])),
    must("call_control_id", Text),
    may("client_state", Text),
    may("command_id", Text),
    may("end_conference_on_exit", Flag),
    may("hold", Flag),
    may("hold_audio_url", Text),
    may("hold_media_name", Text),
    may("mute", Flag),
    may("region", Word(&["Australia", "Europe", "Middle East", "US"])),
    may("soft_end_conference_on_exit", Flag),
    may("start_conference_on_enter", Flag),
    may("supervisor_role", Word(&["barge", "monitor", "none", "whisper"])),
    may("whisper_call_control_ids", Texts),
];

pub(crate) const LEAVE: Shape = &[
    may("beep_enabled", Word(&["always", "never", "on_enter", "on_exit"])),
    must("call_control_id", Text),
    may("command_id", Text),
    may("region", Word(&["Australia", "Europe", "Middle East", "US"])),
];

pub(crate) const HOLD: Shape = &[
    may("audio_url", Text),
    may("call_control_ids", Texts),
    may("media_name", Text),
    may("region", Word(&["Australia", "Europe", "Middle East", "US"])),
];

pub(crate) const UNHOLD: Shape =
    &[must("call_control_ids", Texts), may("region", Word(&["Australia", "Europe", "Middle East", "US"]))];

pub(crate) const MUTE: Shape =
    &[may("call_control_ids", Texts), may("region", Word(&["Australia", "Europe", "Middle East", "US"]))];

pub(crate) const PLAY: Shape = &[
    may("audio_url", Text),
    may("call_control_ids", Texts),
    may("loop", Any),
    may("media_name", Text),
    may("region", Word(&["Australia", "Europe", "Middle East", "US"])),
];

pub(crate) const SPEAK: Shape = &[
    may("call_control_ids", Texts),
    may("command_id", Text),
    may("language", Word(LANGUAGES)),
    must("payload", Text),
    may("payload_type", Word(&["text", "ssml"])),
    may("region", Word(&["Australia", "Europe", "Middle East", "US"])),
    must("voice", Text),
    may("voice_settings", Any),
];

pub(crate) const RECORD_START: Shape = &[
    may("channels", Word(&["single", "dual"])),
    may("command_id", Text),
    may("custom_file_name", Text),
    must("format", Word(&["wav", "mp3"])),
    may("play_beep", Flag),
    may("region", Word(&["Australia", "Europe", "Middle East", "US"])),
    may("trim", Word(&["trim-silence"])),
];

pub(crate) const RECORD_STOP: Shape = &[
    may("client_state", Text),
    may("command_id", Text),
    may("recording_id", Id),
    may("region", Word(&["Australia", "Europe", "Middle East", "US"])),
];

pub(crate) const RECORD_PAUSE: Shape = &[
    may("command_id", Text),
    may("recording_id", Text),
    may("region", Word(&["Australia", "Europe", "Middle East", "US"])),
];

pub(crate) const UPDATE: Shape = &[
    must("call_control_id", Text),
    may("command_id", Text),
    may("region", Word(&["Australia", "Europe", "Middle East", "US"])),
    must("supervisor_role", Word(&["barge", "monitor", "none", "whisper"])),
    may("whisper_call_control_ids", Texts),
];

pub(crate) const END: Shape = &[may("command_id", Text)];

const LANGUAGES: &[&str] = &[
    "arb",
    "cmn-CN",
    "cy-GB",
    "da-DK",
    "de-DE",
    "en-AU",
    "en-GB",
    "en-GB-WLS",
    "en-IN",
    "en-US",
    "es-ES",
    "es-MX",
    "es-US",
    "fr-CA",
    "fr-FR",
    "hi-IN",
    "is-IS",
    "it-IT",
    "ja-JP",
    "ko-KR",
    "nb-NO",
    "nl-NL",
    "pl-PL",
    "pt-BR",
    "pt-PT",
    "ro-RO",
    "ru-RU",
    "sv-SE",
    "tr-TR",
];
