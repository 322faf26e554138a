//! Writes an export's archive.

use workflows::evidence::{self, ExportEvidence};

use crate::{environment::Environment, error::Error, outcome::Outcome, registry::Ctx};

pub(super) async fn export_evidence(env: &Environment, ctx: &Ctx, job: &ExportEvidence) -> Result<Outcome, Error> {
    let Some(signer) = &env.keys.signer else {
        return give_up(env, ctx, job, "nothing can be signed: set WIB_SIGNING_KEY, then ask again").await;
    };
    match evidence::build(&env.db, ctx.org(), job.export, signer).await {
        Ok(_) => Ok(Outcome::Done),
        Err(error) if ctx.is_last_attempt() => {
            tracing::error!(%error, "export {} is given up", job.export);
            give_up(env, ctx, job, "it could not be written; operations can see why in the jobs").await
        }
        Err(error) => Err(error.into()),
    }
}

async fn give_up(env: &Environment, ctx: &Ctx, job: &ExportEvidence, why: &str) -> Result<Outcome, Error> {
    let mut tx = env.db.tenant(ctx.org()).await?;
    evidence::fail(&mut tx, ctx.org(), job.export, why).await?;
    tx.commit().await?;
    Ok(Outcome::Discard(why.to_owned()))
}
