//! Start, resume, pause and stop of a campaign, by consequence: those that are legal now.

use crate::{
    channel::Channel,
    icon::Icon,
    shell::Clock,
    state::{CampaignState, Form},
};
use leptos::prelude::*;
use uuid::Uuid;

/// What the buttons need to know.
#[derive(Clone, Debug)]
pub struct Levers {
    /// The campaign.
    pub id: Uuid,
    /// How it reaches people.
    pub channel: Channel,
    /// Its state.
    pub state: CampaignState,
    /// How many could be reached now: the count in Start and Resume.
    pub reachable: i64,
    /// May this user pull them?
    pub may_operate: bool,
    /// Where the answer leads.
    pub back: String,
}

/// Solid only while something happens.
pub fn form(state: CampaignState) -> Form {
    match state {
        CampaignState::Running | CampaignState::Paused | CampaignState::Draining => Form::Big,
        _ => Form::Settled,
    }
}

impl Levers {
    /// The buttons. What reaches people carries the count and is off while the figures are old; Pause always works.
    pub fn view(&self, clock: &Clock) -> Option<AnyView> {
        use CampaignState::{Draft, Paused, Running, Scheduled};
        let stale = clock.stale_since.is_some();
        let open = matches!(self.state, Draft | Scheduled | Running | Paused);
        let buttons = view! {
            {matches!(self.state, Draft | Scheduled).then(|| self.start(stale))}
            {(self.state == Paused).then(|| self.resume(stale))}
            {(self.state == Running).then(|| self.pause())}
            {open.then(|| view! { <a class="btn danger" href=self.href("stop")>{Icon::Square.view()}"Stop…"</a> })}
        };
        self.may_operate.then(|| buttons.into_any())
    }

    fn href(&self, verb: &str) -> String {
        format!("/campaigns/{}/{verb}", self.id)
    }

    fn start(&self, stale: bool) -> AnyView {
        let words = format!("Start, {}", self.channel.reaches(self.reachable));
        if stale {
            return view! { <button class="btn" type="button" disabled=true>{Icon::Play.view()}{words}</button> }
                .into_any();
        }
        view! { <a class="btn contact" href=self.href("start") data-contact="">{Icon::Play.view()}{words}</a> }
            .into_any()
    }

    fn resume(&self, stale: bool) -> AnyView {
        let words = format!("Resume, {}", self.channel.reaches(self.reachable));
        view! {
            <form id="lever-resume" method="post" action=self.href("resume") data-enhance="">
                <input type="hidden" name="back" value=self.back.clone()/>
                <button class="btn contact" type="submit" disabled=stale data-contact="">{Icon::Play.view()}{words}</button>
            </form>
        }
        .into_any()
    }

    fn pause(&self) -> AnyView {
        view! {
            <form id="lever-pause" method="post" action=self.href("pause") data-enhance="">
                <input type="hidden" name="back" value=self.back.clone()/>
                <button class="btn strong" type="submit" data-key="p">{Icon::Pause.view()}"Pause "<kbd aria-hidden="true">"p"</kbd></button>
            </form>
        }
        .into_any()
    }
}
