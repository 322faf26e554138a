//! A carrier to develop, demonstrate and test against.
//!
//! It speaks the voice and messaging parts of the Telnyx v2 API over real HTTP, and beside
//! it the sending part of Resend's; keeps calls, conferences, messages and emails, signs its
//! webhooks with real keys, and misbehaves on request. Numbers that end in `0100` to `0122`
//! choose their own fate (`number.rs` has the table for calls, `message/fate.rs` that for
//! messages), and so do some addresses (`email/fate.rs`); all others follow the scenario.
//!
//! ```text
//! request ──▶ api, resend ──▶ World (legs, messages, emails, timers, journal) ──▶ outbox ──▶ webhook sender
//!                               ▲                                      │
//!                               └───── scheduler (virtual clock) ◀─────┘
//! ```
//!
//! The control API is on the same port and no part of the carrier:
//!
//! | request | does |
//! |---|---|
//! | `GET /sim` | a page for people |
//! | `GET /sim/clock`, `POST /sim/clock {anchor_real, anchor_virtual, speed}` | reads, sets the line of time |
//! | `POST /sim/clock/advance {secs}` | jumps; what was pending fires in order |
//! | `GET /sim/scenario`, `POST /sim/scenario {…}` | reads it, replaces it by the defaults with this over them |
//! | `POST /sim/faults {…}` | merge patch on the scenario in force |
//! | `POST /sim/agents/{sip_username} {answer_ms, online}` | how one softphone behaves |
//! | `POST /sim/legs/{call_control_id}/hangup` | the other side hangs up |
//! | `POST /sim/inbound/sms {from, to, text}` | somebody writes to one of our numbers |
//! | `POST /sim/webhook-urls {voice, messaging, resend}` | where webhooks go that name no address; what is left out stays |
//! | `GET /sim/journal?since=&limit=` | every request, reply, event, attempt and change of a leg, message or email after a number |
//! | `GET /sim/state` | clock, counts, tally, messages and emails by status, doubled dials and keys, orphans, living legs, conferences, webhook traffic |
//! | `GET /sim/keys` | `telnyx_public_key`, `resend_signing_secret` |
//! | `POST /sim/reset` | forgets everything but configuration (with the addresses set since), clock and numbering |
//! | `GET /sim/media/{id}.wav?expires=&token=` | a recording, for ten virtual minutes |
//!
//! [`start`] runs one in this process; there is no other way to use it, so that a test and a
//! developer's machine see the same thing.

mod address;
mod amd;
mod api;
mod clock;
mod conference;
mod config;
mod control;
mod credential;
mod dial;
mod dialogue;
mod dials;
mod dice;
mod email;
mod event;
mod history;
mod idempotency;
mod journal;
mod leg;
mod life;
mod media;
mod message;
mod number;
mod outbox;
mod recording;
mod refusal;
mod reply;
mod resend;
mod scenario;
mod sends;
mod server;
mod shape;
mod signature;
mod sound;
mod store;
mod svix;
mod tally;
mod timeline;
mod timer;
mod transcription;
mod webhook;
mod world;

pub use clock::Clock;
pub use config::Config;
pub use scenario::Scenario;
pub use server::{Error, Running, start};
