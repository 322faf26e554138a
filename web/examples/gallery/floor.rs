//! A supervisor's hold on the floor.

use super::{ago, id, shell};
use web::{
    Shell,
    halt::Halt,
    pages::{
        cockpit::{
            CockpitView,
            floor::{FloorView, NoteLine},
        },
        kill_switch::{KillSwitchView, OrderRow},
        voice::{
            agent::{AgentView, NoteRow, Session},
            wall::{CampaignTile, WallView},
        },
    },
    state::{AgentState, CampaignState},
};

fn halt() -> Halt {
    Halt {
        at: ago(372),
        by: "Marc Oduya".to_owned(),
        reason: "the November list has another agency's accounts".to_owned(),
        ends_calls: false,
        may_lift: true,
    }
}

fn orders() -> Vec<OrderRow> {
    vec![OrderRow {
        at: ago(86_400 * 9),
        by: "Renata Diaz".to_owned(),
        reason: "carrier sends wrong caller ids".to_owned(),
        lifted: Some((ago(86_400 * 9 - 1_500), "Renata Diaz".to_owned(), "fixed, tried with two numbers".to_owned())),
    }]
}

pub(crate) fn off() -> KillSwitchView {
    KillSwitchView { campaigns: 3, ringing: 9, talking: 14, may: true, orders: orders(), ..KillSwitchView::default() }
}

pub(crate) fn stopped() -> Shell {
    Shell { halt: Some(halt()), ..shell("Voice Operations", "/voice") }
}

fn tile(name: &str, state: CampaignState, lines: i64, abandoned: i64) -> CampaignTile {
    CampaignTile {
        name: name.to_owned(),
        mode: "Predictive".to_owned(),
        state,
        because: if state == CampaignState::Running { String::new() } else { "no agent is ready".to_owned() },
        lines,
        talking: 13,
        pending: 1_842,
        abandoned,
        answered: 1_630,
        cap: 0.03,
    }
}

pub(crate) fn wall() -> WallView {
    WallView {
        campaigns: vec![
            tile("Lakeview Medical, 90-day", CampaignState::Running, 9, 30),
            tile("Desert Bank, early", CampaignState::Running, 4, 52),
            tile("Callbacks", CampaignState::Paused, 0, 0),
        ],
        agents: super::voice().agents,
        waiting: 1,
        waiting_since: Some(ago(3)),
        connects: 412,
        agent_secs: 61_200,
        alerts: vec!["Desert Bank, early: abandoned calls are at their cap".to_owned()],
    }
}

pub(crate) fn on() -> KillSwitchView {
    KillSwitchView { on: Some(halt()), talking: 11, may: true, orders: orders(), ..KillSwitchView::default() }
}

fn note(words: &str, secs: i64) -> NoteRow {
    NoteRow { at: ago(secs), by: "Renata Diaz".to_owned(), words: words.to_owned(), seen_at: Some(ago(secs - 20)) }
}

pub(crate) fn agent() -> AgentView {
    AgentView {
        id: id(201),
        name: "Tomasz Nowak".to_owned(),
        state: AgentState::OnCall,
        since: ago(451),
        reason: None,
        then: Some(AgentState::Break),
        audio: true,
        session: None,
        elsewhere: None,
        others: vec!["Marc Oduya listens".to_owned()],
        may: true,
        phone: "(303) 555-0142".to_owned(),
        body: String::new(),
        break_reason: String::new(),
        errors: Vec::new(),
        notes: vec![note("Break: coaching", 40), note("Say the Mini-Miranda before the balance, please.", 900)],
    }
}

pub(crate) fn listening() -> AgentView {
    let session = Session { role: "whisper".to_owned(), role_now: Some("whisper".to_owned()) };
    AgentView { session: Some(session), others: Vec::new(), ..agent() }
}

pub(crate) fn watched() -> CockpitView {
    let line =
        |words: &str| NoteLine { id: id(301), by: "Renata Diaz".to_owned(), at: ago(90), words: words.to_owned() };
    let floor = FloorView {
        present: vec!["Renata Diaz listens".to_owned()],
        ordered: Some(("Renata Diaz".to_owned(), "coaching".to_owned())),
        unread: vec![line("Say the Mini-Miranda before the balance, please.")],
        read: vec![line("ordered a break: coaching")],
    };
    CockpitView { floor, ..super::cockpit::call() }
}
