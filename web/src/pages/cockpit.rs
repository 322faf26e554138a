//! The agent's cockpit, `/cockpit`: who is next, the call, the account. The same after a reload as before it, and of use
//! without a script; with it, keys, a countdown and notes that save themselves.

mod account;
pub mod floor;
mod head;
mod offer;
mod queue;
mod stage;
mod talk;

use self::floor::FloorView;
use crate::{
    parts::thread::{self, ThreadView},
    render::html,
    shell::{Clock, Shell, document},
    state::{AgentState, CallState, Event},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;
use uuid::Uuid;

/// Everything on the page.
#[derive(Clone, Debug)]
pub struct CockpitView {
    /// Whose cockpit it is.
    pub me: Me,
    /// What they are at.
    pub stage: Stage,
    /// The next few of the lists that agents dial.
    pub queue: Vec<QueueRow>,
    /// How many wait there in all.
    pub queued: i64,
    /// Whose account: that of the call, else that of the next person.
    pub account: Option<AccountPanel>,
    /// What people wrote that nobody has read; hidden while there is nothing.
    pub messages: Vec<MessageLine>,
    /// The conversation that is open.
    pub thread: Option<ThreadView>,
    /// What a supervisor does beside them.
    pub floor: FloorView,
}

/// The agent.
#[derive(Clone, Debug)]
pub struct Me {
    /// What they are doing.
    pub state: AgentState,
    /// Since when.
    pub since: DateTime<Utc>,
    /// What they asked to do after this call.
    pub then: Option<AgentState>,
    /// Why on a break, or why offline.
    pub reason: Option<String>,
    /// Their audio is being connected.
    pub connecting: bool,
    /// The campaign they work on.
    pub campaign: Option<String>,
    /// Seconds from a disposition to the next call; none: never by itself.
    pub auto_advance_secs: Option<i16>,
    /// Calls talked in the last 24 hours.
    pub calls: i64,
    /// How long those took on average.
    pub handle_secs: Option<i64>,
}

/// What an agent is at.
#[derive(Clone, Debug)]
pub enum Stage {
    /// Offline, or on a break.
    Away,
    /// Free.
    Ready(Box<Ready>),
    /// The call they asked for is about to leave.
    Leaving(String),
    /// A call is theirs.
    Talk(Box<Talk>),
}

/// Free: who is next, and what became of the last.
#[derive(Clone, Debug)]
pub struct Ready {
    /// Whom they would call next.
    pub next: Option<NextPerson>,
    /// When that call leaves by itself.
    pub advance: Option<Advance>,
    /// What became of the call before.
    pub last: Option<LastCall>,
    /// Why there is nobody to call.
    pub why: String,
}

/// The next person of a list.
#[derive(Clone, Debug)]
pub struct NextPerson {
    /// Their place on the list.
    pub recipient: Uuid,
    /// Their account.
    pub account: Uuid,
    /// Their name.
    pub name: String,
    /// As people read it.
    pub phone: String,
    /// `El Paso, TX`.
    pub place: String,
    /// Their clock, if it is known.
    pub zone: Option<Tz>,
    /// When the rules were asked.
    pub checked_at: DateTime<Utc>,
    /// Why they are next: `Try 2 of 3, no answer before`.
    pub why: String,
}

/// A call that leaves by itself; real time, in milliseconds of the epoch.
#[derive(Clone, Copy, Debug)]
pub struct Advance {
    /// When it leaves.
    pub at: i64,
    /// Now.
    pub now: i64,
    /// How long the whole countdown takes.
    pub secs: i16,
}

/// The call before.
#[derive(Clone, Debug)]
pub struct LastCall {
    /// How it went.
    pub kind: LastKind,
    /// Who: `Alicia Romero:`, `Alicia Romero was not called.`
    pub lead: String,
    /// What was saved, how it ended, or the rule's sentence.
    pub rest: String,
}

/// How the call before went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastKind {
    /// Talked, and written down.
    Saved,
    /// Nobody was talked to.
    Nobody,
    /// A rule refused it, and nothing was dialed.
    Refused,
}

/// A call that is the agent's.
#[derive(Clone, Debug)]
pub struct Talk {
    /// The call.
    pub call: Uuid,
    /// Where it is.
    pub state: CallState,
    /// Since when.
    pub since: DateTime<Utc>,
    /// It is over, and is written down.
    pub wrap_up: bool,
    /// Who.
    pub name: String,
    /// As people read it.
    pub phone: String,
    /// `El Paso, TX`.
    pub place: String,
    /// Their clock, if it is known.
    pub zone: Option<Tz>,
    /// How it ended: `4 min 12 s, ended by them`.
    pub ended: Option<String>,
    /// When the wrap-up ends by itself.
    pub closes_at: Option<DateTime<Utc>>,
    /// What the campaign wants said, a paragraph each.
    pub script: Vec<String>,
    /// When the disclosure was given on this call.
    pub disclosed: Option<DateTime<Utc>>,
    /// What was noted so far.
    pub note: String,
    /// How it may have ended: code and label, in the order of the keys.
    pub dispositions: Vec<(String, String)>,
    /// What they owe, for the announcement.
    pub balance_cents: Option<i64>,
}

/// One of the next.
#[derive(Clone, Debug)]
pub struct QueueRow {
    /// Their account.
    pub account: Uuid,
    /// Their name.
    pub name: String,
    /// What they owe, in cents.
    pub balance_cents: i64,
    /// Why they are next.
    pub why: String,
    /// They are the one the page offers.
    pub first: bool,
}

/// The account beside the call.
#[derive(Clone, Debug)]
pub struct AccountPanel {
    /// The account.
    pub id: Uuid,
    /// The person's name.
    pub name: String,
    /// The account number.
    pub reference: String,
    /// What is owed, in cents.
    pub balance_cents: i64,
    /// Whatever else is known.
    pub facts: Vec<(String, String)>,
    /// The first usable number.
    pub phone: Option<String>,
    /// May they be called now?
    pub verdict: Option<super::account::Verdict>,
    /// The consumer's zone.
    pub zone: Option<Tz>,
    /// The last few things that happened.
    pub timeline: Vec<HistoryLine>,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct HistoryLine {
    /// When.
    pub at: DateTime<Utc>,
    /// What it is about.
    pub event: Event,
    /// What happened.
    pub title: String,
}

/// A thread with the person.
#[derive(Clone, Debug)]
pub struct MessageLine {
    /// Where it is read and answered.
    pub href: String,
    /// `SMS` or `Email`.
    pub channel: &'static str,
    /// How it begins.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Nobody has read it yet.
    pub unread: bool,
}

/// The page.
pub fn page(shell: &Shell, view: &CockpitView) -> String {
    html(|| document(shell, body(&shell.clock, view)))
}

/// The parts that change: `#floor`, `#cock-head`, `#up-next`, `#desk`, `#beside` and the open conversation's bubbles.
pub fn fragments(clock: &Clock, view: &CockpitView) -> String {
    let said = || view.thread.as_ref().map(|open| thread::fragments(clock, open));
    html(|| (crate::shell::pulse(clock), floor::region(clock, view), parts(clock, view), said()))
}

fn body(clock: &Clock, view: &CockpitView) -> AnyView {
    let (head, queue, desk, beside) = parts(clock, view);
    // Beside the parts that change: somebody may be typing in it.
    let said = view.thread.as_ref().map(|open| thread::panel(clock, open));
    view! { {head}{floor::region(clock, view)}<div class="cock">{queue}{desk}<div class="colstack">{beside}{said}</div></div> }.into_any()
}

fn parts(clock: &Clock, view: &CockpitView) -> (AnyView, AnyView, AnyView, AnyView) {
    (head::head(view), queue::column(view), desk(clock, view), account::column(clock, view))
}

fn desk(clock: &Clock, view: &CockpitView) -> AnyView {
    let talk = match &view.stage {
        Stage::Talk(call) => talk::panel(call),
        _ => None,
    };
    view! { <div class="colstack c-mid" id="desk">{stage::stage(clock, view)}{talk}</div> }.into_any()
}
