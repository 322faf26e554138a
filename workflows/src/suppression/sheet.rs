//! A file of numbers or addresses as registries and clients send it, read as it arrives: never more of it in memory than
//! one record and what came last.
//!
//! ```text
//! bytes ──sniff──▶ text ──csv──▶ cells ──columns──▶ a number or an address │ a problem by line, with the fix
//! ```
//!
//! With or without a header; a number in one column or, as the national registry has it, area code and number in two.

mod columns;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use encoding_rs::Decoder;

use self::columns::Columns;
use super::Kind;
use crate::{
    decision::To,
    email::Email,
    import::{Error, Problem, text},
    phone::E164,
};

/// So much of a file tells its encoding and its delimiter.
const HEAD: usize = 64 * 1024;
/// A longer line is a quotation mark that was never closed.
const MAX_RECORD: usize = 16 * 1024;
const MAX_CELLS: usize = 256;

/// One line.
#[derive(Debug)]
pub(super) enum Line {
    Good(To),
    Bad(Problem),
}

/// A file that is being read.
pub(super) struct Sheet {
    kind: Kind,
    /// The beginning, until there is enough of it.
    head: Vec<u8>,
    body: Option<Body>,
}

struct Body {
    decoder: Decoder,
    csv: Reader,
    columns: Option<Columns>,
    record: Record,
    /// Of the record that is being read; the first is 1.
    line: u64,
    /// Line ends within that record so far.
    inside: u64,
    begun: bool,
}

struct Record {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    filled: usize,
    cells: usize,
    too_long: bool,
}

impl Sheet {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, head: Vec::new(), body: None }
    }

    /// Takes the next bytes; what they complete is in `out`.
    pub(super) fn feed(&mut self, bytes: &[u8], out: &mut Vec<Line>) -> Result<(), Error> {
        if let Some(body) = &mut self.body {
            return body.take(bytes, false, self.kind, out);
        }
        self.head.extend_from_slice(bytes);
        if self.head.len() < HEAD { Ok(()) } else { self.begin(false, out) }
    }

    /// The file has ended.
    pub(super) fn finish(&mut self, out: &mut Vec<Line>) -> Result<(), Error> {
        match &mut self.body {
            Some(body) => body.take(&[], true, self.kind, out),
            None => self.begin(true, out),
        }
    }

    fn begin(&mut self, last: bool, out: &mut Vec<Line>) -> Result<(), Error> {
        let head = std::mem::take(&mut self.head);
        let mut body = Body::new(&head)?;
        body.take(&head, last, self.kind, out)?;
        self.body = Some(body);
        Ok(())
    }
}

impl Body {
    fn new(head: &[u8]) -> Result<Self, Error> {
        let encoding = text::sniff(head)?;
        let (start, _, _) = encoding.decode(head);
        if start.trim().is_empty() {
            return Err(Error::Empty);
        }
        let csv = ReaderBuilder::new().delimiter(delimiter(&start)).build();
        let record =
            Record { bytes: vec![0; MAX_RECORD], ends: vec![0; MAX_CELLS], filled: 0, cells: 0, too_long: false };
        let decoder = encoding.new_decoder();
        Ok(Self { decoder, csv, columns: None, record, line: 1, inside: 0, begun: false })
    }

    fn take(&mut self, bytes: &[u8], last: bool, kind: Kind, out: &mut Vec<Line>) -> Result<(), Error> {
        let room = self.decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3 + 16);
        let mut text = String::with_capacity(room);
        // A character that is none becomes one that no number has: its line is told of, if it is in the number.
        let _ = self.decoder.decode_to_string(bytes, &mut text, last);
        self.records(text.as_bytes(), kind, out)?;
        if last { self.records(&[], kind, out) } else { Ok(()) }
    }

    /// Reads what there is; nothing means the end.
    fn records(&mut self, mut input: &[u8], kind: Kind, out: &mut Vec<Line>) -> Result<(), Error> {
        let end = input.is_empty();
        loop {
            input = self.skip_blank(input);
            if input.is_empty() && !end {
                return Ok(());
            }
            let r = &mut self.record;
            let (result, read, filled, cells) =
                self.csv.read_record(input, &mut r.bytes[r.filled..], &mut r.ends[r.cells..]);
            self.inside += ends_in(&input[..read]);
            self.begun |= read > 0;
            input = &input[read..];
            (r.filled, r.cells) = (r.filled + filled, r.cells + cells);
            match result {
                ReadRecordResult::InputEmpty if !end => return Ok(()),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    (r.filled, r.cells, r.too_long) = (0, 0, true);
                }
                ReadRecordResult::Record => self.complete(kind, out)?,
                ReadRecordResult::End => return Ok(()),
            }
        }
    }

    /// Blank lines between records are no records, and count.
    fn skip_blank<'a>(&mut self, input: &'a [u8]) -> &'a [u8] {
        if self.begun {
            return input;
        }
        let blank = input.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.line += ends_in(&input[..blank]);
        &input[blank..]
    }

    fn complete(&mut self, kind: Kind, out: &mut Vec<Line>) -> Result<(), Error> {
        let Record { bytes, ends, filled, cells, too_long } = &self.record;
        let line = self.line;
        if *too_long {
            let message = "is too long: a quotation mark is probably never closed".to_owned();
            out.push(Line::Bad(Problem { line, column: String::new(), message, fixed: false }));
        } else {
            let text = String::from_utf8_lossy(&bytes[..*filled]);
            let starts = std::iter::once(0).chain(ends[..*cells].iter().copied());
            let cells: Vec<&str> =
                starts.zip(&ends[..*cells]).map(|(from, to)| text.get(from..*to).unwrap_or_default().trim()).collect();
            out.extend(understand(&mut self.columns, line, &cells, kind)?);
        }
        let r = &mut self.record;
        (r.filled, r.cells, r.too_long, self.begun) = (0, 0, false, false);
        self.line += std::mem::take(&mut self.inside);
        Ok(())
    }
}

/// What a line says; nothing where it is blank, or names the columns.
fn understand(known: &mut Option<Columns>, line: u64, cells: &[&str], kind: Kind) -> Result<Option<Line>, Error> {
    let excel = line == 1 && cells.first().is_some_and(|cell| cell.to_ascii_lowercase().starts_with("sep="));
    if excel || cells.iter().all(|cell| cell.is_empty()) {
        return Ok(None);
    }
    if known.is_none() {
        let (columns, is_header) = Columns::of(cells)?;
        *known = Some(columns);
        if is_header {
            return Ok(None);
        }
    }
    let Some(columns) = known else { return Ok(None) };
    Ok(Some(match read(&columns.value(cells), kind) {
        Ok(to) => Line::Good(to),
        Err(message) => Line::Bad(Problem { line, column: columns.name().to_owned(), message, fixed: false }),
    }))
}

/// What a cell says; `@` makes it an address.
fn read(cell: &str, kind: Kind) -> Result<To, String> {
    let to = match cell.contains('@') {
        true => Email::parse(cell).map(To::Email).map_err(|error| error.to_string())?,
        false => E164::parse(cell).map(To::Phone).map_err(|error| error.to_string())?,
    };
    match kind.fits(&to) {
        Err(crate::ledger::Error::Invalid { message, .. }) => Err(message.to_owned()),
        _ => Ok(to),
    }
}

/// The one that stands most often in the first line that is not blank; Excel names it in a line of its own.
fn delimiter(start: &str) -> u8 {
    let first = start.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let named = first.to_ascii_lowercase().strip_prefix("sep=").and_then(|rest| rest.bytes().next());
    let often = |delimiter: &u8| first.bytes().filter(|byte| byte == delimiter).count();
    named.unwrap_or_else(|| [b'|', b'\t', b';', b','].into_iter().max_by_key(often).unwrap_or(b','))
}

fn ends_in(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests;
