//! The integration tests, one binary: a file per journey.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

mod accounts;
mod api;
mod architecture;
mod audit;
mod badinput;
mod blasts;
mod browser;
mod bulk;
mod calls;
mod cli;
mod cockpit;
mod compliance;
mod crash_points;
mod crawler;
mod delivery_pages;
mod demo;
mod dependencies;
mod documentation;
mod evidence;
mod faults;
mod files;
mod hammer;
mod inbox;
mod invariants;
mod jobs;
mod kill_loop;
mod ledgers;
mod machinery;
mod messages_pages;
mod migrate;
mod named;
mod pages;
mod pooler;
mod postgres;
mod power;
mod procfile;
mod public;
mod realtime;
mod recordings;
mod signin;
mod support;
mod telemetry;
#[cfg(feature = "otel")]
mod traces;
mod webhooks;
