//! Chains the audit log behind those who write it, signs the chain by the minute and checks it.
//!
//! Every worker process runs it; a chain is written by one of them at a time, and doing it twice does no harm.

use std::time::Duration;

use workflows::audit;

use crate::environment::Environment;

/// Real: a line is chained about this long after its commit.
const TICK: Duration = Duration::from_secs(1);
/// A chain whose turn has come is checked at the next of these.
const TICKS_PER_CHECK: u64 = 10;

/// Runs until `shutdown` resolves.
pub(crate) async fn run(env: Environment, shutdown: impl Future<Output = ()> + Send) {
    tokio::select! {
        () = tick(&env) => {}
        () = shutdown => {}
    }
}

async fn tick(env: &Environment) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for n in 0_u64.. {
        ticks.tick().await;
        if let Err(error) = write(env).await {
            tracing::warn!(%error, "the audit log was not chained; the next tick catches up");
        }
        if n % TICKS_PER_CHECK == 0
            && let Err(error) = audit::check(&env.db, &env.keys.trusted()).await
        {
            tracing::warn!(%error, "the audit chain was not checked; the next minute catches up");
        }
    }
}

async fn write(env: &Environment) -> Result<(), sqlx::Error> {
    audit::chain(&env.db).await?;
    if let Some(signer) = &env.keys.signer {
        audit::seal(&env.db, signer).await?;
    }
    Ok(())
}
