//! The errors of the last days, those that are alike as one: `#errors`.

use super::{JobFilter, JobsView, short};
use crate::{
    format::{self, count},
    parts::table,
    shell::Clock,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// One past what is counted.
const MANY: i64 = 10_001;

/// An error, however often it happened.
#[derive(Clone, Debug)]
pub struct FailureRow {
    /// What its cases have in common.
    pub fingerprint: String,
    /// The latest, as it was said.
    pub sample: String,
    /// The kinds of jobs it happened to.
    pub kinds: Vec<String>,
    /// Attempts that ended in it.
    pub failures: i64,
    /// Dead letters it left that are there still; stops at 10,001.
    pub letters: i64,
    /// When it was first seen.
    pub first_at: DateTime<Utc>,
    /// When it was last seen.
    pub last_at: DateTime<Utc>,
}

pub(super) fn panel(clock: &Clock, view: &JobsView) -> Option<AnyView> {
    let head = [
        ("Error", ""),
        ("Kinds", "hs"),
        ("First seen", "num hm"),
        ("Last seen", "num"),
        ("Failures", "num"),
        ("Dead letters", "num"),
    ];
    let rows = view.failures.iter().map(|failure| row(clock, &view.filter, failure));
    (!view.failures.is_empty()).then(|| {
        view! {
            <section class="panel" id="errors" aria-labelledby="errors-h">
                <header><h2 id="errors-h">"Errors, last 30 days"</h2><span class="end wide-only">"alike but for numbers, ids and quotations"</span></header>
                <table class="tbl cards dense errs">
                    <caption>"Errors"</caption>
                    {table::head(&head)}
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </section>
        }
        .into_any()
    })
}

fn row(clock: &Clock, filter: &JobFilter, failure: &FailureRow) -> AnyView {
    let time = |at: DateTime<Utc>| format::time(at, clock.zone, short(clock, at));
    let alike = JobFilter { fingerprint: Some(failure.fingerprint.clone()), state: None, ..filter.clone() };
    let letters = JobFilter { letters: true, ..alike.clone() };
    let all = JobFilter { letters: false, ..alike };
    view! {
        <tr>
            <th scope="row"><a class="plain-link" href=all.href(None)>{failure.sample.clone()}</a></th>
            <td class="mono hide hs">{failure.kinds.join(", ")}</td>
            <td class="num mono dim hide hm">{time(failure.first_at)}</td>
            <td class="num mono dim" data-l="last">{time(failure.last_at)}</td>
            <td class="num" data-l="failures">{count(failure.failures)}</td>
            <td class="num" data-l="dead">{waiting(failure.letters, &letters)}</td>
        </tr>
    }
    .into_any()
}

/// A number that opens its list; zero opens nothing.
fn waiting(letters: i64, filter: &JobFilter) -> AnyView {
    match letters {
        0 => view! { <span class="dim">"0"</span> }.into_any(),
        n => {
            let words = if n >= MANY { "over 10,000".to_owned() } else { count(n) };
            view! { <a class="link" href=filter.href(None)>{words}<span class="sr">" dead letters"</span></a> }
                .into_any()
        }
    }
}
