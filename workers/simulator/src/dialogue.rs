//! What is said on a call: written conversations between a collector and a consumer.
//!
//! `dialogue.txt` holds them by outcome; a leg's own is chosen by its number, so that it is
//! the same in live transcription and in the saved text.

use std::sync::LazyLock;

use crate::dice::Dice;
use crate::leg::Leg;
use crate::number::Fate;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Agent,
    Consumer,
}

/// One conversation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialogue(&'static [(Side, &'static str)]);

static ALL: LazyLock<Vec<Vec<(Side, &'static str)>>> = LazyLock::new(|| parse(include_str!("dialogue.txt")));

const GREETING: &[(Side, &str)] =
    &[(Side::Consumer, "You have reached our voicemail. Please leave a message after the tone.")];

/// The conversation of a leg: a greeting where a machine answered, nothing where nobody did.
pub(crate) fn of(seed: u64, leg: &Leg) -> Dialogue {
    match leg.fate {
        Fate::Machine | Fate::MachineWithoutBeep => Dialogue(GREETING),
        Fate::Silence | Fate::Fax => Dialogue(&[]),
        fate if !fate.answers() => Dialogue(&[]),
        _ => {
            let last = ALL.len() as u64 - 1;
            let which = Dice::new(seed, &leg.to, 0).between([0, last]);
            Dialogue(&ALL[usize::try_from(which).unwrap_or(0)])
        }
    }
}

impl Dialogue {
    pub(crate) fn line(self, number: usize) -> Option<(Side, &'static str)> {
        self.0.get(number).copied()
    }

    /// All of it as one text, a line per speaker.
    pub(crate) fn as_text(self) -> String {
        let lines: Vec<String> = self.0.iter().map(|(side, text)| format!("{}: {text}", side.name())).collect();
        lines.join("\n")
    }
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Self::Agent => "Agent",
            Self::Consumer => "Consumer",
        }
    }
}

/// Blocks of `A:` and `C:` lines; a line with `#` names the outcome and starts a block.
fn parse(text: &'static str) -> Vec<Vec<(Side, &'static str)>> {
    let block = |block: &'static str| block.lines().filter_map(spoken).collect::<Vec<_>>();
    text.split("\n\n").map(block).filter(|lines| !lines.is_empty()).collect()
}

fn spoken(line: &'static str) -> Option<(Side, &'static str)> {
    let (who, text) = line.split_once(": ")?;
    match who {
        "A" => Some((Side::Agent, text)),
        "C" => Some((Side::Consumer, text)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_conversation_has_two_sides() {
        assert!(ALL.len() >= 14);
        for dialogue in ALL.iter() {
            assert!(dialogue.iter().any(|(side, _)| *side == Side::Agent));
            assert!(dialogue.iter().any(|(side, _)| *side == Side::Consumer));
        }
    }
}
