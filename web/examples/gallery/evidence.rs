//! Archives in every state, and what is kept.

use web::{
    pages::{
        account::records::Records,
        evidence::{EvidenceView, ExportRow, HoldRow, Keeping},
    },
    parts::field::{Choice, FieldError},
    state::ExportState,
};

use super::{ago, id};

pub(crate) fn page(errors: Vec<FieldError>) -> EvidenceView {
    let file = || Some(("/api/evidence-exports/1/file".to_owned(), 4_310_922, ago(-500_000)));
    EvidenceView {
        campaigns: vec![Choice::new(id(1).to_string(), "Lakeview Medical, 90-day")],
        typed: vec![("account".to_owned(), "44-9<b>".to_owned())],
        errors,
        exports: vec![
            export(1, "Account 44-1182", ExportState::Queued),
            export(2, "Campaign Lakeview Medical, 90-day", ExportState::Running),
            ExportRow {
                file: file(),
                sha256: Some("9f2c".repeat(16)),
                ..export(3, "Account 44-0871", ExportState::Ready)
            },
            export(4, "1 Oct 2026 00:00 to 1 Nov 2026 00:00", ExportState::Ready),
            ExportRow {
                failure: Some("it could not be written; operations can see why in the jobs".to_owned()),
                ..export(5, "Account 44-0200", ExportState::Failed)
            },
        ],
        older: Some(id(5)),
        keeping: Keeping { years: 3, holds: vec![hold()] },
    }
}

fn export(n: i64, about: &str, state: ExportState) -> ExportRow {
    ExportRow {
        id: id(900 + n as u128),
        about: about.to_owned(),
        href: about.starts_with("Account").then(|| format!("/accounts/{}", id(n as u128))),
        state,
        files: (7, 42),
        contacts: n * 214,
        by: "Dana Whitfield".to_owned(),
        at: ago(n * 4_000),
        file: None,
        sha256: None,
        failure: None,
    }
}

fn hold() -> HoldRow {
    HoldRow {
        account: id(44),
        number: "44-1182".to_owned(),
        reason: "Subpoena of 3 November, Cook County".to_owned(),
        by: "Dana Whitfield".to_owned(),
        at: ago(900_000),
    }
}

pub(crate) fn records() -> Records {
    let HoldRow { reason, by, at, .. } = hold();
    Records { hold: Some((reason, by, at)), years: 3, reason: String::new(), errors: Vec::new() }
}
