//! What crosses the wire: request bodies, replies and webhooks, as plain structs.
//!
//! Everything here both serializes and deserializes, so that a simulated provider can stand on the other end of the same types.
//! Requests are closed: what we send must be what we meant. What the provider sends is open: a missing, null or mistyped field
//! is `None` and an unknown choice keeps its text, because real payloads stray from the published schema and a bounce must not be
//! lost over a field nobody reads.
//!
//! Field names and their meaning: the OpenAPI document at <https://github.com/resend/resend-openapi>.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// Something the provider tells us: fields that may be missing, null or mistyped. Open.
macro_rules! report {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $ty:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $(
                $(#[$field_meta])*
                #[serde(default, deserialize_with = "crate::wire::lenient", skip_serializing_if = "Option::is_none")]
                pub $field: Option<$ty>,
            )*
        }
    };
}

/// One of a list of words; any other is kept in `Other`.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[serde(rename = $text)] $variant,)*
            /// A word the published schema does not have.
            #[serde(untagged)]
            Other(String),
        }
    };
}

pub mod email;
pub mod error;
pub mod webhook;

/// An address, subject, text or link: goes over the wire as it is, and never into a log.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private(pub String);

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[private]")
    }
}

impl<S: Into<String>> From<S> for Private {
    fn from(text: S) -> Self {
        Self(text.into())
    }
}

/// `None` for whatever is null or not of the expected type.
pub(crate) fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}
