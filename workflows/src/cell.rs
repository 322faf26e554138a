//! A cell of a CSV that a spreadsheet opens without running anything.

use serde_json::Value;

/// The text of a value; lists and objects as JSON.
pub(crate) fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => defused(text),
        Some(other) => other.to_string(),
    }
}

/// What begins like a formula gets an apostrophe in front (OWASP, CSV injection): `=1+1` is text then.
pub(crate) fn defused(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_formula("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")")]
    #[case::a_number("+12125550199", "'+12125550199")]
    #[case::a_dash("-1", "'-1")]
    #[case::an_at("@SUM(A1)", "'@SUM(A1)")]
    #[case::a_tab("\t=1", "'\t=1")]
    #[case::a_return("\r=1", "'\r=1")]
    #[case::words("call me back", "call me back")]
    fn no_cell_is_a_formula(#[case] text: &str, #[case] cell: &str) {
        assert_eq!(defused(text), cell);
    }
}
