//! A list of accounts as clients send it: a CSV file of some encoding, some delimiter and somebody's own headers.
//!
//! ```text
//! bytes ──text──▶ text ──header──▶ columns ──row──▶ rows │ problems by line and column, with the fix
//! ```
//!
//! [`read`] is pure: nothing is stored here ([`crate::account::import`] does that), so a dry run and the real one
//! read the same. A file that cannot be read as a list at all is an [`Error`]; a line that cannot be taken is a
//! [`Reject`] in the report, and the other lines are good.

mod cell;
mod header;
mod rejects;
mod row;
pub(crate) mod text;

use std::collections::HashMap;

use csv::StringRecord;
use serde::{Deserialize, Serialize};

pub(crate) use self::cell::{email as clean_email, language as clean_language, text as clean_text};
pub use self::{cell::CellError, row::Row};
use self::{
    header::{Field, Header},
    row::Draft,
};

/// The largest file taken.
pub const MAX_BYTES: usize = 50 * 1024 * 1024;
/// The most lines taken.
pub const MAX_ROWS: usize = 250_000;
/// A longer cell is a quotation mark that was never closed, swallowing the lines after it.
const MAX_CELL: usize = 2_000;

/// Why a file is not a list of accounts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the file is empty")]
    Empty,
    #[error("the file is larger than {} MB: split it", MAX_BYTES / 1024 / 1024)]
    TooLarge,
    #[error("the file has more than {MAX_ROWS} lines: split it")]
    TooManyRows,
    #[error("this is {0}, not a CSV file: open it in a spreadsheet and save it as CSV")]
    NotCsv(&'static str),
    #[error("the text is damaged near byte {0}: save the file as CSV UTF-8 and send it again")]
    Damaged(usize),
    #[error("the first line must name the columns; missing: {}", .0.join(", "))]
    MissingColumns(Vec<&'static str>),
    #[error("two columns hold the {0}: keep one")]
    DoubleColumn(&'static str),
    #[error("the first line names the columns, and there is no line after it")]
    NoRows,
}

/// What a file says.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What the bytes turned out to be: `UTF-8`, `UTF-16LE`, `windows-1252`…
    pub encoding: &'static str,
    pub delimiter: char,
    /// The header cells, in order.
    pub headers: Vec<String>,
    /// Headers that mean nothing to us and whose cells were left alone.
    pub ignored: Vec<String>,
    pub rows: Vec<Row>,
    pub rejects: Vec<Reject>,
}

/// A line that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    pub line: u64,
    pub cells: Vec<String>,
    pub problems: Vec<Problem>,
}

/// What is wrong in one place of the file, and what to do about it. Never holds the cell itself: reports are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub line: u64,
    /// The header as the file has it; empty when the whole line is meant.
    pub column: String,
    pub message: String,
    /// Put right by us; the line was taken.
    pub fixed: bool,
}

impl Sheet {
    /// Lines taken as they are.
    #[must_use]
    pub fn good(&self) -> usize {
        self.rows.len() - self.fixed()
    }

    /// Lines taken after something in them was put right.
    #[must_use]
    pub fn fixed(&self) -> usize {
        self.rows.iter().filter(|row| !row.fixes.is_empty()).count()
    }

    /// Lines not taken.
    #[must_use]
    pub fn rejected(&self) -> usize {
        self.rejects.len()
    }

    /// Everything to be told about single lines, in the order of the file.
    #[must_use]
    pub fn problems(&self) -> Vec<&Problem> {
        let rejected = self.rejects.iter().flat_map(|reject| &reject.problems);
        let mut all: Vec<&Problem> = rejected.chain(self.rows.iter().flat_map(|row| &row.fixes)).collect();
        all.sort_by_key(|problem| problem.line);
        all
    }

    /// The lines that were not taken, as a CSV file to mend and send again.
    #[must_use]
    pub fn rejects_csv(&self) -> Vec<u8> {
        rejects::csv(&self.headers, &self.rejects)
    }
}

/// Reads a file.
///
/// # Errors
/// When it is no list of accounts as a whole; single bad lines are in [`Sheet::rejects`].
pub fn read(bytes: &[u8]) -> Result<Sheet, Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::TooLarge);
    }
    let (encoding, text) = text::decode(bytes)?;
    let (header, mut records) = header::find(&text)?;
    let (mut rows, mut rejects, mut seen) = (Vec::new(), Vec::new(), HashMap::new());
    let mut lines = text::Lines::new(&text);
    let mut record = StringRecord::new();
    // Text in memory, already decoded: the reader has no way left to fail.
    while records.read_record(&mut record).unwrap_or(false) {
        if rows.len() + rejects.len() == MAX_ROWS {
            return Err(Error::TooManyRows);
        }
        let line = lines.of(header.offset + record.position().map_or(0, csv::Position::byte));
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        match take(&header, &record, line, &mut seen) {
            Ok(row) => rows.push(row),
            Err(problems) => {
                rejects.push(Reject { line, cells: record.iter().map(str::to_owned).collect(), problems });
            }
        }
    }
    if rows.is_empty() && rejects.is_empty() {
        return Err(Error::NoRows);
    }
    let Header { delimiter, cells: headers, ignored, .. } = header;
    Ok(Sheet { encoding, delimiter: delimiter.into(), headers, ignored, rows, rejects })
}

/// One line: shape first, then every cell, then whether the account was seen before.
fn take(
    header: &Header,
    record: &StringRecord,
    line: u64,
    seen: &mut HashMap<String, u64>,
) -> Result<Row, Vec<Problem>> {
    let whole = |message: String| vec![Problem { line, column: String::new(), message, fixed: false }];
    // Spreadsheets pad lines with empty cells; only filled ones are too many.
    let cells = (0..record.len()).rev().find(|i| !record[*i].is_empty()).map_or(0, |last| last + 1);
    if cells > header.cells.len() {
        return Err(whole(format!(
            "has {cells} cells where the header has {}: put text that contains the delimiter in quotation marks",
            header.cells.len()
        )));
    }
    if record.iter().any(|cell| cell.len() > MAX_CELL) {
        return Err(whole("a cell is too long: a quotation mark is probably never closed".to_owned()));
    }
    let row = Draft::new(header, record, line).finish()?;
    match seen.insert(row.account.account_number.clone(), line) {
        None => Ok(row),
        Some(first) => {
            seen.insert(row.account.account_number, first);
            let column = header.name_of(Field::AccountNumber).to_owned();
            let message = format!("the same account number is on line {first}: keep one of the two");
            Err(vec![Problem { line, column, message, fixed: false }])
        }
    }
}

#[cfg(test)]
mod tests;
