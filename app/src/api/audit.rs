//! The audit trail: who did what to what, and each line's place in the chain.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::audit::{self, Filter, Hash, LineRow};

use crate::{
    extract::{Allowed, Page, Params, SeeAudit, at_most},
    problem::{Kind, Problem},
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// A line of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
struct AuditOut {
    /// A decimal string.
    id: String,
    at: DateTime<Utc>,
    /// `user:<id>`, `key:<id>`, `carrier` or `system`.
    actor: String,
    /// What to call a person or a key.
    actor_name: Option<String>,
    /// `noun.verb`, such as `call.ended` or `account.view`.
    action: String,
    /// The id of the thing.
    subject: String,
    #[schema(value_type = Object)]
    payload: Value,
    /// Its place in the chain; null for the second it waits for one.
    seq: Option<i64>,
    /// In hexadecimal: SHA-256 of the hash before and of this line.
    hash: Option<String>,
}

impl From<LineRow> for AuditOut {
    fn from(line: LineRow) -> Self {
        let LineRow { id, at, actor, actor_name, action, subject, payload, seq, hash } = line;
        let hash = hash.and_then(|hash| Hash::of(&hash).ok()).map(|hash| hash.to_string());
        Self { id: id.to_string(), at, actor, actor_name, action, subject, payload, seq, hash }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// `user:<id>`, `key:<id>`, `carrier`, `system`, or a person's whole name or email address.
    actor: Option<String>,
    /// `call.ended`, or `call` for all that happened to calls.
    action: Option<String>,
    /// The id of the thing.
    subject: Option<String>,
    /// From this moment on.
    from: Option<DateTime<Utc>>,
    /// Up to this moment, not including it.
    to: Option<DateTime<Utc>>,
    /// How many, at most 200.
    limit: Option<u16>,
    /// The `next` of the slice before.
    #[param(value_type = Option<String>)]
    cursor: Option<i64>,
}

impl Which {
    fn filter(self) -> Result<Filter, Problem> {
        let Self { actor, action, subject, from, to, .. } = self;
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            return Err(Problem::new(Kind::InvalidQuery).detail("from has to be before to"));
        }
        Ok(Filter { actor, action, subject, from, to })
    }
}

/// The audit trail, newest first
#[utoipa::path(get, path = "/api/audit", tag = "compliance", params(Which), responses((status = 200, body = Page<AuditOut>)))]
async fn list(
    State(app): State<App>,
    caller: Allowed<SeeAudit>,
    Params(which): Params<Which>,
) -> Result<Json<Page<AuditOut>>, Problem> {
    let (limit, cursor) = (at_most(which.limit), which.cursor);
    let filter = which.filter()?;
    let mut tx = app.db.tenant(caller.org).await?;
    let lines = audit::list(&mut tx, caller.org, &filter, cursor, limit).await?;
    tx.commit().await?;
    let next = Page::<()>::cursor(&lines, limit, |line| line.id.to_string());
    Ok(Json(Page { items: lines.into_iter().map(AuditOut::from).collect(), next }))
}
