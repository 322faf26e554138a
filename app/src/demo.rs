//! The demonstration: an agency with people, numbers and accounts, and agents that are programs.

pub mod agent;
pub mod blast;
pub mod report;
pub mod seed;
