//! What we may not do, `#restraints`: flags, suppressions, consents and preferences, each with where it comes from, and the
//! form that was asked for (`?note=flag`, `?lift={id}`).

mod form;

use crate::{
    icon::Icon,
    state::{Form, Tone, chip},
};
use leptos::prelude::*;
use uuid::Uuid;

pub use form::{RestraintForm, Writing};

/// Everything on the card.
#[derive(Clone, Debug, Default)]
pub struct Restraints {
    /// What holds.
    pub rows: Vec<RestraintRow>,
    /// What held once: lifted, or over.
    pub past: Vec<RestraintRow>,
    /// May this user write down what a person said?
    pub may_write: bool,
    /// May this user lift it?
    pub may_lift: bool,
    /// The form that was asked for.
    pub form: Option<RestraintForm>,
}

/// One entry.
#[derive(Clone, Debug)]
pub struct RestraintRow {
    /// The entry.
    pub id: Uuid,
    /// `Deceased`, `Do not call`, `Texts allowed`.
    pub word: String,
    /// It forbids; otherwise it allows.
    pub forbids: bool,
    /// Whom or what it is about: `(915) 555-0142, calls`.
    pub about: String,
    /// Who said so, by what, when: `Letter, written down by Ana Lee, 24 Nov 2026. Evidence L-7.`
    pub provenance: String,
    /// Can it be lifted? A consent is taken back by another word.
    pub liftable: bool,
}

/// The card.
pub(super) fn panel(account: Uuid, view: &Restraints) -> AnyView {
    let form = view.form.as_ref().map(|form| form::view(account, form));
    let acts = (view.may_write && form.is_none()).then(|| acts(account));
    view! {
        <section class="panel" id="may-not" aria-labelledby="may-not-h">
            <header><h2 id="may-not-h">"What we may not do"</h2></header>
            {form}
            {list(account, view)}
            {acts}
        </section>
    }
    .into_any()
}

/// The part that changes, `#restraints`.
pub(super) fn list(account: Uuid, view: &Restraints) -> AnyView {
    let lift = view.may_lift.then_some(account);
    let holds = if view.rows.is_empty() {
        view! { <p class="body dim">"Nothing is on file. The rules for everybody apply."</p> }.into_any()
    } else {
        view! { <ul class="mini-l restr">{view.rows.iter().map(|entry| row(entry, lift)).collect_view()}</ul> }
            .into_any()
    };
    let past = (!view.past.is_empty()).then(|| {
        let rows = view.past.iter().map(|entry| row(entry, None)).collect_view();
        view! {
            <details class="past">
                <summary>{format!("{} no more", crate::format::counted(view.past.len() as i64, "entry holds", "entries hold"))}</summary>
                <ul class="mini-l restr">{rows}</ul>
            </details>
        }
    });
    view! { <div id="restraints">{holds}{past}</div> }.into_any()
}

fn row(entry: &RestraintRow, lift: Option<Uuid>) -> AnyView {
    let chip = match entry.forbids {
        true => chip(Tone::Block, Icon::ShieldBan, entry.word.clone(), Form::Settled),
        false => chip(Tone::Live, Icon::Check, entry.word.clone(), Form::Plain),
    };
    let lift = lift.filter(|_| entry.liftable).map(|account| {
        view! { <a class="link small" href=format!("/accounts/{account}?lift={}#note", entry.id)>"Lift"<span class="sr">{format!(" {}", entry.word)}</span></a> }
    });
    let about = (!entry.about.is_empty()).then(|| view! { <span class="wrap-any">{entry.about.clone()}</span> });
    view! { <li>{chip}<span class="end">{lift}</span>{about}<span class="dim small wrap-any">{entry.provenance.clone()}</span></li> }.into_any()
}

fn acts(account: Uuid) -> AnyView {
    let ways =
        [("flag", "Flag"), ("suppression", "Suppression"), ("consent", "Consent"), ("preference", "Time or place")];
    let links = ways.map(|(what, word)| view! { <a class="btn sm" href=format!("/accounts/{account}?note={what}#note")>{Icon::Plus.small()}{word}</a> });
    view! { <footer class="row line restr-acts">{links.collect_view()}</footer> }.into_any()
}
