//! Evidence, `/evidence`: ask for an archive of an account, a campaign or a period; the archives, live; what is kept, and how
//! long.

mod ask;
mod keep;

use crate::{
    format::{self, count},
    icon::Icon,
    parts::{
        field::{Choice, FieldError},
        live::pause_updates,
        note::empty,
        table,
    },
    render::html,
    shell::{Clock, Shell, document},
    state::{ExportState, Form, Lexeme},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

pub use keep::{HoldRow, Keeping};

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct EvidenceView {
    /// The campaigns to choose from.
    pub campaigns: Vec<Choice>,
    /// What was typed into the forms, by the field's name.
    pub typed: Vec<(String, String)>,
    /// What was wrong with it.
    pub errors: Vec<FieldError>,
    /// The exports, newest first.
    pub exports: Vec<ExportRow>,
    /// The cursor of the older ones (`?before=`).
    pub older: Option<Uuid>,
    /// What is kept.
    pub keeping: Keeping,
}

/// One export.
#[derive(Clone, Debug)]
pub struct ExportRow {
    /// It.
    pub id: Uuid,
    /// `Account 44-1182`, `Campaign Spring`, `1 Oct 2026 to 1 Nov 2026`.
    pub about: String,
    /// The page of what it is about.
    pub href: Option<String>,
    /// How far it is.
    pub state: ExportState,
    /// Files written, of how many.
    pub files: (i32, i32),
    /// Calls and messages in it.
    pub contacts: i64,
    /// Who asked.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The file, while it is there: its address, its bytes, and until when.
    pub file: Option<(String, i64, DateTime<Utc>)>,
    /// In hexadecimal.
    pub sha256: Option<String>,
    /// Why it failed.
    pub failure: Option<String>,
}

/// The page.
pub fn page(shell: &Shell, view: &EvidenceView) -> String {
    html(|| document(shell, body(&shell.clock, view)))
}

/// The part that changes: `#exports`.
pub fn fragments(clock: &Clock, view: &EvidenceView) -> String {
    html(|| (crate::shell::pulse(clock), list(clock, view)))
}

fn body(clock: &Clock, view: &EvidenceView) -> AnyView {
    view! {
        <div class="head"><h1>"Evidence"</h1><span class="muted">"Signed archives: what was done, and why it was lawful"</span>
            <span class="end">{pause_updates()}</span></div>
        {ask::panel(view)}
        {list(clock, view)}
        {keep::panels(clock, &view.keeping, &view.errors)}
    }
    .into_any()
}

fn list(clock: &Clock, view: &EvidenceView) -> AnyView {
    let older = view.older.map(|before| view! { <footer class="row between"><span></span><a class="btn sm" href=format!("/evidence?before={before}#exports")>"Older"</a></footer> });
    view! {
        <section class="panel" id="exports" aria-labelledby="exports-h">
            <header><h2 id="exports-h">"Archives"</h2><span class="end">"newest first"</span></header>
            {if view.exports.is_empty() { nothing() } else { rows(clock, &view.exports) }}
            {older}
        </section>
    }
    .into_any()
}

fn nothing() -> AnyView {
    let why = "Ask for one above. It is written by a job, and can be taken for a week.";
    empty(Icon::Archive, "No archive yet", why, ().into_any())
}

fn rows(clock: &Clock, rows: &[ExportRow]) -> AnyView {
    let head = [("About", ""), ("State", ""), ("Contacts", "num hs"), ("Asked for", "hs"), ("SHA-256", "hm"), ("", "")];
    view! {
        <table class="tbl cards dense2">
            <caption>"Archives"</caption>
            {table::head(&head)}
            <tbody>{rows.iter().map(|export| row(clock, export)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(clock: &Clock, export: &ExportRow) -> AnyView {
    let about = match export.href.clone() {
        Some(href) => view! { <a class="link" href=href>{export.about.clone()}</a> }.into_any(),
        None => export.about.clone().into_any(),
    };
    let asked = format::time(export.at, clock.zone, format::near(export.at, clock.now, clock.zone));
    let sum = export
        .sha256
        .as_deref()
        .map(|sum| view! { <span title=sum.to_owned()>{sum[..12.min(sum.len())].to_owned()}"…"</span> });
    view! {
        <tr>
            <th scope="row" class="wrap-any">{about}</th>
            <td><span class="two">{export.state.chip(Form::Plain)}{said(clock, export)}</span></td>
            <td class="num hide hs">{count(export.contacts)}</td>
            <td class="hide hs"><span class="two">{asked}<small>{export.by.clone()}</small></span></td>
            <td class="mono dim hide hm">{sum}</td>
            <td><span class="acts">{take(export)}</span></td>
        </tr>
    }
    .into_any()
}

/// What there is to say of its state.
fn said(clock: &Clock, export: &ExportRow) -> Option<AnyView> {
    let words = match (export.state, &export.file) {
        (ExportState::Running, _) => format!("{} of {} files", export.files.0, export.files.1),
        (ExportState::Ready, Some((_, _, until))) => format!("until {}", format::near(*until, clock.now, clock.zone)),
        (ExportState::Ready, None) => "its week is over; ask again".to_owned(),
        (ExportState::Failed, _) => export.failure.clone()?,
        (ExportState::Queued, _) => return None,
    };
    Some(view! { <small>{words}</small> }.into_any())
}

fn take(export: &ExportRow) -> Option<AnyView> {
    let (href, size, _) = export.file.clone()?;
    let words = format!("Download, {}", format::bytes(size));
    Some(view! { <a class="btn sm" href=href download=true>{Icon::Download.small()}{words}<span class="sr">{format!(" of {}", export.about)}</span></a> }.into_any())
}
