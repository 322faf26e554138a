//! One line of the list: an account and the person who owes it.

use chrono_tz::Tz;
use csv::StringRecord;

use super::{
    Problem, cell,
    header::{Field, Header},
};
use crate::{
    account::{New, NewPhone, Place},
    phone::{self, E164},
    place::{State, Zip},
};

/// Lists name few numbers a person; what is beyond is somebody else's column.
const MAX_PHONES: usize = 10;

/// An account as the file has it, every cell parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub line: u64,
    pub account: New,
    /// What was put right in this line.
    pub fixes: Vec<Problem>,
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
        let mut draft = Self {
            row: Row { line, account: New::default(), fixes: Vec::new() },
            header,
            problems: Vec::new(),
            bad_phones: Vec::new(),
        };
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
        if self.row.account.language.is_empty() {
            "en".clone_into(&mut self.row.account.language);
        }
        if self.problems.is_empty() {
            return Ok(self.row);
        }
        self.problems.sort_by_key(|problem| self.header.cells.iter().position(|cell| *cell == problem.column));
        Err(self.problems)
    }

    fn read(&mut self, field: Field, column: &'a str, cell: &'a str) -> Result<(), &'static str> {
        let row = &mut self.row.account;
        match field {
            Field::AccountNumber => row.account_number = cell::text(cell)?,
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
            Field::ConfirmedTimezone => row.confirmed_timezone = zone(cell)?,
            Field::DoNotCall => row.do_not_call = cell::yes(cell)?,
            Field::SmsConsent => row.sms_consent = cell::yes(cell)?,
        }
        Ok(())
    }

    fn phone(&mut self, place: Place, column: &'a str, cell: &'a str) {
        match E164::parse(cell) {
            Ok(number) if self.row.account.phones.iter().any(|known| known.number == number) => {}
            Ok(number) if self.row.account.phones.len() < MAX_PHONES => {
                self.row.account.phones.push(NewPhone { number, place })
            }
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
        self.row.account.zip = Some(zip);
        if lost_zeros {
            self.fix(column, "the leading zeros of the ZIP code were lost; they are back".to_owned());
        }
        Ok(())
    }

    fn check_required(&mut self) {
        if self.row.account.account_number.is_empty() && !self.has_problem(Field::AccountNumber) {
            let column = self.header.name_of(Field::AccountNumber);
            self.problem(column, "is empty: every account needs its number");
        }
        let name = if self.header.name_of(Field::LastName).is_empty() { Field::FullName } else { Field::LastName };
        if self.row.account.last_name.is_empty() && !self.has_problem(name) {
            let column = self.header.name_of(name);
            self.problem(column, "is empty: every account needs a name");
        }
    }

    /// A bad number beside a good one is left out and told; a line that has only bad ones, or no way to reach the
    /// person at all, is not taken.
    fn judge_phones(&mut self) {
        let reachable = !self.row.account.phones.is_empty();
        for (column, error) in std::mem::take(&mut self.bad_phones) {
            if reachable {
                self.fix(column, format!("{error}; the number was left out"));
            } else {
                self.problem(column, &error.to_string());
            }
        }
        if !reachable && self.row.account.email.is_none() && self.problems.is_empty() {
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
