//! Reads and writes exports.

use super::{Error, Export, Scope, State};
use crate::{
    blob::{self, Blob},
    db::Tx,
    id::{AccountId, BlobId, CampaignId, ExportId, OrgId},
    transition::Actor,
};

/// How many contacts and refusals are in scope.
///
/// # Errors
/// When the account or the campaign is not there.
pub async fn scope_size(tx: &mut Tx, org: OrgId, scope: Scope) -> Result<i64, Error> {
    let row = sqlx::query!(
        r#"select $2::uuid is null or exists (select from collection_accounts where org_id = $1 and id = $2) as "account!",
             $3::uuid is null or exists (select from campaigns where org_id = $1 and id = $3) as "campaign!",
             (select count(*) from calls c where c.org_id = $1 and ($2::uuid is null or c.account_id = $2)
                and ($3::uuid is null or c.campaign_id = $3)
                and ($4::timestamptz is null or (c.intent_at >= $4 and c.intent_at < $5::timestamptz)))
             + (select count(*) from messages m where m.org_id = $1 and ($2::uuid is null or m.account_id = $2)
                and ($3::uuid is null or m.campaign_id = $3)
                and ($4::timestamptz is null or (m.created_at >= $4 and m.created_at < $5::timestamptz))) as "contacts!""#,
        org.0,
        scope.account(),
        scope.campaign(),
        scope.from(),
        scope.to()
    )
    .fetch_one(&mut **tx)
    .await?;
    match (row.account, row.campaign) {
        (false, _) => Err(Error::NotFound("account")),
        (_, false) => Err(Error::NotFound("campaign")),
        _ => Ok(row.contacts),
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    org: OrgId,
    id: ExportId,
    scope: Scope,
    contacts: i64,
    actor: Actor,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into evidence_exports (id, org_id, account_id, campaign_id, from_at, to_at, contacts, requested_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.0,
        org.0,
        scope.account(),
        scope.campaign(),
        scope.from(),
        scope.to(),
        contacts,
        actor.to_string()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// One export.
///
/// # Errors
/// When the connection is lost.
pub async fn find(tx: &mut Tx, org: OrgId, id: ExportId) -> Result<Option<Export>, sqlx::Error> {
    Ok(read(tx, org, Some(id), None, 1).await?.pop())
}

/// The exports of an organisation, newest first, after a cursor.
///
/// # Errors
/// When the connection is lost.
pub async fn list(tx: &mut Tx, org: OrgId, before: Option<ExportId>, limit: i64) -> Result<Vec<Export>, sqlx::Error> {
    read(tx, org, None, before, limit).await
}

async fn read(
    tx: &mut Tx,
    org: OrgId,
    id: Option<ExportId>,
    before: Option<ExportId>,
    limit: i64,
) -> Result<Vec<Export>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select e.id as "id: ExportId", e.account_id as "account: AccountId", e.campaign_id as "campaign: CampaignId",
             e.from_at, e.to_at, coalesce(k.number, c.name) as "about?", e.state as "state: State", e.contacts, e.done, e.total,
             e.blob_id as "blob: BlobId", b.size as "size?", b.sha256 as "sha256?", e.failure,
             coalesce(u.name, a.name, e.requested_by) as "requested_by!", e.requested_at, e.finished_at, e.expires_at
           from evidence_exports e
           left join collection_accounts k on k.id = e.account_id
           left join campaigns c on c.id = e.campaign_id
           left join blobs b on b.id = e.blob_id
           left join users u on u.org_id = e.org_id and 'user:' || u.id = e.requested_by
           left join api_keys a on a.org_id = e.org_id and 'key:' || a.id = e.requested_by
           where e.org_id = $1 and ($2::uuid is null or e.id = $2) and ($3::uuid is null or e.id < $3)
           order by e.id desc limit $4"#,
        org.0,
        id.map(|id| id.0),
        before.map(|id| id.0),
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Export {
            id: row.id,
            scope: match (row.account, row.campaign, row.from_at.zip(row.to_at)) {
                (Some(account_id), ..) => Scope::Account { account_id },
                (_, Some(campaign_id), _) => Scope::Campaign { campaign_id },
                (.., period) => {
                    let (from, to) = period.expect("a check constraint: exactly one scope");
                    Scope::Period { from, to }
                }
            },
            about: row.about,
            state: row.state,
            contacts: row.contacts,
            done: row.done,
            total: row.total,
            blob: row.blob,
            size: row.size,
            sha256: row.sha256,
            failure: row.failure,
            requested_by: row.requested_by,
            requested_at: row.requested_at,
            finished_at: row.finished_at,
            expires_at: row.expires_at,
        })
        .collect())
}

/// The file of an export that is ready and has not expired.
///
/// # Errors
/// When the connection is lost.
pub async fn find_file(tx: &mut Tx, org: OrgId, id: ExportId) -> Result<Option<Blob>, sqlx::Error> {
    let blob = sqlx::query_scalar!(
        r#"select blob_id as "blob!: BlobId" from evidence_exports
           where org_id = $1 and id = $2 and state = 'ready' and blob_id is not null and expires_at > wib_now()"#,
        org.0,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    match blob {
        Some(blob) => blob::find(tx, org, blob).await,
        None => Ok(None),
    }
}

/// So many files of so many are written. Not once it has ended: another run was faster.
pub(super) async fn progress(
    tx: &mut Tx,
    org: OrgId,
    id: ExportId,
    done: i32,
    total: i32,
) -> Result<bool, sqlx::Error> {
    let running = sqlx::query!(
        "update evidence_exports set state = 'running', done = $3, total = $4
         where org_id = $1 and id = $2 and state in ('queued', 'running')",
        org.0,
        id.0,
        done,
        total
    );
    Ok(running.execute(&mut **tx).await?.rows_affected() == 1)
}

/// Ready, for a week. `false`: it ended before.
pub(super) async fn ready(tx: &mut Tx, org: OrgId, id: ExportId, blob: BlobId) -> Result<bool, sqlx::Error> {
    let ready = sqlx::query!(
        "update evidence_exports set state = 'ready', done = total, blob_id = $3, finished_at = wib_now(),
                expires_at = wib_now() + interval '7 days'
         where org_id = $1 and id = $2 and state in ('queued', 'running')",
        org.0,
        id.0,
        blob.0
    );
    Ok(ready.execute(&mut **tx).await?.rows_affected() == 1)
}

pub(super) async fn fail(tx: &mut Tx, org: OrgId, id: ExportId, why: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update evidence_exports set state = 'failed', failure = $3, finished_at = wib_now()
         where org_id = $1 and id = $2 and state in ('queued', 'running')",
        org.0,
        id.0,
        why
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
