//! What the journeys share.

mod app;
mod database;
mod persona;

pub(crate) use app::{Setting, TestApp, until};
pub(crate) use database::{Database, database};
pub(crate) use persona::{Persona, Reply};
