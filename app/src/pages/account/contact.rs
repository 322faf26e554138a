//! How the person can be reached, and whether they may be now.

use chrono_tz::Tz;
use web::{
    Channel as Way,
    pages::account::{EmailRow, Verdict},
};
use workflows::{
    account::{Account, Mailbox},
    compliance::{self, Channel, Mode},
    db::Tx,
    decision::{self, Contact, Explanation, To},
    id::OrgId,
};

use crate::{pages::accounts::national, problem::Problem};

/// One answer for each channel that there is an address for.
pub(super) async fn verdicts(tx: &mut Tx, org: OrgId, account: &Account) -> Result<Vec<Verdict>, Problem> {
    let mut verdicts = Vec::new();
    for channel in [Channel::Call, Channel::Sms, Channel::Email] {
        verdicts.extend(of(tx, org, account, channel).await?);
    }
    Ok(verdicts)
}

/// The answer for one channel.
pub(in crate::pages) async fn of(
    tx: &mut Tx,
    org: OrgId,
    account: &Account,
    channel: Channel,
) -> Result<Option<Verdict>, Problem> {
    let Some(to) = decision::reach(tx, account, channel).await? else { return Ok(None) };
    let way = match channel {
        Channel::Call => Way::Call,
        Channel::Sms => Way::Text,
        Channel::Email => Way::Email,
    };
    let shown = national(to.as_str());
    let now = tx.now().await?;
    let explained = decision::explain(tx, &contact(org, account, channel, to), now).await?;
    Ok(Some(verdict(way, shown, &explained)))
}

fn verdict(channel: Way, to: String, explained: &Explanation) -> Verdict {
    let answer = &explained.verdict;
    let reason = answer.primary();
    let one = match channel {
        Way::Call => "a call",
        Way::Text => "a text",
        Way::Email => "an email",
    };
    Verdict {
        channel,
        to,
        allowed: answer.allowed(),
        sentence: reason.map_or_else(|| format!("No rule stands against {one}."), |r| r.sentence.clone()),
        citation: reason.map(|r| r.citation.to_owned()),
        earliest_next: answer.earliest_next,
        rules: format!("Rules {}", compliance::RULES_VERSION),
        budget: explained.budget.used(),
        spent: explained.budget.counts.iter().any(|count| count.near()),
    }
}

pub(super) async fn ask(
    tx: &mut Tx,
    org: OrgId,
    account: &Account,
    channel: Channel,
    to: To,
) -> Result<compliance::Verdict, Problem> {
    let now = tx.now().await?;
    Ok(decision::ask(tx, &contact(org, account, channel, to), now).await?)
}

fn contact(org: OrgId, account: &Account, channel: Channel, to: To) -> Contact {
    Contact { org, account: account.id, consumer: account.consumer_id, channel, mode: Mode::Manual, to }
}

pub(super) fn email_row(mailbox: Mailbox, zone: Tz) -> EmailRow {
    let blocked = match mailbox.unsubscribed_at {
        Some(at) => Some(format!("Unsubscribed {}", at.with_timezone(&zone).format("%-d %b"))),
        None if mailbox.bounced => Some("Bounced".to_owned()),
        None if mailbox.at_work => Some("At work".to_owned()),
        None => None,
    };
    EmailRow { address: mailbox.address, blocked }
}
