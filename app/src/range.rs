//! `Range: bytes=…`, RFC 9110 §14: one piece of a file. Several at once are answered with the whole, as they may be.

use axum::http::{HeaderMap, header};

/// What of a file is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Whole,
    /// From the first to the last byte, both in it.
    Piece(u64, u64),
    /// A piece that the file does not have.
    Outside,
}

impl Asked {
    /// Reads the headers; a range that is about another version of the file, or cannot be read, asks for the whole.
    pub(crate) fn of(headers: &HeaderMap, etag: &str, size: u64) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        if text(header::IF_RANGE).is_some_and(|version| version != etag) {
            return Self::Whole;
        }
        text(header::RANGE).map_or(Self::Whole, |range| read(range, size))
    }
}

fn read(range: &str, size: u64) -> Asked {
    let Some((first, last)) = range.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Asked::Whole;
    };
    let end = size.saturating_sub(1);
    match (number(first), number(last)) {
        (Some(None), Some(Some(0))) => Asked::Outside,
        (Some(None), Some(Some(_))) if size == 0 => Asked::Outside,
        (Some(None), Some(Some(n))) => Asked::Piece(size.saturating_sub(n), end),
        (Some(Some(first)), Some(Some(last))) if last < first => Asked::Whole,
        (Some(Some(first)), Some(_)) if first >= size => Asked::Outside,
        (Some(Some(first)), Some(last)) => Asked::Piece(first, last.unwrap_or(end).min(end)),
        _ => Asked::Whole,
    }
}

/// Nothing, or digits and no sign; more than fit are more than any file has.
fn number(text: &str) -> Option<Option<u64>> {
    let text = text.trim();
    match text.is_empty() {
        true => Some(None),
        false if text.bytes().all(|byte| byte.is_ascii_digit()) => Some(Some(text.parse().unwrap_or(u64::MAX))),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::the_first_ten("bytes=0-9", Asked::Piece(0, 9))]
    #[case::from_the_middle("bytes=40-", Asked::Piece(40, 99))]
    #[case::all_of_it_as_players_begin("bytes=0-", Asked::Piece(0, 99))]
    #[case::the_last_ten("bytes=-10", Asked::Piece(90, 99))]
    #[case::more_than_there_is("bytes=90-200", Asked::Piece(90, 99))]
    #[case::more_from_the_end_than_there_is("bytes=-500", Asked::Piece(0, 99))]
    #[case::the_last_byte("bytes=99-99", Asked::Piece(99, 99))]
    #[case::behind_the_end("bytes=100-", Asked::Outside)]
    #[case::nothing_from_the_end("bytes=-0", Asked::Outside)]
    #[case::longer_than_any_number("bytes=99999999999999999999-", Asked::Outside)]
    #[case::backwards("bytes=9-0", Asked::Whole)]
    #[case::several("bytes=0-1,5-6", Asked::Whole)]
    #[case::another_unit("pages=1-2", Asked::Whole)]
    #[case::no_range("bytes=-", Asked::Whole)]
    #[case::no_number("bytes=a-b", Asked::Whole)]
    #[case::a_sign("bytes=+1-2", Asked::Whole)]
    fn of_a_hundred_bytes(#[case] range: &'static str, #[case] asked: Asked) {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static(range));
        assert_eq!(Asked::of(&headers, "\"v\"", 100), asked);
    }

    #[test]
    fn a_piece_of_another_version_is_the_whole() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-9"));
        headers.insert(header::IF_RANGE, HeaderValue::from_static("\"old\""));
        assert_eq!(Asked::of(&headers, "\"new\"", 100), Asked::Whole);
    }

    proptest! {
        #[test]
        fn a_piece_lies_in_the_file(range in "bytes=[0-9]{0,3}-[0-9]{0,3}", size in 0_u64..300) {
            if let Asked::Piece(first, last) = read(&range, size) {
                prop_assert!(first <= last && last < size, "{first} to {last} of {size}");
            }
        }
    }
}
