//! `GET /messaging_optouts`: who does not want to be written to.

use std::collections::HashMap;

use super::{Answer, page};
use crate::message::OptOut;
use crate::reply::Reply;
use crate::world::World;

impl World {
    pub(super) fn get_optouts(&self, query: &HashMap<String, String>) -> Answer {
        let is = |name: &str, value: &str| query.get(name).is_none_or(|wanted| wanted == value);
        let wanted =
            |optout: &&OptOut| is("filter[messaging_profile_id]", &optout.profile) && is("filter[from]", &optout.from);
        let found: Vec<&OptOut> = self.messages.optouts.all().filter(wanted).collect();
        let page = page::numbered(&found, query, |optout| optout.json());
        Ok(Reply::json(200, page).into())
    }
}
