//! `GET /call_events`: how a caller that lost track finds out what became of a call.

use std::collections::HashMap;

use serde_json::Value;

use super::{Answer, page};
use crate::history::Happening;
use crate::reply::Reply;
use crate::world::World;

impl World {
    pub(super) fn get_call_events(&self, query: &HashMap<String, String>) -> Answer {
        let wanted = |name: &str| query.get(&format!("filter[{name}]"));
        let leg = wanted("leg_id");
        let session = wanted("application_session_id");
        let kind = wanted("type");
        let is = |filter: Option<&String>, value: &str| filter.is_none_or(|wanted| wanted == value);
        let matches = |event: &&Happening| {
            is(leg, &event.leg_id.to_string()) && is(session, &event.session_id.to_string()) && is(kind, event.kind)
        };
        let events = self.history.newest_first().filter(matches);
        let events: Vec<Value> = events.map(Happening::json).collect();
        Ok(Reply::json(200, page::numbered(&events, query)).into())
    }
}
