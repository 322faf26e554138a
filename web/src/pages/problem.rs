//! Not found, forbidden, and everything else that went wrong: what happened, what is safe, the likely ways on, a request id.

use crate::{
    render::html,
    shell::{Shell, bare_document, document},
};
use leptos::prelude::*;

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct ProblemView {
    /// The HTTP status: 404, 403, 409, 500, 503…
    pub status: u16,
    /// What happened: `There is no page here`.
    pub title: String,
    /// What is safe and what may have happened.
    pub sentence: String,
    /// Likely ways on.
    pub links: Vec<WayOn>,
    /// To be quoted when asking for help.
    pub request_id: Option<String>,
}

/// A likely next step.
#[derive(Clone, Debug)]
pub struct WayOn {
    /// Where to.
    pub href: String,
    /// In words.
    pub words: String,
    /// What is there: `8 open`.
    pub note: String,
}

impl ProblemView {
    /// A page or thing that is not there, or belongs to another organisation.
    pub fn not_found() -> Self {
        Self::new(
            404,
            "There is no page here",
            "Nothing was changed. It may have been removed, or belongs to another organisation.",
        )
    }

    /// A page this role may not use.
    pub fn forbidden() -> Self {
        Self::new(403, "Your role does not include this", "Nothing was changed. Ask an administrator when you need it.")
    }

    /// Something broke on our side.
    pub fn broken() -> Self {
        Self::new(
            500,
            "Something broke on our side",
            "What was saved before is safe, and calls go on. Try again; if it stays, quote the request below.",
        )
    }

    /// Any other problem.
    pub fn new(status: u16, title: impl Into<String>, sentence: impl Into<String>) -> Self {
        ProblemView { status, title: title.into(), sentence: sentence.into(), links: Vec::new(), request_id: None }
    }
}

/// The page for a signed-in user, with the ways on of their role; or, without a shell, for anybody.
pub fn page(shell: Option<&Shell>, view: &ProblemView) -> String {
    match shell {
        Some(shell) => html(|| document(shell, body(view, shell.role.home()))),
        None => html(|| {
            bare_document(
                &view.title,
                view! { <main class="sign one" id="main" tabindex="-1">{body(view, "/login")}</main> }.into_any(),
            )
        }),
    }
}

fn body(view: &ProblemView, home: &str) -> AnyView {
    let links = view.links.iter().map(|way| {
        view! { <li><a class="link" href=way.href.clone()>{way.words.clone()}</a><span class="dim">{way.note.clone()}</span></li> }
    });
    let request =
        view.request_id.clone().map(|id| view! { <p class="small dim">"Request "<span class="mono">{id}</span></p> });
    view! {
        <div class="nf">
            <p class="nf-n" aria-hidden="true">{view.status}</p>
            <h1>{view.title.clone()}</h1>
            <p class="muted">{view.sentence.clone()}</p>
            <ul class="nf-l">{links.collect_view()}<li><a class="link" href=home.to_owned()>"Back to the start"</a><span></span></li></ul>
            {request}
        </div>
    }
    .into_any()
}
