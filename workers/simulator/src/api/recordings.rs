//! `/recordings`: only what has been saved is there.

use std::collections::HashMap;

use serde_json::Value;

use super::{Answer, page};
use crate::recording::Recording;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::world::World;

const FILTERS: &[&str] = &["call_control_id", "call_leg_id", "call_session_id", "conference_id", "connection_id"];

impl World {
    pub(super) fn get_recordings(&self, query: &HashMap<String, String>) -> Answer {
        let matches = |json: &Value| {
            FILTERS.iter().all(|name| {
                let wanted = query.get(&format!("filter[{name}]"));
                wanted.is_none_or(|wanted| json[*name] == **wanted)
            })
        };
        let saved = self.recordings.values().filter(|recording| recording.saved_at.is_some());
        let all = saved.map(|recording| recording.json(self)).filter(matches);
        Ok(Reply::json(200, page::numbered(&all.collect::<Vec<Value>>(), query)).into())
    }

    pub(super) fn get_recording(&self, id: &str) -> Answer {
        Ok(Reply::data(self.saved(id)?.json(self)).into())
    }

    pub(super) fn delete_recording(&mut self, id: &str) -> Answer {
        let recording = self.saved(id)?;
        let (id, json) = (recording.id, recording.json(self));
        self.recordings.remove(&id);
        Ok(Reply::data(json).into())
    }

    fn saved(&self, id: &str) -> Result<&Recording, Refusal> {
        let id = id.parse().ok();
        let recording = id.and_then(|id| self.recordings.get(&id));
        recording.filter(|recording| recording.saved_at.is_some()).ok_or_else(Refusal::not_found)
    }
}
