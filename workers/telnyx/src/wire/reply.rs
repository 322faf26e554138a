//! The envelopes of replies: `{"data": …}`, a page of rows, and `{"errors": […]}`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Opaque, Private};

/// One thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Data<T> {
    pub data: T,
}

/// Some things, and where the rest is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub data: Vec<T>,
    #[serde(default)]
    pub meta: PageMeta,
}

report! {
    /// `active_calls` pages by cursor, `call_events` by number.
    PageMeta {
        ;
        cursors: Cursors,
        next: String,
        previous: String,
        total_items: u64,
        page_number: u64,
        page_size: u64,
        total_pages: u64,
        total_results: u64,
    }
}

report! {
    /// Opaque places in a list.
    Cursors {
        ;
        after: String,
        before: String,
    }
}

report! {
    /// The reply to a command.
    CommandResult {
        ;
        result: String,
    }
}

report! {
    /// `GET /call_control_applications/{id}`, as far as a health check reads it.
    Application {
        id: String,
        ;
        active: bool,
        application_name: String,
        record_type: String,
        webhook_api_version: String,
        webhook_event_url: String,
    }
}

/// Why a request was refused.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Errors {
    /// A list, except from one endpoint that answers a single object, or an object of objects.
    pub errors: Opaque,
}

impl Errors {
    /// The first error, whatever the shape.
    pub fn first(&self) -> Option<ApiError> {
        let mut first = match &self.errors.0 {
            Value::Array(list) => list.first()?.clone(),
            Value::Object(map) if !map.contains_key("code") => map.values().next()?.clone(),
            other => other.clone(),
        };
        if let Some(code) = first.get_mut("code").filter(|code| code.is_number()) {
            *code = Value::String(code.to_string());
        }
        serde_json::from_value(first).ok()
    }
}

impl From<ApiError> for Errors {
    fn from(error: ApiError) -> Self {
        Self { errors: Opaque(Value::Array(vec![serde_json::to_value(error).unwrap_or_default()])) }
    }
}

report! {
    /// One refusal, by the carrier's own code. <https://developers.telnyx.com/development/api-fundamentals/api-errors>
    ApiError {
        ;
        code: String,
        title: Private,
        detail: Private,
        source: Source,
    }
}

report! {
    /// The field that was refused, as a JSON pointer, or the query parameter.
    Source {
        ;
        pointer: String,
        parameter: String,
    }
}
