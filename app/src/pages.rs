//! The pages: extract, load one read model, render. A file per page; forms post, redirect, get.

mod account;
mod accounts;
mod alerts;
mod assets;
mod audit;
mod bulk;
mod campaign;
mod campaigns;
mod cockpit;
mod compliance;
mod evidence;
mod frame;
mod imports;
mod job;
mod jobs;
mod kill_switch;
mod levers;
mod listen;
mod live;
mod login;
mod machinery;
mod new_message;
mod new_voice;
mod pacing;
mod public;
mod suppressions;
mod typed;
pub(crate) mod unsubscribe;
mod voice;
mod words;
mod workflow;

use axum::Router;

use crate::state::App;

pub use words::in_words;

/// Every page there is.
pub fn router() -> Router<App> {
    Router::new()
        .merge(public::router())
        .merge(login::router())
        .merge(cockpit::router())
        .merge(voice::router())
        .merge(pacing::router())
        .merge(campaigns::router())
        .merge(campaign::router())
        .merge(new_voice::router())
        .merge(new_message::router())
        .merge(levers::router())
        .merge(kill_switch::router())
        .merge(accounts::router())
        .merge(account::router())
        .merge(imports::router())
        .merge(suppressions::router())
        .merge(bulk::router())
        .merge(jobs::router())
        .merge(job::router())
        .merge(machinery::router())
        .merge(alerts::router())
        .merge(compliance::router())
        .merge(workflow::router())
        .merge(audit::router())
        .merge(evidence::router())
        .merge(live::router())
        .merge(assets::router())
}
