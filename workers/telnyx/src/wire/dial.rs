//! `POST /calls`: one outbound leg.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Private;
use super::conference::{Beep, SupervisorRole};
use super::record::{Channels, Format};
use super::transcription::TranscriptionStart;

request! {
    /// A dial. `connection_id` is the id of the Call Control application.
    ///
    /// `command_id` makes a repeat harmless for sixty seconds only
    /// (<https://developers.telnyx.com/docs/voice/programmable-voice/command-retries>), so we send a dial once and ask afterwards.
    Dial {
        connection_id: String,
        from: Private,
        to: To,
        ;
        answering_machine_detection: Amd,
        answering_machine_detection_config: AmdConfig,
        client_state: String,
        command_id: String,
        conference_config: ConferenceConfig,
        custom_headers: Vec<CustomHeader>,
        from_display_name: Private,
        link_to: String,
        park_after_unbridge: ParkAfterUnbridge,
        prevent_double_bridge: bool,
        privacy: Privacy,
        record: Record,
        record_channels: Channels,
        record_format: Format,
        /// Seconds; 0 is unlimited.
        record_max_length: u32,
        /// The default (true) tries other routes after a time-out, so that a phone rings longer than `timeout_secs`.
        retry_on_timeout: bool,
        send_digits_on_answer: Private,
        supervise_call_control_id: String,
        supervisor_role: SupervisorRole,
        /// 60 to 14000: the schema (30 to 14400) and the error reference (90029) disagree, this range satisfies both.
        time_limit_secs: u32,
        /// How long it may ring: 5 to 600, 30 by default.
        timeout_secs: u32,
        transcription: bool,
        transcription_config: TranscriptionStart,
        webhook_retries_policies: BTreeMap<String, RetryPolicy>,
        webhook_url: String,
        webhook_url_method: Method,
        webhook_urls: BTreeMap<String, String>,
        webhook_urls_method: Method,
    }
}

impl Dial {
    /// A dial with nothing but what the carrier requires.
    pub fn new(connection_id: impl Into<String>, from: impl Into<Private>, to: impl Into<Private>) -> Self {
        Self { connection_id: connection_id.into(), from: from.into(), to: To::One(to.into()), ..Self::default() }
    }
}

/// Whom to call: a number in E.164 or a SIP address, or several that ring at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum To {
    One(Private),
    Many(Vec<Private>),
}

impl Default for To {
    fn default() -> Self {
        Self::One(Private::default())
    }
}

words! {
    /// How an answering machine is told from a person.
    closed Amd {
        Disabled = "disabled",
        Detect = "detect",
        DetectBeep = "detect_beep",
        DetectWords = "detect_words",
        GreetingEnd = "greeting_end",
        Premium = "premium",
        PremiumIosCallScreening = "premium_ios_call_screening_detection",
    }
}

request! {
    /// Thresholds in milliseconds (words are counted). Premium honours only the total time and the greeting duration.
    AmdConfig {
        ;
        after_greeting_silence_millis: u32,
        between_words_silence_millis: u32,
        greeting_duration_millis: u32,
        greeting_silence_duration_millis: u32,
        greeting_total_analysis_time_millis: u32,
        initial_silence_millis: u32,
        maximum_number_of_words: u32,
        maximum_word_length_millis: u32,
        prompt_end_timeout_millis: u32,
        silence_threshold: u32,
        total_analysis_time_millis: u32,
    }
}

request! {
    /// The conference that the leg joins by itself when it is answered. `id` or `conference_name`.
    ConferenceConfig {
        ;
        beep_enabled: Beep,
        conference_name: String,
        /// The default (true) joins at ring-back already; set false.
        early_media: bool,
        end_conference_on_exit: bool,
        hold: bool,
        hold_audio_url: String,
        hold_media_name: String,
        id: String,
        mute: bool,
        soft_end_conference_on_exit: bool,
        start_conference_on_create: bool,
        start_conference_on_enter: bool,
        supervisor_role: SupervisorRole,
        whisper_call_control_ids: Vec<String>,
    }
}

request! {
    /// A SIP header, echoed in webhooks.
    CustomHeader {
        name: String,
        value: String,
        ;
    }
}

request! {
    /// At most five repeats, within sixty seconds in all.
    RetryPolicy {
        retries_ms: Vec<u32>,
        ;
    }
}

words! {
    /// What becomes of a leg when the other one leaves the bridge.
    closed ParkAfterUnbridge { Own = "self", }
}

words! {
    /// Whether the caller id is shown.
    closed Privacy { None = "none", Id = "id", }
}

words! {
    /// Recording from the first moment.
    closed Record { FromAnswer = "record-from-answer", }
}

words! {
    /// How a webhook is delivered.
    closed Method { Post = "POST", Get = "GET", }
}
