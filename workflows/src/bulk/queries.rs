//! Reads and writes bulk actions.

use sqlx::types::Json;

use super::{Bulk, BulkAction, State, Verb};
use crate::{
    db::Tx,
    id::{BulkId, OrgId},
    job::Filter,
    transition::Actor,
};

/// The order and everything the filter finds, in one statement: both see the same moment. Answers how many were found,
/// counted no further than one past what an order takes; when that is none, or too many, nothing is written.
pub(super) async fn insert(
    tx: &mut Tx,
    org: OrgId,
    id: BulkId,
    verb: Verb,
    filter: &Filter,
    reason: &str,
    actor: Actor,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"with found as materialized (
             select id, kind from job_search($2, $4, 9223372036854775807, $7 + 1)
           ), ordered as (
             insert into bulk_actions (id, org_id, verb, filter, reason, total, requested_by)
             select $1, $2, $3, $4, $5, n.n, $6 from (select count(*)::int as n from found) n where n.n between 1 and $7
             returning id
           ), items as (
             insert into bulk_items (bulk_id, org_id, seq, job_id, kind)
             select o.id, $2, row_number() over (order by f.id), f.id, f.kind from found f cross join ordered o
           )
           select count(*) as "n!" from found"#,
        id.0,
        org.0,
        verb as Verb,
        Json(&Filter { no_bulk: true, ..filter.clone() }) as _,
        reason,
        actor.to_string(),
        super::MOST,
    )
    .fetch_one(&mut **tx)
    .await
}

/// One bulk action.
///
/// # Errors
/// When the connection is lost.
pub async fn find(tx: &mut Tx, org: OrgId, id: BulkId) -> Result<Option<Bulk>, sqlx::Error> {
    Ok(read(tx, org, Some(id), 1).await?.pop())
}

/// The latest bulk actions of an organisation.
///
/// # Errors
/// When the connection is lost.
pub async fn list(tx: &mut Tx, org: OrgId, limit: i64) -> Result<Vec<Bulk>, sqlx::Error> {
    read(tx, org, None, limit).await
}

async fn read(tx: &mut Tx, org: OrgId, id: Option<BulkId>, limit: i64) -> Result<Vec<Bulk>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select b.id as "id: BulkId", b.verb as "verb: Verb", b.filter as "filter: Json<Filter>", b.reason, b.state as "state: State",
             b.total, b.done, b.refused, b.failure, coalesce(u.name, a.name, b.requested_by) as "requested_by!", b.requested_at,
             b.started_at, b.finished_at
           from bulk_actions b
           left join users u on u.org_id = b.org_id and 'user:' || u.id = b.requested_by
           left join api_keys a on a.org_id = b.org_id and 'key:' || a.id = b.requested_by
           where b.org_id = $1 and ($2::uuid is null or b.id = $2) order by b.id desc limit $3"#,
        org.0,
        id.map(|id| id.0),
        limit
    );
    let rows = rows.fetch_all(&mut **tx).await?;
    Ok(rows
        .into_iter()
        .map(|row| Bulk {
            id: row.id,
            verb: row.verb,
            filter: row.filter.0,
            reason: row.reason,
            state: row.state,
            total: row.total,
            done: row.done,
            refused: row.refused,
            failure: row.failure,
            requested_by: row.requested_by,
            requested_at: row.requested_at,
            started_at: row.started_at,
            finished_at: row.finished_at,
        })
        .collect())
}

/// What whoever changes it has to know.
pub(super) struct Locked {
    pub(super) verb: Verb,
    pub(super) state: State,
    pub(super) round: i32,
    pub(super) total: i32,
    pub(super) done: i32,
}

/// Locks it: batches, stops and resumes happen one after the other.
pub(super) async fn locked(tx: &mut Tx, org: OrgId, id: BulkId) -> Result<Option<Locked>, sqlx::Error> {
    sqlx::query_as!(
        Locked,
        r#"select verb as "verb: Verb", state as "state: State", round, total, done from bulk_actions
           where org_id = $1 and id = $2 for update"#,
        org.0,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await
}

pub(super) async fn set(tx: &mut Tx, org: OrgId, id: BulkId, state: State, round: i32) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update bulk_actions set state = $3, round = $4, failure = null where org_id = $1 and id = $2",
        org.0,
        id.0,
        state as State,
        round
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// So many more have their result, nothing was done to so many of them; with the last one it is done.
pub(super) async fn progress(tx: &mut Tx, org: OrgId, id: BulkId, more: i32, refused: i32) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update bulk_actions set done = done + $3, refused = refused + $4, started_at = coalesce(started_at, wib_now()),
                state = case when done + $3 = total then 'done'::bulk_state else 'running' end,
                finished_at = case when done + $3 = total then wib_now() end
         where org_id = $1 and id = $2",
        org.0,
        id.0,
        more,
        refused
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// `false`: it was stopped or resumed meanwhile, or has ended.
pub(super) async fn fail(tx: &mut Tx, org: OrgId, job: &BulkAction, why: &str) -> Result<bool, sqlx::Error> {
    let failed = sqlx::query!(
        "update bulk_actions set state = 'failed', failure = $4
         where org_id = $1 and id = $2 and round = $3 and state in ('queued', 'running')",
        org.0,
        job.bulk.0,
        job.round,
        why
    );
    Ok(failed.execute(&mut **tx).await?.rows_affected() == 1)
}
