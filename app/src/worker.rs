//! What a worker of this application works with.

use std::sync::Arc;

use workers::environment::{Environment, Timers};

use crate::{config, state::App};

/// The environment of the handlers. Without the opt-in a live carrier is as good as none: nothing is dialed.
#[must_use]
pub fn environment(app: &App) -> Environment {
    let allowed = app.config.carrier.as_ref().is_some_and(|carrier| carrier.simulated() || carrier.live_allowed);
    let mail_allowed = app.config.mail.as_ref().is_some_and(|mail| mail.simulated() || mail.live_allowed);
    Environment {
        db: app.db.clone(),
        carrier: app.carrier.clone().filter(|_| allowed).map(Arc::new),
        mail: app.mail.clone().filter(|_| mail_allowed).map(Arc::new),
        site: app.config.http.public_url.clone(),
        webhook_url: format!("{}/webhooks/telnyx/voice", app.config.http.public_url),
        messaging_profile: app.config.carrier.as_ref().and_then(|carrier| carrier.messaging_profile.clone()),
        timers: timers(&app.config.timers),
        keys: app.config.keys.clone(),
    }
}

fn timers(timers: &config::Timers) -> Timers {
    Timers {
        intent_valid: timers.intent_expiry,
        silence: timers.reconcile_after,
        absent_after: timers.absent_after,
        give_up_after: timers.give_up_after,
        agent_grace: timers.agent_grace,
        sweep_every: timers.sweep_every,
        compare_every: timers.compare_every,
        pace_every: timers.pace_every,
        pacer_lease: timers.pacer_lease,
    }
}
