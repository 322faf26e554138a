//! The way out of e-mails, `/unsubscribe/{token}`: one button, for anybody, without sign-in and without a script.

use crate::{
    icon::Icon,
    render::html,
    shell::{bare_document, mark},
};
use leptos::prelude::*;

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct UnsubscribeView {
    /// Who wrote: the agency's name.
    pub agency: String,
    /// Where the button posts to.
    pub action: String,
    /// Is it done?
    pub done: bool,
}

/// The page.
pub fn page(view: &UnsubscribeView) -> String {
    let (title, content) = if view.done { ("Unsubscribed", done(view)) } else { ("Unsubscribe", ask(view)) };
    card(title, view.agency.clone(), content)
}

/// What is said of a link that nobody was sent.
pub fn unknown() -> String {
    let content = view! {
        <h1 id="way-out-h">"This link does not work"</h1>
        <p class="muted">"It may have been cut short. Open it from the email once more, or answer the email and write that you want no more."</p>
    };
    card("Unsubscribe", "Word Is Bond".to_owned(), content.into_any())
}

fn card(title: &str, who: String, content: AnyView) -> String {
    let body = view! {
        <main class="sign one" id="main" tabindex="-1">
            <section class="card" aria-labelledby="way-out-h"><p class="mark">{mark()}<span>{who}</span></p>{content}</section>
        </main>
    };
    html(|| bare_document(title, body.into_any()))
}

fn ask(view: &UnsubscribeView) -> AnyView {
    view! {
        <h1 id="way-out-h">"Stop these emails?"</h1>
        <p class="muted">{format!("{} will not email this address again. It changes nothing about your account.", view.agency)}</p>
        <form action=view.action.clone() method="post">
            <button class="btn primary lg" type="submit">"Unsubscribe"</button>
        </form>
    }
    .into_any()
}

fn done(view: &UnsubscribeView) -> AnyView {
    view! {
        <h1 id="way-out-h">"You are unsubscribed"</h1>
        <div class="note" data-s="live" role="status">{Icon::CircleCheck.view()}<p>{format!("{} will not email this address again. It is in effect now.", view.agency)}</p></div>
        <p class="muted">"You may close this page."</p>
    }
    .into_any()
}
