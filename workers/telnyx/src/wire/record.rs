//! Recordings: start, stop, pause, and the finished file.

use chrono::{DateTime, Utc};

use super::Private;

request! {
    /// `record_start`
    RecordStart {
        channels: Channels,
        format: Format,
        ;
        client_state: String,
        command_id: String,
        custom_file_name: String,
        max_length: u32,
        play_beep: bool,
        recording_track: Track,
        timeout_secs: u32,
        transcription: bool,
    }
}

request! {
    /// `record_stop`, `record_pause` and `record_resume`. Without `recording_id`, every recording of the leg.
    RecordControl {
        ;
        client_state: String,
        command_id: String,
        recording_id: String,
    }
}

report! {
    /// `GET /recordings/{id}`, whose download links are fresh (a webhook's are valid for ten minutes).
    Recording {
        ;
        call_control_id: String,
        call_leg_id: String,
        call_session_id: String,
        channels: String,
        conference_id: String,
        connection_id: String,
        created_at: DateTime<Utc>,
        download_urls: Urls,
        duration_millis: u64,
        from: Private,
        id: String,
        initiated_by: String,
        record_type: String,
        recording_ended_at: DateTime<Utc>,
        recording_started_at: DateTime<Utc>,
        source: String,
        status: String,
        to: Private,
        updated_at: DateTime<Utc>,
    }
}

report! {
    /// Where a recording can be fetched. Whoever has the link has the conversation, so it is not printed.
    Urls {
        ;
        mp3: Private,
        wav: Private,
    }
}

words! {
    /// One channel a party, or both in one.
    closed Channels { Dual = "dual", Single = "single", }
}

words! {
    /// The file's format.
    closed Format { Mp3 = "mp3", Wav = "wav", }
}

words! {
    /// Whose voice.
    closed Track { Both = "both", Inbound = "inbound", Outbound = "outbound", }
}
