//! `POST /conferences` and what is read about conferences.

use std::collections::HashMap;

use super::{Answer, page};
use crate::conference::Conference;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::shape::{Body, conference};
use crate::world::World;

impl World {
    pub(super) fn post_conference(&mut self, body: &Body) -> Answer {
        body.must_be(conference::CREATE)?;
        let leg = self.legs.find(body.text("call_control_id").unwrap_or_default())?;
        let number = leg.number;
        if let Some(reply) = leg.replay(body.text("command_id"), self.now) {
            return Ok(reply.into());
        }
        leg.must_be_answered()?;
        if leg.conference.is_some() {
            return Err(Refusal::already_in_conference());
        }
        self.note_command(number, "conference", body);
        let id = self.open_conference(number, body);
        let conference = self.conferences.get(&id).ok_or_else(Refusal::unknown_conference)?;
        let reply = Reply::data(conference.json());
        let now = self.now;
        if let Some(leg) = self.legs.get_mut(number) {
            leg.remember(body.text("command_id"), now, &reply);
        }
        Ok(reply.into())
    }

    pub(super) fn get_conferences(&self, query: &HashMap<String, String>) -> Answer {
        let name = query.get("filter[name]");
        let status = query.get("filter[status]");
        let matches = |conference: &&Conference| {
            name.is_none_or(|name| conference.name == *name)
                && status.is_none_or(|status| conference.state.name() == status)
        };
        let found: Vec<&Conference> = self.conferences.values().filter(matches).collect();
        let page = page::numbered(&found, query, |conference| conference.json());
        Ok(Reply::json(200, page).into())
    }

    pub(super) fn get_conference(&self, id: &str) -> Answer {
        Ok(Reply::data(self.conference(id)?.json()).into())
    }

    pub(super) fn get_participants(&self, id: &str, query: &HashMap<String, String>) -> Answer {
        let conference = self.conference(id)?;
        let there = &conference.participants;
        let page = page::numbered(there, query, |participant| participant.json(conference));
        Ok(Reply::json(200, page).into())
    }
}
