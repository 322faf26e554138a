//! `wib audit verify [--org SLUG]`, `wib audit key [--new]`

use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use secrecy::ExposeSecret;
use workflows::{
    audit::{self, Keys, Signer},
    db::Db,
    id::OrgId,
    identity::org,
};

use crate::{
    config::{self, Env},
    signing,
};

/// The audit trail.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Follow the chains from the first line to the last; names the first row that breaks one
    Verify {
        /// The organisation's slug; every organisation unless given
        #[arg(long)]
        org: Option<String>,
    },
    /// Print the public key that checkpoints are verified with
    Key {
        /// Make a new secret key for `WIB_SIGNING_KEY` instead, and print it
        #[arg(long)]
        new: bool,
    },
}

pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Verify { org } => verify(org.as_deref()).await,
        Command::Key { new: true } => {
            println!("{}", Signer::generate()?.expose_secret());
            Ok(ExitCode::SUCCESS)
        }
        Command::Key { new: false } => {
            let keys = keys()?;
            let signer =
                keys.signer.context("nothing is signed here; `wib audit key --new` makes a WIB_SIGNING_KEY")?;
            println!("{}", signer.public());
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The environment's, else the workspace's.
fn keys() -> anyhow::Result<Keys> {
    let keys = config::signing(Env::process())?;
    if keys.trusted().is_empty() { Ok(signing::found()?.unwrap_or_default()) } else { Ok(keys) }
}

async fn verify(slug: Option<&str>) -> anyhow::Result<ExitCode> {
    let keys = keys()?.trusted();
    let db = super::serve::database().await?;
    let chosen = match slug {
        Some(slug) => vec![(org::find(&db, slug).await?, slug.to_owned())],
        None => org::list(&db).await?,
    };
    if keys.is_empty() {
        eprintln!("no key is known here, so signatures are not looked at; set WIB_SIGNING_KEY or WIB_TRUSTED_KEYS");
    }
    let mut code = ExitCode::SUCCESS;
    for (id, slug) in chosen {
        if !tell(&db, id, &slug, &keys).await? {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

async fn tell(db: &Db, id: OrgId, slug: &str, keys: &[audit::PublicKey]) -> anyhow::Result<bool> {
    match audit::inspect(db, id, keys).await? {
        Ok(proof) => println!("{slug}: holds to #{}, signed to #{}, hash {}", proof.seq, proof.signed, proof.hash),
        Err(broken) => {
            println!("{slug}: BROKEN: {broken}");
            return Ok(false);
        }
    }
    Ok(true)
}
