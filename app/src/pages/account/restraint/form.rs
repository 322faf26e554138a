//! What was typed, and what it asks of the domain.

use serde::Deserialize;
use workflows::{
    account::Place,
    compliance::Channel as Medium,
    consent,
    db::Tx,
    flag,
    id::{AccountId, EntryId},
    identity::Principal,
    ledger::{self, Lift, Provenance},
    preference::{self, Hours},
    suppression::{self, Channel, Scope},
};

use crate::{
    api::{
        ledger::{moment, zone},
        suppressions::address,
    },
    problem::Problem,
};

/// Every field of every form of the card; a form sends its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages::account) struct Typed {
    pub(super) what: String,
    pub(super) entry: Option<EntryId>,
    kind: String,
    scope: String,
    channel: String,
    granted: String,
    at: String,
    expires_at: String,
    days: String,
    from: String,
    to: String,
    place: String,
    source: String,
    reason: String,
    evidence_ref: String,
    verified: String,
}

impl Typed {
    /// To be shown again.
    pub(super) fn fields(self) -> Vec<(String, String)> {
        let all = [
            ("kind", self.kind),
            ("scope", self.scope),
            ("channel", self.channel),
            ("granted", self.granted),
            ("at", self.at),
            ("expires_at", self.expires_at),
            ("days", self.days),
            ("from", self.from),
            ("to", self.to),
            ("place", self.place),
            ("source", self.source),
            ("reason", self.reason),
            ("evidence_ref", self.evidence_ref),
            ("verified", self.verified),
        ];
        all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    fn provenance(&self, caller: &Principal) -> Provenance {
        let (source, reason) = (self.source.clone(), self.reason.clone());
        Provenance { source, reason, evidence_ref: Some(self.evidence_ref.clone()), actor: caller.actor }
    }

    pub(super) async fn flag(&self, tx: &mut Tx, caller: &Principal, id: AccountId) -> Result<&'static str, Problem> {
        let kind = one_of("kind", &self.kind, &flag::Kind::ALL, flag::Kind::as_str)?;
        let at = moment("at", &self.at, zone(caller))?;
        let new = flag::New { account: id, kind, at, provenance: self.provenance(caller) };
        flag::raise(tx, caller.org, &new).await?;
        Ok("Flagged. Nothing leaves that the rules forbid from now on.")
    }

    pub(super) async fn suppress(
        &self,
        tx: &mut Tx,
        caller: &Principal,
        id: AccountId,
    ) -> Result<&'static str, Problem> {
        let scope = match self.scope.as_str() {
            "person" => Scope::Person(ledger::person(tx, caller.org, id).await?),
            "debt" => Scope::Debt(id),
            value => Scope::Address(address(value)?),
        };
        let new = suppression::New {
            scope,
            kind: one_of("kind", &self.kind, &suppression::Kind::ALL, suppression::Kind::as_str)?,
            channel: medium(&self.channel)?,
            effective_at: None,
            expires_at: moment("expires_at", &self.expires_at, zone(caller))?,
            provenance: self.provenance(caller),
        };
        suppression::add(tx, caller.org, &new).await?;
        Ok("Suppressed. Nothing not yet sent leaves.")
    }

    pub(super) async fn consent(
        &self,
        tx: &mut Tx,
        caller: &Principal,
        id: AccountId,
    ) -> Result<&'static str, Problem> {
        let granted = match self.granted.as_str() {
            "true" => true,
            "false" => false,
            _ => return Err(Problem::field("granted", "is given or taken back")),
        };
        let new = consent::New {
            account: id,
            kind: one_of("kind", &self.kind, &consent::Kind::ALL, consent::Kind::as_str)?,
            granted,
            at: None,
            expires_at: moment("expires_at", &self.expires_at, zone(caller))?,
            provenance: self.provenance(caller),
        };
        consent::record(tx, caller.org, &new).await?;
        Ok("Written down. The latest word stands.")
    }

    pub(super) async fn prefer(&self, tx: &mut Tx, caller: &Principal, id: AccountId) -> Result<&'static str, Problem> {
        let days: Vec<String> = self.days.split([' ', ',']).filter(|day| !day.is_empty()).map(str::to_owned).collect();
        let places = [Place::Home, Place::Mobile, Place::Work];
        let media = [Medium::Call, Medium::Sms, Medium::Email];
        let new = preference::New {
            account: id,
            hours: Hours::parse(&days, &self.from, &self.to)?,
            place: maybe("place", &self.place, &places, Place::as_str)?,
            channel: maybe("channel", &self.channel, &media, Medium::as_str)?,
            provenance: self.provenance(caller),
        };
        let added = preference::add(tx, caller.org, &new).await?;
        let all = preference::list(tx, caller.org, id).await?;
        let ours = all.iter().find(|one| one.id == added);
        Ok(match ours.is_some_and(|one| all.iter().any(|other| one.overlaps(other))) {
            true => "Written down. It overlaps another one: both hold.",
            false => "Written down.",
        })
    }

    /// Whichever ledger it is in.
    pub(super) async fn lift(&self, tx: &mut Tx, caller: &Principal, id: AccountId) -> Result<&'static str, Problem> {
        let entry = self.entry.ok_or_else(|| Problem::not_found("entry"))?;
        let lift = Lift { reason: self.reason.clone(), actor: caller.actor };
        let entries = ledger::of_account(tx, caller.org, id).await?;
        let found = entries.iter().find(|found| found.id == entry).ok_or_else(|| Problem::not_found("entry"))?;
        match found.ledger.as_str() {
            "suppression" => suppression::lift(tx, caller.org, entry, &lift).await?,
            "preference" => preference::lift(tx, caller.org, id, entry, &lift).await?,
            "consent" => return Err(Problem::field("reason", "a consent is taken back by another word")),
            _ => flag::lower(tx, caller.org, id, entry, self.verified == "true", &lift).await?,
        }
        Ok("Lifted. It stays on file.")
    }
}

fn one_of<T: Copy>(field: &str, word: &str, all: &[T], as_str: fn(T) -> &'static str) -> Result<T, Problem> {
    let known = all.iter().copied().find(|one| as_str(*one) == word);
    known.ok_or_else(|| Problem::field(field, "choose one of the list"))
}

fn maybe<T: Copy>(field: &str, word: &str, all: &[T], as_str: fn(T) -> &'static str) -> Result<Option<T>, Problem> {
    if word.is_empty() { Ok(None) } else { one_of(field, word, all, as_str).map(Some) }
}

/// The media of a suppression; none for the kind's usual one.
pub(in crate::pages) fn medium(word: &str) -> Result<Option<Channel>, Problem> {
    let all = [Channel::Call, Channel::Sms, Channel::Email, Channel::All];
    maybe("channel", word, &all, Channel::as_str)
}
