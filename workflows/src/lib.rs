//! The rules of outreach and their memory: states, verdicts, pacing, SQL, enqueueing.
//!
//! No HTTP, no carrier and no wall clock in here: `Cargo.toml` has neither a client nor a server, so "no contact
//! without a recorded decision" is a property of the crate graph. Time comes from the database ([`db::Tx::now`]).

pub mod account;
pub mod agent;
pub mod alert;
pub mod audit;
pub mod blob;
pub mod bulk;
pub mod call;
pub mod campaign;
mod cell;
pub mod clock;
pub mod compliance;
pub mod consent;
pub mod db;
pub mod decision;
pub mod desk;
pub mod disclosure;
pub mod email;
pub mod event;
pub mod evidence;
pub mod fault;
pub mod figure;
pub mod flag;
pub mod housekeeping;
pub mod hub;
pub mod id;
pub mod identity;
pub mod import;
pub mod job;
pub mod keyword;
pub mod ledger;
pub mod message;
pub mod number;
pub mod offer;
pub mod pacing;
pub mod phone;
pub mod place;
pub mod policy;
pub mod preference;
pub mod provider;
pub mod pulse;
pub mod queue;
pub mod recipient;
pub mod refusal;
pub mod run;
pub mod schedule;
pub mod segment;
pub mod suppression;
pub mod template;
pub mod thread;
pub mod throttle;
pub mod timeline;
pub mod transition;
pub mod webhook;
pub mod worker;
