//! What a request is answered with.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::refusal::Refusal;

/// A reply before it becomes HTTP; cheap to keep for a replay.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content: Content,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Json(Arc<Value>),
    Text(String),
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn json(status: u16, json: Value) -> Self {
        Self { status, content: Content::Json(Arc::new(json)) }
    }

    pub(crate) fn data(data: impl Into<Value>) -> Self {
        Self::json(200, json!({ "data": data.into() }))
    }

    /// The reply of every command that has nothing else to say.
    pub(crate) fn ok() -> Self {
        Self::data(json!({ "result": "ok" }))
    }

    pub(crate) fn text(status: u16, text: String) -> Self {
        Self { status, content: Content::Text(text) }
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        Self::json(refusal.status, refusal.envelope())
    }
}
