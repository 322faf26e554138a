//! The lines that were not taken, written so that they can be mended and sent again.

use super::Reject;

/// The file's own columns and a last one, `problem`. Cells that a spreadsheet would execute are disarmed by an
/// apostrophe (CWE-1236).
pub(super) fn csv(headers: &[String], rejects: &[Reject]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let head = headers.iter().map(String::as_str).chain(["problem"]);
    // A Vec takes every write.
    let _ = writer.write_record(head.map(harmless));
    for reject in rejects {
        let problem = problems(reject);
        let missing = headers.len().saturating_sub(reject.cells.len());
        let cells = reject.cells.iter().map(String::as_str).chain(std::iter::repeat_n("", missing));
        let _ = writer.write_record(cells.chain([problem.as_str()]).map(harmless));
    }
    writer.into_inner().unwrap_or_default()
}

fn problems(reject: &Reject) -> String {
    let told = reject.problems.iter().map(|problem| format!("{} {}", problem.column, problem.message));
    told.map(|text| text.trim().to_owned()).collect::<Vec<_>>().join("; ")
}

fn harmless(cell: &str) -> String {
    let clean = cell.replace('\0', "");
    if clean.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{clean}") } else { clean }
}
