//! Does things in the world: job handlers, pacer, throttles, rescue. apalis runs here.

mod backend;
mod backoff;
pub mod outcome;
pub mod registry;
pub mod runtime;
pub mod scheduler;
