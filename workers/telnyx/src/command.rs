//! Command ids: the same action on the same attempt always has the same id, so a repeat within a minute is ignored by the carrier.
//!
//! <https://developers.telnyx.com/docs/voice/programmable-voice/command-retries>. A dial's command id is the attempt's id itself.

use uuid::Uuid;

/// The id of an action on an attempt (or on an agent's session). Name what the action is about when it may happen more than
/// once: `record_start`, but `join:<conference>`.
pub fn command_id(attempt: Uuid, action: &str) -> String {
    Uuid::new_v5(&attempt, action.as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Uuid = Uuid::from_u128(1);
    const TWO: Uuid = Uuid::from_u128(2);

    #[test]
    fn a_repeated_action_has_the_same_id() {
        assert_eq!(command_id(ONE, "hangup"), command_id(ONE, "hangup"));
    }

    #[test]
    fn another_action_or_attempt_has_another_id() {
        assert_ne!(command_id(ONE, "hangup"), command_id(ONE, "join"));
        assert_ne!(command_id(ONE, "hangup"), command_id(TWO, "hangup"));
    }
}
