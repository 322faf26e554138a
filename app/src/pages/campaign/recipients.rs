//! The people on the list, with what was last done for each.

use web::{
    pages::campaign::RecipientRow,
    state::{MessageState, RecipientState},
};
use workflows::{
    campaign::Kind,
    identity::{Principal, Right},
    phone::E164,
    recipient::{Listed, State},
};

use super::model::Read;
use crate::pages::{account, voice::capital};

/// What fits on a page.
pub(super) const ROWS: i64 = 50;

/// The cursor of the next page, if a full one says that there may be one.
pub(super) fn next(people: &[Listed]) -> Option<String> {
    let full = i64::try_from(people.len()).is_ok_and(|n| n == ROWS);
    people.last().filter(|_| full).map(|person| person.position.to_string())
}

/// Without the right to see accounts a person is a place on the list, and a number is its area code.
pub(super) fn row(read: &Read, caller: &Principal, person: &Listed) -> RecipientRow {
    let sees = caller.may(Right::SeeAccounts);
    RecipientRow {
        id: person.id.0,
        account: sees.then_some(person.account.0),
        name: if sees { person.name.clone() } else { format!("Number {} on the list", person.position) },
        address: person.address.as_deref().map(|address| shown(address, sees)).unwrap_or_default(),
        state: RecipientState::named(person.state.as_str()).expect("the lexicon has every state of a recipient"),
        message: person.message.and_then(|state| MessageState::named(state.as_str())),
        outcome: capital(&outcome(read.campaign.kind, person)),
        attempts: person.attempts_used.into(),
        at: (person.state != State::Queued || person.attempt.is_some()).then_some(person.at),
        next_at: person.next_at,
        workflow: person.attempt.or_else(|| (person.state != State::Queued).then_some(person.id.0)),
    }
}

fn shown(address: &str, sees: bool) -> String {
    let phone = E164::parse(address).ok().map(|phone| phone.national());
    match (phone, sees) {
        (Some(national), true) => national,
        (Some(national), false) => national.split(' ').next().unwrap_or_default().to_owned(),
        (None, true) => address.to_owned(),
        (None, false) => String::new(),
    }
}

/// What happened, in words. The explanation of somebody who was called tells the last wait, so the outcome comes first.
fn outcome(kind: Kind, person: &Listed) -> String {
    let (came_to, because) = (person.outcome.as_deref(), person.explanation.as_deref());
    let words = match person.state {
        State::Queued | State::Claimed => None,
        State::RetryWait => because,
        State::Done => came_to.filter(|outcome| *outcome != "delivered"),
        State::Failed if kind == Kind::Voice => came_to,
        State::Failed | State::Suppressed | State::Skipped => because.or(came_to),
    };
    match (words, person.code.as_deref()) {
        (Some("unconfirmed"), _) => "the carrier cannot say whether it arrived".to_owned(),
        (Some(words), Some(code)) if person.state == State::Failed => format!("{}, {code}", account::plain(words)),
        (Some(words), _) => account::plain(words),
        (None, _) => String::new(),
    }
}
