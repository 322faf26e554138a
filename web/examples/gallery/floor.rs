//! A supervisor's hold on the floor.

use super::{ago, shell};
use web::{
    Shell,
    halt::Halt,
    pages::{
        kill_switch::{KillSwitchView, OrderRow},
        voice::wall::{CampaignTile, WallView},
    },
    state::CampaignState,
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
