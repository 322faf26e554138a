//! The parameters of an address, and the slices of a list.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use crate::problem::Problem;

/// A query string, with problems that name the parameter.
#[derive(Clone, Debug)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(value) = Query::<T>::from_request_parts(parts, state).await?;
        Ok(Self(value))
    }
}

/// How many rows a list may give: as asked for, within what one answer may hold.
#[must_use]
pub fn at_most(asked: Option<u16>) -> i64 {
    i64::from(asked.unwrap_or(50).clamp(1, 200))
}

/// A slice of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it as `cursor` to get the rest; null when this was the end.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The cursor of the rest, if a full slice says that there may be one.
    pub fn cursor<R>(rows: &[R], limit: i64, id: impl Fn(&R) -> String) -> Option<String> {
        let full = i64::try_from(rows.len()).is_ok_and(|n| n >= limit);
        rows.last().filter(|_| full).map(id)
    }
}
