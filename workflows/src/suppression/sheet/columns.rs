//! Where in a line the number is: told by a header, or by the first line itself.

use crate::{email::Email, import::Error, phone::E164};

/// A column, or two that make one number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    first: usize,
    /// The rest of the number, after the area code.
    rest: Option<usize>,
    /// As the file calls it; empty without a header.
    name: String,
}

/// What others call a number or an address, without case, spaces, punctuation and digits at the end.
const NUMBER: [&str; 20] = [
    "phone",
    "phonenumber",
    "phoneno",
    "number",
    "telephone",
    "telephonenumber",
    "tel",
    "mobile",
    "mobilephone",
    "mobilenumber",
    "cell",
    "cellphone",
    "cellnumber",
    "dnc",
    "e164",
    "value",
    "email",
    "emailaddress",
    "mail",
    "address",
];
const AREA: [&str; 3] = ["areacode", "area", "npa"];

impl Columns {
    /// Reads the first line; true: it is a header and no number.
    pub(super) fn of(cells: &[&str]) -> Result<(Self, bool), Error> {
        let at = |words: &[&str]| cells.iter().position(|cell| words.contains(&plain(cell).as_str()));
        match (at(&NUMBER), at(&AREA)) {
            (Some(number), Some(area)) => {
                Ok((Self { first: area, rest: Some(number), name: cells[number].to_owned() }, true))
            }
            (Some(number), None) => Ok((Self { first: number, rest: None, name: cells[number].to_owned() }, true)),
            (None, _) => Self::without_header(cells).map(|columns| (columns, false)),
        }
    }

    fn without_header(cells: &[&str]) -> Result<Self, Error> {
        let digits = |cell: &str, n: usize| cell.len() == n && cell.bytes().all(|byte| byte.is_ascii_digit());
        let split = cells.windows(2).position(|two| digits(two[0], 3) && digits(two[1], 7));
        let whole = cells.iter().position(|cell| E164::parse(cell).is_ok() || Email::parse(cell).is_ok());
        let (first, rest) = match (split, whole) {
            (_, Some(whole)) => (whole, None),
            (Some(area), None) => (area, Some(area + 1)),
            // One column can only be it, whatever is wrong with its first line.
            (None, None) if cells.len() == 1 && cells[0].bytes().any(|byte| byte.is_ascii_digit()) => (0, None),
            (None, None) => return Err(Error::MissingColumns(vec!["phone (or email)"])),
        };
        Ok(Self { first, rest, name: String::new() })
    }

    /// The number of a line as its cells have it; a short line lacks it.
    pub(super) fn value(&self, cells: &[&str]) -> String {
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        self.rest.map_or_else(|| cell(self.first).to_owned(), |rest| format!("{}{}", cell(self.first), cell(rest)))
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

fn plain(cell: &str) -> String {
    let letters = cell.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    if letters == "e164" { letters } else { letters.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned() }
}
