//! Conferences: `POST /conferences` and `POST /conferences/{id}/actions/{name}`.

use chrono::{DateTime, Utc};

use super::Private;
use super::sound::{Language, PayloadType};

request! {
    /// `POST /conferences`: a conference around a leg that is up already.
    ConferenceCreate {
        call_control_id: String,
        name: String,
        ;
        beep_enabled: Beep,
        client_state: String,
        comfort_noise: bool,
        command_id: String,
        duration_minutes: u32,
        hold_audio_url: String,
        hold_media_name: String,
        max_participants: u32,
        region: Region,
        start_conference_on_create: bool,
    }
}

request! {
    /// `join`
    Join {
        call_control_id: String,
        ;
        beep_enabled: Beep,
        client_state: String,
        command_id: String,
        end_conference_on_exit: bool,
        hold: bool,
        hold_audio_url: String,
        hold_media_name: String,
        mute: bool,
        region: Region,
        soft_end_conference_on_exit: bool,
        start_conference_on_enter: bool,
        supervisor_role: SupervisorRole,
        whisper_call_control_ids: Vec<String>,
    }
}

request! {
    /// `leave`
    Leave {
        call_control_id: String,
        ;
        beep_enabled: Beep,
        command_id: String,
        region: Region,
    }
}

request! {
    /// `update`: how a supervisor takes part. Whom a whisper reaches is `whisper_call_control_ids`.
    Update {
        call_control_id: String,
        supervisor_role: SupervisorRole,
        ;
        command_id: String,
        region: Region,
        whisper_call_control_ids: Vec<String>,
    }
}

request! {
    /// `speak`: to some legs, or to everybody without `call_control_ids`.
    ConferenceSpeak {
        payload: Private,
        voice: String,
        ;
        call_control_ids: Vec<String>,
        command_id: String,
        language: Language,
        payload_type: PayloadType,
        region: Region,
    }
}

request! {
    /// `hold`: some legs, or everybody without `call_control_ids`.
    Hold {
        ;
        audio_url: String,
        call_control_ids: Vec<String>,
        media_name: String,
        region: Region,
    }
}

request! {
    /// `unhold`, `mute` and `unmute`.
    Participants {
        call_control_ids: Vec<String>,
        ;
        region: Region,
    }
}

request! {
    /// `end`
    ConferenceEnd {
        ;
        command_id: String,
    }
}

report! {
    /// A conference, as the carrier sees it.
    Conference {
        id: String,
        ;
        connection_id: String,
        created_at: DateTime<Utc>,
        end_reason: String,
        expires_at: DateTime<Utc>,
        name: String,
        record_type: String,
        region: String,
        status: String,
        updated_at: DateTime<Utc>,
    }
}

words! {
    /// When the conference beeps.
    closed Beep { Never = "never", Always = "always", OnEnter = "on_enter", OnExit = "on_exit", }
}

words! {
    /// Monitor hears, whisper speaks to some, barge speaks to all.
    closed SupervisorRole { None = "none", Monitor = "monitor", Whisper = "whisper", Barge = "barge", }
}

words! {
    /// Where the conference lives.
    closed Region { Us = "US", Europe = "Europe", Australia = "Australia", MiddleEast = "Middle East", }
}
