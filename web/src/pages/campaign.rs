//! One campaign, `/campaigns/{id}?state=…&after=…`: where everybody on its list is, what became of them, and why; live.
//!
//! The same page for calls, texts and emails; only the words differ. In order of weight: state and levers; the balance; rates and
//! failures; the recipients, each with the workflow behind it.

mod outcomes;
mod progress;
mod recipients;
mod settings;

use super::campaigns::Progress;
use crate::{
    channel::Channel,
    format,
    icon::Icon,
    parts::levers::{Levers, form},
    render::html,
    shell::{Clock, Shell, document},
    state::{CampaignState, Lexeme, MessageState, RecipientState},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct CampaignView {
    /// The campaign.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// How it reaches people.
    pub channel: Channel,
    /// Its state.
    pub state: CampaignState,
    /// Since when it is in this state.
    pub since: Option<DateTime<Utc>>,
    /// Who or what brought it here, and what comes next: `by R. Diaz; 18 left in Pacific`.
    pub because: String,
    /// People who could be reached now; the count in the Start and Resume labels.
    pub reachable: i64,
    /// May this user start, pause and stop?
    pub may_operate: bool,
    /// Where everybody on the list is; the six add up to `planned`, or the page says that they do not.
    pub progress: Progress,
    /// When the list is worked off, or who is left when the hours end; in a sentence.
    pub outlook: Option<String>,
    /// The line below each of the six; empty where there is nothing to say.
    pub because_of: Because,
    /// What became of the calls or messages, as shares of what they are a part of, in the order of the funnel.
    pub rates: Vec<Rate>,
    /// Why people failed, the most frequent first.
    pub failures: Vec<Failure>,
    /// The settings in words: `("Caller ID", "(312) 555-0199")`.
    pub settings: Vec<(String, String)>,
    /// What is sent; none for calls.
    pub template: Option<TemplatePreview>,
    /// The people on the list, as filtered.
    pub recipients: Vec<RecipientRow>,
    /// How many there are in each state, for the filter.
    pub states: Vec<(RecipientState, i64)>,
    /// The state filtered by (`?state=`).
    pub filter: Option<RecipientState>,
    /// Is this a later page, so that there is a way back to the first?
    pub later: bool,
    /// The cursor of the next page (`?after=`).
    pub after: Option<String>,
}

/// Why each of the six numbers is what it is.
#[derive(Clone, Debug, Default)]
pub struct Because {
    /// Of those who are done: `94.5 % of 935 sent`.
    pub done: String,
    /// Of those in flight: `30 sent, 18 queued`.
    pub in_flight: String,
    /// Of those who failed: `12 can be retried`.
    pub failed: String,
    /// Of those a rule stopped: `37 at check, 4 since`.
    pub suppressed: String,
    /// Of those left out without a rule: `paid before sending`.
    pub skipped: String,
    /// Of those who wait: `551 after 08:00 local`.
    pub waiting: String,
}

/// One outcome as a share: `884 of 935 sent`.
#[derive(Clone, Debug)]
pub struct Rate {
    /// The outcome: `Delivered`, `Opened`, `Spoke to a person`.
    pub word: String,
    /// How many.
    pub n: i64,
    /// Of how many; nothing is drawn for zero.
    pub of: i64,
    /// Of what: `sent`, `delivered`.
    pub of_word: String,
    /// Is it a guess? Opens are: mail programs load images by themselves.
    pub estimate: bool,
    /// What else to know: `212 machine opens removed`.
    pub note: String,
}

/// Everybody who failed for one reason.
#[derive(Clone, Debug)]
pub struct Failure {
    /// How many.
    pub n: i64,
    /// In plain words: `Number is a landline`.
    pub reason: String,
    /// The provider's code, where it gave one: `40001`.
    pub code: String,
    /// Would another try make sense?
    pub can_retry: bool,
}

/// What is sent, with its fields as written or as one person would read it.
#[derive(Clone, Debug)]
pub struct TemplatePreview {
    /// Its name and version: `Payment options, version 3`.
    pub name: String,
    /// The subject of an email.
    pub subject: Option<String>,
    /// The text, or the text twin of an email.
    pub text: String,
}

/// One person on the list.
#[derive(Clone, Debug)]
pub struct RecipientRow {
    /// The recipient.
    pub id: Uuid,
    /// The account, for those who may see accounts.
    pub account: Option<Uuid>,
    /// The person's name, or their place on the list.
    pub name: String,
    /// The number or address, as people read it.
    pub address: String,
    /// Where they stand on the list.
    pub state: RecipientState,
    /// The state of their message, which says more; none for calls and before it is written.
    pub message: Option<MessageState>,
    /// What happened, in words: `40001, number is a landline`.
    pub outcome: String,
    /// Tries used.
    pub attempts: i64,
    /// When the last thing happened.
    pub at: Option<DateTime<Utc>>,
    /// When the next try is due.
    pub next_at: Option<DateTime<Utc>>,
    /// The workflow of the latest attempt or message (`/workflows/{id}`).
    pub workflow: Option<Uuid>,
}

/// The page.
pub fn page(shell: &Shell, view: &CampaignView) -> String {
    let operates = shell.role.pages().contains(&crate::Nav::Voice);
    html(|| document(shell, body(&shell.clock, view, operates)))
}

/// The parts that change: `#campaign-state`, `#campaign-actions`, `#campaign-counts`, `#campaign-rates`, `#campaign-failures`,
/// `#recipients`. The address of the stream carries the same filter as the page.
pub fn fragments(clock: &Clock, view: &CampaignView) -> String {
    html(|| {
        let parts = (
            state(clock, view),
            actions(clock, view),
            progress::counts(clock, view),
            outcomes::rates(view),
            outcomes::failures(view),
            recipients::panel(clock, view),
        );
        (crate::shell::pulse(clock), parts)
    })
}

fn body(clock: &Clock, view: &CampaignView, operates: bool) -> AnyView {
    let dialer = operates && view.channel == Channel::Call;
    let dialer = dialer.then(|| view! { <a class="btn" href=format!("/voice?campaign={}", view.id)>{Icon::AudioLines.view()}"Watch it dial"</a> });
    view! {
        <nav class="crumb" aria-label="Breadcrumb"><a href="/campaigns">"Campaigns"</a><span aria-hidden="true">"/"</span><span>{view.channel.campaign()}</span></nav>
        <div class="head">
            <h1>{view.name.clone()}</h1>
            {state(clock, view)}
            <span class="end">{crate::parts::live::pause_updates()}{dialer}{actions(clock, view)}</span>
        </div>
        {progress::counts(clock, view)}
        <div class="cols c-7-5">
            <div class="colstack">{outcomes::rates(view)}{outcomes::failures(view)}</div>
            {settings::panel(view)}
        </div>
        {recipients::panel(clock, view)}
    }
    .into_any()
}

fn state(clock: &Clock, view: &CampaignView) -> AnyView {
    let since = view.since.map(|at| {
        let words = format!("since {}", format::near(at, clock.now, clock.zone));
        format::time(at, clock.zone, words)
    });
    let because = (!view.because.is_empty()).then(|| view! { {since.is_some().then_some(", ")}{view.because.clone()} });
    view! { <span class="row" id="campaign-state">{view.state.chip(form(view.state))}<span class="muted">{since}{because}</span></span> }.into_any()
}

fn actions(clock: &Clock, view: &CampaignView) -> AnyView {
    let levers = Levers {
        id: view.id,
        channel: view.channel,
        state: view.state,
        reachable: view.reachable,
        may_operate: view.may_operate,
        back: format!("/campaigns/{}", view.id),
    };
    view! { <span class="row" id="campaign-actions">{levers.view(clock)}</span> }.into_any()
}
