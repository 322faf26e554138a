//! `wib user add --org SLUG --email E --role R`, the password on standard input.

use std::{
    io::{self, BufRead, IsTerminal},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::Subcommand;
use secrecy::SecretString;
use workflows::{
    agent,
    id::AgentId,
    identity::{Role, org, user},
    phone::E164,
};

/// People.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add somebody who signs in; the password is read from standard input
    Add {
        /// The organisation's slug
        #[arg(long)]
        org: String,
        #[arg(long)]
        email: String,
        /// owner, admin, supervisor, agent, compliance, ops or readonly
        #[arg(long)]
        role: Role,
        /// What to call them; the part before the @ unless given
        #[arg(long)]
        name: Option<String>,
        /// An agent's phone, such as +12125550123: their calls ring there instead of in the browser
        #[arg(long)]
        phone: Option<String>,
    },
}

pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let Command::Add { org, email, role, name, phone } = command;
    let phone = phone.map(|phone| E164::parse(&phone)).transpose().context("--phone cannot be dialed")?;
    anyhow::ensure!(phone.is_none() || role == Role::Agent, "--phone is for agents; this is a {}", role.word());
    let password = password()?;
    let db = super::serve::database().await?;
    let org = org::find(&db, &org).await?;
    let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or(&email).to_owned());
    let id = user::add(&db, org, user::NewUser { email: &email, name: &name, role, password: &password }).await?;
    if let Some(phone) = phone {
        let mut tx = db.tenant(org).await?;
        agent::use_phone(&mut tx, org, AgentId(id.0), &phone).await?;
        tx.commit().await?;
    }
    println!("{id}");
    Ok(ExitCode::SUCCESS)
}

/// The first line, so that `echo secret | wib user add …` works.
fn password() -> anyhow::Result<SecretString> {
    if io::stdin().is_terminal() {
        eprintln!("password, then Enter (it is shown as you type):");
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("the password could not be read")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("no password on standard input; try: echo 'a long password' | wib user add …");
    }
    Ok(password.into())
}
