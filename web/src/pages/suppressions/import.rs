//! A file of numbers, `/suppressions/import`: tried first, then taken; the report of the last try on top
//! (`?report={import}`).

use super::add::media;
use crate::{
    format::count,
    icon::Icon,
    pages::import::{ImportView, lines, outcome, summed},
    parts::field::{Choice, Field, FieldError, select, summary},
    render::html,
    shell::{Shell, document},
};
use leptos::prelude::*;

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct ImportFormView {
    /// The kinds a file can be of.
    pub kinds: Vec<Choice>,
    /// What the last file came to; `updated` are the lines that say what is in effect already.
    pub report: Option<ImportView>,
    /// What was typed, by the field's name.
    pub typed: Vec<(String, String)>,
    /// What was wrong with it.
    pub errors: Vec<FieldError>,
}

/// The page.
pub fn page(shell: &Shell, view: &ImportFormView) -> String {
    html(|| document(shell, body(view)))
}

fn body(view: &ImportFormView) -> AnyView {
    let (name, chip) = match &view.report {
        Some(report) => (report.file_name.clone(), Some(outcome(report))),
        None => ("Import suppressions".to_owned(), None),
    };
    view! {
        <nav class="crumb" aria-label="Breadcrumb"><a href="/suppressions">"Suppressions"</a><span aria-hidden="true">"/"</span><span>"Import"</span></nav>
        <div class="head"><h1>{name}</h1>{chip}</div>
        {summary(&view.errors, "Choose the file again.")}
        {view.report.as_ref().map(|report| view! { {summed(report, made(report))}{lines(report)} })}
        {form(view)}
    }
    .into_any()
}

fn made(view: &ImportView) -> String {
    let would = if view.dry_run { "would be " } else { "" };
    format!("{} {would}new, {} in effect already", count(view.created), count(view.updated))
}

fn form(view: &ImportFormView) -> AnyView {
    let typed = |name: &str| view.typed.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let text = |name: &'static str, label: &'static str| Field::text(name, label, typed(name), &view.errors);
    view! {
        <section class="panel" aria-labelledby="file-h">
            <header><h2 id="file-h">"A file of numbers or addresses"</h2><span class="end">"up to ten million lines"</span></header>
            <form class="body" method="post" action="/suppressions/import" enctype="multipart/form-data">
                <div class="fgrid">
                    {select("kind", "Why", typed("kind"), &view.kinds, "", &view.errors)}
                    {select("channel", "Medium", typed("channel"), &media(), "", &view.errors)}
                    {text("effective_at", "From").kind("date").hint("At once unless given").view()}
                    {text("expires_at", "Until").kind("date").hint("For good unless given").view()}
                    {text("source", "Where it comes from").hint("The registry, the vendor").required().view()}
                    {text("evidence_ref", "Evidence").hint("The download's number, the order").view()}
                </div>
                <p class="form-go">{text("file", "CSV file").kind("file").hint("One number a line, or a column of them with a header; the national registry's files as they are.").required().view()}</p>
                <div class="row form-go">
                    <button class="btn" type="submit" formaction="/suppressions/import?dry_run=true">{Icon::FileSpreadsheet.view()}"Check the file"</button>
                    <button class="btn primary" type="submit">{Icon::Upload.view()}"Import"</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}
