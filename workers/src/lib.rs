//! Does things in the world: job handlers, pacer, throttles, rescue. apalis runs here.

mod auditor;
mod backend;
mod backoff;
pub mod environment;
pub mod error;
mod feeder;
pub mod inbox;
pub mod jobs;
mod ledger;
mod mailing;
mod meter;
pub mod outcome;
mod pacer;
mod reconcile;
pub mod registry;
pub mod runtime;
pub mod scheduler;
mod sound;
mod texting;
pub mod vital;
pub mod worker;
