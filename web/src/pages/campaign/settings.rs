//! The settings in words, and what is sent.

use super::{CampaignView, TemplatePreview};
use crate::channel::Channel;
use leptos::prelude::*;

pub(super) fn panel(view: &CampaignView) -> AnyView {
    let facts = view.settings.iter().map(|(name, value)| view! { <dt>{name.clone()}</dt><dd>{value.clone()}</dd> });
    let template = view.template.as_ref().map(|template| sent(view.channel, template));
    view! {
        <section class="panel" aria-labelledby="settings-h">
            <header><h2 id="settings-h">"Settings"</h2></header>
            {template}
            <dl class="body kv">{facts.collect_view()}</dl>
        </section>
    }
    .into_any()
}

fn sent(channel: Channel, template: &TemplatePreview) -> AnyView {
    let subject = template.subject.clone().map(|subject| view! { <b>{subject}</b> });
    let class = if channel == Channel::Email { "letter" } else { "bubble out" };
    view! {
        <div class="body sent below">
            <p class="small dim">{template.name.clone()}</p>
            <div class=class>{subject}<p class="pre-line">{template.text.clone()}</p></div>
        </div>
    }
    .into_any()
}
