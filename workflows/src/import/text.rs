//! Bytes to text: a byte order mark is believed, then valid UTF-8, then the best guess.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::Error;

/// What spreadsheets and printers send when asked for a CSV file, by the first bytes.
const OTHERS: [(&[u8], &str); 4] = [
    (b"PK\x03\x04", "an Excel workbook or a zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
];

/// The encoding's name and the text without a byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<(&'static str, String), Error> {
    csv_at_all(bytes)?;
    let encoding = detect(bytes);
    let (text, _, damaged) = encoding.decode(bytes);
    if damaged {
        return Err(Error::Damaged(damage(bytes, encoding)));
    }
    if text.trim().is_empty() {
        return Err(Error::Empty);
    }
    Ok((encoding.name(), text.into_owned()))
}

/// What the first bytes say it is.
fn csv_at_all(bytes: &[u8]) -> Result<(), Error> {
    let other = OTHERS.iter().find(|(magic, _)| bytes.starts_with(magic));
    other.map_or(Ok(()), |(_, what)| Err(Error::NotCsv(what)))
}

/// The encoding of a file of which only the beginning is there; the last character may be cut.
pub(crate) fn sniff(start: &[u8]) -> Result<&'static Encoding, Error> {
    csv_at_all(start)?;
    let whole = match std::str::from_utf8(start) {
        Err(cut) if cut.error_len().is_none() => cut.valid_up_to(),
        _ => start.len(),
    };
    Ok(detect(&start[..whole]))
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    if let Some((marked, _)) = Encoding::for_bom(bytes) {
        return marked;
    }
    if let Some(wide) = without_mark(bytes) {
        return wide;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(Some(b"us"), Utf8Detection::Deny)
}

/// Tells on which line of the file a record begins. The reader's own count is off by the line ends before a record:
/// after CR LF, and after blank lines.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    text: &'a str,
    byte: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, byte: 0, line: 1 }
    }

    /// The line of the record that the reader looked for from `byte` on. To be asked in the order of the file.
    pub(super) fn of(&mut self, byte: u64) -> u64 {
        let from = usize::try_from(byte).unwrap_or(usize::MAX).clamp(self.byte, self.text.len());
        let blank = self.text.as_bytes()[from..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = &self.text.as_bytes()[self.byte..from + blank];
        let ends = passed.iter().enumerate().filter(|(i, byte)| match byte {
            b'\n' => true,
            b'\r' => passed.get(i + 1).is_some_and(|next| *next != b'\n'),
            _ => false,
        });
        self.line += ends.count() as u64;
        self.byte = from + blank;
        self.line
    }
}

/// UTF-16 without its mark: Latin letters leave every other byte zero.
fn without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(1_024)];
    let zeros = |offset: usize| start.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let most = start.len() * 2 / 5;
    match (zeros(0), zeros(1)) {
        (even, odd) if even > most && odd == 0 => Some(UTF_16BE),
        (even, odd) if odd > most && even == 0 => Some(UTF_16LE),
        _ => None,
    }
}

/// Where the text stops making sense; exact for UTF-8, which is what a damaged file mostly is.
fn damage(bytes: &[u8], encoding: &'static Encoding) -> usize {
    let body = if encoding == UTF_8 { std::str::from_utf8(bytes).err() } else { None };
    body.map_or(bytes.len(), |error| error.valid_up_to())
}
