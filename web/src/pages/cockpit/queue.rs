//! Who is next, and why; and the agent's day.

use super::{CockpitView, QueueRow};
use crate::format;
use leptos::prelude::*;

pub(super) fn column(view: &CockpitView) -> AnyView {
    view! { <div class="colstack c-q" id="up-next">{next(view)}{day(view)}</div> }.into_any()
}

fn next(view: &CockpitView) -> AnyView {
    let of = format!("{} of {}", view.queue.len(), format::count(view.queued));
    let body = if view.queue.is_empty() {
        view! { <p class="body dim">"Nobody on a list that you dial may be called now. Where the dialer calls, it chooses."</p> }.into_any()
    } else {
        view! { <ol class="queue">{view.queue.iter().map(row).collect_view()}</ol> }.into_any()
    };
    view! {
        <section class="panel" aria-labelledby="next-h">
            <header><h2 id="next-h">"Up next"</h2>{(view.queued > 0).then(|| view! { <span class="end">{of}</span> })}</header>
            {body}
        </section>
    }
    .into_any()
}

fn row(row: &QueueRow) -> AnyView {
    view! {
        <li class=row.first.then_some("on")>
            <div class="row between nowrap-row"><a class="plain-link" href=format!("/accounts/{}", row.account)><b>{row.name.clone()}</b></a><span>{format::dollars(row.balance_cents)}</span></div>
            <p class="dim small">{row.why.clone()}</p>
        </li>
    }
    .into_any()
}

fn day(view: &CockpitView) -> AnyView {
    let handle = view.me.handle_secs.map_or_else(|| "none yet".to_owned(), format::span);
    view! {
        <section class="panel" aria-labelledby="day-h">
            <header><h2 id="day-h">"My last 24 hours"</h2></header>
            <dl class="body kv"><dt>"Calls talked"</dt><dd>{format::count(view.me.calls)}</dd><dt>"Average talk"</dt><dd>{handle}</dd></dl>
        </section>
    }
    .into_any()
}
