//! Fires schedules and turns the partitions of history over. Any number of processes may do it at once.

use std::{future::Future, time::Duration};

use workflows::{db::Db, evidence, housekeeping, queue, recipient, schedule};

/// A slot fires at most this late.
const TICK: Duration = Duration::from_millis(500);
/// Partitions are made days ahead; once an hour is plenty.
const TICKS_PER_ROTATION: u64 = 7_200;

/// Runs until `shutdown` resolves.
pub async fn run(db: Db, keep_days: i32, shutdown: impl Future<Output = ()> + Send) {
    tokio::select! {
        () = tick(db, keep_days) => {}
        () = shutdown => {}
    }
}

async fn tick(db: Db, keep_days: i32) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for n in 0_u64.. {
        ticks.tick().await;
        if let Err(error) = fire(&db).await {
            tracing::warn!(%error, "schedules did not fire; they will at the next tick");
        }
        if let Err(error) = count(&db).await {
            tracing::warn!(%error, "what moved was not added up; the next tick does it");
        }
        if n % TICKS_PER_ROTATION == 0 {
            rotate(&db, keep_days).await;
            prune(&db).await;
            erase(&db).await;
        }
    }
}

async fn fire(db: &Db) -> Result<(), sqlx::Error> {
    let mut tx = db.system().await?;
    let fired = schedule::fire_due(&mut tx).await?;
    tx.commit().await?;
    if fired > 0 {
        tracing::info!("{fired} schedules fired");
    }
    Ok(())
}

/// Adds up what pages show.
async fn count(db: &Db) -> Result<(), sqlx::Error> {
    let mut tx = db.system().await?;
    queue::sample(&mut tx).await?;
    recipient::fold(&mut tx).await?;
    tx.commit().await
}

async fn rotate(db: &Db, keep_days: i32) {
    let rotated = async {
        let mut tx = db.pool().begin().await?;
        sqlx::query!("select job_history_rotate($1), bulk_rotate($1)", keep_days).execute(&mut *tx).await?;
        tx.commit().await
    };
    if let Err(error) = rotated.await {
        tracing::warn!(%error, "job history was not rotated; rows go to the default partition");
    }
}

async fn prune(db: &Db) {
    let pruned = async {
        let mut tx = db.system().await?;
        let gone = housekeeping::prune(&mut tx).await?;
        tx.commit().await?;
        Ok::<_, sqlx::Error>(gone)
    };
    match pruned.await {
        Ok(gone) => tracing::debug!("{gone} rows nobody can ask for any more are gone"),
        Err(error) => tracing::warn!(%error, "old rows were not pruned; the next hour catches up"),
    }
}

/// Batch after batch, each committed by itself, until nothing is past its retention.
async fn erase(db: &Db) {
    let mut all = 0;
    loop {
        match erase_batch(db).await {
            Ok(0) => break tracing::debug!("what was said is gone for {all} accounts past their retention"),
            Ok(accounts) => all += accounts,
            Err(error) => {
                break tracing::warn!(%error, "not all that is past its retention was deleted; the next hour catches up");
            }
        }
    }
}

async fn erase_batch(db: &Db) -> Result<usize, sqlx::Error> {
    let mut tx = db.system().await?;
    let accounts = evidence::erase_old(&mut tx).await?;
    tx.commit().await?;
    Ok(accounts)
}
