//! The carrier's voice and messaging API: what we ask for, what it answers, what it posts to us.
//!
//! ```text
//! Client ── dial, send_message, … ───▶ carrier          Outcome: accepted, refused, or nobody knows
//! Verifier ◀── signed webhook ─────── carrier          over the raw bytes, before anything is parsed
//! Event    ◀── parsed from those bytes                 open: an unknown event is kept, never refused
//! ```
//!
//! Nothing here retries, waits or remembers. A command is sent once and its outcome told truthfully; what to do about an unknown
//! one is decided where the attempt is stored.

pub mod client;
pub mod client_state;
pub mod command;
pub mod event;
pub mod fault;
pub mod hangup;
pub mod outcome;
pub mod refusal;
pub mod signature;
pub mod wire;

pub use client::{Client, Config};
pub use client_state::ClientState;
pub use command::command_id;
pub use event::{Event, MessageEvent};
pub use fault::MessageFault;
pub use hangup::{HangupClass, classify_hangup};
pub use outcome::{Doubt, Outcome};
pub use refusal::Refusal;
pub use signature::{Signer, Verifier};
