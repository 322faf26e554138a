//! One line of the list: an account and the person who owes it.

use chrono_tz::Tz;
use csv::StringRecord;

use super::{
    Problem, cell,
    header::{Field, Header},
};
use crate::{
    phone::{self, E164},
    place::{State, Zip},
};

/// Lists name few numbers a person; what is beyond is somebody else's column.
const MAX_PHONES: usize = 10;

/// An account as the file has it, every cell parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub line: u64,
    /// The client's or the agency's own account number.
    pub number: String,
    pub first_name: String,
    pub last_name: String,
    /// In the order of the columns, which is the order in which they are tried.
    pub phones: Vec<RowPhone>,
    pub email: Option<String>,
    pub address: String,
    pub city: String,
    pub state: Option<State>,
    pub zip: Option<Zip>,
    pub balance_cents: i64,
    /// Empty when the file names none.
    pub creditor: String,
    pub language: String,
    pub confirmed_zone: Option<Tz>,
    pub do_not_call: bool,
    /// What was put right in this line.
    pub fixes: Vec<Problem>,
}

/// A number and where it rings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowPhone {
    pub number: E164,
    pub place: Place,
}

/// Where a number rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Home,
    Mobile,
    Work,
}

impl Place {
    /// The word in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Mobile => "mobile",
            Self::Work => "work",
        }
    }
}

/// A line being read: what is understood so far, and what is wrong.
pub(super) struct Draft<'a> {
    row: Row,
    header: &'a Header,
    problems: Vec<Problem>,
    /// Numbers that cannot be called: forgiven if the line has another.
    bad_phones: Vec<(&'a str, phone::Error)>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(header: &'a Header, record: &'a StringRecord, line: u64) -> Self {
        let mut draft = Self { row: blank(line), header, problems: Vec::new(), bad_phones: Vec::new() };
        for (field, column, cell) in header.cells(record) {
            if let Err(message) = draft.read(field, column, cell.trim()) {
                draft.problem(column, message);
            }
        }
        draft
    }

    /// The row, or everything that keeps the line from being taken.
    pub(super) fn finish(mut self) -> Result<Row, Vec<Problem>> {
        self.check_required();
        self.judge_phones();
        if self.problems.is_empty() { Ok(self.row) } else { Err(self.problems) }
    }

    fn read(&mut self, field: Field, column: &'a str, cell: &'a str) -> Result<(), &'static str> {
        let row = &mut self.row;
        match field {
            Field::AccountNumber => row.number = cell::text(cell)?,
            Field::FirstName => row.first_name = cell::text(cell)?,
            Field::LastName => row.last_name = cell::text(cell)?,
            Field::FullName => (row.first_name, row.last_name) = cell::split_name(&cell::text(cell)?),
            Field::Phone(place) => self.phone(place, column, cell),
            Field::Email => row.email = Some(cell).filter(|cell| !cell.is_empty()).map(cell::email).transpose()?,
            Field::Address => row.address = cell::text(cell)?,
            Field::City => row.city = cell::text(cell)?,
            Field::State => row.state = state(cell)?,
            Field::Zip => self.zip(column, cell)?,
            Field::Balance => row.balance_cents = cell::cents(cell)?,
            Field::BalanceCents => row.balance_cents = cell::whole_cents(cell)?,
            Field::Creditor => row.creditor = cell::text(cell)?,
            Field::Language => row.language = cell::language(cell)?,
            Field::ConfirmedTimezone => row.confirmed_zone = zone(cell)?,
            Field::DoNotCall => row.do_not_call = cell::yes(cell)?,
        }
        Ok(())
    }

    fn phone(&mut self, place: Place, column: &'a str, cell: &'a str) {
        match E164::parse(cell) {
            Ok(number) if self.row.phones.iter().any(|known| known.number == number) => {}
            Ok(number) if self.row.phones.len() < MAX_PHONES => self.row.phones.push(RowPhone { number, place }),
            Ok(_) | Err(phone::Error::Empty) => {}
            Err(error) => self.bad_phones.push((column, error)),
        }
    }

    /// Spreadsheets take the leading zeros of New England away.
    fn zip(&mut self, column: &str, cell: &str) -> Result<(), &'static str> {
        if cell.is_empty() {
            return Ok(());
        }
        let lost_zeros = (3..5).contains(&cell.len()) && cell.bytes().all(|byte| byte.is_ascii_digit());
        let whole = if lost_zeros { format!("{cell:0>5}") } else { cell.to_owned() };
        let zip = Zip::parse(&whole).map_err(|_| "is not a ZIP code: write five digits, like 79901")?;
        self.row.zip = Some(zip);
        if lost_zeros {
            self.fix(column, "the leading zeros of the ZIP code were lost; they are back".to_owned());
        }
        Ok(())
    }

    fn check_required(&mut self) {
        if self.row.number.is_empty() && !self.has_problem(Field::AccountNumber) {
            let column = self.header.name_of(Field::AccountNumber);
            self.problem(column, "is empty: every account needs its number");
        }
        let name = if self.header.name_of(Field::LastName).is_empty() { Field::FullName } else { Field::LastName };
        if self.row.last_name.is_empty() && !self.has_problem(name) {
            let column = self.header.name_of(name);
            self.problem(column, "is empty: every account needs a name");
        }
    }

    /// A bad number beside a good one is left out and told; a line that has only bad ones, or no way to reach the
    /// person at all, is not taken.
    fn judge_phones(&mut self) {
        let reachable = !self.row.phones.is_empty();
        for (column, error) in std::mem::take(&mut self.bad_phones) {
            if reachable {
                self.fix(column, format!("{error}; the number was left out"));
            } else {
                self.problem(column, &error.to_string());
            }
        }
        if !reachable && self.row.email.is_none() && self.problems.is_empty() {
            self.problem("", "has neither a phone number nor an e-mail address");
        }
    }

    fn has_problem(&self, field: Field) -> bool {
        let column = self.header.name_of(field);
        self.problems.iter().any(|problem| problem.column == column)
    }

    fn problem(&mut self, column: &str, message: &str) {
        let line = self.row.line;
        self.problems.push(Problem { line, column: column.to_owned(), message: message.to_owned(), fixed: false });
    }

    fn fix(&mut self, column: &str, message: String) {
        let line = self.row.line;
        self.row.fixes.push(Problem { line, column: column.to_owned(), message, fixed: true });
    }
}

fn state(cell: &str) -> Result<Option<State>, &'static str> {
    let given = Some(cell).filter(|cell| !cell.is_empty());
    given.map(|cell| State::parse(cell).map_err(|_| "is not a US state: write its two letters, like TX")).transpose()
}

fn zone(cell: &str) -> Result<Option<Tz>, &'static str> {
    let given = Some(cell).filter(|cell| !cell.is_empty());
    given.map(|cell| cell.parse().map_err(|_| "is not a time zone: write it like America/Chicago")).transpose()
}

fn blank(line: u64) -> Row {
    Row {
        line,
        number: String::new(),
        first_name: String::new(),
        last_name: String::new(),
        phones: Vec::new(),
        email: None,
        address: String::new(),
        city: String::new(),
        state: None,
        zip: None,
        balance_cents: 0,
        creditor: String::new(),
        language: "en".to_owned(),
        confirmed_zone: None,
        do_not_call: false,
        fixes: Vec::new(),
    }
}
