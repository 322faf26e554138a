//! A refused request, in the email provider's words.

use serde_json::json;

use crate::api::Served;
use crate::idempotency::Clash;
use crate::reply::Reply;

/// Why the provider does not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) name: &'static str,
    pub(crate) message: String,
}

impl Refusal {
    fn new(status: u16, name: &'static str, message: impl Into<String>) -> Self {
        Self { status, name, message: message.into() }
    }

    pub(crate) fn no_api_key() -> Self {
        Self::new(401, "missing_api_key", "The authorization header has no API key.")
    }

    pub(crate) fn bad_api_key() -> Self {
        Self::new(403, "invalid_api_key", "The API key is not valid.")
    }

    pub(crate) fn not_found() -> Self {
        Self::new(404, "not_found", "There is nothing here.")
    }

    pub(crate) fn malformed(why: impl ToString) -> Self {
        Self::new(422, "validation_error", why.to_string())
    }

    pub(crate) fn missing(field: &str) -> Self {
        Self::new(422, "missing_required_field", format!("The `{field}` field is missing."))
    }

    pub(crate) fn bad_sender() -> Self {
        Self::new(422, "invalid_from_address", "The `from` field must be `a@b.c` or `Name <a@b.c>`.")
    }

    pub(crate) fn bad_address(field: &str) -> Self {
        Self::new(422, "validation_error", format!("The `{field}` field must be `a@b.c` or `Name <a@b.c>`."))
    }

    pub(crate) fn bad_key() -> Self {
        Self::new(400, "invalid_idempotency_key", "An idempotency key has 1 to 256 characters.")
    }

    pub(crate) fn too_fast() -> Self {
        Self::new(429, "rate_limit_exceeded", "Too many requests in this second.")
    }

    pub(crate) fn broken() -> Self {
        Self::new(500, "application_error", "Something unexpected happened.")
    }
}

impl From<Clash> for Refusal {
    fn from(clash: Clash) -> Self {
        match clash {
            Clash::OtherBody => {
                Self::new(409, "invalid_idempotent_request", "The idempotency key was used with another body.")
            }
            Clash::UnderWay => {
                Self::new(409, "concurrent_idempotent_requests", "The first request of this key is under way.")
            }
        }
    }
}

impl From<Refusal> for Served {
    fn from(Refusal { status, name, message }: Refusal) -> Self {
        Reply::json(status, json!({ "statusCode": status, "name": name, "message": message })).into()
    }
}
