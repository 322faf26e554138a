//! The integration tests, one binary: a file per journey.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where it stopped")]

mod accounts;
mod architecture;
mod dependencies;
mod documentation;
mod migrate;
mod postgres;
