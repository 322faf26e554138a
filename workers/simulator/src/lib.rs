//! A carrier to develop, demonstrate and test against.
//!
//! It speaks the voice part of the Telnyx v2 API over real HTTP, keeps calls and
//! conferences, signs its webhooks with a real key, and misbehaves on request.
//! Numbers that end in `0100` to `0122` choose their own fate ([`number`] has the
//! table); all others follow the scenario.
//!
//! ```text
//! request ──▶ api ──▶ World (legs, conferences, timers, journal) ──▶ outbox ──▶ webhook sender
//!                       ▲                                   │
//!                       └──── scheduler (virtual clock) ◀───┘
//! ```
//!
//! [`start`] runs one in this process; there is no other way to use it, so that a test and a
//! developer's machine see the same thing.

mod amd;
mod api;
mod clock;
mod conference;
mod config;
mod control;
mod credential;
mod dialogue;
mod dials;
mod dice;
mod event;
mod history;
mod journal;
mod leg;
mod life;
mod media;
mod number;
mod recording;
mod refusal;
mod reply;
mod scenario;
mod server;
mod shape;
mod signature;
mod sound;
mod timeline;
mod timer;
mod transcription;
mod webhook;
mod world;

pub use clock::Clock;
pub use config::Config;
pub use scenario::Scenario;
pub use server::{Error, Running, start};
