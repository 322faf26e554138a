//! What the engine has learned about a campaign's calls: a value that is stored every few seconds and outlives a restart.

use serde::{Deserialize, Serialize};

use super::{budget::Budget, hearing::Hearing, lifetime::Lifetime, sample::Sample};

/// Rises when an older value would be misread.
const VERSION: u32 = 1;

/// Durations, rates, the price of a risk, and the thirty days' count.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Learned {
    version: u32,
    /// From dialing until a person picks up, a machine does, or the call fails.
    pub(super) person: Sample,
    pub(super) machine: Sample,
    pub(super) failed: Sample,
    /// From the pick-up to the verdict on a person, and on a machine.
    pub(super) person_verdict: Sample,
    pub(super) machine_verdict: Sample,
    pub(super) talk: Lifetime,
    pub(super) wrap: Sample,
    /// Answers by people, and how many there had been if every call were answered by one; both fade.
    pub(super) people: f64,
    pub(super) exposure: f64,
    /// The same for machines.
    pub(super) machines: f64,
    pub(super) resolved: f64,
    /// The risk that one more line may carry.
    pub(super) theta: f64,
    pub(super) budget: Budget,
    pub(super) hearing: Hearing,
}

/// A stored value that cannot be used; the engine starts anew.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("the learned state does not parse")]
    Garbled(#[from] serde_json::Error),
    #[error("the learned state is version {0}, this release reads {VERSION}")]
    Version(u32),
    #[error("the learned state's {0} is out of range")]
    Range(&'static str),
}

impl Default for Learned {
    fn default() -> Self {
        Self {
            version: VERSION,
            person: Sample::guess(4.0, 1.0, 0.6),
            machine: Sample::guess(16.5, 1.0, 0.35),
            failed: Sample::guess(2.0, 1.0, 0.9),
            person_verdict: Sample::guess(1.0, 1.0, 0.05),
            machine_verdict: Sample::guess(2.5, 1.0, 0.07),
            talk: Lifetime::guess(120.0),
            wrap: Sample::guess(5.0, 1.1, 0.0),
            people: 2.0,
            exposure: 6.0,
            machines: 6.0,
            resolved: 20.0,
            theta: 0.02,
            budget: Budget::default(),
            hearing: Hearing::default(),
        }
    }
}

impl Learned {
    /// Reads a stored value.
    ///
    /// # Errors
    /// When it is not one of this release's, or holds what cannot be.
    pub fn restore(stored: &str) -> Result<Self, Unusable> {
        let version = serde_json::from_str::<Versioned>(stored)?.version;
        if version != VERSION {
            return Err(Unusable::Version(version));
        }
        let learned: Self = serde_json::from_str(stored)?;
        learned.check()?;
        Ok(learned)
    }

    fn check(&self) -> Result<(), Unusable> {
        let sound = [
            ("people", self.people, self.exposure * 2.0 + 1.0),
            ("exposure", self.exposure, 1e6),
            ("machines", self.machines, self.resolved + 1.0),
            ("resolved", self.resolved, 1e6),
            ("theta", self.theta, 1.0),
        ];
        match sound.iter().find(|(_, value, most)| !(0.0..=*most).contains(value)) {
            Some((field, ..)) => Err(Unusable::Range(field)),
            None if self.exposure < 1.0 || self.resolved < 1.0 => Err(Unusable::Range("exposure")),
            None if !self.hearing.is_sound() => Err(Unusable::Range("hearing")),
            None if !self.talk.is_sound() => Err(Unusable::Range("talk")),
            None if !self.budget.is_sound() => Err(Unusable::Range("budget")),
            None => Ok(()),
        }
    }

    /// The thirty days' count.
    #[must_use]
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// The same people, and nobody counted yet.
    pub(super) fn without_count(&self) -> Self {
        Self { budget: Budget::default(), ..self.clone() }
    }

    /// The share of calls that a person answers.
    #[must_use]
    pub fn answer_rate(&self) -> f64 {
        (self.people / self.exposure).clamp(0.0, 0.95)
    }

    /// The share of people whom AMD takes for machines, as inferred.
    #[must_use]
    pub fn mistaken_rate(&self) -> f64 {
        self.hearing.mistaken()
    }

    /// A call has come to its end, or to a person.
    pub(super) fn resolve(&mut self, machine: bool) {
        self.resolved = self.resolved * 0.997 + 1.0;
        self.machines = self.machines * 0.997 + if machine { 1.0 } else { 0.0 };
    }

    /// The share of calls that a machine answers.
    pub(super) fn machine_rate(&self) -> f64 {
        (self.machines / self.resolved).clamp(0.0, 0.95)
    }
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}
