//! The body of a refusal.

use super::Private;

report! {
    /// `{statusCode, name, message}`. The name is the stable part.
    ApiError {
        #[serde(rename = "statusCode")]
        status_code: u16,
        name: String,
        message: Private,
    }
}
