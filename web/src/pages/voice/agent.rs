//! One agent, for a supervisor: `/voice/agents/{id}`. What they do now; listen, whisper, barge; a message; a break.

use crate::{
    format,
    icon::Icon,
    parts::{
        field::{Area, Field, FieldError, area},
        live::since,
    },
    render::html,
    shell::{Clock, Shell, document},
    state::{AgentState, Form, Lexeme},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct AgentView {
    /// The agent.
    pub id: Uuid,
    /// Their name.
    pub name: String,
    /// What they do.
    pub state: AgentState,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Why on a break.
    pub reason: Option<String>,
    /// What comes after the call.
    pub then: Option<AgentState>,
    /// Their audio stands: there is something to listen to.
    pub audio: bool,
    /// This user is with this agent.
    pub session: Option<Session>,
    /// This user is with another agent: who, and where.
    pub elsewhere: Option<(Uuid, String)>,
    /// Other supervisors who are with them.
    pub others: Vec<String>,
    /// This user may only look.
    pub may: bool,
    /// The telephone to call this user at.
    pub phone: String,
    /// Typed so far.
    pub body: String,
    /// Typed so far.
    pub break_reason: String,
    /// What was wrong.
    pub errors: Vec<FieldError>,
    /// What was said to them, newest first.
    pub notes: Vec<NoteRow>,
}

/// A supervisor's presence.
#[derive(Clone, Debug)]
pub struct Session {
    /// `monitor`, `whisper` or `barge`.
    pub role: String,
    /// What the carrier has taken; none while the telephone rings.
    pub role_now: Option<String>,
}

/// One thing that was said.
#[derive(Clone, Debug)]
pub struct NoteRow {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// `Break: coaching`.
    pub words: String,
    /// When they marked it as read.
    pub seen_at: Option<DateTime<Utc>>,
}

/// The roles: value, word, what it does.
pub const ROLES: [(&str, &str, &str, Icon); 3] = [
    ("monitor", "Listen", "You hear both; nobody hears you.", Icon::Ear),
    ("whisper", "Whisper", "Only the agent hears you.", Icon::MessageSquare),
    ("barge", "Barge in", "Everybody hears you, the consumer too.", Icon::Mic),
];

/// The page.
pub fn page(shell: &Shell, view: &AgentView) -> String {
    html(|| document(shell, body(&shell.clock, view)))
}

/// The parts that change.
pub fn fragments(clock: &Clock, view: &AgentView) -> String {
    html(|| (crate::shell::pulse(clock), standing(clock, view), line(view), log(clock, view)))
}

fn body(clock: &Clock, view: &AgentView) -> AnyView {
    view! {
        <div class="head"><p class="crumb"><a href="/voice">"Voice Operations"</a></p><h1>{view.name.clone()}</h1></div>
        {standing(clock, view)}
        {line(view)}
        {view.may.then(|| view! { <div class="cols c-6-6">{message(view)}{order(view)}</div> })}
        {log(clock, view)}
    }
    .into_any()
}

fn standing(clock: &Clock, view: &AgentView) -> AnyView {
    let then =
        view.then.map(|then| view! { <span class="muted">{format!("then {}", then.word().to_lowercase())}</span> });
    view! {
        <p class="row" id="agent-standing">
            {view.state.chip(Form::Plain)}{since(clock, view.since, false)}
            {view.reason.clone().map(|why| view! { <span class="muted">{why}</span> })}
            {then}
        </p>
    }
    .into_any()
}

/// The panel of listening in: `#agent-line`.
fn line(view: &AgentView) -> AnyView {
    let others = (!view.others.is_empty()).then(|| view! { <p class="muted">{view.others.join("; ")}</p> });
    let inner = match (&view.session, &view.elsewhere) {
        (Some(session), _) => present(view, session),
        (None, Some((id, name))) => view! { <p>"You are with "<a class="link" href=format!("/voice/agents/{id}")>{name.clone()}</a>". Leave there first."</p> }.into_any(),
        (None, None) if !view.may => view! { <p class="muted">"Your role may not listen in."</p> }.into_any(),
        (None, None) if !view.audio => view! { <p class="muted">"The agent's audio is not up: there is nothing to listen to."</p> }.into_any(),
        (None, None) => enter(view),
    };
    view! {
        <section class="panel" id="agent-line" aria-labelledby="line-h">
            <header><h2 id="line-h">"On the line"</h2></header>
            <div class="body stackv">{inner}{others}</div>
        </section>
    }
    .into_any()
}

fn enter(view: &AgentView) -> AnyView {
    let buttons = ROLES.map(|(value, word, about, icon)| {
        view! { <button class="btn" type="submit" name="role" value=value title=about>{icon.view()}{word}</button> }
    });
    view! {
        <form class="stackv" method="post" action=format!("/voice/agents/{}/line", view.id)>
            {Field::text("phone", "Your telephone", &view.phone, &view.errors).hint("It is called now. The agent is told that you are there.").view()}
            <div class="acts">{buttons.collect_view()}</div>
        </form>
    }
    .into_any()
}

fn present(view: &AgentView, session: &Session) -> AnyView {
    let now = session.role_now.as_deref();
    let words = match now.and_then(|now| ROLES.iter().find(|role| role.0 == now)) {
        Some((_, word, about, _)) => format!("{word}: {about}"),
        None => "Your telephone rings: take the call.".to_owned(),
    };
    let buttons = ROLES.map(|(value, word, _, icon)| {
        let on = session.role == value;
        view! { <button class="btn" type="submit" name="role" value=value aria-pressed=on.to_string() disabled=on>{icon.view()}{word}</button> }
    });
    view! {
        <p role="status"><b>{words}</b></p>
        <form class="acts" method="post" action=format!("/voice/agents/{}/role", view.id) data-enhance>{buttons.collect_view()}</form>
        <form method="post" action=format!("/voice/agents/{}/leave", view.id) data-enhance><button class="btn danger" type="submit">{Icon::PhoneOff.view()}"Leave"</button></form>
    }
    .into_any()
}

fn message(view: &AgentView) -> AnyView {
    let field = Area {
        name: "body",
        label: "Message",
        value: &view.body,
        rows: 3,
        mono: false,
        hint: "It is shown in their cockpit at once.",
    };
    view! {
        <section class="panel" aria-labelledby="message-h">
            <header><h2 id="message-h">"Say something"</h2></header>
            <form class="body stackv" method="post" action=format!("/voice/agents/{}/message", view.id)>
                {area(&field, &view.errors)}
                <div class="acts"><button class="btn strong" type="submit">{Icon::Send.view()}"Send"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn order(view: &AgentView) -> AnyView {
    let field = Field::text("reason", "Reason", &view.break_reason, &view.errors).required();
    view! {
        <section class="panel" aria-labelledby="break-h">
            <header><h2 id="break-h">"Send on a break"</h2></header>
            <form class="body stackv" method="post" action=format!("/voice/agents/{}/break", view.id)>
                {field.hint("Now if they are free, else when the call is over. They see who and why; it goes to the audit trail.").view()}
                <div class="acts"><button class="btn" type="submit">{Icon::Coffee.view()}"Send on a break"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn log(clock: &Clock, view: &AgentView) -> AnyView {
    let lines = view.notes.iter().map(|note| {
        let seen = match note.seen_at {
            Some(_) => "read",
            None => "not read yet",
        };
        let at = format::time(note.at, clock.zone, format::near(note.at, clock.now, clock.zone));
        view! { <li>{at}<p><b>{note.by.clone()}</b>" "{note.words.clone()}" "<span class="dim">{seen}</span></p></li> }
    });
    let inner = if view.notes.is_empty() {
        view! { <p class="body dim">"Nothing was said to them here."</p> }.into_any()
    } else {
        view! { <ol class="log wide">{lines.collect_view()}</ol> }.into_any()
    };
    view! { <section class="panel" id="agent-log" aria-labelledby="log-h"><header><h2 id="log-h">"Said to them"</h2></header>{inner}</section> }.into_any()
}
