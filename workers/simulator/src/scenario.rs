//! What the world outside is like: who answers, how well machines are told from
//! people, and how badly networks behave.
//!
//! A scenario file is merged into the defaults, a fault patch into what is in force.

mod email;
mod sms;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use self::email::Email;
pub(crate) use self::sms::Sms;
use crate::dice::Dice;
use crate::number::Fate;

/// A whole scenario. Unknown keys are refused, so that a typing error is not a calm sea.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// Seeds the dice anew, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Sets the clock's speed, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<f64>,
    pub mix: Mix,
    pub answer_ms: Ring,
    pub amd: Amd,
    pub webhooks: Webhooks,
    pub http: Http,
    pub agents: Agents,
    pub limits: Limits,
    pub media: Media,
    /// How long a person talks, from the answer on.
    pub talk_secs: Talk,
    pub sms: Sms,
    pub email: Email,
}

/// Shares of the outcomes; what is missing to one is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mix {
    pub human: f64,
    pub machine: f64,
    pub no_answer: f64,
    pub busy: f64,
    pub declined: f64,
    pub invalid: f64,
    pub blocked: f64,
    pub congestion: f64,
}

/// Milliseconds of ringing before the answer, from and to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ring(pub [u64; 2]);

/// Seconds of talk, from and to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Talk(pub [u64; 2]);

/// Answering machine detection.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Amd {
    /// Share of right verdicts.
    pub accuracy: f64,
    /// Share of people taken for a machine; the rest of the wrong verdicts is "not sure".
    pub false_machine: f64,
    /// How long premium detection takes for a person.
    pub latency_ms: [u64; 2],
}

/// How webhooks travel. Probabilities are per webhook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Webhooks {
    pub duplicate: f64,
    pub reorder: f64,
    pub drop: f64,
    pub bad_signature: f64,
    pub stale_timestamp: f64,
    /// Virtual milliseconds between the event and its first delivery.
    pub delay_ms: [u64; 2],
    /// Virtual milliseconds by which a reordered webhook is late.
    pub reorder_ms: [u64; 2],
    /// Real milliseconds until the receiver is given up.
    pub timeout_ms: u64,
    /// Real milliseconds before each further attempt.
    pub retries: Vec<u64>,
}

/// How our requests fare. Probabilities are per command.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    pub p500: f64,
    /// Share of the 500s whose command was carried out all the same.
    pub p500_done: f64,
    pub p429: f64,
    /// Answered after thirty real seconds; the command is carried out.
    pub hang: f64,
    /// Virtual milliseconds until the reply.
    pub latency_ms: [u64; 2],
}

/// How agents' softphones behave.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Agents {
    pub answer_ms: [u64; 2],
    /// Share of agents' legs that break within five minutes.
    pub drop: f64,
}

/// What comes of fetching a recording; what is missing to one is the recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Media {
    /// The file is not there.
    pub p404: f64,
    /// The link is said to be over, though it is not.
    pub p403: f64,
    /// The storage fails.
    pub p500: f64,
    /// The connection breaks in the middle.
    pub half: f64,
    /// A page in place of the file.
    pub page: f64,
}

/// What the account may do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Dials a second, measured as five times as many in five virtual seconds.
    pub dps: u32,
    /// Legs alive at once.
    pub channels: usize,
    /// Messages a second from one number; those over it wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_per_sender: Option<f64>,
    /// How many of one number's messages may wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_queue: Option<u32>,
    /// Requests to the email API in a real second.
    pub email_rps: u32,
}

impl Scenario {
    /// The defaults with a scenario file laid over them.
    ///
    /// # Errors
    /// When a key is unknown or a value has another type.
    pub fn from_file(file: Value) -> Result<Self, serde_json::Error> {
        Self::default().patched(file)
    }

    /// This scenario with a merge patch (RFC 7396) applied.
    ///
    /// # Errors
    /// When a key is unknown or a value has another type.
    pub fn patched(&self, patch: Value) -> Result<Self, serde_json::Error> {
        let mut merged = serde_json::to_value(self)?;
        merge(&mut merged, patch);
        serde_json::from_value(merged)
    }
}

impl Mix {
    pub(crate) fn throw(&self, dice: &mut Dice) -> Fate {
        let person = match dice.chance(0.8) {
            true => Fate::HumanResidence,
            false => Fate::HumanBusiness,
        };
        let machine = match dice.chance(0.85) {
            true => Fate::Machine,
            false => Fate::MachineWithoutBeep,
        };
        let shares = [
            (self.human, person),
            (self.machine, machine),
            (self.busy, Fate::Busy),
            (self.declined, Fate::Declined),
            (self.invalid, Fate::Invalid),
            (self.blocked, Fate::SpamBlocked),
            (self.congestion, Fate::Congestion),
            (self.no_answer, Fate::NoAnswer),
        ];
        dice.share(&shares).unwrap_or(Fate::NoAnswer)
    }
}

fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(target) = target else {
        return;
    };
    for (key, value) in patch {
        if value.is_null() {
            target.remove(&key);
        } else {
            merge(target.entry(key).or_insert(Value::Null), value);
        }
    }
}

impl Default for Mix {
    fn default() -> Self {
        Self {
            human: 0.22,
            machine: 0.38,
            no_answer: 0.27,
            busy: 0.05,
            declined: 0.03,
            invalid: 0.03,
            blocked: 0.01,
            congestion: 0.01,
        }
    }
}

impl Default for Ring {
    fn default() -> Self {
        Self([2_000, 25_000])
    }
}

impl Default for Talk {
    fn default() -> Self {
        Self([20, 180])
    }
}

impl Default for Amd {
    fn default() -> Self {
        Self { accuracy: 0.93, false_machine: 0.03, latency_ms: [900, 2_500] }
    }
}

impl Default for Webhooks {
    fn default() -> Self {
        Self {
            duplicate: 0.0,
            reorder: 0.0,
            drop: 0.0,
            bad_signature: 0.0,
            stale_timestamp: 0.0,
            delay_ms: [20, 400],
            reorder_ms: [300, 3_000],
            timeout_ms: 2_000,
            retries: vec![1_000, 2_000, 5_000],
        }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self { p500: 0.0, p500_done: 0.5, p429: 0.0, hang: 0.0, latency_ms: [20, 120] }
    }
}

impl Default for Agents {
    fn default() -> Self {
        Self { answer_ms: [200, 900], drop: 0.0 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { dps: 30, channels: 200, sms_per_sender: None, sms_queue: None, email_rps: 5 }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_patch_changes_only_what_it_names() {
        let calm = Scenario::default();
        let rough = calm.patched(json!({"webhooks": {"duplicate": 1.0}})).unwrap();
        assert!((rough.webhooks.duplicate - 1.0).abs() < f64::EPSILON);
        assert_eq!(rough.http, calm.http);
        assert_eq!(rough.webhooks.retries, calm.webhooks.retries);
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(Scenario::from_file(json!({"webhoks": {}})).is_err());
        assert!(Scenario::from_file(json!({"http": {"p50": 1}})).is_err());
    }

    #[test]
    fn the_mix_is_met_within_a_percent() {
        let mut dice = Dice::new(1, "mix", 0);
        let throws: Vec<Fate> = (0..20_000).map(|_| Mix::default().throw(&mut dice)).collect();
        let share = |fate| throws.iter().filter(|f| **f == fate).count() * 100 / throws.len();
        assert!((26..=28).contains(&share(Fate::NoAnswer)));
        assert!((4..=6).contains(&share(Fate::Busy)));
    }
}
