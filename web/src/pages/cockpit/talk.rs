//! What is written down: how the call ended, and the note. One form, so that without a script nothing typed is lost.

use super::Talk;
use crate::{icon::Icon, render::typed};
use leptos::prelude::*;

/// Once somebody is there to be talked to. `data-keep`: what the agent typed and chose stays while the page moves.
pub(super) fn panel(call: &Talk) -> Option<AnyView> {
    if !call.wrap_up && call.state != crate::state::CallState::Bridged {
        return None;
    }
    let id = format!("note-{}", call.call);
    let panel = view! {
        <form class="colstack" method="post" action="/cockpit/disposition" data-enhance id=format!("talk-{}", call.call)>
            <input type="hidden" name="call_id" value=call.call.to_string()/>
            {call.wrap_up.then(|| dispositions(call))}
            <section class="panel" aria-labelledby="note-h">
                <header>
                    <h2 id="note-h">"Note"</h2>
                    <span class="end"><output id="note-state" data-keep aria-live="off"></output><kbd aria-hidden="true">"n"</kbd></span>
                </header>
                <div class="body acts-v">
                    <label class="sr" for=id.clone()>"Note"</label>
                    <textarea class="input" id=id name="note" rows="4" maxlength="4000" data-key="n" data-save="/cockpit/note" data-keep inner_html=typed(&call.note)></textarea>
                    <div class="plain-only"><button class="btn sm" type="submit" formaction="/cockpit/note" formnovalidate=true>"Save note"</button></div>
                </div>
            </section>
        </form>
    };
    Some(panel.into_any())
}

fn dispositions(call: &Talk) -> AnyView {
    let choices = call.dispositions.iter().zip(keys()).map(|((code, label), key)| {
        let kbd = key.map(|key| view! { <kbd aria-hidden="true">{key}</kbd> });
        view! {
            <label data-key=key id=format!("disp-{code}")>
                <input class="sr" type="radio" name="code" value=code.clone() required=true data-keep id=format!("code-{}-{code}", call.call)/>
                {kbd}<span>{label.clone()}</span>
            </label>
        }
    });
    view! {
        <div class="panel">
            <fieldset class="disp">
                <legend>"How did it end? "<span class="dim">"Press 1 to 9, then Enter"</span></legend>
                <div>{choices.collect_view()}</div>
            </fieldset>
            <div class="disp-go"><button class="btn primary lg" type="submit" data-key="Enter">{Icon::Check.view()}"Save "<kbd aria-hidden="true">"Enter"</kbd></button></div>
        </div>
    }
    .into_any()
}

/// 1 to 9, then 0; whatever is beyond has no key.
fn keys() -> impl Iterator<Item = Option<&'static str>> {
    ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"].into_iter().map(Some).chain(std::iter::repeat(None))
}
