//! `docs/state_machines.md` and the code say the same: every row and every arrow of the page against every state,
//! event and circumstance of the machines, both ways.

use std::{collections::BTreeSet, path::Path};

use chrono::DateTime;
use uuid::Uuid;
use workflows::{
    agent::{self, DialLeg, OpenConference},
    call::{
        self, AmdOutcome, Answer, CloseWrapUp, ConnectDeadline, HangUp, Known, PlaceCall, ReconcileAttempt, Release,
        ServeWaiting, StartRecording, StartTranscription,
    },
    campaign::{self, PauseReason, PlanCampaign, StartCampaign, WindowCloses},
    id::CallId,
    job::Job,
    message::{self, EmailBatch, Failure, ReconcileMessage, RetryMessage, SendEmail, SendSms, SmsBatch},
    recipient::{self, RetryCall},
    recording::{self, FetchRecording},
    transcript,
    webhook::ApplyWebhook,
};

// ── the page ──

/// The lines under a heading.
fn section(title: &str) -> Vec<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/state_machines.md");
    let page = std::fs::read_to_string(page).expect("the page is in the repository");
    let lines = page.lines().skip_while(|line| *line != format!("## {title}")).skip(1);
    let lines: Vec<String> = lines.take_while(|line| !line.starts_with("## ")).map(str::to_owned).collect();
    assert!(!lines.is_empty(), "the page has no section {title}");
    lines
}

/// The cells of a section's table, its head left out.
fn table(title: &str) -> Vec<Vec<String>> {
    let cells = |line: &String| {
        let inside = line.trim().strip_prefix('|').and_then(|line| line.strip_suffix('|')).expect("a row has two ends");
        inside.split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    section(title).iter().filter(|line| line.starts_with('|')).skip(2).map(cells).collect()
}

fn list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(", ").filter(|word| !word.is_empty())
}

/// Every arrow between two states: from, to, event.
fn arrows(title: &str) -> BTreeSet<(String, String, String)> {
    let mut arrows = BTreeSet::new();
    for line in section(title) {
        let Some((from, rest)) = line.trim().split_once(" --> ") else { continue };
        let Some((to, events)) = rest.split_once(" : ") else { continue };
        arrows.extend(list(events).map(|event| (from.to_owned(), to.to_owned(), event.to_owned())));
    }
    arrows
}

// ── the code ──

/// One thing the code does.
#[derive(Debug)]
struct Fact {
    state: &'static str,
    event: &'static str,
    /// What holds besides, in the words of the page.
    circumstances: Vec<String>,
    /// None: refused.
    then: Option<Then>,
}

#[derive(Debug)]
struct Then {
    next: &'static str,
    /// What is to follow, and what was to follow before; only agents and messages have it.
    later: &'static str,
    before: &'static str,
    asks: bool,
}

impl Then {
    fn new(next: &'static str, asks: bool) -> Self {
        Self { next, later: "", before: "", asks }
    }

    fn moves(&self, from: &str) -> bool {
        self.next != from || self.asks || self.later != self.before
    }
}

/// Whether a row of the page speaks of this.
fn covers(row: &[String], fact: &Fact) -> bool {
    list(&row[0]).any(|state| state == fact.state)
        && list(&row[1]).any(|event| event == fact.event)
        && list(&row[2]).all(|when| fact.circumstances.iter().any(|holds| holds == when))
}

fn agrees(row: &[String], fact: &Fact) -> bool {
    let Some(then) = &fact.then else { return false };
    let next = if row[3] == "same" { fact.state } else { &row[3] };
    let later = match row.get(4).map_or("", String::as_str) {
        "kept" => then.before,
        word => word,
    };
    (next, later) == (then.next, then.later)
}

fn the_page_is_the_code(title: &str, facts: &[Fact]) {
    let rows = table(title);
    for fact in facts {
        let said: Vec<_> = rows.iter().filter(|row| covers(row, fact)).collect();
        match (said.as_slice(), &fact.then) {
            ([row], _) => assert!(agrees(row, fact), "{title}: the page says {row:?}, the code {fact:?}"),
            ([], Some(then)) => assert!(!then.moves(fact.state), "{title}: the page does not say {fact:?}"),
            ([], None) => {}
            (several, _) => panic!("{title}: the page speaks twice of {fact:?}: {several:?}"),
        }
    }
    for row in &rows {
        assert!(facts.iter().any(|fact| covers(row, fact)), "{title}: nothing in the code is like {row:?}");
    }
    let moves = facts.iter().filter_map(|fact| Some((fact, fact.then.as_ref()?)));
    let drawn: BTreeSet<_> = moves
        .filter(|(fact, then)| fact.state != then.next)
        .map(|(fact, then)| (fact.state.to_owned(), then.next.to_owned(), fact.event.to_owned()))
        .collect();
    assert_eq!(arrows(title), drawn, "{title}: the drawing");
}

fn holding<const N: usize>(circumstances: [(&str, bool); N]) -> Vec<String> {
    circumstances.iter().filter(|(_, holds)| *holds).map(|(word, _)| (*word).to_owned()).collect()
}

// ── the machines ──

#[test]
fn a_campaign_is_drawn_as_it_is() {
    use PauseReason as P;
    use campaign::{Event as E, State};

    let events = [
        ("schedule", E::Schedule { starts_at: None }),
        ("schedule", E::Schedule { starts_at: Some(DateTime::UNIX_EPOCH) }),
        ("start", E::Start),
        ("pause supervisor", E::Pause(P::Supervisor)),
        ("pause no_agents", E::Pause(P::NoAgents)),
        ("pause window_closed", E::Pause(P::WindowClosed)),
        ("pause provider", E::Pause(P::Provider)),
        ("resume", E::Resume),
        ("agents_back", E::AgentsBack),
        ("window_opened", E::WindowOpened),
        ("stop", E::Stop),
        ("exhausted", E::Exhausted),
        ("drained", E::Drained { stopped: false }),
        ("drained after a stop", E::Drained { stopped: true }),
    ];
    let mut facts = Vec::new();
    for state in State::ALL {
        let reasons = match state {
            State::Paused => vec![Some(P::Supervisor), Some(P::NoAgents), Some(P::WindowClosed), Some(P::Provider)],
            _ => vec![None],
        };
        for (reason, (event, happens)) in reasons.iter().flat_map(|reason| events.iter().map(move |e| (reason, e))) {
            let then = state.on(happens, *reason).ok();
            facts.push(Fact {
                state: state.as_str(),
                event,
                circumstances: reason.iter().map(|reason| format!("paused for {}", reason.as_str())).collect(),
                then: then.map(|change| Then::new(change.next.as_str(), !change.effects.is_empty())),
            });
        }
    }
    the_page_is_the_code("Campaign", &facts);
}

#[test]
fn a_recipient_is_drawn_as_it_is() {
    use recipient::{Event as E, State};

    let events = [
        E::Claim { call: CallId(Uuid::nil()) },
        E::Release,
        E::Wait { at: DateTime::UNIX_EPOCH, because: String::new(), dialed: true },
        E::Due,
        E::Finish { outcome: String::new() },
        E::Fail { outcome: String::new() },
        E::Suppress { code: String::new(), because: String::new() },
        E::Skip { code: "", because: "".into() },
    ];
    let on = |state: State, event: &E| {
        let then = state.on(event).ok().map(|change| Then::new(change.next.as_str(), !change.effects.is_empty()));
        Fact { state: state.as_str(), event: event.word(), circumstances: Vec::new(), then }
    };
    let facts: Vec<_> = State::ALL.iter().flat_map(|state| events.iter().map(move |event| on(*state, event))).collect();
    the_page_is_the_code("Recipient", &facts);
}

#[test]
fn a_call_is_drawn_as_it_is() {
    let mut known = Vec::new();
    for answer in [None, Some(Answer::Human), Some(Answer::Machine), Some(Answer::NotSure)] {
        known.extend((0..8).map(|n| Known { answer, abandoned: n & 1 > 0, amd: n & 2 > 0, agent: n & 4 > 0 }));
    }
    let mut facts = Vec::new();
    for state in call::State::ALL {
        for (known, event) in known.iter().flat_map(|known| call_events().into_iter().map(move |e| (known, e))) {
            let then = state.on(&event, *known).ok();
            facts.push(Fact {
                state: state.as_str(),
                event: event.word(),
                circumstances: holding([("no verdict yet", known.answer.is_none()), ("with an agent", known.agent)]),
                then: then.map(|change| Then::new(change.next.as_str(), !change.effects.is_empty())),
            });
        }
    }
    the_page_is_the_code("Call", &facts);
}

fn call_events() -> Vec<call::Event> {
    use call::Event as E;

    let releases = [
        Release::Busy,
        Release::NoAnswer,
        Release::Invalid,
        Release::Declined,
        Release::Blocked,
        Release::OurProblem,
        Release::CarrierFailure,
        Release::Cancelled,
        Release::Completed,
    ];
    let mut events: Vec<E> = releases.map(|release| E::HungUp { release }).into();
    events.extend([Answer::Human, Answer::Machine, Answer::NotSure].map(E::Detected));
    events.extend([true, false].map(|ours| E::Refused { code: String::new(), ours }));
    events.extend([E::Accepted, E::LostReply, E::Initiated, E::Answered, E::Deadline, E::Joined, E::NobodyFree]);
    events.extend([E::Void, E::GiveUp]);
    events
}

#[test]
fn a_recording_is_drawn_as_it_is() {
    use recording::{Event as E, State};

    let events = [E::Begun, E::Saved, E::Stored, E::Lost, E::Erased];
    let on = |state: State, event: E| {
        let then = state.on(event).ok().map(|change| Then::new(change.next.as_str(), !change.effects.is_empty()));
        Fact { state: state.as_str(), event: event.word(), circumstances: Vec::new(), then }
    };
    let facts: Vec<_> = State::ALL.iter().flat_map(|state| events.map(|event| on(*state, event))).collect();
    the_page_is_the_code("Recording", &facts);
}

#[test]
fn a_transcript_is_drawn_as_it_is() {
    use transcript::{Event as E, State};

    let events = [E::Begun, E::Heard, E::Over, E::Erased];
    let on = |state: State, event: E| {
        let then = state.on(event).ok().map(|change| Then::new(change.next.as_str(), false));
        Fact { state: state.as_str(), event: event.word(), circumstances: Vec::new(), then }
    };
    let facts: Vec<_> = State::ALL.iter().flat_map(|state| events.map(|event| on(*state, event))).collect();
    the_page_is_the_code("Transcript", &facts);
}

#[test]
fn a_message_is_drawn_as_it_is() {
    let on = |state: message::State, event: &message::Event, circumstance: &str| {
        let then = state.on(event).ok().map(|change| Then {
            next: change.next.as_str(),
            later: asked(&change.effects),
            before: "",
            asks: !change.effects.is_empty(),
        });
        Fact { state: state.as_str(), event: event.word(), circumstances: vec![circumstance.to_owned()], then }
    };
    let events = message_events();
    let states = message::State::ALL.iter();
    let facts: Vec<_> =
        states.flat_map(|state| events.iter().map(move |(when, event)| on(*state, event, when))).collect();
    the_page_is_the_code("Message", &facts);
}

fn message_events() -> Vec<(&'static str, message::Event)> {
    use message::{Event as E, Then as T};

    let failures = [
        ("it may pass", T::Retry),
        ("it will not pass", T::Never),
        ("no such address", T::NoSuchAddress),
        ("they opted out", T::OptedOut),
        ("we are the trouble", T::PauseCampaign),
    ];
    let failures = failures.map(|(when, then)| (when, Failure { code: String::new(), because: String::new(), then }));
    let mut events: Vec<_> = failures.clone().map(|(when, why)| (when, E::Refused(why))).into();
    events.extend(failures.map(|(when, why)| (when, E::Undelivered(why))));
    events.extend([("for good", true), ("for now", false)].map(|(when, permanent)| (when, E::Bounced { permanent })));
    events.extend([true, false].map(|confirmed| ("", E::Delivered { confirmed })));
    let plain = [E::Accepted, E::LostReply, E::Complained, E::Opened, E::Clicked, E::Blocked, E::Void, E::GiveUp];
    events.extend(plain.map(|event| ("", event)));
    events
}

/// A change's effects in the words of the page.
fn asked(effects: &[message::Effect]) -> &'static str {
    use message::Effect as E;

    match effects {
        [] => "",
        [E::Settle(_)] => "settled",
        [E::Reconcile] => "asked about",
        [E::OptOut] => "opted out",
        [E::FlagAddress] => "address flagged",
        [E::OptOut, E::Settle(_)] => "opted out, settled",
        [E::FlagAddress, E::Settle(_)] => "address flagged, settled",
        [E::PauseCampaign, E::Settle(_)] => "campaign paused, settled",
        other => panic!("the page has no words for {other:?}"),
    }
}

#[test]
fn an_agent_is_drawn_as_they_are() {
    use agent::{Context, Event as E, State};

    let events = [
        E::GoAvailable,
        E::TakeBreak { reason: String::new() },
        E::GoOffline,
        E::LegUp { conference: String::new() },
        E::LegDown,
        E::Reserve { call: CallId(Uuid::nil()) },
        E::Release,
        E::Connect,
        E::CallEnded,
        E::WrappedUp,
        E::Lost,
    ];
    let wishes = [None, Some(State::Available), Some(State::Break), Some(State::Offline)];
    let contexts = [true, false].into_iter().flat_map(|leg_up| wishes.map(|next| Context { leg_up, next }));
    let word = |state: Option<State>| state.map_or("", State::as_str);
    let mut facts = Vec::new();
    for (state, context) in State::ALL.into_iter().flat_map(|state| contexts.clone().map(move |c| (state, c))) {
        // Whoever is available has a leg: when it goes they are not.
        if state == State::Available && !context.leg_up {
            continue;
        }
        for event in &events {
            let then = state.on(event, context).ok().map(|(change, later)| Then {
                next: change.next.as_str(),
                later: word(later),
                before: word(context.next),
                asks: !change.effects.is_empty(),
            });
            let circumstances = holding([
                ("leg up", context.leg_up),
                ("leg down", !context.leg_up),
                ("wants calls", context.next == Some(State::Available)),
                ("wants a break", context.next == Some(State::Break)),
                ("wants to leave", context.next == Some(State::Offline)),
                ("wants no change", matches!(context.next, None | Some(State::Available))),
            ]);
            facts.push(Fact { state: state.as_str(), event: event.word(), circumstances, then });
        }
    }
    the_page_is_the_code("Agent", &facts);
}

// ── what moves them on ──

const KINDS: [&str; 23] = [
    PlaceCall::KIND,
    AmdOutcome::KIND,
    ServeWaiting::KIND,
    ConnectDeadline::KIND,
    StartRecording::KIND,
    StartTranscription::KIND,
    FetchRecording::KIND,
    HangUp::KIND,
    DialLeg::KIND,
    OpenConference::KIND,
    ReconcileAttempt::KIND,
    PlanCampaign::KIND,
    StartCampaign::KIND,
    WindowCloses::KIND,
    CloseWrapUp::KIND,
    RetryCall::KIND,
    ApplyWebhook::KIND,
    SmsBatch::KIND,
    EmailBatch::KIND,
    SendSms::KIND,
    SendEmail::KIND,
    RetryMessage::KIND,
    ReconcileMessage::KIND,
];

/// What goes on by itself, or is a person's to do. A carrier's word may be lost, so it is never enough.
const SURE: [&str; 4] = ["pacer", "sweep", "schedule", "person"];

#[test]
fn every_state_that_is_not_final_has_something_that_moves_it_on() {
    let rows = table("What moves each state on");
    let listed: Vec<_> = rows.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
    let mut unfinished = Vec::new();
    unfinished.extend(campaign::State::ALL.iter().filter(|s| !s.is_final()).map(|s| ("campaign", s.as_str())));
    unfinished.extend(recipient::State::ALL.iter().filter(|s| !s.is_final()).map(|s| ("recipient", s.as_str())));
    unfinished.extend(call::State::ALL.iter().filter(|s| !s.is_final()).map(|s| ("call", s.as_str())));
    unfinished.extend(recording::State::ALL.iter().filter(|s| !s.is_over()).map(|s| ("recording", s.as_str())));
    unfinished.extend(transcript::State::ALL.iter().filter(|s| !s.is_over()).map(|s| ("transcript", s.as_str())));
    // Opened and the like may follow a delivery, but nobody waits for it.
    unfinished.extend(message::State::ALL.iter().filter(|s| !s.is_over()).map(|s| ("message", s.as_str())));
    unfinished.extend(agent::State::ALL.iter().map(|s| ("agent", s.as_str())));
    assert_eq!(BTreeSet::from_iter(&listed), BTreeSet::from_iter(&unfinished));
    assert_eq!(listed.len(), unfinished.len(), "each state is listed once");
    for row in &rows {
        assert!(list(&row[2]).filter(|mover| is_sure(mover)).count() > 0, "nothing sure moves on {row:?}");
    }
}

fn is_sure(mover: &str) -> bool {
    if let Some(kind) = mover.strip_prefix("job ") {
        assert!(KINDS.contains(&kind), "there is no job kind {kind}");
        return true;
    }
    assert!(mover == "carrier" || SURE.contains(&mover), "what is a {mover}?");
    mover != "carrier"
}
