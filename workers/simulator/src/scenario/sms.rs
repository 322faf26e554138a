//! What becomes of messages to numbers that are not magic.

use serde::{Deserialize, Serialize};

use crate::dice::Dice;
use crate::message::{Failure, Fate};

/// Shares of the outcomes; what is missing to one is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sms {
    pub delivered: f64,
    /// Delivered after twenty seconds.
    pub late: f64,
    pub unconfirmed: f64,
    /// The destination's carrier did not take it.
    pub undeliverable: f64,
    pub landline: f64,
    pub spam: f64,
}

impl Sms {
    pub(crate) fn throw(&self, dice: &mut Dice) -> Fate {
        let shares = [
            (self.delivered, Fate::Delivered),
            (self.late, Fate::DeliveredLate),
            (self.unconfirmed, Fate::Unconfirmed),
            (self.undeliverable, Fate::DeliveryFailed(Failure::Undeliverable)),
            (self.landline, Fate::SendingFailed(Failure::Landline)),
            (self.spam, Fate::SendingFailed(Failure::Spam)),
        ];
        dice.share(&shares).unwrap_or(Fate::Delivered)
    }
}

impl Default for Sms {
    fn default() -> Self {
        Self { delivered: 0.92, late: 0.02, unconfirmed: 0.015, undeliverable: 0.02, landline: 0.02, spam: 0.005 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_messages_are_delivered_and_some_are_not() {
        let mut dice = Dice::new(1, "sms", 0);
        let throws: Vec<Fate> = (0..20_000).map(|_| Sms::default().throw(&mut dice)).collect();
        let delivered = throws.iter().filter(|fate| matches!(fate, Fate::Delivered | Fate::DeliveredLate)).count();
        assert!((18_600..19_000).contains(&delivered), "{delivered}");
        assert!(throws.contains(&Fate::SendingFailed(Failure::Spam)));
    }
}
