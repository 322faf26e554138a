//! Strict request bodies: what a field is called, whether it must be there and what it holds.
//!
//! A table per command instead of a struct, so that every violation is reported at
//! once with the carrier's code and a pointer, and so that the tables can be compared
//! with the official schemas.

pub(crate) mod call;
pub(crate) mod conference;
pub(crate) mod credential;
pub(crate) mod message;

use serde_json::{Map, Value};

use crate::refusal::{Fault, Refusal};

/// The fields of one body.
pub(crate) type Shape = &'static [Field];

/// One field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) kind: Kind,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Text,
    /// A UUID.
    Id,
    /// One of the words.
    Word(&'static [&'static str]),
    Flag,
    Number,
    /// A number within the bounds, both included.
    Between(i64, i64),
    Texts,
    /// One `to`, or several.
    Destination,
    Object(Shape),
    /// Something we do not look into.
    Any,
}

/// A body that has passed its shape.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body(Map<String, Value>);

const fn must(name: &'static str, kind: Kind) -> Field {
    Field { name, required: true, kind }
}

const fn may(name: &'static str, kind: Kind) -> Field {
    Field { name, required: false, kind }
}

impl Body {
    /// Parses a body; an empty one is an empty object.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_slice(bytes).map(Self).map_err(|_| Refusal::malformed())
    }

    /// Refuses what the shape does not allow.
    pub(crate) fn must_be(&self, shape: Shape) -> Result<(), Refusal> {
        let mut errors = Vec::new();
        check(&self.0, shape, "", &mut errors);
        match errors.is_empty() {
            true => Ok(()),
            false => Err(Refusal { status: 422, errors }),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    pub(crate) fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    pub(crate) fn texts(&self, name: &str) -> Option<Vec<String>> {
        let list = self.0.get(name)?.as_array()?;
        Some(list.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
    }

    /// A nested object; an empty one where there is none.
    pub(crate) fn object(&self, name: &str) -> Self {
        Self(self.0.get(name).and_then(Value::as_object).cloned().unwrap_or_default())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The same body with some fields put in or replaced.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }
}

impl Kind {
    /// The carrier's code and word for why this value is not of this kind.
    fn objection(self, value: &Value) -> Option<(&'static str, &'static str, String)> {
        let wrong = |what: &str| Some(("10015", "Bad Request", format!("must be {what}")));
        match self {
            Self::Text if !value.is_string() => wrong("a string"),
            Self::Id if value.as_str().is_none_or(|id| id.parse::<uuid::Uuid>().is_err()) => wrong("a UUID"),
            Self::Flag if !value.is_boolean() => wrong("a boolean"),
            Self::Number | Self::Between(..) if value.as_i64().is_none() => wrong("an integer"),
            Self::Between(from, to) if value.as_i64().is_some_and(|n| n < from || n > to) => {
                wrong(&format!("between {from} and {to}"))
            }
            Self::Texts if !is_texts(value) => wrong("an array of strings"),
            Self::Destination if !value.is_string() && !is_texts(value) => wrong("a string or an array of strings"),
            Self::Object(_) if !value.is_object() => wrong("an object"),
            Self::Word(words) if value.as_str().is_none_or(|word| !words.contains(&word)) => {
                Some(("10032", "Invalid enumerated value", format!("must be one of {}", words.join(", "))))
            }
            _ => None,
        }
    }
}

fn check(body: &Map<String, Value>, shape: Shape, at: &str, errors: &mut Vec<Fault>) {
    for name in body.keys() {
        if !shape.iter().any(|field| field.name == name) {
            let detail = format!("The '{name}' parameter is not known.");
            errors.push(fault("10015", "Bad Request", detail, at, name));
        }
    }
    for field in shape {
        match body.get(field.name) {
            Some(value) => check_field(field, value, at, errors),
            None if field.required => {
                let detail = format!("The '{}' parameter is required.", field.name);
                errors.push(fault("10004", "Missing required parameter", detail, at, field.name));
            }
            None => {}
        }
    }
}

fn check_field(field: &Field, value: &Value, at: &str, errors: &mut Vec<Fault>) {
    if let Some((code, title, why)) = field.kind.objection(value) {
        let detail = format!("The '{}' parameter {why}.", field.name);
        errors.push(fault(code, title, detail, at, field.name));
    } else if let (Kind::Object(shape), Value::Object(nested)) = (field.kind, value) {
        check(nested, shape, &format!("{at}/{}", field.name), errors);
    }
}

fn fault(code: &'static str, title: &'static str, detail: String, at: &str, name: &str) -> Fault {
    Fault { code, title, detail, pointer: Some(format!("{at}/{name}")) }
}

fn is_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(Value::is_string))
}

#[cfg(test)]
mod official;

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::a_minimal_dial(json!({"connection_id": "1", "to": "+1", "from": "+1"}), None)]
    #[case::a_missing_field(json!({"connection_id": "1", "to": "+1"}), Some(("10004", "/from")))]
    #[case::an_unknown_field(
        json!({"connection_id": "1", "to": "+1", "from": "+1", "x": 1}), Some(("10015", "/x")))]
    #[case::an_unknown_word(
        json!({"connection_id": "1", "to": "+1", "from": "+1", "record": "yes"}),
        Some(("10032", "/record")))]
    #[case::a_wrong_type(
        json!({"connection_id": 1, "to": "+1", "from": "+1"}), Some(("10015", "/connection_id")))]
    #[case::a_nested_unknown_field(
        json!({"connection_id": "1", "to": "+1", "from": "+1", "conference_config": {"x": 1}}),
        Some(("10015", "/conference_config/x")))]
    #[case::out_of_bounds(
        json!({"connection_id": "1", "to": "+1", "from": "+1", "time_limit_secs": 20}),
        Some(("10015", "/time_limit_secs")))]
    fn a_dial_is_checked(#[case] body: Value, #[case] fault: Option<(&str, &str)>) {
        let body = Body::parse(body.to_string().as_bytes()).unwrap();
        let found = body.must_be(call::DIAL).err().map(|refusal| refusal.errors[0].clone());
        let found = found.map(|error| (error.code, error.pointer.unwrap()));
        assert_eq!(found, fault.map(|(code, pointer)| (code, pointer.to_owned())));
    }
}
