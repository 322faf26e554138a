//! The edge: HTTP API, pages, webhooks, realtime, sign-in, and the commands of the binary `wib`. It composes the rest.

pub mod api;
pub mod commands;
pub mod config;
pub mod demo;
pub mod extract;
pub mod idempotency;
pub mod metrics;
pub mod migrate;
pub mod openapi;
pub mod pages;
pub mod postgres;
pub mod presence;
pub mod problem;
mod range;
pub mod readiness;
pub mod realtime;
pub mod server;
pub mod session;
pub mod signing;
pub mod stage;
pub mod state;
#[cfg(feature = "otel")]
pub mod trace;
pub mod webhooks;
pub mod worker;
