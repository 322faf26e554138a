//! `wib org add SLUG`

use std::process::ExitCode;

use clap::Subcommand;
use workflows::identity::org;

/// Organisations.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Found an organisation
    Add {
        /// 2 to 41 lower-case letters, digits and dashes
        slug: String,
        /// What people call it; the slug unless given
        #[arg(long)]
        name: Option<String>,
    },
}

pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let Command::Add { slug, name } = command;
    let db = super::serve::database().await?;
    let id = org::add(&db, &slug, name.as_deref().unwrap_or(&slug)).await?;
    println!("{id}");
    Ok(ExitCode::SUCCESS)
}
