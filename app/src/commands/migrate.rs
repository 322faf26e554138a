//! `wib migrate`: the release step. Twice is the same as once.

use std::process::ExitCode;

use secrecy::ExposeSecret;

use crate::{
    config::{Database, Env},
    migrate,
};

pub(super) async fn run() -> anyhow::Result<ExitCode> {
    let url = Database::alone(Env::process())?.migrate_url;
    match migrate::run(url.expose_secret()).await? {
        0 => println!("the schema is up to date"),
        1 => println!("1 migration applied"),
        n => println!("{n} migrations applied"),
    }
    Ok(ExitCode::SUCCESS)
}
