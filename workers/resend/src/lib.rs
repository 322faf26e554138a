//! The e-mail provider's API: what we ask for, what it answers, what it posts to us.
//!
//! ```text
//! Client ── send, send_batch, email ──▶ provider        Outcome: accepted, refused, or nobody knows
//! Verifier ◀── signed webhook ──────── provider         over the raw bytes, before anything is parsed
//! Event    ◀── parsed from those bytes                  open: an unknown event is kept, never refused
//! ```
//!
//! Nothing here retries, waits or remembers. A request is sent once and its outcome told truthfully; what to do about an unknown
//! one is decided where the message is stored.

pub mod client;
pub mod event;
pub mod outcome;
pub mod refusal;
pub mod signature;
pub mod wire;

pub use client::{Client, Config};
pub use event::Event;
pub use outcome::{Doubt, Outcome};
pub use refusal::Refusal;
pub use signature::{Signer, Verifier};
