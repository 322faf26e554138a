//! What the journeys share.

mod app;
mod books;
mod browser;
mod database;
mod floor;
mod persona;
pub(crate) mod process;

pub(crate) use app::{Setting, TestApp, until};
pub(crate) use books::Books;
pub(crate) use browser::Browser;
pub(crate) use database::{Database, database};
pub(crate) use floor::{CALLER_ID, Floor, Person, Place, in_california, in_new_york, owner, people};
pub(crate) use persona::{Persona, Reply};
