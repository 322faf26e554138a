//! Files as they come, whole and in pieces.

use proptest::prelude::*;
use rstest::rstest;

use super::*;

/// What a file says when it comes in pieces of that size: good values, and bad lines by number.
fn read_by(kind: Kind, bytes: &[u8], piece: usize) -> Result<(Vec<String>, Vec<u64>), Error> {
    let (mut sheet, mut lines) = (Sheet::new(kind), Vec::new());
    for piece in bytes.chunks(piece) {
        sheet.feed(piece, &mut lines)?;
    }
    sheet.finish(&mut lines)?;
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for line in lines {
        match line {
            Line::Good(to) => good.push(to.as_str().to_owned()),
            Line::Bad(problem) => bad.push(problem.line),
        }
    }
    Ok((good, bad))
}

fn whole(text: &str) -> (Vec<String>, Vec<u64>) {
    read_by(Kind::Internal, text.as_bytes(), usize::MAX).unwrap()
}

const MARIA: &str = "+19155550100";
const JOHN: &str = "+19155550101";

#[rstest]
#[case::a_header("phone\n9155550100\n9155550101\n")]
#[case::no_header("9155550100\n9155550101\n")]
#[case::no_last_line_end("9155550100\n9155550101")]
#[case::windows_line_ends("phone\r\n9155550100\r\n9155550101\r\n")]
#[case::blank_lines("phone\n\n9155550100\n\n\n9155550101\n\n")]
#[case::other_columns("name;Phone Number;since\nMaria;(915) 555-0100;2020\nJohn;915.555.0101;2021\n")]
#[case::tabs("id\tmobile\n1\t9155550100\n2\t9155550101\n")]
#[case::the_national_registry("915,5550100\n915,5550101\n")]
#[case::the_same_with_a_header("Area Code,Phone7\n915,5550100\n915,5550101\n")]
#[case::excels_own_line("sep=;\nphone;x\n9155550100;1\n9155550101;2\n")]
#[case::quoted("\"phone\"\n\"9155550100\"\n\"9155550101\"\n")]
#[case::a_mark_before_it("\u{feff}phone\n9155550100\n9155550101\n")]
fn numbers_are_found_however_they_come(#[case] text: &str) {
    assert_eq!(whole(text), (vec![MARIA.to_owned(), JOHN.to_owned()], vec![]));
}

#[test]
fn a_file_of_wide_letters_is_read() {
    let wide: Vec<u8> = "phone\n9155550100\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xff, 0xfe], &wide[..]].concat();
    for bytes in [wide, marked] {
        assert_eq!(read_by(Kind::Federal, &bytes, 7).unwrap().0, [MARIA]);
    }
}

#[test]
fn addresses_are_numbers_of_another_kind() {
    let text = "email\nM@Example.com\n9155550100\n";
    assert_eq!(read_by(Kind::Unsubscribe, text.as_bytes(), 5).unwrap(), (vec!["m@example.com".to_owned()], vec![3]));
}

#[rstest]
#[case::no_number("phone\n9155550100\n12\n9155550101\n", 3)]
#[case::an_empty_cell("name,phone\nMaria,9155550100\nJohn,\nJohn,9155550101\n", 3)]
#[case::a_short_line("name,phone\nMaria,9155550100\nJohn\nJohn,9155550101\n", 3)]
#[case::after_blank_lines("phone\r\n\r\n9155550100\r\nnone\r\n9155550101\r\n", 4)]
#[case::after_a_cell_of_two_lines("name,phone\n\"Maria\nAlvarez\",9155550100\nJohn,1\nJohn,9155550101\n", 4)]
fn a_bad_line_is_told_by_its_number_and_the_others_are_taken(#[case] text: &str, #[case] line: u64) {
    assert_eq!(whole(text), (vec![MARIA.to_owned(), JOHN.to_owned()], vec![line]));
}

#[rstest]
#[case::nothing(b"", Error::Empty)]
#[case::blank(b"\n \n", Error::Empty)]
#[case::a_workbook(b"PK\x03\x04....", Error::NotCsv("an Excel workbook or a zip archive"))]
#[case::no_column("name,since\nMaria,2020\n".as_bytes(), Error::MissingColumns(vec!["phone (or email)"]))]
fn a_file_of_something_else_is_refused(#[case] bytes: &[u8], #[case] error: Error) {
    assert_eq!(read_by(Kind::Internal, bytes, 4_096), Err(error));
}

#[test]
fn a_quotation_mark_that_is_never_closed_does_not_fill_the_memory() {
    let text = format!("phone,name\n9155550100,\"{}", "x".repeat(100_000));
    let (good, bad) = whole(&text);
    assert!(good.is_empty() && bad == [2], "{good:?} {bad:?}");
}

proptest! {
    #[test]
    fn the_pieces_in_which_a_file_comes_change_nothing(
        rows in prop::collection::vec((100u16..200, "[a-zé\"]{0,6}", any::<bool>()), 1..40),
        piece in 1usize..40,
    ) {
        let lines = rows.iter().map(|(last, name, crlf)| {
            let name = name.replace('"', "\"\"");
            format!("\"{name}\",915555{last:04}{}", if *crlf { "\r\n" } else { "\n" })
        });
        let text = format!("name,phone\n{}", lines.collect::<String>());
        let at_once = whole(&text);
        prop_assert_eq!(at_once.0.len(), rows.len());
        prop_assert_eq!(read_by(Kind::Internal, text.as_bytes(), piece).unwrap(), at_once);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), piece in 1usize..50) {
        let _ = read_by(Kind::Internal, &bytes, piece);
    }
}
