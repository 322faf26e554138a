//! `wib org add SLUG`, `wib org number SLUG NUMBER`, `wib org sender SLUG SENDER`

use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use workflows::{campaign::Sender, identity::org, number, phone::E164, transition::Actor};

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
    /// Give an organisation a number to call from
    Number {
        /// The organisation's slug
        slug: String,
        /// Owned at the carrier, such as +12125550199
        number: String,
        /// What people call it
        #[arg(long, default_value = "")]
        label: String,
    },
    /// Say who an organisation's e-mails are from
    Sender {
        /// The organisation's slug
        slug: String,
        /// Of a domain verified at the e-mail provider, such as 'Acme Recovery <help@acme.example>'
        sender: String,
    },
}

pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let db = super::serve::database().await?;
    match command {
        Command::Add { slug, name } => {
            let id = org::add(&db, &slug, name.as_deref().unwrap_or(&slug)).await?;
            println!("{id}");
        }
        Command::Number { slug, number, label } => {
            let number = E164::parse(&number).context("the number cannot be dialed from")?;
            let org = org::find(&db, &slug).await?;
            let mut tx = db.tenant(org).await?;
            let added = number::add(&mut tx, org, &number, &label, Actor::System)
                .await
                .context("the number was not added; another organisation may have it")?;
            tx.commit().await?;
            println!("{}", if added { "added" } else { "it was there" });
        }
        Command::Sender { slug, sender } => {
            let sender = Sender::parse(&sender).map_err(anyhow::Error::msg).context("that is no sender")?;
            let org = org::find(&db, &slug).await?;
            let mut tx = db.tenant(org).await?;
            org::set_sender(&mut tx, org, &sender).await?;
            tx.commit().await?;
            println!("{sender}");
        }
    }
    Ok(ExitCode::SUCCESS)
}
