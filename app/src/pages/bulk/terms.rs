//! A filter in the words of people.

use web::state::Lexeme;
use workflows::{
    account, campaign,
    db::Tx,
    identity::{Principal, Right},
    job::{self, Filter, State},
};

use super::super::frame;
use crate::problem::Problem;

/// Its terms: `Queue`, `dial`. An account's number is for those who may see accounts.
pub(super) async fn of(
    tx: &mut Tx,
    caller: &Principal,
    filter: &Filter,
) -> Result<Vec<(&'static str, String)>, Problem> {
    let campaign = match filter.campaign {
        Some(id) => campaign::name(tx, caller.org, id).await?.or_else(|| Some(id.to_string())),
        None => None,
    };
    let account = match filter.account {
        Some(id) if caller.may(Right::SeeAccounts) => {
            account::find(tx, caller.org, id).await?.map(|a| a.account_number)
        }
        Some(_) => Some("one account".to_owned()),
        None => None,
    };
    let error = match &filter.fingerprint {
        Some(alike) => job::said(tx, caller.org, alike).await?.or_else(|| Some(alike.clone())),
        None => None,
    };
    let at = |moment: Option<chrono::DateTime<chrono::Utc>>| {
        moment.map(|at| at.with_timezone(&frame::zone(caller)).format("%-d %b %Y, %H:%M %Z").to_string())
    };
    let terms = [
        ("View", filter.dead_letters.then(|| "dead letters".to_owned())),
        ("Queue", filter.queue.clone()),
        ("Kind", filter.kind.clone()),
        ("State", filter.state.map(state)),
        ("Run", filter.run.map(|id| id.to_string())),
        ("Campaign", campaign),
        ("Account", account),
        ("Error like", error),
        ("Words of the error", filter.text.clone()),
        ("From", at(filter.from)),
        ("Until", at(filter.to)),
    ];
    Ok(terms.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect())
}

fn state(state: State) -> String {
    super::super::jobs::shown(state).word().to_lowercase()
}
