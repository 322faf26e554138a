//! The three things an archive can be about, a form each.

use super::EvidenceView;
use crate::parts::field::{Field, select, summary};
use leptos::prelude::*;

pub(super) fn panel(view: &EvidenceView) -> AnyView {
    let errors = &view.errors;
    let typed = |name: &str| {
        let found = view.typed.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let account = Field::text("account", "Account number", &typed("account"), errors).mono().required().view();
    let campaign = select("campaign", "Campaign", &typed("campaign"), &view.campaigns, "", errors);
    let from = Field::text("from", "From", &typed("from"), errors).kind("datetime-local").required().view();
    let to = Field::text("to", "Until", &typed("to"), errors).kind("datetime-local").required().view();
    let campaign = (!view.campaigns.is_empty()).then(|| form("campaign", "Archive campaign", campaign));
    view! {
        {summary(errors, "What you typed is still here.")}
        <section class="panel" aria-labelledby="ask-h">
            <header><h2 id="ask-h">"New archive"</h2><span class="muted small">"Every contact, verdict with its source, recording and audit line, signed"</span></header>
            <div class="asks">
                {form("account", "Archive account", account)}
                {campaign}
                {form("period", "Archive period", (from, to).into_any())}
            </div>
        </section>
    }
    .into_any()
}

fn form(what: &'static str, button: &'static str, fields: AnyView) -> AnyView {
    view! {
        <form class="filterbar" method="post" action="/evidence">
            <input type="hidden" name="what" value=what/>
            {fields}
            <button class="btn" type="submit">{button}</button>
        </form>
    }
    .into_any()
}
