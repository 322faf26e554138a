//! The email provider's API, in its own manner of refusing.

mod letter;
mod rate;
mod refusal;
mod send;

pub(crate) use self::letter::Letter;
use self::rate::Allowance;
pub(crate) use self::rate::Rate;
use self::refusal::Refusal;
use crate::api::{Mishap, Request, Served};
use crate::clock::real_now;
use crate::reply::Reply;
use crate::world::World;

type Answer = Result<Served, Refusal>;

impl World {
    /// Serves a request to the email API, within the allowance.
    pub(crate) fn serve_mail(&mut self, request: &Request) -> (Served, Option<&'static str>) {
        if let Err(refusal) = self.admit_mail(request) {
            return (refusal.into(), None);
        }
        let allowance = self.rate.take(real_now(), self.scenario.limits.email_rps);
        let (served, note) = match allowance.granted {
            true => self.serve_mail_admitted(request),
            false => (Refusal::too_fast().into(), None),
        };
        (allowed(served, allowance), note)
    }

    fn admit_mail(&self, request: &Request) -> Result<(), Refusal> {
        match (&request.bearer, &self.config.resend_api_key) {
            (None, _) => Err(Refusal::no_api_key()),
            (Some(bearer), Some(key)) if bearer != key => Err(Refusal::bad_api_key()),
            _ => Ok(()),
        }
    }

    fn serve_mail_admitted(&mut self, request: &Request) -> (Served, Option<&'static str>) {
        let mishap = self.mishap(request);
        match mishap {
            Some(Mishap::Throttled) => return (Refusal::too_fast().into(), Some("chance: 429")),
            Some(Mishap::Refused500) => return (Refusal::broken().into(), Some("chance: 500, nothing done")),
            _ => {}
        }
        let served = self.dispatch_mail(request).unwrap_or_else(Served::from);
        match mishap {
            Some(Mishap::Done500) => (served.denied(Refusal::broken()), Some("chance: 500, done all the same")),
            Some(Mishap::Hangs) => (served.hanging(), Some("chance: hangs, done all the same")),
            _ => (served, None),
        }
    }

    fn dispatch_mail(&mut self, request: &Request) -> Answer {
        let path: Vec<&str> = request.path.split('/').skip(2).collect();
        match (request.method.as_str(), path.as_slice()) {
            ("POST", ["emails"]) => self.post_email(request),
            ("POST", ["emails", "batch"]) => self.post_batch(request),
            ("GET", ["emails", id]) => self.get_email(id),
            _ => Err(Refusal::not_found()),
        }
    }

    fn get_email(&self, id: &str) -> Answer {
        let email = id.parse().ok().and_then(|id| self.emails.get(id));
        email.map(|email| Reply::json(200, email.json()).into()).ok_or_else(Refusal::not_found)
    }
}

fn allowed(served: Served, allowance: Allowance) -> Served {
    let throttled = served.reply.status == 429;
    let served = served
        .with("ratelimit-limit", allowance.limit)
        .with("ratelimit-remaining", if throttled { 0 } else { allowance.remaining })
        .with("ratelimit-reset", allowance.reset);
    if throttled { served.with("retry-after", allowance.reset) } else { served }
}
