//! RFC 9457 problem details: the only error body the HTTP edge speaks. `docs/problems.md` describes every type.

mod kind;
mod translate;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

pub use kind::Kind;

/// What went wrong, and what to do about it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Stable; described in `docs/problems.md`.
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    /// What happened this time, and the fix.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The fields of the request that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

/// One field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Its path in the body, such as `retry_minutes.busy`.
    pub field: String,
    /// What is wrong with it, and the fix.
    pub message: String,
}

impl FieldError {
    /// A field and what is wrong with it.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// The problem travels with its response, so that a page can show it in words.
#[derive(Clone, Debug)]
pub struct Shown {
    pub title: &'static str,
    pub detail: String,
}

impl Problem {
    /// A problem of that kind.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self {
            kind: kind.path(),
            title: kind.title(),
            status: kind.status().as_u16(),
            detail: None,
            errors: Vec::new(),
        }
    }

    /// Adds what happened this time.
    #[must_use]
    pub fn detail(mut self, detail: impl ToString) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// Adds the fields that are wrong.
    #[must_use]
    pub fn fields(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    /// One wrong field of a body.
    #[must_use]
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::new(Kind::InvalidBody).fields(vec![FieldError::new(field, message)])
    }

    /// Nothing of that name, or somebody else's: nobody can tell which.
    #[must_use]
    pub fn not_found(noun: &str) -> Self {
        Self::new(Kind::NotFound).detail(format!("there is no such {noun}"))
    }

    /// Logs the cause once, here, and tells the client nothing about it.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(error = %cause, "request failed");
        Self::new(Kind::Internal)
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Is it of that kind?
    #[must_use]
    pub fn is(&self, kind: Kind) -> bool {
        self.kind == kind.path()
    }

    /// In words, for a page.
    #[must_use]
    pub fn sentence(&self) -> String {
        let fields = self.errors.iter().map(|e| format!("{}: {}", e.field, e.message));
        let all: Vec<String> = self.detail.iter().cloned().chain(fields).collect();
        if all.is_empty() { self.title.to_owned() } else { all.join("; ") }
    }

    /// The fields that are wrong.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let shown = Shown { title: self.title, detail: self.sentence() };
        let mut response = (self.status(), Json(self)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response.extensions_mut().insert(shown);
        response
    }
}
