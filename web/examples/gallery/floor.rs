//! A supervisor's hold on the floor.

use super::{ago, shell};
use web::{
    Shell,
    halt::Halt,
    pages::kill_switch::{KillSwitchView, OrderRow},
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

pub(crate) fn on() -> KillSwitchView {
    KillSwitchView { on: Some(halt()), talking: 11, may: true, orders: orders(), ..KillSwitchView::default() }
}
