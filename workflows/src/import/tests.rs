//! Awkward files, one at a time.

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::account::Place;

const HEADER: &str = "account_number,first_name,last_name,phone,email,state,zip,balance,creditor\n";
const MARIA: &str = "A-1,María,Álvarez,(915) 555-0100,maria@example.com,TX,79901,\"$1,284.60\",Desert Bank\n";

fn sheet(text: &str) -> Sheet {
    read(text.as_bytes()).unwrap()
}

fn one(text: &str) -> Row {
    let sheet = sheet(text);
    assert_eq!(sheet.rejects, []);
    assert_eq!(sheet.rows.len(), 1);
    sheet.rows[0].clone()
}

fn told(text: &str) -> Vec<(u64, String, String)> {
    let sheet = sheet(text);
    sheet.problems().into_iter().map(|p| (p.line, p.column.clone(), p.message.clone())).collect()
}

#[rstest]
#[case::in_snake_case("sms_consent", "yes", true)]
#[case::in_words("Consent to Text", "Y", true)]
#[case::the_other_way_round("Consent SMS", "no", false)]
#[case::left_empty("Text Consent", "", false)]
fn consent_to_texts_is_a_column(#[case] column: &str, #[case] cell: &str, #[case] agreed: bool) {
    let row = one(&format!("account,name,phone,balance,{column}\n1,Ann Lee,9155550100,1,{cell}\n"));
    assert_eq!(row.account.sms_consent, agreed);
}

#[test]
fn an_account_is_read_whole() {
    let Row { line, account: row, .. } = one(&(HEADER.to_owned() + MARIA));
    assert_eq!(
        (row.account_number.as_str(), row.first_name.as_str(), row.last_name.as_str()),
        ("A-1", "María", "Álvarez")
    );
    assert_eq!(row.phones[0].number.as_str(), "+19155550100");
    assert_eq!(row.email.as_deref(), Some("maria@example.com"));
    assert_eq!(row.state.unwrap().code(), "TX");
    assert_eq!(row.zip.unwrap().to_string(), "79901");
    assert_eq!(row.balance_cents, 128_460);
    assert_eq!(row.creditor, "Desert Bank");
    assert_eq!((line, row.language.as_str(), row.do_not_call), (2, "en", false));
}

fn utf16(text: &str, mark: bool, big: bool) -> Vec<u8> {
    let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[rstest]
#[case::utf8(|text: &str| text.as_bytes().to_vec(), "UTF-8")]
#[case::utf8_with_mark(|text: &str| [b"\xef\xbb\xbf", text.as_bytes()].concat(), "UTF-8")]
#[case::excel_unicode(|text: &str| utf16(text, true, false), "UTF-16LE")]
#[case::big_endian(|text: &str| utf16(text, true, true), "UTF-16BE")]
#[case::no_mark(|text: &str| utf16(text, false, false), "UTF-16LE")]
#[case::windows(|text: &str| encoding_rs::WINDOWS_1252.encode(text).0.into_owned(), "windows-1252")]
fn names_survive_whatever_encoding_the_file_has(#[case] encode: fn(&str) -> Vec<u8>, #[case] encoding: &str) {
    let sheet = read(&encode(&(HEADER.to_owned() + MARIA))).unwrap();
    assert_eq!(sheet.encoding, encoding);
    assert_eq!(sheet.rows[0].account.last_name, "Álvarez");
}

#[rstest]
#[case::comma(',')]
#[case::semicolon(';')]
#[case::tab('\t')]
#[case::pipe('|')]
fn the_delimiter_is_found(#[case] delimiter: char) {
    let text = "Acct#,Name,Cell Phone,Amount Due\nA-1,\"Alvarez, Maria\",9155550100,12.5\n";
    let text = text.replace("Alvarez, ", "Alvarez# ").replace(',', &delimiter.to_string()).replace('#', ",");
    let sheet = sheet(&text.replace("Acct,", "Acct#"));
    assert_eq!(sheet.delimiter, delimiter);
    assert_eq!(sheet.rows[0].account.last_name, "Alvarez");
    assert_eq!(sheet.rows[0].account.balance_cents, 1_250);
}

#[test]
fn excels_own_separator_line_is_skipped_and_lines_still_count_from_the_top() {
    let sheet = sheet("sep=;\r\nAccount;Name;Phone;Balance\r\nA-1;Ann Lee;9155550100;1\r\nA-2;Bo Lee;12;1\r\n");
    assert_eq!(sheet.rows[0].line, 3);
    assert_eq!(sheet.rejects[0].line, 4);
}

#[rstest]
#[case::nothing("", Error::Empty)]
#[case::white_space(" \n\n", Error::Empty)]
#[case::header_only(HEADER, Error::NoRows)]
#[case::workbook("PK\u{3}\u{4}xl/workbook.xml", Error::NotCsv("an Excel workbook or a zip archive"))]
#[case::two_emails("account,name,email,e-mail,balance\n1,A B,a@b.co,,1\n", Error::DoubleColumn("e-mail address"))]
#[case::no_header("A-1,Maria,9155550100,12\n", Error::MissingColumns(vec!["account number", "name (first name and last name, or name)", "phone (or email)", "balance"]))]
#[case::no_balance("account,name,phone\n1,Ann,9155550100\n", Error::MissingColumns(vec!["balance"]))]
fn a_file_that_is_no_list_is_refused_once_and_clearly(#[case] text: &str, #[case] error: Error) {
    assert_eq!(read(text.as_bytes()).unwrap_err(), error);
}

#[test]
fn missing_columns_are_named_in_one_message() {
    let error = read(b"id,nom,solde\n1,2,3\n").unwrap_err().to_string();
    assert_eq!(
        error,
        "the first line must name the columns; missing: account number, name (first name and last name, or name), \
         phone (or email), balance"
    );
}

#[test]
fn a_damaged_text_says_where() {
    let bytes = [b"\xef\xbb\xbf", HEADER.as_bytes(), b"A-1,Mar\xff\xfe"].concat();
    assert_eq!(read(&bytes).unwrap_err(), Error::Damaged(HEADER.len() + 3 + 7));
}

#[rstest]
#[case::no_number(",Ann,Lee,9155550100,,,,1,X", "account_number", "is empty: every account needs its number")]
#[case::no_name("A,Ann,,9155550100,,,,1,X", "last_name", "is empty: every account needs a name")]
#[case::bad_phone("A,Ann,Lee,555-0100,,,,1,X", "phone", "needs ten digits after the country code 1")]
#[case::rounded_phone(
    "A,Ann,Lee,9.15555E+09,,,,1,X",
    "phone",
    "was rounded by a spreadsheet: format the column as text and export it again"
)]
#[case::no_way_to_reach("A,Ann,Lee,,,,,1,X", "", "has neither a phone number nor an e-mail address")]
#[case::bad_email(
    "A,Ann,Lee,9155550100,ann at example,,,1,X",
    "email",
    "is not an e-mail address: write it like name@example.com"
)]
#[case::bad_state("A,Ann,Lee,9155550100,,Ontario,,1,X", "state", "is not a US state: write its two letters, like TX")]
#[case::bad_zip("A,Ann,Lee,9155550100,,,K1A0B1,1,X", "zip", "is not a ZIP code: write five digits, like 79901")]
#[case::no_balance("A,Ann,Lee,9155550100,,,,,X", "balance", "is empty: write the amount owed")]
#[case::negative("A,Ann,Lee,9155550100,,,,-5,X", "balance", "is negative: only amounts owed can be collected")]
#[case::decimal_comma(
    "A,Ann,Lee,9155550100,,,,\"1.284,60\",X",
    "balance",
    "has more than two decimals: write it like 1284.60"
)]
#[case::formula_name(
    "A,=cmd|'/c calc'!A1,Lee,9155550100,,,,1,X",
    "first_name",
    "begins like a spreadsheet formula: remove the first character"
)]
#[case::formula_creditor(
    "A,Ann,Lee,9155550100,,,,1,@SUM(A1)",
    "creditor",
    "begins like a spreadsheet formula: remove the first character"
)]
#[case::nul_byte(
    "A,An\u{0}n,Lee,9155550100,,,,1,X",
    "first_name",
    "has a NUL byte: the file is damaged here, export it again"
)]
#[case::too_many_cells(
    "A,Ann,Lee,9155550100,,,,1,284.60,X",
    "",
    "has 10 cells where the header has 9: put text that contains the delimiter in quotation marks"
)]
fn a_bad_line_is_told_with_its_column_and_the_fix(#[case] line: &str, #[case] column: &str, #[case] message: &str) {
    let text = format!("{HEADER}{MARIA}{line}\n");
    assert_eq!(told(&text), [(3, column.to_owned(), message.to_owned())]);
    assert_eq!(sheet(&text).rows.len(), 1, "the line above it is good");
}

#[rstest]
#[case::plain("1284.60", 128_460)]
#[case::dollar("$1,284.60", 128_460)]
#[case::one_decimal("1284.6", 128_460)]
#[case::whole("1284", 128_400)]
#[case::millions("1,284,000", 128_400_000)]
#[case::cents_only(".60", 60)]
#[case::currency("USD 12.00", 1_200)]
fn an_amount_is_read_in_cents(#[case] text: &str, #[case] cents: i64) {
    assert_eq!(cell::cents(text), Ok(cents));
}

#[rstest]
#[case::words("a lot")]
#[case::bad_groups("12,84.60")]
#[case::two_points("1.284.60")]
#[case::huge("99999999999999999999")]
#[case::only_sign("$")]
fn what_is_no_amount_is_refused(#[case] text: &str) {
    assert!(cell::cents(text).is_err());
}

#[test]
fn an_account_number_counts_once() {
    let text = format!("{HEADER}{MARIA}{MARIA}{MARIA}");
    let sheet = sheet(&text);
    assert_eq!((sheet.good(), sheet.rejected()), (1, 2));
    assert_eq!(sheet.rejects[1].problems[0].message, "the same account number is on line 2: keep one of the two");
}

#[test]
fn several_numbers_are_kept_in_order_and_a_bad_one_among_them_is_left_out() {
    let row = one("account,name,home phone,phone2,work_phone,cell,balance\n\
                   1,Ann Lee,9155550100,911,+1 212 555 0101,9155550100,3\n");
    let phones: Vec<_> = row.account.phones.iter().map(|phone| (phone.number.as_str(), phone.place)).collect();
    assert_eq!(phones, [("+19155550100", Place::Home), ("+12125550101", Place::Work)]);
    assert_eq!(row.fixes[0].column, "phone2");
}

#[test]
fn a_zip_code_gets_its_lost_zeros_back() {
    let sheet = sheet("account,name,phone,zip,balance\n1,Ann Lee,6175550100,2108,3\n");
    assert_eq!(sheet.rows[0].account.zip.unwrap().to_string(), "02108");
    assert_eq!((sheet.good(), sheet.fixed(), sheet.rejected()), (0, 1, 0));
}

#[test]
fn columns_without_a_meaning_are_named_and_left_alone() {
    // A client's guess at a time zone is not what the consumer confirmed.
    let sheet = sheet("account,name,phone,balance,timezone,score\n1,Ann Lee,6175550100,3,America/Denver,700\n");
    assert_eq!(sheet.ignored, ["timezone", "score"]);
    assert_eq!(sheet.rows[0].account.confirmed_timezone, None);
}

#[test]
fn short_lines_and_blank_lines_do_no_harm() {
    let sheet = sheet(
        "account,name,phone,balance,city,email\n\n1,Ann Lee,6175550100,3\n,,,\n2,Bo Lee,6175550101,4,Boston,,,,\n",
    );
    assert_eq!(sheet.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 5]);
}

#[test]
fn a_quotation_mark_that_is_never_closed_is_noticed() {
    let long = "2,Bo Lee,6175550101,4\n".repeat(200);
    let sheet = sheet(&format!("account,name,phone,balance\n1,\"Ann Lee,6175550100,3\n{long}"));
    assert!(sheet.rejects[0].problems[0].message.contains("never closed"));
}

#[test]
fn rejects_can_be_opened_in_a_spreadsheet_without_executing_anything() {
    let sheet =
        sheet("account,name,phone,balance\n1,=HYPERLINK(\"http://x\"),+16175550100,3\n2,\"A \"\"B\"\"\",12,-1\n");
    let text = String::from_utf8(sheet.rejects_csv()).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("account,name,phone,balance,problem"));
    assert_eq!(
        lines.next(),
        Some(
            "1,\"'=HYPERLINK(\"\"http://x\"\")\",'+16175550100,3,name begins like a spreadsheet formula: remove the first character"
        )
    );
    assert!(lines.next().unwrap().starts_with("2,\"A \"\"B\"\"\",12,'-1,phone needs ten digits"));
}

#[test]
fn the_report_never_repeats_a_cell() {
    let problems = told(&format!("{HEADER}A-9,Ann,Lee,12 secret,nobody at all,XX,,12a,X\n"));
    assert!(problems.iter().all(|(_, _, message)| !message.contains("secret") && !message.contains("nobody")));
    assert_eq!(problems.len(), 4);
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn every_line_is_either_taken_or_told(cells in proptest::collection::vec("[ -~]{0,12}", 4..40)) {
        let lines: Vec<String> = cells.chunks(4).map(|row| row.join(";").replace(['"', '\n'], "")).collect();
        let text = format!("account;name;phone;balance\n{}\n", lines.join("\n"));
        let filled = lines.iter().filter(|line| line.split(';').any(|cell| !cell.trim().is_empty())).count();
        match read(text.as_bytes()) {
            Ok(sheet) => prop_assert_eq!(sheet.rows.len() + sheet.rejected(), filled),
            Err(error) => prop_assert_eq!(error, Error::NoRows),
        }
    }
}
