//! `GET /call_events`: how a caller that lost track finds out what became of a call.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Answer, page};
use crate::history::Happening;
use crate::reply::Reply;
use crate::world::World;

impl World {
    pub(super) fn get_call_events(&self, query: &HashMap<String, String>) -> Answer {
        let wanted = Wanted::read(query);
        let events = self.history.newest_first().filter(|event| wanted.has(event));
        let events: Vec<&Happening> = events.collect();
        let page = page::numbered(&events, query, |event| event.json());
        Ok(Reply::json(200, page).into())
    }
}

/// The filters that we know; the carrier has more.
struct Wanted<'a> {
    leg: Option<Uuid>,
    session: Option<Uuid>,
    kind: Option<&'a str>,
    name: Option<&'a str>,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

impl<'a> Wanted<'a> {
    fn read(query: &'a HashMap<String, String>) -> Self {
        let filter = |name: &str| query.get(&format!("filter{name}")).map(String::as_str);
        // What is no id is nobody's id.
        let id = |name: &str| filter(name).map(|id| id.parse().unwrap_or_default());
        let time = |name: &str| filter(name).and_then(|at| at.parse().ok());
        Self {
            leg: id("[leg_id]"),
            session: id("[application_session_id]"),
            kind: filter("[type]"),
            name: filter("[name]"),
            from: time("[occurred_at][gte]").or(time("[occurred_at][gt]")),
            until: time("[occurred_at][lte]").or(time("[occurred_at][lt]")),
        }
    }

    fn has(&self, event: &Happening) -> bool {
        self.leg.is_none_or(|leg| leg == event.leg_id)
            && self.session.is_none_or(|session| session == event.session_id)
            && self.kind.is_none_or(|kind| kind == event.kind)
            && self.name.is_none_or(|name| name == event.name)
            && self.from.is_none_or(|from| event.at >= from)
            && self.until.is_none_or(|until| event.at <= until)
    }
}
