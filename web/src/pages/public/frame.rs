//! What surrounds a public page: the mark, four links, the way in.

use crate::{assets, render::html, shell::mark};
use leptos::prelude::*;

/// The public pages, in the order of the navigation.
const LINKS: [(&str, &str); 4] =
    [("/", "Product"), ("/compare", "Compare"), ("/pricing", "Pricing"), ("/case-studies/pilot-agency", "Case study")];

/// What a page is called, where it is, and what a search engine may say of it.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) path: &'static str,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
}

/// The whole document.
pub(super) fn document(about: Head, class: &'static str, page: impl FnOnce() -> AnyView + 'static) -> String {
    html(move || {
        view! {
            <!DOCTYPE html>
            <html lang="en">
                {head(about)}
                <body class="pub">
                    <a class="skip" href="#main">"Skip to content"</a>
                    {header(about.path)}
                    <main class=class id="main" tabindex="-1">{page()}</main>
                    {footer()}
                </body>
            </html>
        }
    })
}

fn head(about: Head) -> AnyView {
    let sheets = ["tokens", "base", "shell", "parts", "pages", "public"];
    view! {
        <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <meta name="description" content=about.description/>
            <title>{format!("{} · Word Is Bond", about.title)}</title>
            <link rel="canonical" href=about.path/>
            <link rel="icon" type="image/svg+xml" href=assets::url("mark.svg")/>
            {sheets.map(|sheet| view! { <link rel="stylesheet" href=assets::url(&format!("css/{sheet}.css"))/> }).collect_view()}
        </head>
    }
    .into_any()
}

fn header(here: &'static str) -> AnyView {
    view! {
        <header class="site">
            <a class="mark" href="/">{mark()}<span>"Word Is Bond"</span></a>
            <nav aria-label="Site">{links(here)}</nav>
            <a class="btn" href="/login">"Sign in"</a>
        </header>
    }
    .into_any()
}

fn footer() -> AnyView {
    view! {
        <footer class="site-f">
            <span>"Word Is Bond, open source under Apache-2.0"</span>
            <nav aria-label="Footer">{links("")}<a href="/openapi.json">"API description"</a></nav>
        </footer>
    }
    .into_any()
}

fn links(here: &'static str) -> AnyView {
    let link = |(href, word): (&'static str, &'static str)| {
        let current = (href == here).then_some("page");
        view! { <a href=href aria-current=current>{word}</a> }
    };
    LINKS.map(link).collect_view().into_any()
}
