//! The database server dies in the middle of it: claims that were not yet on disk are forgotten, nothing else is.

use std::time::Duration;

use app::{migrate, postgres::Embedded};
use nix::sys::signal::{Signal, kill};
use workflows::{
    id::OrgId,
    job::{self, JobId},
};

use super::world::{Count, Tally, Worker, config, connect, counting, eventually};
use crate::postgres::Place;

const JOBS: u64 = 400;

#[tokio::test]
async fn a_server_that_crashes_loses_no_job_and_ends_none_twice() {
    let place = Place::new();
    let server = Embedded::start(place.base()).await.unwrap();
    server.ensure_database("wib").await.unwrap();
    let url = server.owner_url("wib");
    migrate::run(&url).await.unwrap();
    let (db, org) = (connect(&url).await, OrgId::new());
    let mut tx = db.tenant(org).await.unwrap();
    let jobs: Vec<Count> = (0..JOBS).map(Count::of).collect();
    job::enqueue_all(&mut tx, org, &jobs).await.unwrap();
    tx.commit().await.unwrap();

    let runs = Tally::default();
    let counted = runs.clone();
    let worker = Worker::start(
        connect(&url).await,
        counting(move |_, _| {
            counted.hit();
            tokio::time::sleep(Duration::from_millis(20))
        }),
        config(),
    );
    runs.reaches(60).await;
    let before = ended(&url).await;
    // What `pg_ctl -m immediate` sends: no checkpoint, no farewell.
    kill(place.postmaster(), Signal::SIGQUIT).unwrap();
    let server = Embedded::start(place.base()).await.unwrap();

    let after = eventually(async || Some(ended(&url).await).filter(|ended| ended.len() as u64 >= JOBS)).await;
    worker.stop().await;
    let mut once = after.clone();
    once.dedup();
    assert_eq!((after.len() as u64, once.len() as u64), (JOBS, JOBS), "each ended once");
    assert!(before.iter().all(|id| after.contains(id)), "what was acknowledged stays so");
    server.stop().await.unwrap();
}

/// The jobs in history, in order; none while the server is away.
async fn ended(url: &str) -> Vec<JobId> {
    let look = async {
        let db = workflows::db::Db::connect(url, 1, workflows::hub::Hub::default()).await?;
        let mut tx = db.system().await?;
        sqlx::query_scalar("select id from job_history order by id").fetch_all(&mut *tx).await
    };
    look.await.unwrap_or_default()
}
