//! The CSV import: the form on `/accounts`, and the report of a dry run or of an import, line by line.
//!
//! `POST /accounts/import` (multipart: `file`, `dry_run`) answers with the report; `POST /accounts/imports/{id}/apply` imports the
//! kept file of a dry run.

use crate::{
    format::count,
    icon::Icon,
    parts::{
        balance::Balance,
        bar::{Share, stack},
        field::{Field, FieldError},
        table,
    },
    render::html,
    shell::{Shell, document},
    state::{Form, Tone, chip},
};
use leptos::prelude::*;
use uuid::Uuid;

/// The report.
#[derive(Clone, Debug)]
pub struct ImportView {
    /// The import.
    pub id: Uuid,
    /// The file's name.
    pub file_name: String,
    /// What was detected: `UTF-8, comma, header on line 1`.
    pub detected: String,
    /// Was it only tried?
    pub dry_run: bool,
    /// Rows taken as they are.
    pub good: i64,
    /// Rows taken after a repair.
    pub fixed: i64,
    /// Rows left out.
    pub rejected: i64,
    /// Rows in the file.
    pub rows: i64,
    /// Accounts made (or that would be made).
    pub created: i64,
    /// Accounts brought up to date.
    pub updated: i64,
    /// What was said about single lines, in file order.
    pub lines: Vec<ImportLine>,
    /// Is the dry run's file kept, and not imported yet?
    pub may_apply: bool,
}

/// One remark about one line.
#[derive(Clone, Debug)]
pub struct ImportLine {
    /// The line in the file, the header being 1.
    pub line: i64,
    /// The column.
    pub column: String,
    /// Left out, or repaired.
    pub rejected: bool,
    /// Why, in words.
    pub reason: String,
}

/// The page.
pub fn page(shell: &Shell, view: &ImportView) -> String {
    html(|| document(shell, body(view)))
}

/// The form, with what was wrong with the last try.
pub(super) fn import_form(errors: &[FieldError]) -> AnyView {
    let hint = "Account number, name, phone and balance; comma, semicolon or tab; UTF-8 or Windows. Up to 20 MB.";
    view! {
        <form class="body importf" method="post" action="/accounts/import" enctype="multipart/form-data">
            {Field::text("file", "CSV file", "", errors).kind("file").hint(hint).required().view()}
            <button class="btn" type="submit" name="dry_run" value="true">{Icon::FileSpreadsheet.view()}"Check the file"</button>
        </form>
    }
    .into_any()
}

fn body(view: &ImportView) -> AnyView {
    view! {
        <nav class="crumb" aria-label="Breadcrumb"><a href="/accounts">"Accounts"</a><span aria-hidden="true">"/"</span><span>"Import"</span></nav>
        <div class="head"><h1>{view.file_name.clone()}</h1>{outcome(view)}<span class="muted">{view.detected.clone()}</span><span class="end">{apply(view)}</span></div>
        {summed(view, made(view))}
        {lines(view)}
    }
    .into_any()
}

/// What the file came to; every row is accounted for.
pub(super) fn summed(view: &ImportView, made: String) -> AnyView {
    view! {
        <section class="panel" aria-labelledby="sum-h">
            <header><h2 id="sum-h">{if view.dry_run { "Dry run, nothing saved yet" } else { "Imported" }}</h2><span class="end">{made}</span></header>
            <div class="progress pt">{stack(&shares(view), "")}</div>
            {balance(view).line("Every row is accounted for")}
        </section>
    }
    .into_any()
}

/// Was it only tried?
pub(super) fn outcome(view: &ImportView) -> AnyView {
    if view.dry_run {
        chip(Tone::Idle, Icon::CircleDashed, "Dry run", Form::Settled)
    } else {
        chip(Tone::Live, Icon::Check, "Imported", Form::Settled)
    }
}

fn made(view: &ImportView) -> String {
    let would = if view.dry_run { "would be " } else { "" };
    format!("{} {would}new, {} {would}updated", count(view.created), count(view.updated))
}

fn apply(view: &ImportView) -> Option<AnyView> {
    let n = view.good + view.fixed;
    (view.dry_run && view.may_apply && n > 0).then(|| {
        view! {
            <form method="post" action=format!("/accounts/imports/{}/apply", view.id)>
                <button class="btn primary" type="submit">{Icon::Upload.view()}{format!("Import {}", crate::format::counted(n, "row", "rows"))}</button>
            </form>
        }
        .into_any()
    })
}

fn shares(view: &ImportView) -> [Share; 3] {
    [
        Share { tone: Tone::Live, n: view.good, word: "good" },
        Share { tone: Tone::Ring, n: view.fixed, word: "fixed" },
        Share { tone: Tone::Fail, n: view.rejected, word: "rejected" },
    ]
}

fn balance(view: &ImportView) -> Balance {
    Balance {
        terms: vec![(view.good, "good"), (view.fixed, "fixed"), (view.rejected, "rejected")],
        total: view.rows,
        noun: "rows",
    }
}

/// What was said about single lines.
pub(super) fn lines(view: &ImportView) -> AnyView {
    if view.lines.is_empty() {
        return view! { <section class="panel"><p class="body muted">"Every line was taken as it stands."</p></section> }.into_any();
    }
    let rows = view.lines.iter().map(|line| {
        let result = if line.rejected { chip(Tone::Fail, Icon::X, "Rejected", Form::Settled) } else { chip(Tone::Ring, Icon::PenLine, "Fixed", Form::Plain) };
        view! { <tr><td class="num dim" data-l="line">{count(line.line)}</td><th scope="row" class="mono">{line.column.clone()}</th><td>{result}</td><td>{line.reason.clone()}</td></tr> }
    });
    view! {
        <section class="panel" aria-labelledby="lines-h">
            <header><h2 id="lines-h">"Line by line"</h2></header>
            <table class="tbl cards dense rej">
                <caption>"Lines that were fixed or rejected"</caption>
                {table::head(&[("Line", "num"), ("Column", ""), ("Result", ""), ("Why", "")])}
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}
