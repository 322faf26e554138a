//! Evidence: everything that was done to an account, by a campaign or in a period, in one signed ZIP.
//!
//! ```text
//! queued ──job──▶ running (done of total files) ──▶ ready ──a week──▶ its file is gone
//!                                    └──────────▶ failed
//! ```
//!
//! [`request`] counts what is in scope and enqueues the job; `build` writes the archive; [`verify()`] tells, with
//! nothing but the file and a public key, whether it is what was written. The format: `docs/EVIDENCE.md`.

mod archive;
mod build;
mod hold;
mod manifest;
mod queries;
mod retention;
mod summary;
mod table;
mod verify;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

pub use self::{
    build::build,
    hold::{Held, Hold, hold_of, holds, lift_hold, place_hold},
    manifest::{Listed, Manifest},
    queries::{find, find_file, list, scope_size},
    retention::{erase_old, retention, set_retention},
    verify::{Broken, Fault, Report, verify},
};
use crate::{
    audit,
    db::Tx,
    event,
    id::{AccountId, BlobId, CampaignId, ExportId, OrgId},
    job::{self, Job},
    transition::Actor,
};

/// What an export is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scope {
    Account { account_id: AccountId },
    Campaign { campaign_id: CampaignId },
    Period { from: DateTime<Utc>, to: DateTime<Utc> },
}

impl Scope {
    fn account(self) -> Option<Uuid> {
        if let Self::Account { account_id } = self { Some(account_id.0) } else { None }
    }

    fn campaign(self) -> Option<Uuid> {
        if let Self::Campaign { campaign_id } = self { Some(campaign_id.0) } else { None }
    }

    fn from(self) -> Option<DateTime<Utc>> {
        if let Self::Period { from, .. } = self { Some(from) } else { None }
    }

    fn to(self) -> Option<DateTime<Utc>> {
        if let Self::Period { to, .. } = self { Some(to) } else { None }
    }
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "export_state", rename_all = "snake_case")]
pub enum State {
    /// It waits for a worker.
    Queued,
    /// A worker writes it.
    Running,
    /// The file is there until it expires. Final.
    Ready,
    /// It could not be made. Final.
    Failed,
}

impl State {
    /// Its name in the database and in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }
}

/// An export as lists show it.
#[derive(Clone, Debug)]
pub struct Export {
    pub id: ExportId,
    pub scope: Scope,
    /// The account's number or the campaign's name.
    pub about: Option<String>,
    pub state: State,
    pub contacts: i64,
    pub done: i32,
    pub total: i32,
    pub blob: Option<BlobId>,
    pub size: Option<i64>,
    pub sha256: Option<Vec<u8>>,
    pub failure: Option<String>,
    pub requested_by: String,
    pub requested_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// Writes an export's archive.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportEvidence {
    pub export: ExportId,
}

impl Job for ExportEvidence {
    const KIND: &'static str = "export_evidence";
    const QUEUE: &'static str = "default";
    const MAX_ATTEMPTS: i16 = 8;
    const PRIORITY: i16 = 2;

    fn run_id(&self) -> Option<Uuid> {
        Some(self.export.0)
    }

    fn unique_key(&self) -> Option<String> {
        Some(format!("export:{}", self.export))
    }
}

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("{0}")]
    Nothing(&'static str),
    #[error("a hold stands already")]
    HeldAlready,
    #[error("there is no hold to lift")]
    NotHeld,
    #[error("has to be 3 or 7")]
    Years,
    #[error("the archive cannot be written: {0}")]
    Io(#[from] std::io::Error),
    #[error("the archive cannot be written: {0}")]
    Zip(#[from] zip::result::ZipError),
    #[error("a row cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}

/// Asks for an export. One of nothing is refused, with the reason.
///
/// # Errors
/// When the thing is not there, or nothing is in scope.
pub async fn request(tx: &mut Tx, org: OrgId, scope: Scope, actor: Actor) -> Result<ExportId, Error> {
    let contacts = scope_size(tx, org, scope).await?;
    if contacts == 0 {
        return Err(Error::Nothing(match scope {
            Scope::Account { .. } => "nobody was contacted, or refused, on this account yet",
            Scope::Campaign { .. } => "this campaign has contacted nobody, and refused nobody, yet",
            Scope::Period { .. } => "nobody was contacted, or refused, in this period",
        }));
    }
    let id = ExportId::new();
    queries::insert(tx, org, id, scope, contacts, actor).await?;
    audit::write(tx, org, &actor, "evidence.request", &id.to_string(), json!({ "scope": scope, "contacts": contacts }))
        .await?;
    job::enqueue(tx, org, &ExportEvidence { export: id }).await?;
    told(tx, org, id).await?;
    Ok(id)
}

/// Notes in the log that somebody took the file.
///
/// # Errors
/// When the connection is lost.
pub async fn downloaded(tx: &mut Tx, org: OrgId, id: ExportId, actor: Actor) -> Result<(), sqlx::Error> {
    audit::write(tx, org, &actor, "evidence.download", &id.to_string(), json!({})).await
}

/// Gives an export up, with the reason people are shown.
///
/// # Errors
/// When the connection is lost.
pub async fn fail(tx: &mut Tx, org: OrgId, id: ExportId, why: &str) -> Result<(), sqlx::Error> {
    queries::fail(tx, org, id, why).await?;
    audit::write(tx, org, &Actor::System, "evidence.fail", &id.to_string(), json!({})).await?;
    told(tx, org, id).await
}

async fn told(tx: &mut Tx, org: OrgId, id: ExportId) -> Result<(), sqlx::Error> {
    event::publish(tx, org, "evidence", "export", json!({ "id": id })).await
}

#[cfg(test)]
mod tests;
