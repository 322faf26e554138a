//! Answering machine detection: what the carrier believes, and when it says so.
//!
//! The modes and their defaults are the dial parameter's
//! `answering_machine_detection(_config)`; the timings are the build sheet's, as no
//! provider publishes any.

use crate::dice::Dice;
use crate::number::Fate;
use crate::scenario;
use crate::shape::Body;

/// Detection as a dial asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Detection {
    mode: Mode,
    total_analysis_ms: u64,
    after_greeting_silence_ms: u64,
    initial_silence_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Detect,
    DetectBeep,
    GreetingEnd,
    Premium,
    /// Premium that also knows a phone's own "who is calling".
    PremiumScreening,
}

/// One webhook of the detection, in milliseconds after the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) after_ms: u64,
    pub(crate) event: &'static str,
    pub(crate) result: Option<&'static str>,
}

/// What there is to be heard on the line, all in milliseconds after the answer.
#[derive(Clone, Copy, Debug)]
struct Sound {
    greeting_ms: u64,
    machine_ms: u64,
    premium_ms: u64,
    greeting_end_ms: u64,
}

/// The carrier gives up waiting for a beep after thirty seconds.
const BEEP_TIMEOUT_MS: u64 = 30_000;
const PREMIUM_TIMEOUT_MS: u64 = 30_000;

impl Detection {
    /// `None` where a dial does not ask for any.
    pub(crate) fn asked_by(dial: &Body) -> Option<Self> {
        let mode = match dial.text("answering_machine_detection")? {
            "detect" | "detect_words" => Mode::Detect,
            "detect_beep" => Mode::DetectBeep,
            "greeting_end" => Mode::GreetingEnd,
            "premium" => Mode::Premium,
            "premium_ios_call_screening_detection" => Mode::PremiumScreening,
            _ => return None,
        };
        let config = dial.object("answering_machine_detection_config");
        let set = |name: &str, default| config.number(name).unwrap_or(default);
        let total = if mode.is_premium() { PREMIUM_TIMEOUT_MS } else { 3_500 };
        Some(Self {
            mode,
            total_analysis_ms: set("total_analysis_time_millis", total),
            after_greeting_silence_ms: set("after_greeting_silence_millis", 800),
            initial_silence_ms: set("initial_silence_millis", 3_500),
        })
    }

    /// Everything the detection will report about an answered call, in order.
    ///
    /// `amd` makes it err, and is left out where a magic number wants its verdict.
    pub(crate) fn findings(self, fate: Fate, amd: &scenario::Amd, certain: bool, dice: &mut Dice) -> Vec<Finding> {
        let sound = Sound::thrown(fate, amd, certain, dice);
        let believed = if certain { fate } else { mistaken(fate, amd, dice) };
        if self.mode.is_premium() {
            self.premium(believed, sound, !certain && dice.chance(0.05))
        } else {
            self.standard(believed, sound)
        }
    }

    fn standard(self, fate: Fate, sound: Sound) -> Vec<Finding> {
        let (after_ms, result) = match fate {
            Fate::Machine | Fate::MachineWithoutBeep | Fate::Fax | Fate::Screening => (sound.machine_ms, "machine"),
            Fate::Silence => (self.initial_silence_ms, "machine"),
            Fate::NotSure => (self.total_analysis_ms, "not_sure"),
            _ => (sound.greeting_ms + self.after_greeting_silence_ms, "human"),
        };
        let verdict = self.verdict("call.machine.detection.ended", after_ms, result);
        let beep = self.greeting_end(fate, sound).filter(|_| verdict.result == Some("machine"));
        std::iter::once(verdict).chain(beep).collect()
    }

    fn greeting_end(self, fate: Fate, sound: Sound) -> Option<Finding> {
        let beeps = fate == Fate::Machine;
        let (after_ms, result) = match self.mode {
            Mode::DetectBeep if beeps => (sound.greeting_end_ms, "beep_detected"),
            Mode::DetectBeep => (BEEP_TIMEOUT_MS, "not_sure"),
            Mode::GreetingEnd if beeps => (sound.greeting_end_ms, "ended"),
            Mode::GreetingEnd => (BEEP_TIMEOUT_MS, "not_sure"),
            _ => return None,
        };
        Some(Finding { after_ms, event: "call.machine.greeting.ended", result: Some(result) })
    }

    fn premium(self, fate: Fate, sound: Sound, early_beep: bool) -> Vec<Finding> {
        const ENDED: &str = "call.machine.premium.detection.ended";
        let verdict = |after, result| self.verdict(ENDED, after, result);
        let machine_ms = sound.machine_ms;
        match fate {
            // A beep before the verdict replaces the verdict.
            Fate::Machine if early_beep => vec![premium_beep(machine_ms, true)],
            Fate::Machine | Fate::MachineWithoutBeep => vec![
                verdict(machine_ms, "machine"),
                match fate == Fate::Machine {
                    true => premium_beep(sound.greeting_end_ms, true),
                    false => premium_beep(BEEP_TIMEOUT_MS, false),
                },
            ],
            Fate::Screening => self.screening(machine_ms),
            Fate::HumanBusiness => vec![verdict(sound.premium_ms, "human_business")],
            Fate::Silence => vec![verdict(self.initial_silence_ms, "silence")],
            Fate::Fax => vec![verdict(machine_ms, "fax_detected")],
            Fate::NotSure => vec![verdict(self.total_analysis_ms.min(6_000), "not_sure")],
            _ => vec![verdict(sound.premium_ms, "human_residence")],
        }
    }

    fn screening(self, machine_ms: u64) -> Vec<Finding> {
        let ended = "call.machine.premium.detection.ended";
        let machine = self.verdict(ended, machine_ms, "machine");
        if self.mode != Mode::PremiumScreening {
            return vec![machine];
        }
        let detected = Finding {
            after_ms: machine_ms + 1_500,
            event: "call.machine.premium.call_screening.detected",
            result: None,
        };
        let human = Finding { after_ms: machine_ms + 6_500, event: ended, result: Some("human_residence") };
        vec![machine, detected, human]
    }

    /// A verdict that takes longer than the analysis may is "not sure" at its end.
    fn verdict(self, event: &'static str, after_ms: u64, result: &'static str) -> Finding {
        let in_time = after_ms <= self.total_analysis_ms;
        Finding {
            after_ms: after_ms.min(self.total_analysis_ms),
            event,
            result: Some(if in_time { result } else { "not_sure" }),
        }
    }
}

impl Mode {
    fn is_premium(self) -> bool {
        matches!(self, Self::Premium | Self::PremiumScreening)
    }
}

impl Sound {
    fn thrown(fate: Fate, amd: &scenario::Amd, certain: bool, dice: &mut Dice) -> Self {
        // The number that ends in 0102 beeps eight seconds after the answer.
        let beep = if certain && fate == Fate::Machine { [8_000; 2] } else { [6_000, 25_000] };
        Self {
            greeting_ms: dice.between([400, 1_800]),
            machine_ms: dice.between([1_500, 3_500]),
            premium_ms: dice.between(amd.latency_ms),
            greeting_end_ms: dice.between(beep),
        }
    }
}

/// What the detection takes the other side for.
fn mistaken(fate: Fate, amd: &scenario::Amd, dice: &mut Dice) -> Fate {
    let throw = dice.unit();
    if throw < amd.accuracy {
        return fate;
    }
    let wrong_way = throw < amd.accuracy + amd.false_machine;
    match fate {
        Fate::HumanResidence | Fate::HumanBusiness if wrong_way => Fate::MachineWithoutBeep,
        Fate::Machine | Fate::MachineWithoutBeep if wrong_way => Fate::HumanResidence,
        _ => Fate::NotSure,
    }
}

fn premium_beep(after_ms: u64, heard: bool) -> Finding {
    Finding {
        after_ms,
        event: "call.machine.premium.greeting.ended",
        result: Some(if heard { "beep_detected" } else { "no_beep_detected" }),
    }
}
