//! The HTTP API: extract, call the domain, respond. A file per noun; the routes document themselves.

mod accounts;
pub(crate) mod agents;
mod audit;
pub(crate) mod bulk;
pub(crate) mod calls;
mod campaigns;
mod compliance;
mod consents;
pub(crate) mod dialer;
mod disclosures;
mod events;
pub(crate) mod evidence;
mod flags;
pub(crate) mod floor;
mod health;
pub(crate) mod imports;
mod jobs;
pub(crate) mod kill_switch;
pub(crate) mod ledger;
pub(crate) mod machinery;
mod messages;
mod pacing;
mod preferences;
pub(crate) mod queues;
mod recordings;
pub(crate) mod shapes;
pub(crate) mod suppressions;
mod why;
mod workflows;

use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::{openapi::Base, state::App, webhooks};

/// Every operation there is.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Base::openapi())
        .merge(health::router())
        .merge(accounts::router())
        .merge(imports::router())
        .merge(campaigns::router())
        .merge(dialer::router())
        .merge(pacing::router())
        .merge(kill_switch::router())
        .merge(calls::router())
        .merge(recordings::router())
        .merge(disclosures::router())
        .merge(suppressions::router())
        .merge(consents::router())
        .merge(preferences::router())
        .merge(flags::router())
        .merge(agents::router())
        .merge(floor::router())
        .merge(queues::router())
        .merge(messages::router())
        .merge(compliance::router())
        .merge(bulk::router())
        .merge(jobs::router())
        .merge(why::router())
        .merge(machinery::router())
        .merge(workflows::router())
        .merge(events::router())
        .merge(evidence::router())
        .merge(audit::router())
        .merge(crate::pages::unsubscribe::router())
        .merge(webhooks::router())
}
