//! A worker process, whole: the queues, the pacer, the sweeper, the auditor and the scheduler, until told to stop.

use tokio_util::sync::CancellationToken;

use crate::{
    auditor,
    environment::Environment,
    jobs, pacer, reconcile,
    runtime::{Config, Error, Runtime},
    scheduler,
};

/// Days that finished jobs are kept.
const KEEP_DAYS: i32 = 30;

/// Works until `stop` is cancelled, then lets what runs end and gives back what it holds.
///
/// # Errors
/// When the database is away at the start.
pub async fn run(env: Environment, config: Config, stop: CancellationToken) -> Result<(), Error> {
    let runtime = Runtime::new(env.db.clone(), jobs::registry(&env), config);
    let told = || stop.clone().cancelled_owned();
    let (ended, (), (), (), ()) = tokio::join!(
        runtime.run(told()),
        pacer::run(env.clone(), told()),
        reconcile::run(env.clone(), told()),
        auditor::run(env.clone(), told()),
        scheduler::run(env.db.clone(), KEEP_DAYS, told()),
    );
    ended
}
