//! A leg's whole life, thrown when it is dialled: what happens by itself, and when.
//!
//! ```text
//! initiated ── ring ──▶ answered ── detection's findings ──▶ hang-up by the other side
//!            └─────────────────────────────────────────────▶ hang-up unanswered
//! ```
//!
//! Pure: a fate and dice in, steps out. What a step means for a leg is the leg's affair,
//! and a leg that has ended ignores the steps left over.

use crate::amd::{Detection, Finding};
use crate::dice::Dice;
use crate::leg::Ending;
use crate::number::Fate;
use crate::scenario::Scenario;

/// One thing that happens to a leg by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Initiated,
    Answered,
    Found(Finding),
    HungUp(Ending),
}

/// What the plan must know of the dial.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) fate: Fate,
    /// A magic number or an agent's leg: nothing is left to chance but the timing.
    pub(crate) certain: bool,
    pub(crate) detection: Option<Detection>,
    pub(crate) timeout_secs: u64,
    pub(crate) time_limit_secs: u64,
    /// How long this leg rings, where its agent has a time of their own.
    pub(crate) answer_ms: [u64; 2],
    /// Whether the leg is an agent's, which may drop.
    pub(crate) agent: bool,
    pub(crate) scenario: &'a Scenario,
}

/// How long a mailbox takes a message.
const MAILBOX_MS: u64 = 120_000;

/// The steps in milliseconds after the dial, in order.
pub(crate) fn plan(plan: Plan<'_>, dice: &mut Dice) -> Vec<(u64, Step)> {
    let initiated = dice.between([20, 150]);
    let mut steps = vec![(initiated, Step::Initiated)];
    let ring = initiated + dice.between(plan.answer_ms);
    match unanswered(plan, ring, initiated, dice) {
        Some((at, ending)) => steps.push((at, Step::HungUp(ending))),
        None => steps.extend(answered(plan, ring, dice)),
    }
    steps.sort_by_key(|(at, _)| *at);
    steps
}

/// The end of a call that nobody takes; `None` when somebody does before the time-out.
fn unanswered(plan: Plan<'_>, ring: u64, initiated: u64, dice: &mut Dice) -> Option<(u64, Ending)> {
    let timeout = initiated + plan.timeout_secs * 1_000;
    let soon = initiated + dice.between([1_000, 3_000]);
    let (at, ending) = match plan.fate {
        Fate::Busy => (soon, Ending::far("user_busy", "486")),
        Fate::Declined => (soon, Ending::far("call_rejected", "603")),
        Fate::SpamBlocked => (soon, Ending::far("call_rejected", "607")),
        Fate::Invalid => (initiated + 300, Ending::far("not_found", "404")),
        Fate::BadCallerId => (initiated + 300, Ending::far("call_rejected", "403")),
        Fate::Congestion => (soon, Ending::far("unspecified", "503")),
        Fate::NoAnswer => (timeout, Ending::timeout()),
        _ if ring >= timeout => (timeout, Ending::timeout()),
        _ => return None,
    };
    // A carrier that rings no longer than it was told never ends later than the time-out.
    Some(if at > timeout { (timeout, Ending::timeout()) } else { (at, ending) })
}

fn answered(plan: Plan<'_>, ring: u64, dice: &mut Dice) -> Vec<(u64, Step)> {
    let findings = plan
        .detection
        .map_or_else(Vec::new, |detection| detection.findings(plan.fate, &plan.scenario.amd, plan.certain, dice));
    let limit = plan.time_limit_secs * 1_000;
    let (talk, ending) = match talk_ms(plan, dice) {
        Some(talk) if talk < limit => (talk, Ending::far("normal_clearing", "200")),
        _ => (limit, Ending::time_limit()),
    };
    let found = findings.into_iter().map(|finding| (ring + finding.after_ms, Step::Found(finding)));
    std::iter::once((ring, Step::Answered)).chain(found).chain([(ring + talk, Step::HungUp(ending))]).collect()
}

/// When the other side hangs up, counted from the answer; `None` where it never does.
fn talk_ms(plan: Plan<'_>, dice: &mut Dice) -> Option<u64> {
    match plan.fate {
        Fate::Stays if plan.agent && dice.chance(plan.scenario.agents.drop) => Some(dice.between([10_000, 300_000])),
        Fate::Stays => None,
        Fate::HangsUpAtOnce => Some(800),
        Fate::Machine | Fate::MachineWithoutBeep => Some(MAILBOX_MS),
        Fate::Silence => Some(30_000),
        Fate::Fax => Some(20_000),
        _ if plan.certain => Some(60_000),
        _ => Some(dice.between(plan.scenario.talk_secs.0) * 1_000),
    }
}
