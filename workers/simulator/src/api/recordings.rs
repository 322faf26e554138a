//! `/recordings`: only what has been saved is there.

use std::collections::HashMap;

use uuid::Uuid;

use super::{Answer, page};
use crate::recording::Recording;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::world::World;

impl World {
    pub(super) fn get_recordings(&self, query: &HashMap<String, String>) -> Answer {
        let all = self
            .recordings
            .values()
            .filter(|recording| recording.saved_at.is_some() && self.is_wanted(recording, query));
        let all: Vec<&Recording> = all.collect();
        let page = page::numbered(&all, query, |recording| recording.json(self));
        Ok(Reply::json(200, page).into())
    }

    fn is_wanted(&self, recording: &Recording, query: &HashMap<String, String>) -> bool {
        let leg = self.legs.get(recording.leg);
        query.iter().all(|(filter, wanted)| match filter.as_str() {
            "filter[call_control_id]" => recording.leg.control_id() == *wanted,
            "filter[call_leg_id]" => leg.is_some_and(|leg| is(leg.leg_id, wanted)),
            "filter[call_session_id]" => leg.is_some_and(|leg| is(leg.session_id, wanted)),
            "filter[connection_id]" => leg.is_some_and(|leg| leg.connection_id == *wanted),
            "filter[conference_id]" => recording.conference.is_some_and(|id| is(id, wanted)),
            _ => true,
        })
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

fn is(id: Uuid, wanted: &str) -> bool {
    wanted.parse() == Ok(id)
}
