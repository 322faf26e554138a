//! Chance, from a seed.
//!
//! A leg throws its own dice, seeded by the number and how often it has been
//! called, so that its fate does not depend on the order in which concurrent
//! requests happen to arrive.

use rand::{Rng, SeedableRng, rngs::StdRng};

/// A seeded source of choices.
#[derive(Debug)]
pub(crate) struct Dice(StdRng);

impl Dice {
    pub(crate) fn new(seed: u64, label: &str, nth: u64) -> Self {
        Self(StdRng::seed_from_u64(mixed(seed, label, nth)))
    }

    /// A number between the two, both included; they may come in any order.
    pub(crate) fn between(&mut self, [from, to]: [u64; 2]) -> u64 {
        self.0.random_range(from.min(to)..=from.max(to))
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        probability > 0.0 && self.unit() < probability
    }

    /// One of several by their shares; `None` for what is missing to one.
    pub(crate) fn share<T: Copy>(&mut self, shares: &[(f64, T)]) -> Option<T> {
        let mut left = self.unit() * shares.iter().map(|(share, _)| share).sum::<f64>().max(1.0);
        for (share, of) in shares {
            if left < *share {
                return Some(*of);
            }
            left -= share;
        }
        None
    }

    /// A number in `0.0..1.0`.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0.random()
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        self.0.random()
    }
}

/// FNV-1a over the parts: stable over releases and platforms, which `std`'s hashers are not.
fn mixed(seed: u64, label: &str, nth: u64) -> u64 {
    let parts = [seed.to_le_bytes(), nth.to_le_bytes()];
    parts
        .iter()
        .flatten()
        .chain(label.as_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_label_throw_the_same() {
        let throw = |seed, label| Dice::new(seed, label, 1).between([0, 1_000_000]);
        assert_eq!(throw(7, "+12125550100"), throw(7, "+12125550100"));
        assert_ne!(throw(7, "+12125550100"), throw(8, "+12125550100"));
        assert_ne!(throw(7, "+12125550100"), throw(7, "+12125550101"));
    }
}
