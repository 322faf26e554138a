//! The first line: which delimiter, and what each column means.

use csv::{Reader, ReaderBuilder, StringRecord, Trim};

use super::Error;
use crate::account::Place;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    AccountNumber,
    FirstName,
    LastName,
    FullName,
    Phone(Place),
    Email,
    Address,
    City,
    State,
    Zip,
    Balance,
    BalanceCents,
    Creditor,
    Language,
    /// Only what the person confirmed: a client's own guess at a zone is no fact about the consumer.
    ConfirmedTimezone,
    DoNotCall,
    /// Agreed to be written to by text (47 USC 227(b)(1)(A)).
    SmsConsent,
}

/// What we call a column, and what others do, without case, spaces and punctuation. A digit at the end of a phone's
/// is not compared.
const SYNONYMS: &[(Field, &str, &[&str])] = &[
    (
        Field::AccountNumber,
        "account number",
        &[
            "accountnumber",
            "account",
            "accountno",
            "accountid",
            "accountnum",
            "acct",
            "acctno",
            "acctnumber",
            "acctid",
            "acctnum",
            "reference",
            "referencenumber",
            "ref",
            "refno",
            "filenumber",
            "fileno",
            "debtid",
            "debtnumber",
            "number",
            "clientaccountnumber",
        ],
    ),
    (Field::FirstName, "first name", &["firstname", "first", "fname", "givenname", "forename", "debtorfirstname"]),
    (Field::LastName, "last name", &["lastname", "last", "lname", "surname", "familyname", "debtorlastname"]),
    (
        Field::FullName,
        "name",
        &["name", "fullname", "debtor", "debtorname", "consumer", "consumername", "customer", "customername"],
    ),
    (
        Field::Phone(Place::Mobile),
        "mobile phone",
        &[
            "phone",
            "phonenumber",
            "phoneno",
            "telephone",
            "telephonenumber",
            "tel",
            "mobile",
            "mobilephone",
            "cell",
            "cellphone",
            "mobilenumber",
            "cellnumber",
            "cellphonenumber",
            "mobilephonenumber",
            "contactnumber",
            "primaryphone",
            "secondaryphone",
            "altphone",
            "alternatephone",
            "e164",
        ],
    ),
    (
        Field::Phone(Place::Home),
        "home phone",
        &["homephone", "homephonenumber", "homenumber", "phonehome", "landline", "residencephone"],
    ),
    (
        Field::Phone(Place::Work),
        "work phone",
        &["workphone", "workphonenumber", "worknumber", "phonework", "businessphone", "employerphone", "officephone"],
    ),
    (Field::Email, "e-mail address", &["email", "emailaddress", "mail"]),
    (
        Field::Address,
        "street",
        &["address", "address1", "addressline1", "street", "streetaddress", "line1", "mailingaddress"],
    ),
    (Field::City, "city", &["city", "town"]),
    (Field::State, "state", &["state", "st", "statecode", "province"]),
    (Field::Zip, "ZIP code", &["zip", "zipcode", "zip5", "postalcode", "postcode"]),
    (
        Field::Balance,
        "balance",
        &["balance", "balancedue", "currentbalance", "amount", "amountdue", "amountowed", "totaldue", "due", "owed"],
    ),
    (Field::BalanceCents, "balance in cents", &["balancecents", "amountcents"]),
    (Field::Creditor, "creditor", &["creditor", "creditorname", "originalcreditor", "client", "clientname", "lender"]),
    (Field::Language, "language", &["language", "lang", "preferredlanguage"]),
    (
        Field::ConfirmedTimezone,
        "confirmed time zone",
        &["confirmedtimezone", "timezoneconfirmed", "tzconfirmed", "confirmedtz"],
    ),
    (Field::DoNotCall, "do-not-call mark", &["donotcall", "dnc", "donotcontact", "nocall"]),
    (
        Field::SmsConsent,
        "consent to texts",
        &[
            "smsconsent",
            "consentsms",
            "consenttosms",
            "textconsent",
            "consenttotext",
            "consenttotexts",
            "smsoptin",
            "textoptin",
        ],
    ),
];

/// The first line, understood.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) delimiter: u8,
    pub(super) cells: Vec<String>,
    pub(super) ignored: Vec<String>,
    /// Bytes before the header: Excel's `sep=;`.
    pub(super) offset: u64,
    fields: Vec<Option<Field>>,
}

impl Header {
    /// Field, its header and its cell, for every column that means something. A short line lacks its last cells.
    pub(super) fn cells<'a>(&'a self, record: &'a StringRecord) -> impl Iterator<Item = (Field, &'a str, &'a str)> {
        let columns = self.fields.iter().zip(&self.cells).enumerate();
        columns.filter_map(|(i, (field, name))| Some(((*field)?, name.as_str(), record.get(i).unwrap_or_default())))
    }

    /// The file's own word for a field.
    pub(super) fn name_of(&self, field: Field) -> &str {
        let column = self.fields.iter().position(|found| *found == Some(field));
        column.map_or("", |column| &self.cells[column])
    }

    fn has(&self, wanted: impl Fn(Field) -> bool) -> bool {
        self.fields.iter().flatten().any(|field| wanted(*field))
    }

    fn understood(&self) -> usize {
        self.fields.iter().flatten().count()
    }
}

/// Finds the delimiter under which the first line names the most columns, and the reader of the lines after it.
pub(super) fn find(text: &str) -> Result<(Header, Reader<&[u8]>), Error> {
    let list = after_sep_line(text);
    let offset = (text.len() - list.len()) as u64;
    let readers = [b',', b';', b'\t', b'|'].map(|delimiter| first_line(list, delimiter, offset));
    let best = readers.into_iter().rev().max_by_key(|(header, _)| (header.understood(), header.cells.len()));
    let (header, reader) = best.expect("four delimiters were tried");
    complete(&header)?;
    Ok((header, reader))
}

/// Excel tells its delimiter in a line of its own, which is no data.
fn after_sep_line(text: &str) -> &str {
    match text.split_once('\n') {
        Some((first, rest)) if first.len() <= 8 && first.to_ascii_lowercase().starts_with("sep=") => rest,
        _ => text,
    }
}

fn first_line(text: &str, delimiter: u8, offset: u64) -> (Header, Reader<&[u8]>) {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    // Decoded text in memory cannot fail to be read.
    let _ = reader.read_record(&mut record);
    let mut cells: Vec<String> = record.iter().map(str::to_owned).collect();
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    let fields: Vec<Option<Field>> = cells.iter().map(|cell| meaning(cell)).collect();
    let unknown = cells.iter().zip(&fields).filter(|(cell, field)| field.is_none() && !cell.is_empty());
    let ignored = unknown.map(|(cell, _)| cell.clone()).collect();
    (Header { delimiter, cells, ignored, offset, fields }, reader)
}

fn meaning(cell: &str) -> Option<Field> {
    let plain: String = cell.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let unnumbered = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    SYNONYMS.iter().find_map(|(field, _, words)| {
        let phone = matches!(field, Field::Phone(_)) && words.contains(&unnumbered);
        (words.contains(&plain.as_str()) || phone).then_some(*field)
    })
}

/// Every column that an account cannot be without is there, and none twice but phones.
fn complete(header: &Header) -> Result<(), Error> {
    let mut missing = Vec::new();
    if !header.has(|field| field == Field::AccountNumber) {
        missing.push("account number");
    }
    if !header.has(|field| matches!(field, Field::LastName | Field::FullName)) {
        missing.push("name (first name and last name, or name)");
    }
    if !header.has(|field| matches!(field, Field::Phone(_) | Field::Email)) {
        missing.push("phone (or email)");
    }
    if !header.has(|field| matches!(field, Field::Balance | Field::BalanceCents)) {
        missing.push("balance");
    }
    if !missing.is_empty() {
        return Err(Error::MissingColumns(missing));
    }
    double(header).map_or(Ok(()), |name| Err(Error::DoubleColumn(name)))
}

fn double(header: &Header) -> Option<&'static str> {
    SYNONYMS.iter().find_map(|(field, label, _)| {
        let times = header.fields.iter().filter(|found| **found == Some(*field)).count();
        (times > 1 && !matches!(field, Field::Phone(_))).then_some(*label)
    })
}
