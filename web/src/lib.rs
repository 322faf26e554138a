//! The pages of Word Is Bond: view structs in, HTML out.
//!
//! Pure: no routes, no SQL, no session, no clock. A handler loads one read model, fills the view struct of its page and calls
//! `page(&shell, &view)`; a live page also has `fragments(&clock, &view)`, the parts that change, each with a stable id, which
//! the browser morphs into place. Every page works as plain HTML and forms; scripts only add life.

pub mod assets;
pub mod channel;
pub mod format;
pub mod halt;
pub mod icon;
pub mod pages;
pub mod parts;
pub mod render;
pub mod shell;
pub mod state;

pub use channel::Channel;
pub use icon::Icon;
pub use shell::{Clock, Nav, Role, Shell};
