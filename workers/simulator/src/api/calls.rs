//! `POST /calls` and what is read about calls.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Answer, Served, page};
use crate::event::stamp;
use crate::leg::{Leg, LegNo};
use crate::number::{Destination, Quirk, is_e164};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::shape::{Body, call};
use crate::world::World;

/// "Data is available up to ten minutes after the call ended."
const FORGOTTEN: TimeDelta = TimeDelta::minutes(10);

impl World {
    pub(super) fn post_call(&mut self, body: &Body) -> Answer {
        body.must_be(call::DIAL)?;
        let command = body.text("command_id");
        let destinations = self.check_dial(body)?;
        if let Some(reply) = self.dials.replay(command, self.now) {
            return Ok(reply.into());
        }
        if !self.dials.admits(self.now, self.scenario.limits.dps) {
            return Err(Refusal::too_many_dials());
        }
        if self.legs.alive() >= self.scenario.limits.channels {
            return Err(Refusal::too_many_calls());
        }
        let (prospect, first) = self.prospect(body, destinations);
        if prospect.quirk == Quirk::Throttled && first {
            return Err(Refusal::too_many_dials());
        }
        let quirk = prospect.quirk;
        let number = self.place(body, prospect, None);
        let reply = self.placed(number);
        self.dials.remember(command, self.now, &reply);
        match quirk {
            Quirk::PlacedAnd500 => Err(Refusal::broken()),
            Quirk::PlacedAndHangs => Ok(Served::from(reply).hanging()),
            _ => Ok(reply.into()),
        }
    }

    fn check_dial(&self, body: &Body) -> Result<Vec<(String, Destination)>, Refusal> {
        let destinations = destinations(body)?;
        let from = body.text("from").unwrap_or_default();
        if !is_e164(from) {
            return Err(Refusal::bad_number("from"));
        }
        if !self.config.numbers.is_empty() && !self.config.numbers.iter().any(|own| own == from) {
            return Err(Refusal::foreign_number());
        }
        check_client_state(body)?;
        Ok(destinations)
    }

    fn placed(&self, number: LegNo) -> Reply {
        let leg = self.legs.get(number);
        let mut data = leg.map_or_else(|| json!({}), call_json);
        data["is_alive"] = true.into();
        Reply::data(data)
    }

    pub(super) fn get_call(&self, id: &str) -> Answer {
        let leg = self.legs.find(id)?;
        if leg.ended_at.is_some_and(|at| self.now - at > FORGOTTEN) {
            return Err(Refusal::unknown_call());
        }
        let mut data = call_json(leg);
        data["call_duration"] = leg.talk_secs(self.now).into();
        data["start_time"] = stamp(leg.dialled_at).into();
        if let Some(at) = leg.ended_at {
            data["end_time"] = stamp(at).into();
        }
        Ok(Reply::data(data).into())
    }

    pub(super) fn get_active_calls(&self, connection: &str, query: &HashMap<String, String>) -> Answer {
        let here = |leg: &&Leg| leg.connection_id == connection;
        let calls: Vec<&Leg> = self.legs.living().filter(here).collect();
        let page = page::after_cursor(&calls, query, |leg| self.active(leg));
        Ok(Reply::json(200, page).into())
    }

    fn active(&self, leg: &Leg) -> Value {
        json!({
            "record_type": "call",
            "call_control_id": leg.number.control_id(),
            "call_leg_id": leg.leg_id,
            "call_session_id": leg.session_id,
            "client_state": leg.client_state.as_deref().unwrap_or_default(),
            "call_duration": leg.talk_secs(self.now),
        })
    }
}

pub(super) fn check_client_state(body: &Body) -> Result<(), Refusal> {
    match body.text("client_state") {
        Some(state) if BASE64.decode(state).is_err() => Err(Refusal::bad_client_state()),
        _ => Ok(()),
    }
}

fn destinations(body: &Body) -> Result<Vec<(String, Destination)>, Refusal> {
    let several = body.texts("to").unwrap_or_default();
    let list = body.owned("to").into_iter().chain(several);
    let parsed: Option<Vec<_>> = list.map(|to| Destination::parse(&to).map(|destination| (to, destination))).collect();
    parsed.filter(|list| !list.is_empty()).ok_or_else(|| Refusal::bad_number("to"))
}

fn call_json(leg: &Leg) -> Value {
    let mut json = json!({
        "record_type": "call",
        "call_control_id": leg.number.control_id(),
        "call_leg_id": leg.leg_id,
        "call_session_id": leg.session_id,
        "is_alive": leg.is_alive(),
    });
    if let Some(state) = &leg.client_state {
        json["client_state"] = state.as_str().into();
    }
    json
}
