//! `Idempotency-Key`: a POST that creates, sent again, answers the same again and creates nothing.
//!
//! The key's row is written in the transaction of the deed, so there is no moment at which the one is done and the
//! other is not. A second request waits at the key's index until the first has ended, and then finds its answer.

use axum::{
    Json,
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;
use workflows::{db::Tx, id::OrgId};

use crate::problem::{Kind, Problem};

/// The request's key, if it has one.
#[derive(Clone, Debug)]
pub struct Key(Option<String>);

/// A deed to be done for the first time.
#[derive(Debug)]
#[must_use = "the answer has to be kept for the next time"]
pub struct First {
    org: OrgId,
    key: Option<String>,
}

/// Is it new, or done already?
pub enum Once {
    First(First),
    /// The answer the first request got.
    Again(Response),
}

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let key = value.to_str().ok().filter(|key| (1..=255).contains(&key.len()));
        let told =
            || Problem::new(Kind::InvalidQuery).detail("an Idempotency-Key is 1 to 255 visible ASCII characters");
        key.map(|key| Self(Some(key.to_owned()))).ok_or_else(told)
    }
}

impl Key {
    /// The hidden field of a form: the same page sent twice is one deed.
    #[must_use]
    pub fn of_form(once: Uuid) -> Self {
        Self(Some(format!("form:{once}")))
    }

    /// Claims the key for this deed. Without a key every request is a first one.
    ///
    /// # Errors
    /// When the key belongs to another request.
    pub async fn claim(self, tx: &mut Tx, org: OrgId, route: &str, digest: &[u8; 32]) -> Result<Once, Problem> {
        let Some(key) = self.0 else { return Ok(Once::First(First { org, key: None })) };
        let inserted = sqlx::query!(
            // One without an answer was refused, and the refusal stored: a repeat is decided anew.
            "insert into idempotency_keys as k (org_id, key, route, body_hash) values ($1, $2, $3, $4)
             on conflict (org_id, key) do update set created_at = excluded.created_at
             where k.status is null and k.route = excluded.route and k.body_hash = excluded.body_hash",
            org.0,
            key,
            route,
            &digest[..]
        )
        .execute(&mut **tx)
        .await?;
        if inserted.rows_affected() == 1 {
            return Ok(Once::First(First { org, key: Some(key) }));
        }
        again(tx, org, &key, route, digest).await.map(Once::Again)
    }
}

impl First {
    /// Keeps the answer, commits everything, and gives it.
    ///
    /// # Errors
    /// When the commit fails: then nothing was created, and the key is free.
    pub async fn answer<T: Serialize>(self, mut tx: Tx, status: StatusCode, out: &T) -> Result<Response, Problem> {
        let body = serde_json::to_value(out).map_err(Problem::internal)?;
        if let Some(key) = &self.key {
            sqlx::query!(
                "update idempotency_keys set status = $3, response = $4 where org_id = $1 and key = $2",
                self.org.0,
                key,
                i16::try_from(status.as_u16()).expect("a status has three digits"),
                body
            )
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok((status, Json(body)).into_response())
    }
}

async fn again(tx: &mut Tx, org: OrgId, key: &str, route: &str, digest: &[u8; 32]) -> Result<Response, Problem> {
    let row = sqlx::query!(
        "select route, body_hash, status, response from idempotency_keys where org_id = $1 and key = $2",
        org.0,
        key
    )
    .fetch_one(&mut **tx)
    .await?;
    if row.route != route || row.body_hash != digest {
        return Err(Problem::new(Kind::KeyReused).detail("choose a new key for every new request"));
    }
    let status = row.status.and_then(|s| u16::try_from(s).ok()).and_then(|s| StatusCode::from_u16(s).ok());
    let Some(status) = status else { return Err(Problem::new(Kind::InProgress)) };
    let mut response = (status, Json(row.response.unwrap_or(Value::Null))).into_response();
    response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    Ok(response)
}
