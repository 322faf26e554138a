//! The plain loop beside which the platform is measured: claim a batch, finish it, one after the other, nothing run.

use std::time::{Duration, Instant};

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
    loop {
        let batch = sqlx::query!(
            r#"select coalesce(array_agg(id), '{}') as "ids!", coalesce(array_agg(fence), '{}') as "fences!", coalesce(array_agg(tid), '{}') as "tids!"
               from job_claim(array[$1], array[$2::int], $3)"#,
            QUEUE,
            BATCH,
            lease,
        )
        .fetch_one(&mut *db)
        .await?;
        if batch.ids.is_empty() {
            break;
        }
        sqlx::query_scalar!("select job_finish($1, $2, $3, null, $4)", &batch.ids, &batch.fences, &batch.tids, lease)
            .fetch_one(&mut *db)
            .await?;
    }
    let took = begun.elapsed();
    sqlx::query!("delete from leases where id = $1", lease).execute(&mut *db).await?;
    Ok(took)
}
