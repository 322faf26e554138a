//! One module per page, each with the view struct its handler fills.

pub mod account;
pub mod accounts;
pub mod alerts;
pub mod audit;
pub mod bulk;
pub mod campaign;
pub mod campaigns;
pub mod cockpit;
pub mod compliance;
pub mod confirm;
pub mod evidence;
pub mod import;
pub mod job;
pub mod jobs;
pub mod kill_switch;
pub mod login;
pub mod machinery;
pub mod new_campaign;
pub mod new_message;
pub mod new_voice;
pub mod pacing;
pub mod problem;
pub mod public;
pub mod suppressions;
pub mod unsubscribe;
pub mod voice;
pub mod workflow;

/// A value for a query string, percent-encoded where it needs to be.
pub(crate) fn query_value(value: &str) -> String {
    value.bytes().fold(String::with_capacity(value.len()), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::query_value;

    #[test]
    fn a_query_value_cannot_end_its_parameter() {
        assert_eq!(query_value("O'Neil & Söhne"), "O%27Neil%20%26%20S%C3%B6hne");
    }
}
