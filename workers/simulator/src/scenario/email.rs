//! What becomes of emails to addresses that are not magic.

use serde::{Deserialize, Serialize};

use crate::dice::Dice;
use crate::email::Fate;

/// Shares of all emails; clicks are among those opened, complaints among those delivered.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Email {
    pub open: f64,
    pub click: f64,
    pub bounce: f64,
    pub complaint: f64,
}

impl Email {
    pub(crate) fn throw(&self, dice: &mut Dice) -> Fate {
        let shares = [
            (self.bounce, Fate::Bounced),
            (self.complaint, Fate::Complained),
            (self.click, Fate::Clicked),
            ((self.open - self.click).max(0.0), Fate::Opened),
        ];
        dice.share(&shares).unwrap_or(Fate::Delivered)
    }
}

impl Default for Email {
    fn default() -> Self {
        Self { open: 0.35, click: 0.06, bounce: 0.02, complaint: 0.001 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_is_an_opening_too() {
        let mut dice = Dice::new(1, "email", 0);
        let throws: Vec<Fate> = (0..20_000).map(|_| Email::default().throw(&mut dice)).collect();
        let opened = throws.iter().filter(|fate| matches!(fate, Fate::Opened | Fate::Clicked)).count();
        assert!((6_800..7_200).contains(&opened), "{opened}");
    }
}
