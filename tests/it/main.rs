//! The integration tests, one binary: a file per journey.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

mod accounts;
mod api;
mod architecture;
mod badinput;
mod demo;
mod browser;
mod cli;
mod crawler;
mod dependencies;
mod documentation;
mod faults;
mod invariants;
mod jobs;
mod migrate;
mod named;
mod pages;
mod postgres;
mod realtime;
mod signin;
mod support;
