//! One cell: what it means, or what is wrong with it, in words that say what to write instead.

/// What is wrong with a value, to be read after its name: "balance is empty: write the amount owed".
pub type CellError = &'static str;

/// Longest name, city, street or creditor taken.
const MAX_TEXT: usize = 120;
/// A hundred million dollars: more is a cell of another column.
const MAX_CENTS: i64 = 10_000_000_000;

/// Text as people typed it: runs of white space are one space. Never a formula: a cell that a spreadsheet would
/// execute when this list is exported again is refused at the door (CWE-1236).
pub(crate) fn text(cell: &str) -> Result<String, CellError> {
    if cell.contains('\0') {
        return Err("has a NUL byte: the file is damaged here, export it again");
    }
    if cell.starts_with(['=', '+', '-', '@']) {
        return Err("begins like a spreadsheet formula: remove the first character");
    }
    let clean = cell.split_whitespace().collect::<Vec<_>>().join(" ");
    if clean.chars().any(char::is_control) {
        return Err("has characters that do not print: type it again");
    }
    if clean.chars().count() > MAX_TEXT {
        return Err("is longer than 120 characters");
    }
    Ok(clean)
}

/// `"$1,284.60"` is 128460 cents.
pub(super) fn cents(cell: &str) -> Result<i64, CellError> {
    const SHAPE: &str = "is not an amount: write it like 1284.60";
    let amount = cell.trim_start_matches("USD").trim_start_matches('$').trim();
    if amount.is_empty() {
        return Err("is empty: write the amount owed");
    }
    if amount.starts_with(['-', '(']) || cell.starts_with('-') {
        return Err("is negative: only amounts owed can be collected");
    }
    let (dollars, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let fraction = match fraction.len() {
        0 => None,
        1 => Some(10 * digits(fraction).ok_or(SHAPE)?),
        2 => Some(digits(fraction).ok_or(SHAPE)?),
        _ => return Err("has more than two decimals: write it like 1284.60"),
    };
    let dollars = if dollars.is_empty() && fraction.is_some() { 0 } else { thousands(dollars).ok_or(SHAPE)? };
    in_range(dollars.checked_mul(100).and_then(|cents| cents.checked_add(fraction.unwrap_or(0))))
}

/// Cents already.
pub(super) fn whole_cents(cell: &str) -> Result<i64, CellError> {
    in_range(Some(digits(cell).ok_or("is not an amount in cents: write it like 128460")?))
}

fn in_range(cents: Option<i64>) -> Result<i64, CellError> {
    cents.filter(|cents| *cents <= MAX_CENTS).ok_or("is more than anybody owes: check the column")
}

/// `1,284` or `1284`; a comma anywhere else is a decimal comma or a slip, and neither is guessed at.
fn thousands(text: &str) -> Option<i64> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    if rest.iter().any(|group| group.len() != 3) || (!rest.is_empty() && first.len() > 3) {
        return None;
    }
    digits(&(first.to_owned() + &rest.concat()))
}

fn digits(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// An address with one `@` and a dotted domain; whether it receives mail is for the mail to find out.
pub(crate) fn email(cell: &str) -> Result<String, CellError> {
    let address = cell.to_lowercase();
    let fine = address.split_once('@').is_some_and(|(local, domain)| {
        let labels =
            domain.split('.').all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'));
        !local.is_empty() && domain.contains('.') && labels
    });
    let plain = address.len() <= 254 && !address.starts_with(['=', '+', '-', '@']);
    let clean = address.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>,;\"()".contains(c));
    if fine && plain && clean { Ok(address) } else { Err("is not an e-mail address: write it like name@example.com") }
}

/// A language code, or the names of the two that lists here use.
pub(crate) fn language(cell: &str) -> Result<String, CellError> {
    match cell.to_lowercase().as_str() {
        "" | "english" | "eng" => Ok("en".to_owned()),
        "spanish" | "español" | "spa" => Ok("es".to_owned()),
        code if code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase()) => Ok(code.to_owned()),
        _ => Err("is not a language: write en or es"),
    }
}

/// Yes or no, in a column that people fill with anything.
pub(super) fn yes(cell: &str) -> Result<bool, CellError> {
    match cell.to_lowercase().as_str() {
        "" | "no" | "n" | "false" | "f" | "0" => Ok(false),
        "yes" | "y" | "true" | "t" | "1" | "x" => Ok(true),
        _ => Err("is neither yes nor no"),
    }
}

/// First and last name out of one cell: `Alvarez, Maria` or `Maria Alvarez`.
pub(super) fn split_name(full: &str) -> (String, String) {
    let (first, last) = match full.split_once(',') {
        Some((last, first)) => (first, last),
        None => full.rsplit_once(' ').unwrap_or(("", full)),
    };
    (first.trim().to_owned(), last.trim().to_owned())
}
