//! The simulator over real HTTP. The clock stands still and is advanced by hand, so
//! that no test sleeps; whatever is under way in real time is waited for.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod client;
mod clock;
mod command;
mod conference;
mod dial;
mod fault;
mod harness;
mod idempotency;
mod inbound;
mod journal;
mod magic;
mod magic_email;
mod magic_sms;
mod mail;
mod message;
mod official;
mod recording;
mod webhook;
