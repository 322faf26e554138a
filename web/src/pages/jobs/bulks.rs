//! Bulk actions on the jobs' page: the latest, and the way to a new one.

use super::{JobsView, short};
use crate::{
    format::{self, count},
    icon::Icon,
    parts::table,
    shell::Clock,
    state::{BulkState, Form, JobState, Lexeme},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

/// One bulk action in a list.
#[derive(Clone, Debug)]
pub struct BulkLine {
    /// Its page is `/jobs/bulk/{id}`.
    pub id: Uuid,
    /// What it does: `Retry 300 jobs`.
    pub words: String,
    /// Its state.
    pub state: BulkState,
    /// Jobs that have their result.
    pub done: i64,
    /// Of how many.
    pub total: i64,
    /// Who asked for it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

pub(super) fn panel(clock: &Clock, view: &JobsView) -> Option<AnyView> {
    let head = [("Action", ""), ("State", ""), ("Done", "num"), ("Why", "hs"), ("Who", "hm"), ("When", "num hm")];
    let rows = view.bulks.iter().map(|bulk| row(clock, bulk));
    (!view.bulks.is_empty()).then(|| {
        view! {
            <section class="panel" id="bulks" aria-labelledby="bulks-h">
                <header><h2 id="bulks-h">"Bulk actions"</h2><span class="end">"the latest"</span></header>
                <table class="tbl cards dense">
                    <caption>"Bulk actions"</caption>
                    {table::head(&head)}
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </section>
        }
        .into_any()
    })
}

fn row(clock: &Clock, bulk: &BulkLine) -> AnyView {
    view! {
        <tr>
            <th scope="row" class="nowrap"><a class="plain-link" href=format!("/jobs/bulk/{}", bulk.id)>{bulk.words.clone()}</a></th>
            <td>{bulk.state.chip(Form::Plain)}</td>
            <td class="num" data-l="done">{format!("{} of {}", count(bulk.done), count(bulk.total))}</td>
            <td class="clip hide hs muted">{bulk.reason.clone()}</td>
            <td class="nowrap hide hm">{bulk.by.clone()}</td>
            <td class="num mono dim hide hm">{format::time(bulk.at, clock.zone, short(clock, bulk.at))}</td>
        </tr>
    }
    .into_any()
}

/// What can be done to all that match, not to the page alone. Only what makes sense for what is shown.
pub(super) fn offer(view: &JobsView) -> Option<AnyView> {
    let filter = &view.filter;
    let over = filter.letters || matches!(filter.state, Some(JobState::Failed | JobState::Cancelled));
    let live = !filter.letters
        && filter.state.is_none_or(|s| !matches!(s, JobState::Failed | JobState::Cancelled | JobState::Done));
    let dead = filter.letters || filter.fingerprint.is_some() || filter.state == Some(JobState::Failed);
    let to = |action: &str| format!("/jobs/bulk/new{}", filter.query_with("action", action));
    (view.may_operate && !view.jobs.is_empty() && view.errors.is_empty()).then(|| {
        view! {
            <div class="bulkbar row"><span class="muted">"All that match, not this page alone:"</span>
                {(over || filter.state.is_none()).then(|| view! { <a class="btn sm" href=to("retry")>{Icon::RotateCw.small()}"Retry all…"</a> })}
                {live.then(|| view! { <a class="btn sm" href=to("cancel")>{Icon::X.small()}"Cancel all…"</a> })}
                {dead.then(|| view! { <a class="btn sm" href=to("delete")>{Icon::Ban.small()}"Delete all…"</a> })}
            </div>
        }
        .into_any()
    })
}
