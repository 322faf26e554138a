//! What a list of jobs is asked for, as the address has it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use web::{pages::jobs::JobFilter, parts::field::FieldError, state::JobState};
use workflows::{
    account,
    db::Tx,
    identity::{Principal, Right},
    job::{Filter, JobId},
};

use super::{super::frame, domain};
use crate::{
    api::{bulk::FilterIn, ledger::moment},
    problem::Problem,
};

/// A filter form sends an empty value for "every".
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    view: String,
    queue: String,
    kind: String,
    state: String,
    campaign: String,
    account: String,
    fingerprint: String,
    text: String,
    from: String,
    to: String,
    pub(super) before: Option<JobId>,
}

/// What could be understood of it.
pub(crate) struct Read {
    pub(crate) filter: Filter,
    pub(crate) shown: JobFilter,
    /// What could not: a list goes without it, a bulk action does not.
    pub(crate) errors: Vec<FieldError>,
}

impl Asked {
    /// Reads it, with the account that its number names.
    pub(crate) async fn read(&self, tx: &mut Tx, caller: &Principal) -> Result<Read, Problem> {
        let mut errors = Vec::new();
        let mut asked = self.plain(frame::zone(caller), &mut errors);
        let number = given(&self.account).filter(|_| caller.may(Right::SeeAccounts));
        if let Some(number) = &number {
            asked.account = account::numbered(tx, caller.org, number).await?;
            if asked.account.is_none() {
                errors.push(FieldError::new("account", format!("No account has the number {number}.")));
            }
        }
        let wrong = asked.wrong("").into_iter();
        errors.extend(
            wrong.map(|e| FieldError::new(e.field, super::super::words::sentence(&format!("it {}", e.message)))),
        );
        let filter = if errors.is_empty() { asked.filter() } else { asked.without_faults().filter() };
        Ok(Read { filter, shown: self.shown(number), errors })
    }

    /// All but the account.
    fn plain(&self, zone: Tz, errors: &mut Vec<FieldError>) -> FilterIn {
        let mut at = |field: &str, text: &str| -> Option<DateTime<Utc>> {
            moment(field, text, zone).unwrap_or_else(|_| {
                errors.push(FieldError::new(field, "Give a day and a time, such as 2026-11-17 14:00."));
                None
            })
        };
        let (from, to) = (at("from", &self.from), at("to", &self.to));
        let state = given(&self.state).map(|name| JobState::named(&name));
        if state == Some(None) {
            errors.push(FieldError::new("state", "There is no such state."));
        }
        let campaign = given(&self.campaign).map(|id| id.parse());
        if matches!(campaign, Some(Err(_))) {
            errors.push(FieldError::new("campaign", "There is no such campaign."));
        }
        FilterIn {
            queue: given(&self.queue),
            kind: given(&self.kind),
            state: state.flatten().map(domain),
            campaign: campaign.and_then(Result::ok),
            fingerprint: given(&self.fingerprint),
            text: given(&self.text),
            from,
            to,
            dead_letters: self.view == "dead",
            ..FilterIn::default()
        }
    }

    fn shown(&self, number: Option<String>) -> JobFilter {
        JobFilter {
            queue: given(&self.queue),
            kind: given(&self.kind),
            state: JobState::named(&self.state),
            campaign: given(&self.campaign),
            account: number,
            fingerprint: given(&self.fingerprint),
            text: given(&self.text),
            from: given(&self.from),
            to: given(&self.to),
            letters: self.view == "dead",
        }
    }
}

fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
