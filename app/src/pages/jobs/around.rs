//! What stands around the list: the errors of the last days, the latest bulk actions, campaigns to choose from.

use chrono::TimeDelta;
use web::{
    pages::jobs::{BulkLine, FailureRow, JobsView},
    parts::field::Choice,
    state::BulkState,
};
use workflows::{
    bulk::{self, Bulk},
    campaign,
    db::Tx,
    identity::{Principal, Right},
    job::{self, Failure, Filter},
};

use super::super::bulk::{shown_state, words_of};
use crate::problem::Problem;

const ERRORS: i64 = 8;
const BULKS: i64 = 3;
const CAMPAIGNS: i64 = 100;
/// As long as history is kept.
const DAYS: i64 = 30;

pub(super) async fn fill(tx: &mut Tx, caller: &Principal, filter: &Filter, view: &mut JobsView) -> Result<(), Problem> {
    let since = (tx.now().await? - TimeDelta::days(DAYS)).date_naive();
    let (kind, queue) = (filter.kind.as_deref(), filter.queue.as_deref());
    let failures = job::failures(tx, caller.org, kind, queue, since, ERRORS).await?;
    view.failures = failures.into_iter().map(failure).collect();
    view.bulks = bulk::list(tx, caller.org, BULKS).await?.into_iter().map(line).collect();
    let campaigns = campaign::names(tx, caller.org, CAMPAIGNS).await?;
    view.campaigns = campaigns.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
    view.may_see_accounts = caller.may(Right::SeeAccounts);
    Ok(())
}

fn failure(failure: Failure) -> FailureRow {
    FailureRow {
        fingerprint: failure.fingerprint,
        sample: failure.sample,
        kinds: failure.kinds,
        failures: failure.failures,
        letters: failure.letters,
        first_at: failure.first_at,
        last_at: failure.last_at,
    }
}

fn line(bulk: Bulk) -> BulkLine {
    let state: BulkState = shown_state(bulk.state);
    BulkLine {
        id: bulk.id.0,
        words: words_of(&bulk),
        state,
        done: bulk.done.into(),
        total: bulk.total.into(),
        by: bulk.requested_by,
        reason: bulk.reason,
        at: bulk.requested_at,
    }
}
