//! The crate from outside: against a provider of our own over real sockets, the provider's published schema, its recorded
//! payloads, and the signatures of its library.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod events;
mod logs;
mod outcomes;
mod provider;
mod schema;
mod shared;
mod signatures;
