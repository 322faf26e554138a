//! From a committed event to every open page of its organisation.
//!
//! ```text
//! events row ─hint─▶ tail (one per process) ─▶ hub, keyed (organisation, topic) ─┬▶ GET /api/events   JSON, resumable
//!                                                                                └▶ live pages ─▶ GET /live/{page}
//! ```
//!
//! Events are rows, so whoever was away can catch up. Identities are given out before they are committed and become
//! visible out of order: the tail re-reads a window of ten seconds and drops what it has seen.

mod hub;
mod live;
mod sse;
mod tail;

pub use hub::{Event, Realtime};
pub use live::{Live, Source};
pub use sse::{Message, ends_with, keep_alive, patches};
