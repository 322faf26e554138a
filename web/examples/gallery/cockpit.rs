//! The cockpit, in the states an agent passes through.

use chrono::{Duration, Timelike};
use chrono_tz::America;
use web::{
    Channel, Nav, Role, Shell,
    pages::{
        account::Verdict,
        cockpit::{
            AccountPanel, Advance, CockpitView, HistoryLine, LastCall, LastKind, Me, MessageLine, NextPerson, QueueRow,
            Ready, Stage, Talk, floor::FloorView,
        },
    },
    state::{AgentState, CallState, Event},
};

use super::{ago, id, now, shell};

pub(crate) fn desk() -> Shell {
    let (user, role) = ("Priya Raman".to_owned(), Role::Agent);
    Shell { user, role, active: Some(Nav::Cockpit), events: Some("/live/cockpit".to_owned()), ..shell("Cockpit", "") }
}

fn me(state: AgentState) -> Me {
    Me {
        state,
        since: ago(117),
        then: None,
        reason: None,
        connecting: false,
        campaign: Some("Lakeview Medical, 90-day".to_owned()),
        auto_advance_secs: Some(8),
        calls: 21,
        handle_secs: Some(192),
    }
}

fn queue() -> Vec<QueueRow> {
    let rows = [
        ("Marcus Bell", 61_240, "New, first call"),
        ("Janet Okafor", 219_000, "Try 2 of 3, no answer before"),
        ("Peter Lindgren", 45_518, "New, first call"),
    ];
    let row = |(n, (name, balance_cents, why)): (u128, (&str, i64, &str))| QueueRow {
        account: id(700 + n),
        name: name.to_owned(),
        balance_cents,
        why: why.to_owned(),
        first: n == 0,
    };
    (0..).zip(rows).map(row).collect()
}

fn account() -> AccountPanel {
    let line = |secs, event, title: &str| HistoryLine { at: ago(secs), event, title: title.to_owned() };
    AccountPanel {
        id: id(41),
        name: "Alicia <Romero>".to_owned(),
        reference: "LMG-204118".to_owned(),
        balance_cents: 128_460,
        facts: vec![("Creditor".to_owned(), "Lakeview Medical Group".to_owned())],
        phone: Some("(915) 555-0142".to_owned()),
        verdict: Some(Verdict {
            channel: Channel::Call,
            to: "(915) 555-0142".to_owned(),
            allowed: false,
            sentence: "It is before 8:00 where this person may be.".to_owned(),
            citation: Some("12 CFR 1006.6(b)(1)(i)".to_owned()),
            earliest_next: Some(now() + Duration::hours(15)),
            rules: "Rules 2026-11-22.1".to_owned(),
            budget: "2 of 7 calls in 7 days".to_owned(),
            spent: false,
        }),
        zone: Some(America::Denver),
        timeline: vec![
            line(20, Event::Spoke, "Call 1 of 3, promise to pay"),
            line(90_000, Event::Imported, "Account placed"),
        ],
    }
}

fn view(state: AgentState, stage: Stage) -> CockpitView {
    let account = (!matches!(stage, Stage::Away)).then(account);
    CockpitView {
        me: me(state),
        stage,
        queue: queue(),
        queued: 1_842,
        account,
        messages: Vec::new(),
        thread: None,
        floor: FloorView::default(),
    }
}

pub(crate) fn offline() -> CockpitView {
    CockpitView { queue: Vec::new(), queued: 0, ..view(AgentState::Offline, Stage::Away) }
}

pub(crate) fn countdown() -> CockpitView {
    let next = NextPerson {
        recipient: id(800),
        account: id(700),
        name: "Marcus Bell".to_owned(),
        phone: "(312) 555-0168".to_owned(),
        place: "Chicago, IL".to_owned(),
        zone: Some(America::Chicago),
        checked_at: now().with_nanosecond(0).expect("a second begins"),
        why: "New, first call".to_owned(),
    };
    let last = LastCall {
        kind: LastKind::Refused,
        lead: "Alicia <Romero> was not called.".to_owned(),
        rest: "It is before 8:00 where this person may be (12 CFR 1006.6(b)(1)(i)).".to_owned(),
    };
    let advance = Some(Advance { at: 5_000, now: 0, secs: 8 });
    let ready = Ready { next: Some(next), advance, last: Some(last), why: String::new() };
    let message = MessageLine {
        href: "/accounts".to_owned(),
        channel: "SMS",
        text: "I can pay on <Friday>".to_owned(),
        at: ago(300),
        unread: true,
    };
    CockpitView { messages: vec![message], ..view(AgentState::Available, Stage::Ready(Box::new(ready))) }
}

fn talk() -> Talk {
    let named = |(code, label): (&str, &str)| (code.to_owned(), label.to_owned());
    let dispositions = [("promise", "Promise to pay"), ("paid", "Paid"), ("do_not_call", "Do not call")];
    Talk {
        call: id(900),
        state: CallState::Bridged,
        since: ago(167),
        wrap_up: false,
        name: "Alicia <Romero>".to_owned(),
        phone: "(915) 555-0142".to_owned(),
        place: "El Paso, TX".to_owned(),
        zone: Some(America::Denver),
        ended: None,
        closes_at: None,
        script: vec!["Hello, this is Priya on a recorded line.".to_owned(), "Is this <b>you</b>?".to_owned()],
        disclosed: None,
        note: "Insurance paid part </textarea>".to_owned(),
        dispositions: dispositions.map(named).to_vec(),
        balance_cents: Some(128_460),
    }
}

pub(crate) fn call() -> CockpitView {
    view(AgentState::OnCall, Stage::Talk(Box::new(talk())))
}

pub(crate) fn wrap_up() -> CockpitView {
    let ended = Some("Talked 4 min 12 s, ended by them".to_owned());
    let talk = Talk { state: CallState::Ended, wrap_up: true, ended, closes_at: Some(now()), ..talk() };
    let mut view = view(AgentState::WrapUp, Stage::Talk(Box::new(talk)));
    view.me.then = Some(AgentState::Break);
    view
}
