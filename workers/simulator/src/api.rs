//! The carrier's API: a request in, a reply out, the world in between.

mod account;
mod call_actions;
mod call_events;
mod calls;
mod conference_actions;
mod conferences;
mod credentials;
mod messages;
mod optouts;
mod page;
mod recordings;
mod served;

use std::collections::HashMap;

use axum::body::Bytes;

pub(crate) use self::served::Served;
use crate::journal::{Kind, Line, raw_json, to_raw};
use crate::refusal::Refusal;
use crate::reply::Content;
use crate::shape::Body;
use crate::world::World;

/// A request as the dispatcher sees it; the path without `/v2`, but with `/resend`.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: HashMap<String, String>,
    pub(crate) bearer: Option<String>,
    pub(crate) idempotency_key: Option<String>,
    /// `x-batch-validation` of the email API.
    pub(crate) batch_validation: Option<String>,
    pub(crate) body: Bytes,
}

type Answer = Result<Served, Refusal>;

/// What chance does to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    Refused500,
    Done500,
    Throttled,
    Hangs,
}

impl World {
    /// Serves one request, with everything that was due before it.
    pub(crate) fn serve(&mut self, request: &Request) -> Served {
        self.catch_up();
        let number = self.note_request(request);
        let (mut served, note) = match (request.is_mail(), self.admit(request)) {
            (true, _) => self.serve_mail(request),
            (false, Ok(())) => self.serve_admitted(request),
            (false, Err(refusal)) => (refusal.into(), None),
        };
        served.latency_ms = self.dice.between(self.scenario.http.latency_ms);
        self.note_reply(number, &served, note);
        served
    }

    fn admit(&self, request: &Request) -> Result<(), Refusal> {
        let known = match &self.config.api_key {
            Some(key) => request.bearer.as_ref() == Some(key),
            None => request.bearer.as_ref().is_some_and(|bearer| !bearer.is_empty()),
        };
        if known { Ok(()) } else { Err(Refusal::unauthorized()) }
    }

    fn serve_admitted(&mut self, request: &Request) -> (Served, Option<&'static str>) {
        let mishap = self.mishap(request);
        if mishap == Some(Mishap::Throttled) {
            return (Refusal::too_many_requests().into(), Some("chance: 429"));
        }
        if mishap == Some(Mishap::Refused500) {
            return (Refusal::broken().into(), Some("chance: 500, nothing done"));
        }
        let served = self.dispatch_request(request).unwrap_or_else(Served::from);
        match mishap {
            Some(Mishap::Done500) => (served.denied(Refusal::broken()), Some("chance: 500, done all the same")),
            Some(Mishap::Hangs) => (served.hanging(), Some("chance: hangs, done all the same")),
            _ => (served, None),
        }
    }

    /// Commands may go wrong; reads may not, so that whoever lost track can find out.
    pub(crate) fn mishap(&mut self, request: &Request) -> Option<Mishap> {
        if !request.is_command() {
            return None;
        }
        let http = self.scenario.http;
        if self.dice.chance(http.p429) {
            return Some(Mishap::Throttled);
        }
        if self.dice.chance(http.p500) {
            let done = self.dice.chance(http.p500_done);
            return Some(if done { Mishap::Done500 } else { Mishap::Refused500 });
        }
        self.dice.chance(http.hang).then_some(Mishap::Hangs)
    }

    fn dispatch_request(&mut self, request: &Request) -> Answer {
        let path: Vec<&str> = request.path.split('/').skip(1).collect();
        let body = || Body::parse(&request.body);
        let query = &request.query;
        match (request.method.as_str(), path.as_slice()) {
            ("POST", ["calls"]) => self.post_call(&body()?),
            ("GET", ["calls", call]) => self.get_call(call),
            ("POST" | "PUT" | "PATCH", ["calls", call, "actions", action]) => self.act_on_call(call, action, &body()?),
            ("GET", ["connections", connection, "active_calls"]) => self.get_active_calls(connection, query),
            ("GET", ["call_events"]) => self.get_call_events(query),
            ("POST", ["conferences"]) => self.post_conference(&body()?),
            ("GET", ["conferences"]) => self.get_conferences(query),
            ("GET", ["conferences", id]) => self.get_conference(id),
            ("GET", ["conferences", id, "participants"]) => self.get_participants(id, query),
            ("POST", ["conferences", id, "actions", action]) => self.act_on_conference(id, action, &body()?),
            ("POST", ["telephony_credentials"]) => self.post_credential(&body()?),
            ("GET", ["telephony_credentials"]) => self.get_credentials(query),
            ("GET", ["telephony_credentials", id]) => self.get_credential(id),
            ("PATCH", ["telephony_credentials", id]) => self.patch_credential(id, &body()?),
            ("DELETE", ["telephony_credentials", id]) => self.delete_credential(id),
            ("POST", ["telephony_credentials", id, "token"]) => self.post_token(id),
            ("GET", ["recordings"]) => self.get_recordings(query),
            ("GET", ["recordings", id]) => self.get_recording(id),
            ("DELETE", ["recordings", id]) => self.delete_recording(id),
            ("POST", ["messages"]) => self.post_message(request),
            ("GET", ["messages", id]) => self.get_message(id),
            ("GET", ["messaging_optouts"]) => self.get_optouts(query),
            ("GET", ["phone_numbers"]) => self.get_phone_numbers(query),
            ("GET", ["call_control_applications", id]) => self.get_application(id),
            _ => Err(Refusal::not_found()),
        }
    }

    fn note_request(&mut self, request: &Request) -> u64 {
        let body = Body::parse(&request.body).unwrap_or_default();
        let control_id = request.path.split('/').find(|part| part.starts_with("v3:"));
        let line = Line {
            kind: Kind::Request,
            method: Some(request.method.clone()),
            path: Some(request.path.clone()),
            call_control_id: control_id.map(str::to_owned).or(body.owned("call_control_id")),
            command_id: body.owned("command_id"),
            idempotency_key: request.idempotency_key.clone(),
            client_state: body.owned("client_state"),
            body: raw_json(&request.body),
            ..Line::default()
        };
        self.journal.write(self.now, line)
    }

    fn note_reply(&mut self, request: u64, served: &Served, note: Option<&'static str>) {
        let json = match &served.reply.content {
            Content::Json(json) => Some(json),
            Content::Text(_) => None,
        };
        let control_id = json.and_then(|json| json["data"]["call_control_id"].as_str());
        let fault = match served {
            Served { hangs: true, .. } => Some("hangs"),
            Served { breaks: true, .. } => Some("the connection breaks"),
            Served { replayed: true, .. } => Some("replayed"),
            _ => None,
        };
        // Lists are not kept: a poller would fill the journal with copies of itself.
        let kept = json.filter(|json| !json["data"].is_array());
        let line = Line {
            kind: Kind::Reply,
            request: Some(request),
            status: Some(served.reply.status),
            call_control_id: control_id.map(str::to_owned),
            note: note.or(fault).map(str::to_owned),
            body: kept.and_then(|json| to_raw(json)),
            ..Line::default()
        };
        self.journal.write(self.now, line);
    }
}

/// What the carrier's own clients act upon, and what may go wrong.
const COMMANDS: &[&str] = &["/calls", "/conferences", "/messages", "/resend/emails"];

impl Request {
    pub(crate) fn is_mail(&self) -> bool {
        self.path.starts_with("/resend")
    }

    fn is_command(&self) -> bool {
        self.method == "POST" && COMMANDS.iter().any(|start| self.path.starts_with(start))
    }

    /// The key as it is remembered: each path has its own.
    pub(crate) fn scoped_key(&self) -> Option<String> {
        self.idempotency_key.as_ref().map(|key| format!("{} {key}", self.path))
    }
}
