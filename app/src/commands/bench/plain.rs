//! The plain loop beside which the platform is measured: claim a batch, finish it, one after the other, nothing run.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::load::{Load, QUEUE};

const BATCH: i32 = 500;

/// Works off everything that waits.
pub(super) async fn drain(load: &Load) -> anyhow::Result<Duration> {
    let mut db = load.db.pool().acquire().await?;
    let lease = sqlx::query_scalar!(
        "insert into leases (worker, expires_at) values ('bench', clock_timestamp() + interval '1 hour') returning id"
    )
    .fetch_one(&mut *db)
    .await?;
    let begun = Instant::now();
    let (mut from, mut from_id): (Option<DateTime<Utc>>, Option<i64>) = (None, None);
    loop {
        let batch = sqlx::query!(
            r#"select coalesce(array_agg(id), '{}') as "ids!", coalesce(array_agg(fence), '{}') as "fences!", coalesce(array_agg(tid), '{}') as "tids!",
                 max(run_at) as last_at, max(id) as last_id
               from job_claim_fair(array[$1], array[$2::int], array[0::bigint], array_fill('00000000-0000-0000-0000-000000000000'::uuid, array[4]),
                 array[$4::timestamptz is null], array_fill($4::timestamptz, array[4]), array_fill($5::bigint, array[4]), $3)"#,
            QUEUE,
            BATCH,
            lease,
            from,
            from_id,
        )
        .fetch_one(&mut *db)
        .await?;
        if batch.ids.is_empty() {
            break;
        }
        // Where the worker begins its next claim, too.
        (from, from_id) = (batch.last_at, batch.last_id);
        sqlx::query_scalar!("select job_finish($1, $2, $3, null, $4)", &batch.ids, &batch.fences, &batch.tids, lease)
            .fetch_one(&mut *db)
            .await?;
    }
    let took = begun.elapsed();
    sqlx::query!("delete from leases where id = $1", lease).execute(&mut *db).await?;
    Ok(took)
}
