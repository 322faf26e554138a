//! The records of an account, `#records`: its archive, and the legal hold that keeps them.

use super::AccountView;
use crate::{
    format,
    icon::Icon,
    parts::field::{Field, FieldError},
    shell::Clock,
    state::{Form, Tone, chip},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// What somebody who may sees of them.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// The hold that stands: why, by whom, since when.
    pub hold: Option<(String, String, DateTime<Utc>)>,
    /// Years that words and recordings are kept after the last activity.
    pub years: i16,
    /// What was typed as a reason, when it was no reason.
    pub reason: String,
    /// What was wrong with it.
    pub errors: Vec<FieldError>,
}

pub(super) fn panel(clock: &Clock, view: &AccountView) -> Option<AnyView> {
    let records = view.records.as_ref()?;
    let body = match &records.hold {
        Some((reason, by, at)) => {
            let at = at.with_timezone(&clock.zone).format("%-d %b %Y").to_string();
            view! {
                <ul class="mini-l restr"><li>{chip(Tone::Hold, Icon::Lock, "Legal hold".to_owned(), Form::Settled)}
                    <span class="wrap-any">{reason.clone()}</span><span class="dim small">{format!("{by}, {at}")}</span></li></ul>
            }
            .into_any()
        }
        None => view! { <p class="body dim">{format!("Words and recordings are kept for {} after the last activity.", format::counted(i64::from(records.years), "year", "years"))}</p> }.into_any(),
    };
    let archive = format!("/accounts/{}/archive", view.id);
    let panel = view! {
        <section class="panel" id="records" aria-labelledby="records-h">
            <header><h2 id="records-h">"Records"</h2></header>
            {body}
            {hold(view, records)}
            <form class="row line restr-acts" method="post" action=archive>
                <button class="btn sm" type="submit">{Icon::Archive.small()}"Archive as evidence"</button>
            </form>
        </section>
    };
    Some(panel.into_any())
}

/// The form that places a hold, or lifts the one that stands.
fn hold(view: &AccountView, records: &Records) -> AnyView {
    let (what, lead, button) = match records.hold {
        Some(_) => ("lift", "Lift the hold", "Lift"),
        None => ("place", "Place a legal hold", "Place"),
    };
    let reason = Field::text("hold_reason", "Reason", &records.reason, &records.errors).required().view();
    view! {
        <details class="past" open=!records.errors.is_empty()>
            <summary>{lead}</summary>
            <form class="body restr-f" method="post" action=format!("/accounts/{}/hold", view.id)>
                <input type="hidden" name="what" value=what/>
                {reason}
                <div class="row"><button class="btn sm" type="submit">{button}</button></div>
            </form>
        </details>
    }
    .into_any()
}
