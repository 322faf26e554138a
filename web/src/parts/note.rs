//! A note: what happened, what is safe, the next step. And the empty region: why, and one action.

use crate::{icon::Icon, state::Tone};
use leptos::prelude::*;

/// A note under the page's title. Failures are announced.
pub fn note(tone: Tone, icon: Icon, lead: impl Into<String>, rest: impl Into<String>) -> AnyView {
    let role = (tone == Tone::Fail).then_some("alert");
    let rest = rest.into();
    view! {
        <div class="note" data-s=tone.name() role=role>
            {icon.view()}
            <p><b>{lead.into()}</b>{(!rest.is_empty()).then(|| format!(" {rest}"))}</p>
        </div>
    }
    .into_any()
}

/// A region with nothing in it yet.
pub fn empty(icon: Icon, lead: impl Into<String>, why: impl Into<String>, action: AnyView) -> AnyView {
    view! { <div class="empty">{icon.large()}<b>{lead.into()}</b><span>{why.into()}</span><span class="row">{action}</span></div> }.into_any()
}
