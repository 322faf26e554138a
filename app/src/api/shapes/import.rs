//! Imports over the wire.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use workflows::{account::Import, import::Problem};

/// An import and its report.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportOut {
    id: Uuid,
    file_name: String,
    /// Nothing but the report was written.
    dry_run: bool,
    /// Lines taken as they are.
    good: i32,
    /// Lines taken after something in them was put right.
    fixed: i32,
    /// Lines not taken.
    rejected: i32,
    /// Accounts or suppressions made; in a dry run, those that would be.
    created: i32,
    /// Accounts brought up to date; in a dry run, those that would be.
    updated: i32,
    /// Of a file of suppressions: lines that say what is in effect already.
    skipped: i32,
    /// What is to be said about single lines, in the order of the file.
    report: Vec<LineOut>,
    created_at: DateTime<Utc>,
}

/// What is wrong in one place of a file, and the fix.
#[derive(Debug, Serialize, ToSchema)]
struct LineOut {
    /// The header is line 1.
    line: u64,
    /// As the file calls it; empty when the whole line is meant.
    column: String,
    message: String,
    /// Put right; the line was taken.
    fixed: bool,
}

impl From<Import> for ImportOut {
    fn from(i: Import) -> Self {
        Self {
            id: i.id.0,
            file_name: i.file_name,
            dry_run: i.dry_run,
            good: i.good,
            fixed: i.fixed,
            rejected: i.rejected,
            created: i.created,
            updated: i.updated,
            skipped: i.skipped,
            report: i.report.0.into_iter().map(LineOut::from).collect(),
            created_at: i.created_at,
        }
    }
}

impl From<Problem> for LineOut {
    fn from(Problem { line, column, message, fixed }: Problem) -> Self {
        Self { line, column, message, fixed }
    }
}
