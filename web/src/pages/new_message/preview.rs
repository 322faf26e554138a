//! The rendered sample: `#preview`.

use super::{NewMessageView, Preview, Segments};
use crate::{
    format::{count, counted},
    icon::Icon,
    state::{Form, Tone, chip},
};
use leptos::prelude::*;

pub(super) fn panel(view: &NewMessageView, action: String) -> AnyView {
    let person = view.preview.as_ref().map(|preview| preview.person.clone());
    let body = match &view.preview {
        Some(preview) => sample(preview),
        None => view! { <p class="body dim">"As one of the people on the list would get it, with its fields filled in."</p> }.into_any(),
    };
    view! {
        <section class="panel" id="preview" aria-labelledby="preview-h">
            <header><h2 id="preview-h">"Preview"</h2><span class="end">{person}</span></header>
            {body}
            <div class="body acts-v line">
                <button class="btn" type="submit" formaction=action formnovalidate=true>{Icon::Search.view()}{if view.preview.is_some() { "Preview again" } else { "Preview" }}</button>
            </div>
        </section>
    }
    .into_any()
}

fn sample(preview: &Preview) -> AnyView {
    let notes = preview
        .notes
        .iter()
        .map(|note| view! { <li data-s="hold">{Icon::TriangleAlert.small()}<span>{note.clone()}</span></li> });
    let notes = (!preview.notes.is_empty()).then(|| view! { <ul class="checks body">{notes.collect_view()}</ul> });
    let shown = if preview.html.is_some() || preview.frame.is_some() { email(preview) } else { text(preview) };
    view! { {shown}{notes} }.into_any()
}

fn text(preview: &Preview) -> AnyView {
    let cut = preview.segments.as_ref().map(segments);
    let bubble = (!preview.text.is_empty())
        .then(|| view! { <div class="body sent"><p class="bubble out pre-line">{preview.text.clone()}</p>{cut}</div> });
    bubble.into_any()
}

fn segments(cut: &Segments) -> AnyView {
    let words = format!("{} of {} characters, {}", count(cut.characters), count(cut.room), cut.encoding);
    let parts = counted(cut.count, "segment", "segments");
    let tone = if cut.count > 1 { (Tone::Hold, Icon::Layers) } else { (Tone::Live, Icon::Check) };
    view! { <p class="row between small dim"><span>{words}</span>{chip(tone.0, tone.1, parts, Form::Settled)}</p> }
        .into_any()
}

/// The letter in a frame that may do nothing, its text twin, its source.
fn email(preview: &Preview) -> AnyView {
    let subject = preview.subject.clone().map(|subject| view! { <p class="body pv-subject"><b>{subject}</b></p> });
    let frame = preview.frame.clone().map(
        |src| view! { <iframe class="mailframe" sandbox="" src=src title="The email as it would be shown"></iframe> },
    );
    let source = preview.html.clone().map(|html| view! { <details><summary>"Source, as it would be sent"</summary><pre class="source mono">{html}</pre></details> });
    view! {
        {subject}
        {frame}
        <div class="body twin">
            <h3>"Plain-text twin"</h3>
            <p class="pre-line letter">{preview.text.clone()}</p>
            {source}
        </div>
    }
    .into_any()
}
