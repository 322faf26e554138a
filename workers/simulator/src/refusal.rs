//! A refused request, in the carrier's envelope and with its codes.

use serde_json::{Value, json};

use crate::idempotency::Clash;

/// Why the carrier does not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) errors: Vec<Fault>,
}

/// One entry of the envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
    pub(crate) detail: String,
    pub(crate) pointer: Option<String>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &'static str, title: &'static str, detail: &str) -> Self {
        Self { status, errors: vec![Fault { code, title, detail: detail.to_owned(), pointer: None }] }
    }

    /// The same, pointing at a field of the body.
    pub(crate) fn at(mut self, field: &str) -> Self {
        for error in &mut self.errors {
            error.pointer = Some(format!("/{field}"));
        }
        self
    }

    pub(crate) fn envelope(&self) -> Value {
        json!({ "errors": self.errors.iter().map(Fault::json).collect::<Vec<_>>() })
    }

    pub(crate) fn unauthorized() -> Self {
        let detail = "No key found matching the ID in the authorization header.";
        Self::new(401, "10009", "Authentication failed", detail)
    }

    pub(crate) fn not_found() -> Self {
        let detail = "The requested resource or URL could not be found.";
        Self::new(404, "10005", "Resource not found", detail)
    }

    pub(crate) fn malformed() -> Self {
        Self::new(400, "10015", "Bad Request", "The body is not a JSON object.")
    }

    pub(crate) fn bad_number(field: &str) -> Self {
        let detail = "The phone number must be in +E.164 format.";
        Self::new(422, "10016", "Phone number must be in +E164 format", detail).at(field)
    }

    pub(crate) fn foreign_number() -> Self {
        let detail = "The 'from' number is not one of this account's numbers.";
        Self::new(403, "10010", "Authorization failed", detail).at("from")
    }

    pub(crate) fn bad_recipient() -> Self {
        let detail = "The 'to' address is not a number that messages can be sent to.";
        Self::new(400, "40310", "Invalid 'to' address", detail).at("to")
    }

    pub(crate) fn bad_sender() -> Self {
        let detail = "The 'from' address is not one of this account's numbers.";
        Self::new(400, "40305", "Invalid 'from' address", detail).at("from")
    }

    pub(crate) fn opted_out() -> Self {
        let detail = "The recipient has opted out of messages from this profile.";
        Self::new(400, "40300", "Blocked due to STOP message", detail).at("to")
    }

    pub(crate) fn queue_full() -> Self {
        let detail = "Too many messages of this sender are waiting to be sent.";
        Self::new(400, "40318", "Message queue full", detail)
    }

    pub(crate) fn too_long() -> Self {
        let detail = "The message would need more than ten parts.";
        Self::new(400, "40302", "Message too large", detail).at("text")
    }

    pub(crate) fn bad_key() -> Self {
        let detail = "An Idempotency-Key has 1 to 255 letters, digits, underscores, colons and hyphens.";
        Self::new(422, "10015", "Bad Request", detail)
    }

    pub(crate) fn bad_client_state() -> Self {
        let detail = "The client_state is not base64.";
        Self::new(422, "90017", "Invalid value for client_state", detail).at("client_state")
    }

    pub(crate) fn missing(field: &str) -> Self {
        let detail = format!("The '{field}' parameter is required.");
        Self::new(422, "10004", "Missing required parameter", &detail).at(field)
    }

    pub(crate) fn unknown_call() -> Self {
        let detail = "The call control id provided was not valid.";
        Self::new(404, "90015", "Invalid Call Control ID", detail).at("call_control_id")
    }

    pub(crate) fn ended() -> Self {
        let detail = "This call is no longer active and can't receive commands.";
        Self::new(422, "90018", "Call has already ended", detail)
    }

    pub(crate) fn unanswered() -> Self {
        let detail = "This call can't receive this command because it has not been answered yet.";
        Self::new(422, "90034", "Call not answered yet", detail)
    }

    pub(crate) fn already_transcribing() -> Self {
        let detail = "Transcription cannot be started more than once.";
        Self::new(422, "90054", "Transcription is already in progress", detail)
    }

    pub(crate) fn conference_ended() -> Self {
        let detail = "The conference is no longer active and can't receive commands.";
        Self::new(422, "90019", "Conference has already ended", detail)
    }

    pub(crate) fn unknown_conference() -> Self {
        let detail = "The conference doesn't exist.";
        Self::new(404, "90058", "Conference not found", detail)
    }

    pub(crate) fn already_in_conference() -> Self {
        let detail = "The call is already a participant of a conference.";
        Self::new(422, "90044", "Call is already in conference", detail)
    }

    pub(crate) fn conference_full() -> Self {
        let detail = "The conference has reached its maximum number of participants.";
        Self::new(422, "90032", "Maximum number of participants reached", detail)
    }

    pub(crate) fn not_in_conference() -> Self {
        let detail = "The call is not a participant of this conference.";
        Self::new(422, "10027", "Unprocessable entity", detail).at("call_control_id")
    }

    pub(crate) fn not_incoming() -> Self {
        let detail = "Only an incoming call can be answered.";
        Self::new(422, "10027", "Unprocessable entity", detail)
    }

    pub(crate) fn already_recording() -> Self {
        let detail = "This call is being recorded already.";
        Self::new(422, "10027", "Unprocessable entity", detail)
    }

    pub(crate) fn not_recording() -> Self {
        Self::new(422, "10027", "Unprocessable entity", "Nothing is being recorded.")
    }

    pub(crate) fn too_many_dials() -> Self {
        let detail = "The number of calls created per second is over the limit of this account.";
        Self::new(429, "90103", "Dials per second limit exceeded", detail)
    }

    pub(crate) fn too_many_calls() -> Self {
        let detail = "This account has reached its limit of concurrent calls.";
        Self::new(403, "90041", "User channel limit exceeded", detail)
    }

    pub(crate) fn too_many_requests() -> Self {
        let detail = "You have exceeded the maximum number of allowed requests.";
        Self::new(429, "10011", "Too many requests", detail)
    }

    pub(crate) fn broken() -> Self {
        Self::new(500, "10007", "Unexpected error", "An unexpected error occurred.")
    }
}

impl From<Clash> for Refusal {
    fn from(clash: Clash) -> Self {
        match clash {
            Clash::OtherBody => {
                let detail = "The Idempotency-Key has been used with another request.";
                Self::new(422, "10027", "Unprocessable entity", detail)
            }
            Clash::UnderWay => {
                let detail = "The first request with this Idempotency-Key is still being processed.";
                Self::new(409, "10012", "Duplicate resource", detail)
            }
        }
    }
}

impl Fault {
    fn json(&self) -> Value {
        let mut json = json!({ "code": self.code, "title": self.title, "detail": self.detail });
        if let Some(pointer) = &self.pointer {
            json["source"] = json!({ "pointer": pointer });
        }
        json
    }
}
