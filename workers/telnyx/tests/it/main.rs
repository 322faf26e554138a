//! The crate from outside: against a carrier of our own over real sockets, the carrier's published schema, and its recorded
//! payloads.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod answers;
mod carrier;
mod downloads;
mod events;
mod lists;
mod logs;
mod message_events;
mod messages;
mod outcomes;
mod schema;
mod shared;
mod signatures;
