//! A conversation with one person on one channel: bubbles, what became of each, and the box to answer in.
//!
//! The bubbles are live, `#msgs-{id}`, and so is the line that says why nothing may be written, `#gate-{id}`; the box itself is
//! left alone, for somebody may be typing. The server asks the gate again whatever the page says.

pub mod compose;

use crate::{
    channel::Channel,
    format,
    icon::Icon,
    parts::field::{FieldError, error_line, message_of},
    render::typed,
    shell::Clock,
    state::{Form, Lexeme, MessageState, Tone},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

/// One conversation.
#[derive(Clone, Debug)]
pub struct ThreadView {
    /// The thread.
    pub id: Uuid,
    /// `Text` or `Email`.
    pub channel: Channel,
    /// Their number or address, as people read it.
    pub address: String,
    /// The messages, oldest first.
    pub messages: Vec<MessageRow>,
    /// Are there older ones, not shown?
    pub cut: bool,
    /// Why nothing may be written, when it may not.
    pub gate: Option<Gate>,
    /// May this user write at all?
    pub may_write: bool,
    /// What was typed and not sent.
    pub draft: String,
    /// What is wrong with it (`body`).
    pub errors: Vec<FieldError>,
    /// A new id for each rendering: the same one twice is one message.
    pub once: Uuid,
    /// Where to go after an answer, if not to the account.
    pub back: Option<String>,
}

/// A rule that stands against writing.
#[derive(Clone, Debug)]
pub struct Gate {
    /// In a sentence: `SMS opted out 12 May.`
    pub sentence: String,
    /// Its source, where there is one.
    pub citation: Option<String>,
}

/// One message.
#[derive(Clone, Debug)]
pub struct MessageRow {
    /// The message.
    pub id: Uuid,
    /// When it was written or came in.
    pub at: DateTime<Utc>,
    /// Its state; `Received` is theirs, all others are ours.
    pub state: MessageState,
    /// Who or what sent it: `Priya Raman`, `Payment options, November`; empty for theirs.
    pub by: String,
    /// The subject of an email.
    pub subject: Option<String>,
    /// The text.
    pub text: String,
    /// Why it failed or was not sent, in words.
    pub reason: Option<String>,
    /// The workflow behind it.
    pub workflow: Option<Uuid>,
}

/// The whole conversation as a panel.
pub fn panel(clock: &Clock, thread: &ThreadView) -> AnyView {
    let heading = format!("thread-{}-h", thread.id);
    let labelled = heading.clone();
    let title = if thread.channel == Channel::Email { "Emails with " } else { "Texts with " };
    view! {
        <section class="panel thread" id=format!("thread-{}", thread.id) aria-labelledby=labelled>
            <header><span class="chan">{thread.channel.icon().small()}</span><h2 id=heading>{title}<span class="mono">{thread.address.clone()}</span></h2></header>
            <div class="scroll-end" tabindex="0" role="group" aria-label="Messages, the latest last">{messages(clock, thread)}</div>
            {composer(thread)}
        </section>
    }
    .into_any()
}

/// The parts of it that change.
pub fn fragments(clock: &Clock, thread: &ThreadView) -> AnyView {
    view! { {messages(clock, thread)}{gate(thread)} }.into_any()
}

fn messages(clock: &Clock, thread: &ThreadView) -> AnyView {
    let mut day = None;
    let items = thread.messages.iter().flat_map(|message| {
        let date = message.at.with_timezone(&clock.zone).date_naive();
        let words = format::day(message.at, clock.zone);
        let heading = (day.replace(date) != Some(date)).then(|| view! { <li class="day">{words}</li> }.into_any());
        [heading, Some(bubble(clock, message))]
    });
    let items = items.flatten().collect_view();
    let cut = thread.cut.then(|| view! { <li class="day">"Older ones are in the timeline."</li> });
    view! { <ol class="msgs" id=format!("msgs-{}", thread.id)>{cut}{items}</ol> }.into_any()
}

fn bubble(clock: &Clock, message: &MessageRow) -> AnyView {
    let ours = message.state != MessageState::Received;
    let side = if ours { "out" } else { "in" };
    let failed = matches!(message.state.tone(), Tone::Fail | Tone::Block | Tone::Unknown);
    let class = if failed { format!("bubble {side} unsent") } else { format!("bubble {side}") };
    let subject = message.subject.clone().map(|subject| view! { <b class="subject">{subject}</b> });
    view! {
        <li class=format!("m {side}") id=format!("message-{}", message.id) data-s=message.state.tone().name()>
            <div class=class>
                {(!ours).then(|| view! { <span class="sr">"They wrote: "</span> })}
                {subject}
                <p class="pre-line">{message.text.clone()}</p>
            </div>
            {message.reason.clone().map(|reason| view! { <p class="reason small">{reason}</p> })}
            {meta(clock, message, ours)}
        </li>
    }
    .into_any()
}

/// When, what became of it, who wrote it, and the run behind it.
fn meta(clock: &Clock, message: &MessageRow, ours: bool) -> AnyView {
    let words = message.at.with_timezone(&clock.zone).format("%H:%M:%S %Z").to_string();
    let form = if message.state.tone() == Tone::Live { Form::Plain } else { Form::Settled };
    let by = (!message.by.is_empty()).then(|| view! { <span>{message.by.clone()}</span> });
    let run =
        message.workflow.map(|id| view! { <a class="link" href=format!("/workflows/{id}")>"Run"<span class="sr">" of this message"</span></a> });
    view! { <p class="meta small dim">{format::time(message.at, clock.zone, words)}{ours.then(|| message.state.chip(form))}{by}{run}</p> }.into_any()
}

/// Why nothing may be written: `#gate-{id}`, empty while it may.
fn gate(thread: &ThreadView) -> AnyView {
    let line = thread.gate.as_ref().map(|gate| gate_line(&gate.sentence, gate.citation.as_deref()));
    view! { <div class="gateslot" id=format!("gate-{}", thread.id)>{line}</div> }.into_any()
}

/// The line above a box that may not be used.
pub(crate) fn gate_line(sentence: &str, citation: Option<&str>) -> AnyView {
    let source = citation.map(|citation| view! { <span class="dim">{format!(" {citation}")}</span> });
    view! { <p class="gateline" data-s="block">{Icon::ShieldBan.view()}<span><b>{sentence.to_owned()}</b>{source}</span></p> }.into_any()
}

fn composer(thread: &ThreadView) -> Option<AnyView> {
    let blocked = thread.gate.is_some();
    let name = format!("reply-{}", thread.id);
    let error = message_of(&thread.errors, "body").map(|message| error_line(&name, message));
    let described = if error.is_some() { format!("{name}-error") } else { format!("gate-{}", thread.id) };
    let label = format!("{} to {}", thread.channel.word(), thread.address);
    let form = view! {
        <form class="composer" method="post" action=format!("/threads/{}/reply", thread.id)>
            {gate(thread)}
            <input type="hidden" name="once" value=thread.once.to_string()/>
            {thread.back.clone().map(|back| view! { <input type="hidden" name="back" value=back/> })}
            <label class="sr" for=name.clone()>{label}</label>
            <textarea class="input" id=name name="body" rows="2" required=true disabled=blocked aria-describedby=described inner_html=typed(&thread.draft)></textarea>
            {error}
            {send(blocked)}
        </form>
    };
    thread.may_write.then(|| form.into_any())
}

/// The button, with its key.
pub(crate) fn send(blocked: bool) -> AnyView {
    let contact = (!blocked).then_some(""); // the script switches those on again when the feed is back
    view! { <p class="row between"><span class="hint">"To one person. The rules are asked again as it is sent."</span><button class="btn contact" type="submit" disabled=blocked data-contact=contact>{Icon::Send.view()}"Send "<kbd aria-hidden="true">"Ctrl Enter"</kbd></button></p> }.into_any()
}
