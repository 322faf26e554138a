//! The ledgers in words.

use chrono_tz::Tz;
use web::{
    pages::account::restraint::{RestraintRow, Writing},
    parts::field::Choice,
};
use workflows::{account::Account, consent, flag, ledger::Entry, suppression};

use crate::pages::{accounts::national, voice::capital};

/// A kind of any ledger, as people say it.
pub(in crate::pages) fn kind(kind: &str) -> &'static str {
    match kind {
        "deceased" => "Deceased",
        "bankrupt" => "Bankrupt",
        "attorney" => "Represented by an attorney",
        "ceased" => "Told us to cease",
        "dispute" => "Disputes the debt",
        "employer_prohibits" => "Not at work",
        "no_call" => "No calls",
        "no_sms" => "No texts",
        "no_email" => "No emails",
        "internal" => "Do not contact",
        "federal" => "Federal registry",
        "state" => "State registry",
        "litigator" => "Litigator",
        "wrong_number" => "Wrong number",
        "reassigned" => "Reassigned number",
        "stop" => "Opted out by text",
        "unsubscribe" => "Unsubscribed",
        "tcpa" => "Automated calls",
        "sms" => "Texts",
        "email" => "Emails",
        "more_calls" => "More calls",
        "work_email" => "Emails at work",
        _ => "Inconvenient time",
    }
}

/// What an entry says.
pub(super) fn word(entry: &Entry) -> String {
    match entry.granted {
        Some(true) => format!("{} allowed", kind(&entry.kind)),
        Some(false) => format!("{} not allowed", kind(&entry.kind)),
        None => kind(&entry.kind).to_owned(),
    }
}

/// The media an entry closes.
pub(in crate::pages) fn channel(channel: &str) -> &'static str {
    match channel {
        "call" => "calls",
        "sms" => "texts",
        "email" => "emails",
        _ => "every medium",
    }
}

pub(super) fn row(entry: &Entry, zone: Tz) -> RestraintRow {
    let whom = match (&entry.about, entry.scope.as_str(), entry.ledger.as_str()) {
        (Some(hours), _, "preference") => Some(hours.clone()),
        (Some(value), ..) => Some(national(value)),
        (None, "debt", "suppression") => Some("this debt".to_owned()),
        (None, "person", "suppression") => Some("the person".to_owned()),
        _ => None,
    };
    let until = entry.until.map(|at| format!("until {}", at.with_timezone(&zone).format("%-d %b %Y, %H:%M")));
    let about = [whom, entry.channel.as_deref().map(|one| channel(one).to_owned()), until];
    RestraintRow {
        id: entry.id.0,
        word: word(entry),
        forbids: entry.granted != Some(true),
        about: about.into_iter().flatten().collect::<Vec<_>>().join(", "),
        provenance: provenance(entry, zone),
        liftable: entry.ledger != "consent",
    }
}

/// `Letter, since 24 Nov 2026, by Ana Lee: she wrote. Evidence L-7. Lifted: a mistake.`
fn provenance(entry: &Entry, zone: Tz) -> String {
    let day = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&zone).format("%-d %b %Y").to_string();
    let reason =
        if entry.reason.is_empty() { String::new() } else { format!(": {}", entry.reason.trim_end_matches('.')) };
    let lead = format!("{}, {}, by {}{reason}.", capital(&entry.source), day(entry.since), entry.by);
    let evidence = entry.evidence_ref.as_ref().map(|evidence| format!("Evidence {evidence}."));
    let lifted = entry.lifted_at.map(|at| {
        let why = entry.lifted_reason.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
        format!("Lifted {}{why}.", day(at))
    });
    [Some(lead), evidence, lifted].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The kinds to choose from.
pub(super) fn kinds(what: &Writing) -> Vec<Choice> {
    let choice = |word: &str| Choice::new(word, kind(word));
    match what {
        Writing::Flag => flag::Kind::ALL.map(|kind| choice(kind.as_str())).to_vec(),
        Writing::Consent => consent::Kind::ALL.map(|kind| choice(kind.as_str())).to_vec(),
        Writing::Suppression => suppressible(),
        Writing::Preference | Writing::Lift { .. } => Vec::new(),
    }
}

/// The kinds that a number or an address can be suppressed as.
pub(in crate::pages) fn suppressible() -> Vec<Choice> {
    let kinds = suppression::Kind::ALL.into_iter().filter(|kind| !kind.is_wish());
    kinds.map(|one| Choice::new(one.as_str(), kind(one.as_str()))).collect()
}

/// Their numbers and addresses, all of them, or the debt.
pub(super) fn scopes(account: &Account) -> Vec<Choice> {
    let phones = account.phones.0.iter().map(|phone| Choice::new(phone.number.clone(), national(&phone.number)));
    let emails = account.emails.iter().map(|address| Choice::new(address.clone(), address.clone()));
    let all = [Choice::new("person", "The person, every number and address"), Choice::new("debt", "This debt")];
    phones.chain(emails).chain(all).collect()
}
