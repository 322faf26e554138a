//! What the cockpit shows, read in one transaction.

use chrono::{DateTime, TimeDelta, Utc};
use web::{
    format,
    pages::cockpit::{
        AccountPanel, Advance, CockpitView, HistoryLine, LastCall, LastKind, Me, MessageLine, NextPerson, QueueRow,
        Ready, Stage, Talk,
        floor::{FloorView, NoteLine},
    },
    state::{AgentState, CallState},
};
use workflows::{
    account::{self, Account},
    agent::{self, Agent},
    call,
    campaign::{self, For, Next},
    compliance::Channel,
    db::Tx,
    desk::{self, OnDesk},
    disclosure,
    id::{AccountId, AgentId, ThreadId},
    identity::Principal,
    supervision,
    thread::{self, Thread},
    timeline,
};

use crate::{
    pages::{
        account::{self as page, threads},
        accounts, voice,
    },
    problem::Problem,
    state::App,
};

/// So many of the next are shown.
const QUEUE: usize = 5;
/// So many of the last lines of the account.
const LINES: i64 = 6;
/// So many of the conversations that nobody has read.
const UNREAD: i64 = 5;
/// So much of what supervisors said.
const NOTES: i64 = 20;
/// A countdown that ended longer ago, with nobody to call, does not dial whoever comes up then.
const LATE: TimeDelta = TimeDelta::seconds(5);
/// What only the platform says.
const PLATFORMS: [&str; 3] = ["connected", "voicemail", "abandoned"];

pub(super) async fn load(
    app: &App,
    caller: &Principal,
    me: AgentId,
    open: Option<ThreadId>,
) -> Result<CockpitView, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let agent = agent::find(&mut tx, caller.org, me).await?;
    let agent = agent.ok_or_else(|| Problem::not_found("cockpit; only people with the role agent have one"))?;
    let call = desk::call(&mut tx, caller.org, me).await?;
    let whose = For { org: caller.org, campaign: None, agent: Some(me) };
    let next = campaign::queue(&mut tx, whose, QUEUE).await?;
    let queued = campaign::still_queued(&mut tx, caller.org).await?;
    let free = agent.state == agent::State::Available && !agent.dialing;
    let about = match (&call, next.first()) {
        (Some(call), _) => Some(call.account),
        (None, _) if agent.dialing => desk::leaving(&mut tx, caller.org, me).await?,
        (None, Some(next)) if free => Some(next.account),
        _ => None,
    };
    let account = match about {
        Some(id) => beside(&mut tx, caller, id).await?,
        None => None,
    };
    let stage = stage(&mut tx, caller, &agent, call.as_ref(), next.first(), account.as_ref()).await?;
    let queue = next.iter().enumerate().map(|(n, next)| row(next, n == 0 && free)).collect();
    let messages = thread::list(&mut tx, caller.org, true, UNREAD).await?;
    let thread = match open {
        Some(id) => threads::one(&mut tx, caller, id, &here(id)).await?,
        None => None,
    };
    let floor = floor(&mut tx, caller, &agent).await?;
    let campaign = call.and_then(|call| call.campaign_name).or_else(|| next.first().map(|n| n.campaign_name.clone()));
    tx.commit().await?;
    let account = account.map(|(_, panel)| panel);
    let me = standing(&agent, campaign);
    let messages = messages.into_iter().map(unread).collect();
    Ok(CockpitView { me, stage, queue, queued, account, messages, thread, floor })
}

/// Who is on the line, the break that was ordered, and what was said.
async fn floor(tx: &mut Tx, caller: &Principal, agent: &Agent) -> Result<FloorView, Problem> {
    let present = supervision::of_agent(tx, caller.org, agent.id).await?;
    let notes = agent::notes(tx, caller.org, agent.id, NOTES).await?;
    let by = agent::break_by(tx, caller.org, agent.id).await?;
    let why = notes.iter().find(|note| note.kind == "break").map(|note| note.body.clone());
    // An order stands at the top as long as it holds; afterwards it is one line of the log.
    let (unread, read) = notes.into_iter().partition(|note| note.seen_at.is_none() && note.kind == "message");
    let lines = |notes: Vec<agent::Note>| notes.into_iter().map(said).collect();
    Ok(FloorView {
        present: present.iter().filter(|one| one.role_now.is_some()).map(voice::agent::present).collect(),
        ordered: by.zip(why),
        unread: lines(unread),
        read: lines(read),
    })
}

fn said(note: agent::Note) -> NoteLine {
    let words = if note.kind == "break" { format!("ordered a break: {}", note.body) } else { note.body };
    NoteLine { id: note.id, by: note.by, at: note.at, words }
}

/// The cockpit with a conversation open.
fn here(thread: ThreadId) -> String {
    format!("/cockpit?thread={thread}")
}

fn unread(thread: Thread) -> MessageLine {
    MessageLine {
        href: here(thread.id),
        channel: if thread.channel == "email" { "Email" } else { "SMS" },
        text: format!("{}: {}", thread.name, thread.last.unwrap_or_default()),
        at: thread.updated_at,
        unread: true,
    }
}

fn standing(agent: &Agent, campaign: Option<String>) -> Me {
    let away = agent.state == agent::State::Offline || agent.state == agent::State::Break;
    Me {
        state: shown(agent.state),
        since: agent.since,
        then: agent.next_state.map(shown),
        reason: agent.reason.clone(),
        connecting: away && agent.next_state == Some(agent::State::Available),
        campaign: campaign.filter(|_| !away),
        auto_advance_secs: agent.auto_advance_secs,
        calls: agent.calls,
        handle_secs: agent.handle_secs.map(|secs| secs as i64),
    }
}

fn shown(state: agent::State) -> AgentState {
    AgentState::named(state.as_str()).expect("the lexicon has every state of an agent")
}

type Beside = (Account, AccountPanel);

async fn stage(
    tx: &mut Tx,
    caller: &Principal,
    agent: &Agent,
    call: Option<&OnDesk>,
    next: Option<&Next>,
    beside: Option<&Beside>,
) -> Result<Stage, Problem> {
    if let (Some(call), Some((account, panel))) = (call, beside) {
        return Ok(Stage::Talk(Box::new(talk(tx, caller, agent, call, account, panel).await?)));
    }
    if agent.state != agent::State::Available {
        return Ok(Stage::Away);
    }
    if agent.dialing {
        let name = beside.map_or_else(|| "the person you chose".to_owned(), |(_, panel)| panel.name.clone());
        return Ok(Stage::Leaving(name));
    }
    let place = beside.map(|(account, panel)| (accounts::place(account), panel.zone));
    let advance = agent::advance(tx, caller.org, agent.id).await?;
    let person = next.zip(place).map(|(next, (place, zone))| NextPerson {
        recipient: next.recipient.0,
        account: next.account.0,
        name: next.name.clone(),
        phone: next.phone.national(),
        place,
        zone,
        checked_at: next.verdict.decided_at,
        why: why(next),
    });
    let advance = person.as_ref().and_then(|_| countdown(&advance, agent.auto_advance_secs));
    let last = desk::last(tx, caller.org, agent.id).await?.map(over);
    let why = "The dialer connects you to whoever answers next. You need not do anything.".to_owned();
    Ok(Stage::Ready(Box::new(Ready { next: person, advance, last, why })))
}

fn countdown(advance: &agent::Advance, secs: Option<i16>) -> Option<Advance> {
    let at = advance.at.filter(|at| *at + LATE > advance.now)?;
    Some(Advance { at: at.timestamp_millis(), now: advance.now.timestamp_millis(), secs: secs? })
}

async fn talk(
    tx: &mut Tx,
    caller: &Principal,
    agent: &Agent,
    call: &OnDesk,
    account: &Account,
    panel: &AccountPanel,
) -> Result<Talk, Problem> {
    let wrap_up = agent.state == agent::State::WrapUp;
    let known = if wrap_up { call::dispositions(tx, caller.org).await? } else { Vec::new() };
    let offered = known.into_iter().filter(|known| !PLATFORMS.contains(&known.code.as_str()));
    let script = call.script.as_deref().unwrap_or_default();
    let disclosed = disclosure::of_call(tx, call.id).await?.first().map(|disclosure| disclosure.said_at);
    Ok(Talk {
        call: call.id.0,
        state: CallState::named(call.state.as_str()).expect("the lexicon has every state of a call"),
        since: if wrap_up { agent.since } else { call.since },
        wrap_up,
        name: panel.name.clone(),
        phone: accounts::national(&call.to_addr),
        place: accounts::place(account),
        zone: panel.zone,
        ended: wrap_up.then(|| ended(call)),
        closes_at: wrap_up.then(|| closes(agent.since, call.wrap_up_secs)),
        script: script.split("\n\n").map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        disclosed,
        note: call.note.clone().unwrap_or_default(),
        dispositions: offered.map(|known| (known.code, known.label)).collect(),
        balance_cents: Some(account.balance_cents),
    })
}

fn closes(since: DateTime<Utc>, secs: i32) -> DateTime<Utc> {
    since + TimeDelta::seconds(secs.into())
}

/// How long it took, and who let go.
fn ended(call: &OnDesk) -> String {
    let talked = call.bridged_at.zip(call.ended_at).map(|(from, to)| format::span((to - from).num_seconds()));
    let by = match call.hangup_source.as_deref() {
        Some("callee") => ", ended by them",
        Some("caller") => ", ended by you",
        _ => "",
    };
    talked.map_or_else(|| "Ended".to_owned(), |talked| format!("Talked {talked}{by}"))
}

fn over(last: desk::Last) -> LastCall {
    let name = last.name;
    if last.talked {
        let rest = last.disposition.unwrap_or_else(|| "Connected".to_owned());
        return LastCall { kind: LastKind::Saved, lead: format!("{name}:"), rest: format!("{rest}.") };
    }
    if last.state == call::State::Skipped {
        let source = last.citation.map(|source| format!(" ({source})")).unwrap_or_default();
        let rest = last.sentence.map(|sentence| format!("{sentence}{source}")).unwrap_or_default();
        return LastCall { kind: LastKind::Refused, lead: format!("{name} was not called."), rest };
    }
    let outcome = page::outcome(last.result.as_deref().unwrap_or("unknown"));
    LastCall { kind: LastKind::Nobody, lead: format!("{name}:"), rest: format!("{outcome}.") }
}

fn row(next: &Next, first: bool) -> QueueRow {
    QueueRow {
        account: next.account.0,
        name: next.name.clone(),
        balance_cents: next.balance_cents,
        why: why(next),
        first,
    }
}

/// Why somebody is next.
fn why(next: &Next) -> String {
    match (next.attempts_used, &next.explanation) {
        (0, None) => "New, first call".to_owned(),
        (0, Some(why)) => format!("Again, {}", page::plain(why).trim_end_matches('.')),
        (n, Some(why)) => {
            format!("Try {} of {}, {} before", n + 1, next.max_attempts, page::plain(why).trim_end_matches('.'))
        }
        (n, None) => format!("Try {} of {}", n + 1, next.max_attempts),
    }
}

async fn beside(tx: &mut Tx, caller: &Principal, id: AccountId) -> Result<Option<Beside>, Problem> {
    let Some(account) = account::find(tx, caller.org, id).await? else { return Ok(None) };
    let verdict = page::contact::of(tx, caller.org, &account, Channel::Call).await?;
    let lines = timeline::of_account(tx, caller.org, id, None, LINES).await?;
    let usable = account.phones.0.iter().find(|phone| phone.status == "ok");
    let panel = AccountPanel {
        id: id.0,
        name: accounts::name(&account),
        reference: account.account_number.clone(),
        balance_cents: account.balance_cents,
        facts: page::facts(&account),
        phone: usable.map(|phone| accounts::national(&phone.number)),
        verdict,
        zone: page::zone_of(&account),
        timeline: lines.into_iter().take(LINES as usize).map(|entry| page::line(entry, None)).map(brief).collect(),
    };
    Ok(Some((account, panel)))
}

fn brief(line: web::pages::account::TimelineEntry) -> HistoryLine {
    HistoryLine { at: line.at, event: line.event, title: line.title }
}
