//! What the list is filtered by: the address is the state, and a form writes it.

use super::JobsView;
use crate::{
    icon::Icon,
    pages::query_value,
    parts::field::{Choice, Field, FieldError, select},
    state::{JobState, Lexeme},
};
use leptos::prelude::*;

/// The filter, as in the URL.
#[derive(Clone, Debug, Default)]
pub struct JobFilter {
    /// A queue's name.
    pub queue: Option<String>,
    /// A kind.
    pub kind: Option<String>,
    /// A state.
    pub state: Option<JobState>,
    /// A campaign's id.
    pub campaign: Option<String>,
    /// An account's number.
    pub account: Option<String>,
    /// What an error has in common with others like it.
    pub fingerprint: Option<String>,
    /// Words of the error.
    pub text: Option<String>,
    /// From this day or moment on.
    pub from: Option<String>,
    /// Up to this one.
    pub to: Option<String>,
    /// Only dead letters.
    pub letters: bool,
}

impl JobFilter {
    /// Everything that is set, by its name in the URL.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let parts = [
            ("view", self.letters.then(|| "dead".to_owned())),
            ("queue", self.queue.clone()),
            ("kind", self.kind.clone()),
            ("state", self.state.map(|s| s.name().to_owned())),
            ("campaign", self.campaign.clone()),
            ("account", self.account.clone()),
            ("fingerprint", self.fingerprint.clone()),
            ("text", self.text.clone()),
            ("from", self.from.clone()),
            ("to", self.to.clone()),
        ];
        parts.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect()
    }

    /// Nothing but the view is set.
    pub(super) fn is_plain(&self) -> bool {
        self.pairs().iter().all(|(name, _)| *name == "view")
    }

    /// The address of the list, before that job.
    pub fn href(&self, before: Option<&str>) -> String {
        let more = before.map(|before| ("before", before.to_owned()));
        format!("/jobs{}#jobs", query(self.pairs().into_iter().chain(more)))
    }

    /// The same on another page.
    pub fn query_with(&self, name: &'static str, value: &str) -> String {
        query(std::iter::once((name, value.to_owned())).chain(self.pairs()))
    }
}

fn query(pairs: impl Iterator<Item = (&'static str, String)>) -> String {
    let all: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", query_value(&value))).collect();
    if all.is_empty() { String::new() } else { format!("?{}", all.join("&")) }
}

/// All jobs, or the dead letters among them.
pub(super) fn views(filter: &JobFilter) -> AnyView {
    let tab = |words: &'static str, letters: bool| {
        // A state other than dead would leave nothing of the letters.
        let there = JobFilter { letters, state: if letters { None } else { filter.state }, ..filter.clone() };
        let here = filter.letters == letters;
        let class = if here { "chip" } else { "chip plain" };
        view! { <a class=class data-s="idle" href=there.href(None) aria-current=here.then_some("true")>{words}</a> }
    };
    view! { <span class="row filters">{tab("All", false)}{tab("Dead letters", true)}</span> }.into_any()
}

/// The form. What is rarely asked for folds away until it is.
pub(super) fn bar(view: &JobsView) -> AnyView {
    let filter = &view.filter;
    let on = |value: &Option<String>| value.clone().unwrap_or_default();
    let queues = every("every queue", view.queues.iter().map(|q| Choice::new(&q.name, &q.name)));
    let kinds = every("every kind", view.kinds.iter().map(|k| Choice::new(k, k)));
    let states = every("every state", JobState::ALL.iter().map(|s| Choice::new(s.name(), s.word())));
    let campaigns = every("every campaign", view.campaigns.iter().cloned());
    view! {
        <form class="filterbar jobs-f" method="get" action="/jobs#jobs" data-pick="">
            {filter.letters.then(|| view! { <input type="hidden" name="view" value="dead"/> })}
            {filter.fingerprint.clone().map(|fingerprint| view! { <input type="hidden" name="fingerprint" value=fingerprint/> })}
            {select("queue", "Queue", &on(&filter.queue), &queues, "", &view.errors)}
            {select("kind", "Kind", &on(&filter.kind), &kinds, "", &view.errors)}
            {(!filter.letters).then(|| select("state", "State", filter.state.map_or("", JobState::name), &states, "", &view.errors))}
            {select("campaign", "Campaign", &on(&filter.campaign), &campaigns, "", &view.errors)}
            {typed(view, "text", "Words of the error", &filter.text, "text")}
            {view.may_see_accounts.then(|| typed(view, "account", "Account number", &filter.account, "text"))}
            {typed(view, "from", "From", &filter.from, "datetime-local")}
            {typed(view, "to", "Until", &filter.to, "datetime-local")}
            <button class="btn" type="submit">{Icon::ListFilter.small()}"Filter"</button>
        </form>
    }
    .into_any()
}

fn every(words: &str, choices: impl Iterator<Item = Choice>) -> Vec<Choice> {
    std::iter::once(Choice::new("", words)).chain(choices).collect()
}

fn typed(view: &JobsView, name: &str, label: &str, value: &Option<String>, kind: &'static str) -> AnyView {
    let errors: &[FieldError] = &view.errors;
    Field::text(name, label, value.as_deref().unwrap_or_default(), errors).kind(kind).view()
}

/// Which error the list is about, and the way back to all of them.
pub(super) fn error(view: &JobsView) -> Option<AnyView> {
    let fingerprint = view.filter.fingerprint.as_deref()?;
    let known = view.failures.iter().find(|failure| failure.fingerprint == fingerprint);
    let words = known.map_or_else(|| fingerprint.to_owned(), |failure| failure.sample.clone());
    let all = JobFilter { fingerprint: None, ..view.filter.clone() };
    let line = view! {
        <p class="one-error row nowrap-row">{Icon::TriangleAlert.small()}<span class="clip">"Like: "<span class="mono">{words}</span></span>
            <a class="btn sm" href=all.href(None)>{Icon::X.small()}"Any error"</a></p>
    };
    Some(line.into_any())
}
