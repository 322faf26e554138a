//! `POST /messages` and what is read about messages.

use uuid::Uuid;

use super::{Answer, Request, Served};
use crate::message::{Draft, Quirk};
use crate::number::is_e164;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::shape::{Body, message};
use crate::world::World;

/// "At most ten parts."
const MOST_PARTS: usize = 10;

impl World {
    pub(super) fn post_message(&mut self, request: &Request) -> Answer {
        check_key(request.idempotency_key.as_deref())?;
        let act = |world: &mut Self| world.send_message(request).unwrap_or_else(Served::from);
        let served = self.once(request.scoped_key(), &request.body, act)?;
        Ok(if served.replayed { served.with("idempotent-replayed", true) } else { served })
    }

    fn send_message(&mut self, request: &Request) -> Answer {
        let body = Body::parse(&request.body)?;
        body.must_be(message::SEND)?;
        let (from, to) = (self.sender(&body)?, recipient(&body)?);
        if !body.has("text") && !body.has("media_urls") {
            return Err(Refusal::missing("text"));
        }
        let draft = self.draft(&body, from, to);
        self.admit_draft(&draft)?;
        let (quirk, first) = (draft.magic.quirk, draft.first);
        match quirk {
            Quirk::BreaksOnce if first => return Err(Refusal::broken()),
            Quirk::ThrottledOnce if first => return Ok(Served::throttled(Refusal::too_many_requests(), 2)),
            _ => {}
        }
        let id = self.submit(&body, draft, request.idempotency_key.clone())?;
        let served = self.get_message(&id.to_string())?;
        Ok(if quirk == Quirk::DropsConnection { served.breaking() } else { served })
    }

    fn admit_draft(&self, draft: &Draft) -> Result<(), Refusal> {
        if draft.magic.quirk == Quirk::BadNumber {
            return Err(Refusal::bad_recipient());
        }
        if draft.magic.quirk == Quirk::Blocked || self.messages.optouts.block(&draft.profile, &draft.to) {
            return Err(Refusal::opted_out());
        }
        if draft.encoded.parts > MOST_PARTS {
            return Err(Refusal::too_long());
        }
        Ok(())
    }

    /// The number it is sent from: what the body says, else the profile's first.
    fn sender(&self, body: &Body) -> Result<String, Refusal> {
        let own = &self.config.numbers;
        match body.owned("from") {
            Some(from) if own.is_empty() && is_e164(&from) => Ok(from),
            Some(from) if own.contains(&from) => Ok(from),
            Some(_) => Err(Refusal::bad_sender()),
            None if body.has("messaging_profile_id") => own.first().cloned().ok_or_else(Refusal::bad_sender),
            None => Err(Refusal::missing("from")),
        }
    }

    pub(super) fn get_message(&self, id: &str) -> Answer {
        let id: Uuid = id.parse().map_err(|_| Refusal::not_found())?;
        let sent = self.messages.sent.get(id).map(|message| self.message_json(message));
        let found = sent.or_else(|| self.messages.received.get(id).map(|message| self.inbound_json(message)));
        found.map(|json| Reply::data(json).into()).ok_or_else(Refusal::not_found)
    }
}

fn recipient(body: &Body) -> Result<String, Refusal> {
    body.owned("to").filter(|to| is_e164(to)).ok_or_else(Refusal::bad_recipient)
}

fn check_key(key: Option<&str>) -> Result<(), Refusal> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_:-".contains(c);
    let good = key.is_none_or(|key| (1..=255).contains(&key.len()) && key.chars().all(allowed));
    if good { Ok(()) } else { Err(Refusal::bad_key()) }
}
