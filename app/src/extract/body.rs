//! Bodies: JSON for programs, forms for browsers; proved valid before a handler sees them.

use axum::{
    Form, Json,
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderValue, header},
};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::problem::{FieldError, Kind, Problem};

/// What a body has to fulfil beyond its shape.
pub trait Check {
    /// The fields that are wrong, each with the fix.
    fn wrong(&self) -> Vec<FieldError> {
        Vec::new()
    }
}

/// A JSON body of the right shape that passed its checks.
#[derive(Clone, Debug)]
pub struct Valid<T> {
    pub body: T,
    /// Of the bytes as sent: the same request again has the same.
    pub digest: [u8; 32],
}

/// A submitted form.
#[derive(Clone, Debug)]
pub struct Submitted<T>(pub T);

impl<T: DeserializeOwned + Check, S: Send + Sync> FromRequest<S> for Valid<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(&request) {
            return Err(Problem::new(Kind::UnsupportedMediaType).detail("send Content-Type: application/json"));
        }
        let bytes = Bytes::from_request(request, state).await?;
        if holds_nul(&bytes) {
            return Err(Problem::new(Kind::InvalidBody).detail(r"text must not contain NUL (\u0000)"));
        }
        let Json(body) = Json::<T>::from_bytes(&bytes)?;
        match body.wrong() {
            wrong if wrong.is_empty() => Ok(Self { body, digest: Sha256::digest(&bytes).into() }),
            wrong => Err(Problem::new(Kind::InvalidBody).fields(wrong)),
        }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Submitted<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let content_type = request.headers().get(header::CONTENT_TYPE).cloned();
        let bytes = Bytes::from_request(request, state).await?;
        if bytes.windows(3).any(|w| w == b"%00") || bytes.contains(&0) {
            return Err(Problem::new(Kind::InvalidBody).detail("text must not contain NUL"));
        }
        let mut again = Request::new(bytes.into());
        *again.method_mut() = axum::http::Method::POST;
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        again.headers_mut().insert(header::CONTENT_TYPE, content_type.unwrap_or(form));
        let Form(value) = Form::<T>::from_request(again, state).await?;
        Ok(Self(value))
    }
}

fn is_json(request: &Request) -> bool {
    let given = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json") || essence.ends_with("+json")
}

/// Is there an escaped NUL in some string? `\\u0000` is a backslash and five letters, not a NUL.
fn holds_nul(json: &[u8]) -> bool {
    let mut escaped = false;
    json.iter().enumerate().any(|(at, byte)| {
        let nul = escaped && json[at..].starts_with(b"u0000");
        escaped = !escaped && *byte == b'\\';
        nul
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_nul(r#"{"name":"a\u0000b"}"#, true)]
    #[case::an_escaped_backslash(r#"{"name":"a\\u0000b"}"#, false)]
    #[case::a_backslash_then_a_nul(r#"{"name":"a\\\u0000b"}"#, true)]
    #[case::another_character(r#"{"name":"a\u0001b"}"#, false)]
    fn a_nul_is_told_from_its_spelling(#[case] json: &str, #[case] nul: bool) {
        assert_eq!(holds_nul(json.as_bytes()), nul);
    }
}
