//! `wib compliance explain --account ID --channel call|sms|email [--at TIME]`: the verdict in words, rule by rule.

use std::process::ExitCode;

use anyhow::Context;
use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use clap::Args as ClapArgs;
use workflows::{
    account,
    compliance::{Channel, Code, Reason, UnknownWord},
    db::Db,
    decision::{self, Explanation},
    id::{AccountId, OrgId},
    identity::org,
    transition::Actor,
};

use crate::{api::shapes::within_reach, commands::serve};

/// Whom, how and when.
#[derive(Debug, ClapArgs)]
pub(in crate::commands) struct Args {
    /// The account's id, or, with --org, its number
    #[arg(long)]
    account: String,
    /// call, sms or email
    #[arg(long, value_parser = channel)]
    channel: Channel,
    /// Such as 2026-11-24T10:00:00-06:00; now unless given
    #[arg(long, value_parser = moment)]
    at: Option<DateTime<Utc>>,
    /// The organisation's slug; needed for an account's number
    #[arg(long)]
    org: Option<String>,
    /// Another number or address than the first usable one on file
    #[arg(long)]
    to: Option<String>,
}

fn channel(word: &str) -> Result<Channel, UnknownWord> {
    word.parse()
}

fn moment(text: &str) -> Result<DateTime<Utc>, String> {
    let at: DateTime<Utc> = text.parse().map_err(|_| "write it like 2026-11-24T10:00:00-06:00".to_owned())?;
    within_reach(at).then_some(at).ok_or_else(|| "lies between 2000 and 2099".to_owned())
}

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let db = serve::database().await?;
    let (org, account) = find(&db, &args).await?;
    let mut tx = db.tenant(org).await?;
    let contact = decision::contact(&mut tx, org, account, args.channel, args.to.as_deref()).await?;
    let at = args.at.unwrap_or(tx.now().await?);
    let explained = decision::answer(&mut tx, &contact, at, &Actor::System).await?;
    tx.commit().await?;
    print!("{}", words(args.channel, &explained));
    Ok(ExitCode::SUCCESS)
}

async fn find(db: &Db, args: &Args) -> anyhow::Result<(OrgId, AccountId)> {
    let id: Option<AccountId> = args.account.parse().ok();
    let found = match (&args.org, id) {
        (Some(slug), id) => {
            let org = org::find(db, slug).await?;
            let mut tx = db.tenant(org).await?;
            let id = if id.is_some() { id } else { account::numbered(&mut tx, org, &args.account).await? };
            id.map(|id| (org, id))
        }
        (None, Some(id)) => account::owner(&mut db.system().await?, id).await?.map(|org| (org, id)),
        (None, None) => anyhow::bail!("--account is the account's id; for its number add --org SLUG"),
    };
    found.with_context(|| format!("there is no account {}", args.account))
}

fn words(channel: Channel, explained: &Explanation) -> String {
    let Explanation { verdict, rules, budget } = explained;
    let answer = if verdict.allowed() { "ALLOWED" } else { "REFUSED" };
    let clock = |zone: Tz| verdict.decided_at.with_timezone(&zone).format("%a %-d %b %Y %H:%M %Z").to_string();
    let clocks: Vec<String> = verdict.zones.iter().map(clock).collect();
    let mut text = format!("{answer}: {channel} at {}\n", clocks.join(" or "));
    for reason in &verdict.reasons {
        text += &format!("  {} {} ({})\n", reason.code, reason.sentence, reason.citation);
    }
    let next = verdict.earliest_next.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
    let next = next.or_else(|| (!verdict.allowed()).then(|| "not before a person has acted".to_owned()));
    let lines = [("next lawful", next), ("budget", Some(budget.to_string()).filter(|words| !words.is_empty()))];
    lines.iter().for_each(|(name, said)| text.extend(said.iter().map(|said| format!("{name}: {said}\n"))));
    text += &format!("\nRules {}\n", verdict.rules_version);
    rules.iter().for_each(|(code, refused)| text += &line(*code, refused.as_ref()));
    text
}

fn line(code: Code, refused: Option<&Reason>) -> String {
    let word = if refused.is_some() { "refused" } else { "passed" };
    let sentence = refused.map_or(code.sentence(), |reason| reason.sentence.as_str());
    let citation = refused.map_or(code.citation(), |reason| reason.citation);
    format!("  {word:8}{code:17}{sentence} ({citation})\n")
}
