//! What handlers, pages and the API read of recordings.

use super::State;
use crate::{
    db::Tx,
    id::{BlobId, CallId, OrgId},
};

/// A recording as pages and the API show it.
#[derive(Clone, Debug)]
pub struct Recording {
    pub call: CallId,
    pub state: State,
    /// How long it is, by the carrier's times.
    pub secs: Option<i64>,
    pub size: Option<i64>,
    /// Why it could not be had.
    pub failure: Option<String>,
}

/// The recording of a call, if there is one.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, org: OrgId, call: CallId) -> Result<Option<Recording>, sqlx::Error> {
    Ok(of_calls(tx, org, &[call]).await?.pop())
}

/// The recordings of these calls.
///
/// # Errors
/// When the database is away.
pub async fn of_calls(tx: &mut Tx, org: OrgId, calls: &[CallId]) -> Result<Vec<Recording>, sqlx::Error> {
    let calls: Vec<_> = calls.iter().map(|call| call.0).collect();
    let rows = sqlx::query!(
        r#"select r.call_id as "call: CallId", r.state, extract(epoch from r.ended_at - r.started_at)::bigint as secs,
                  b.size as "size?", r.failure
           from recordings r left join blobs b on b.id = r.blob_id where r.org_id = $1 and r.call_id = any($2)"#,
        org.0,
        &calls
    );
    let rows = rows.fetch_all(&mut **tx).await?.into_iter();
    Ok(rows
        .map(|row| Recording {
            call: row.call,
            state: State::parse(&row.state),
            secs: row.secs,
            size: row.size,
            failure: row.failure,
        })
        .collect())
}

/// A sound that is here.
#[derive(Clone, Debug)]
pub struct Sound {
    pub recording: uuid::Uuid,
    pub blob: BlobId,
    pub media_type: String,
    pub size: u64,
    pub sha256: Vec<u8>,
}

/// The sound of a call, if it is here.
///
/// # Errors
/// When the database is away.
pub async fn sound(tx: &mut Tx, org: OrgId, call: CallId) -> Result<Option<Sound>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select r.id, b.id as "blob: BlobId", b.media_type, b.size, b.sha256
           from recordings r join blobs b on b.id = r.blob_id where r.org_id = $1 and r.call_id = $2"#,
        org.0,
        call.0
    );
    Ok(row.fetch_optional(&mut **tx).await?.map(|row| Sound {
        recording: row.id,
        blob: row.blob,
        media_type: row.media_type,
        size: row.size.unsigned_abs(),
        sha256: row.sha256,
    }))
}

/// What whoever fetches a recording has to know.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub call: CallId,
    pub provider_id: Option<String>,
    /// Where the carrier has it, if that is still so for a while.
    pub link: Option<String>,
    pub call_control_id: Option<String>,
    pub call_leg_id: Option<String>,
}

/// A recording that is not here yet, locked; none where it is, or has been.
///
/// # Errors
/// When the database is away.
pub async fn wanted(tx: &mut Tx, org: OrgId, call: CallId) -> Result<Option<Wanted>, sqlx::Error> {
    // A link that ends in the middle of the download is no link.
    sqlx::query_as!(
        Wanted,
        r#"select r.call_id as "call: CallId", r.provider_id, c.call_control_id, c.call_leg_id,
                  case when r.link_until > wib_now() + interval '30 seconds' then r.link end as link
           from recordings r join calls c on c.id = r.call_id
           where r.org_id = $1 and r.call_id = $2 and r.state not in ('stored', 'erased') for update of r"#,
        org.0,
        call.0
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Recordings of calls that ended two minutes ago, that are not here, and that no job is at: the carrier saves them
/// within seconds and its webhook was lost, or somebody cancelled the job, or it died with its worker.
///
/// # Errors
/// When the database is away.
pub async fn forgotten(tx: &mut Tx, limit: i64) -> Result<Vec<(CallId, OrgId)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select r.call_id as "call: CallId", r.org_id as "org: OrgId"
           from recordings r join calls c on c.id = r.call_id
           where r.state in ('asked', 'recording', 'saved') and c.ended_at < wib_now() - interval '2 minutes'
             and not exists (select from jobs j where j.org_id = r.org_id and j.unique_key = 'fetch_recording:' || r.call_id)
           limit $1"#,
        limit
    );
    let rows = rows.fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| (row.call, row.org)).collect())
}
