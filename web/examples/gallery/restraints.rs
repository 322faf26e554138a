//! What may not be done to the person of the sample account, and the list of everybody.

use web::{
    pages::{
        account::restraint::{RestraintForm, RestraintRow, Restraints, Writing},
        suppressions::{SuppressionRow, SuppressionsView},
    },
    parts::field::{Choice, FieldError},
};

use super::id;

pub(crate) fn card() -> Restraints {
    let row = |n: u128, word: &str, forbids, about: &str, provenance: &str, liftable| RestraintRow {
        id: id(n),
        word: word.to_owned(),
        forbids,
        about: about.to_owned(),
        provenance: provenance.to_owned(),
        liftable,
    };
    Restraints {
        rows: vec![
            row(701, "Represented by an attorney", true, "", "Letter, 3 Nov 2026, by Ana Lee. Evidence L-204.", true),
            row(702, "Federal registry", true, "(915) 555-0190, every medium", "File, 1 Nov 2026, by Rosa Diaz.", true),
            row(703, "Texts allowed", false, "", "Form, 2 Sep 2026, by system.", false),
            row(
                704,
                "Inconvenient time",
                true,
                "Fri, 22:00 to 06:00",
                "Call, 9 Nov 2026, by Ana Lee: works nights.",
                true,
            ),
        ],
        past: vec![row(
            705,
            "No calls",
            true,
            "calls",
            "Call, 1 Oct 2026, by Ana Lee. Lifted 3 Oct 2026: a <mistake>.",
            true,
        )],
        may_write: true,
        may_lift: true,
        form: None,
    }
}

/// A consent to more calls that was to last for a month.
pub(crate) fn noting() -> Restraints {
    let typed = [("kind", "more_calls"), ("expires_at", "2026-12-24"), ("source", "call <again>")];
    let form = RestraintForm {
        what: Writing::Consent,
        kinds: vec![Choice::new("sms", "Texts"), Choice::new("more_calls", "More calls")],
        scopes: Vec::new(),
        typed: typed.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        errors: vec![FieldError::new("expires_at", "Is later than seven days after the consent.")],
    };
    Restraints { form: Some(form), ..card() }
}

pub(crate) fn list() -> SuppressionsView {
    let row = |n: u128, about: &str, kind: &str, over: Option<&str>| SuppressionRow {
        id: id(n),
        about: about.to_owned(),
        href: None,
        kind: kind.to_owned(),
        channel: "every medium".to_owned(),
        over: over.map(str::to_owned),
        source: "registry".to_owned(),
        by: "Rosa Diaz".to_owned(),
        added_at: super::ago(86_400),
        expires_at: Some(super::ago(-86_400)),
    };
    SuppressionsView {
        kinds: vec![Choice::new("", "Every kind"), Choice::new("federal", "Federal registry")],
        addable: vec![Choice::new("internal", "Do not contact")],
        rows: vec![
            row(711, "(915) 555-0190", "Federal registry", None),
            row(712, "(915) 555-0191", "Do not contact", Some("lifted 3 Oct 2026")),
        ],
        next: Some("1764000000000000-7&x".to_owned()),
        may_lift: true,
        ..SuppressionsView::default()
    }
}
