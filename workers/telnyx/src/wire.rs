//! What crosses the wire: request bodies, replies and webhooks of the carrier's v2 API, as plain structs.
//!
//! Everything here both serializes and deserializes, because the carrier simulator stands on the other end of the same types.
//! Requests are closed (an unknown field is an error, a choice is one of a list): what we send must be what we meant. What the
//! carrier sends is open: a missing, null or mistyped field is `None` and an unknown choice keeps its text, because real payloads
//! stray from the published schema and a call must not be lost over a field nobody reads.
//!
//! Field names and their meaning: the OpenAPI document at <https://github.com/team-telnyx/openapi>.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// A request body: required fields, a semicolon, optional fields. Closed.
macro_rules! request {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$req_meta:meta])* $req:ident: $req_ty:ty,)*;
        $($(#[$opt_meta:meta])* $opt:ident: $opt_ty:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$req_meta])* pub $req: $req_ty,)*
            $(
                $(#[$opt_meta])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $opt: Option<$opt_ty>,
            )*
        }
    };
}

/// Something the carrier tells us: required fields, a semicolon, fields that may be missing, null or mistyped. Open.
macro_rules! report {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$req_meta:meta])* $req:ident: $req_ty:ty,)*;
        $($(#[$opt_meta:meta])* $opt:ident: $opt_ty:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $($(#[$req_meta])* pub $req: $req_ty,)*
            $(
                $(#[$opt_meta])*
                #[serde(default, deserialize_with = "crate::wire::lenient", skip_serializing_if = "Option::is_none")]
                pub $opt: Option<$opt_ty>,
            )*
        }
    };
}

/// One of a list of words. `closed` refuses any other word; `open` keeps it in `Other`.
macro_rules! words {
    ($(#[$meta:meta])* closed $name:ident { $first:ident = $first_text:literal, $($variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            #[default]
            #[serde(rename = $first_text)]
            $first,
            $(#[serde(rename = $text)] $variant,)*
        }
    };
    ($(#[$meta:meta])* open $name:ident { $($variant:ident = $text:literal,)* }) => {
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

pub mod call;
pub mod conference;
pub mod credential;
pub mod dial;
pub mod message;
pub mod record;
pub mod reply;
pub mod sound;
pub mod transcription;
pub mod webhook;

/// A phone number, SIP address, name or spoken text: goes over the wire as it is, and never into a log.
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

/// JSON in a shape of the carrier's own: kept, never printed.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Opaque(pub Value);

impl fmt::Debug for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[private]")
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
