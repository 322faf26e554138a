//! Who picked up, whatever AMD said. AMD errs both ways, and nobody tells us; but people pick up sooner than machines
//! and are judged faster, so each answer is weighed by three witnesses: how long it rang, how long the verdict took, and
//! the verdict. How reliable each is follows from how they agree.

use serde::{Deserialize, Serialize};

const RING_BIN: f64 = 2.0;
const RING_BINS: usize = 20;
const VERDICT_BIN: f64 = 0.25;
const VERDICT_BINS: usize = 24;
/// What is learned fades over about so many answers.
const FADE: f64 = 0.998;

/// How one kind of party, a person or a machine, answers.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Kind {
    ring: Vec<f64>,
    verdict: Vec<f64>,
    /// Judged a person, judged a machine.
    judged: [f64; 2],
}

/// People and machines.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Hearing {
    person: Kind,
    machine: Kind,
}

impl Default for Hearing {
    fn default() -> Self {
        Self {
            person: Kind::guess(3.0..18.0, 1.0..2.75, [148.5, 1.5]),
            machine: Kind::guess(16.0..28.0, 2.5..4.5, [9.0, 141.0]),
        }
    }
}

impl Hearing {
    /// The probability that a person picked up; learns from it.
    pub(super) fn hear(&mut self, rang: f64, verdict: f64, human: bool) -> f64 {
        let (person, machine) =
            (self.person.likelihood(rang, verdict, human), self.machine.likelihood(rang, verdict, human));
        let share = person / (person + machine).max(f64::MIN_POSITIVE);
        self.person.learn(rang, verdict, human, share);
        self.machine.learn(rang, verdict, human, 1.0 - share);
        share
    }

    /// The share of people whom AMD takes for machines.
    pub(super) fn mistaken(&self) -> f64 {
        self.person.judged[1] / (self.person.judged[0] + self.person.judged[1])
    }

    pub(super) fn is_sound(&self) -> bool {
        [&self.person, &self.machine].into_iter().all(Kind::is_sound)
    }
}

impl Kind {
    fn guess(ring: std::ops::Range<f64>, verdict: std::ops::Range<f64>, judged: [f64; 2]) -> Self {
        Self { ring: flat(RING_BINS, RING_BIN, ring), verdict: flat(VERDICT_BINS, VERDICT_BIN, verdict), judged }
    }

    fn likelihood(&self, rang: f64, verdict: f64, human: bool) -> f64 {
        share(&self.ring, bin(rang, RING_BIN, RING_BINS))
            * share(&self.verdict, bin(verdict, VERDICT_BIN, VERDICT_BINS))
            * self.judged[usize::from(!human)]
    }

    fn learn(&mut self, rang: f64, verdict: f64, human: bool, weight: f64) {
        let fade = FADE.powf(weight);
        let all = self.ring.iter_mut().chain(&mut self.verdict).chain(&mut self.judged);
        all.for_each(|count| *count *= fade);
        self.ring[bin(rang, RING_BIN, RING_BINS)] += weight;
        self.verdict[bin(verdict, VERDICT_BIN, VERDICT_BINS)] += weight;
        self.judged[usize::from(!human)] += weight;
    }

    fn is_sound(&self) -> bool {
        let mut all = self.ring.iter().chain(&self.verdict).chain(&self.judged);
        self.ring.len() == RING_BINS
            && self.verdict.len() == VERDICT_BINS
            && all.all(|count| (0.0..1e6).contains(count))
            && self.judged[0] + self.judged[1] >= 1.0
    }
}

/// A few answers spread over what is expected, and some everywhere: where machines pick up as soon as people do, that has
/// to be learned within tens of answers, or each of them would count as a person who was hung up on.
fn flat(bins: usize, width: f64, over: std::ops::Range<f64>) -> Vec<f64> {
    let inside = |at: usize| over.contains(&((super::num(at) + 0.5) * width));
    let expected = super::num((0..bins).filter(|at| inside(*at)).count());
    (0..bins).map(|at| 0.1 + if inside(at) { 4.0 / expected } else { 0.0 }).collect()
}

fn share(counts: &[f64], at: usize) -> f64 {
    (counts[at] + 0.02) / (counts.iter().sum::<f64>() + 0.02 * super::num(counts.len()))
}

/// The bin of a duration; the last one takes all that is longer.
fn bin(secs: f64, width: f64, bins: usize) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
    let at = (secs / width).max(0.0) as usize;
    at.min(bins - 1)
}
