//! Modes and fallbacks as tables, what holds for any events, and an hour with a small simulated team.

use proptest::prelude::*;
use rstest::rstest;

use crate::pacing::{
    AgentState, CallEvent, Decided, Engine, Inputs, Learned, Mode, Reason, Settings, Unusable, plan,
    rehearsal::{Team, World},
};

fn settings(mode: Mode) -> Settings {
    Settings {
        mode,
        cap: 0.03,
        max_lines: 204,
        calls_per_second: None,
        tick: 0.5,
        ring_timeout: 25.0,
        deadline: 2.0,
        amd: true,
    }
}

fn engine(mode: Mode) -> Engine {
    Engine::new(settings(mode), Learned::default()).unwrap()
}

/// A team whose people answer less often than the engine believes at first.
fn team(agents: usize, seed: u64) -> Team {
    let world = World { answer: 0.2, machine: 0.35, mistaken: 0.01, ..World::of(&Learned::default()) };
    Team::new(agents, seed, world, settings(Mode::Predictive))
}

/// An engine with agents, the first `idle` of `all` idle, and so many calls out.
fn room(mode: Mode, idle: u32, all: u32, out: u32) -> Engine {
    let mut engine = engine(mode);
    for id in 0..all {
        engine.agent(0.0, id.into(), if id < idle { AgentState::Idle } else { AgentState::Talk });
    }
    for id in 0..out {
        engine.call(0.0, id.into(), CallEvent::Dialed);
    }
    engine
}

const POWER: Mode = Mode::Power { lines_per_agent: 2.5 };

#[rstest]
#[case::preview_leaves_it_to_the_agents(Mode::Preview, 3, 5, 0, (0, Reason::AgentsDialThemselves))]
#[case::progressive_has_a_line_for_each_free_agent(Mode::Progressive, 3, 5, 1, (2, Reason::LineForEachAgent))]
#[case::and_waits_when_they_are_out(Mode::Progressive, 3, 5, 3, (0, Reason::LinesCoverAgents))]
#[case::power_has_so_many(POWER, 3, 5, 1, (6, Reason::LinesForEachAgent))]
#[case::nobody_signed_in_progressive(Mode::Progressive, 0, 0, 0, (0, Reason::NobodySignedIn))]
#[case::nobody_signed_in_power(POWER, 0, 0, 0, (0, Reason::NobodySignedIn))]
#[case::nobody_signed_in_predictive(Mode::Predictive, 0, 0, 0, (0, Reason::NobodySignedIn))]
#[case::a_team_of_two_is_not_predicted(Mode::Predictive, 1, 2, 0, (1, Reason::TeamTooSmall))]
#[case::a_start_is_soft(Mode::Predictive, 25, 25, 0, (3, Reason::NoBursts))]
fn decides(#[case] mode: Mode, #[case] idle: u32, #[case] all: u32, #[case] out: u32, #[case] expected: (u32, Reason)) {
    let decided = room(mode, idle, all, out).decide(1.0, out);
    assert_eq!((decided.dial, decided.reason), expected);
}

#[test]
fn agents_on_break_are_no_reason_to_dial() {
    let mut engine = engine(Mode::Predictive);
    (0..9).for_each(|id| engine.agent(0.0, id, AgentState::Pause));
    assert_eq!(engine.decide(1.0, 0).reason, Reason::NobodySignedIn);
}

#[test]
fn above_the_cap_it_is_a_line_for_each_free_agent() {
    let decided = room(Mode::Predictive, 10, 25, 4).decide(1.0, 4);
    let over = Inputs { live: 300.0, abandoned: 18.0, ..decided.inputs };
    assert_eq!(plan(&Inputs { burst_room: 99, ..over }), (6, Reason::CapNear));
}

#[test]
fn calls_a_second_are_not_exceeded() {
    let limit = Settings { calls_per_second: Some(2.0), ..settings(Mode::Progressive) };
    let mut engine = Engine::new(limit, Learned::default()).unwrap();
    (0..90).for_each(|id| engine.agent(0.0, id, AgentState::Idle));
    let dialed: u32 = (1..=20).map(|tick| engine.decide(f64::from(tick) * 0.5, 0).dial).sum();
    assert!((19..=21).contains(&dialed), "{dialed} in ten seconds");
}

#[rstest]
#[case::cap("cap", Settings { cap: f64::NAN, ..settings(Mode::Predictive) })]
#[case::negative_cap("cap", Settings { cap: -0.03, ..settings(Mode::Predictive) })]
#[case::no_lines("max_lines", Settings { max_lines: 0, ..settings(Mode::Predictive) })]
#[case::no_tick("tick", Settings { tick: 0.0, ..settings(Mode::Predictive) })]
#[case::endless_ringing("ring_timeout", Settings { ring_timeout: f64::INFINITY, ..settings(Mode::Predictive) })]
#[case::no_deadline("deadline", Settings { deadline: -1.0, ..settings(Mode::Predictive) })]
#[case::no_calls("calls_per_second", Settings { calls_per_second: Some(0.0), ..settings(Mode::Predictive) })]
#[case::no_lines_per_agent("lines_per_agent", settings(Mode::Power { lines_per_agent: f64::NAN }))]
fn a_setting_that_makes_no_sense_is_named(#[case] field: &str, #[case] settings: Settings) {
    assert_eq!(Engine::new(settings, Learned::default()).unwrap_err().field, field);
}

#[rstest]
#[case::no_json("{")]
#[case::not_ours("{\"version\":1}")]
#[case::of_another_release("{\"version\":99}")]
fn a_state_that_is_garbage_is_refused(#[case] stored: &str) {
    assert!(Learned::restore(stored).is_err());
}

#[test]
fn a_state_out_of_range_names_the_field() {
    let mut stored = serde_json::to_value(Learned::default()).unwrap();
    stored["theta"] = (-1.0).into();
    assert!(matches!(Learned::restore(&stored.to_string()), Err(Unusable::Range("theta"))));
}

#[test]
fn amd_that_never_answers_leaves_no_call_behind() {
    let mut engine = room(Mode::Predictive, 5, 25, 20);
    (0..20).for_each(|id| engine.call(9.0, id, CallEvent::Answered));
    assert_eq!(engine.decide(200.0, 0).inputs.outstanding, 0);
}

#[test]
fn an_hour_of_predicting_holds_the_cap_and_beats_a_line_for_each_agent() {
    let (progressive, _) = team(25, 7).work(engine(Mode::Progressive), 1.0);
    let (predictive, _) = team(25, 7).work(engine(Mode::Predictive), 1.0);
    assert!(predictive.abandoned_share() <= 0.04, "{predictive:?}");
    assert!(predictive.utilisation() > 1.25 * progressive.utilisation(), "{predictive:?} {progressive:?}");
}

#[rstest]
fn a_restored_state_goes_on_the_same(#[values(1, 5, 9)] seed: u64) {
    let (_, learned) = team(8, seed).work(engine(Mode::Predictive), 0.3);
    let restored = Learned::restore(&serde_json::to_string(&learned).unwrap()).unwrap();
    let go_on = |learned| team(8, seed + 1).work(Engine::new(settings(Mode::Predictive), learned).unwrap(), 0.5).0;
    assert_eq!(go_on(restored), go_on(learned));
}

fn state() -> impl Strategy<Value = AgentState> {
    use AgentState::{Gone, Idle, Pause, Talk, Wrap};
    prop::sample::select(vec![Idle, Talk, Wrap, Pause, Gone])
}

fn outcome() -> impl Strategy<Value = CallEvent> {
    use CallEvent::{Abandoned, AmdHuman, AmdMachine, Answered, Connected, Dialed, Ended, Invalid, NoAnswer};
    let all = vec![Dialed, Dialed, Answered, AmdHuman, AmdMachine, NoAnswer, Invalid, Connected, Abandoned, Ended];
    prop::sample::select(all)
}

fn time() -> impl Strategy<Value = f64> {
    prop_oneof![9 => 0.0..900.0, 1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, -5.0, 0.0, 3e9])]
}

#[derive(Clone, Debug)]
enum Happening {
    Agent(f64, u8, AgentState),
    Call(f64, u8, CallEvent),
    Tick(f64, u32),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        (time(), 0u8..12, state()).prop_map(|(t, id, state)| Happening::Agent(t, id, state)),
        (time(), 0u8..40, outcome()).prop_map(|(t, id, event)| Happening::Call(t, id, event)),
        (time(), 0u32..300).prop_map(|(t, lines)| Happening::Tick(t, lines)),
    ]
}

fn modes() -> impl Strategy<Value = Mode> {
    prop::sample::select(vec![Mode::Preview, Mode::Progressive, POWER, Mode::Predictive])
}

fn live(engine: &mut Engine, happening: &Happening) -> Option<Decided> {
    match happening {
        Happening::Agent(t, id, state) => engine.agent(*t, (*id).into(), *state),
        Happening::Call(t, id, event) => engine.call(*t, (*id).into(), *event),
        Happening::Tick(t, lines) => return Some(engine.decide(*t, *lines)),
    }
    None
}

fn is_finite(i: &Inputs) -> bool {
    let far = i.horizons.iter().flat_map(|h| [h.secs, h.freed, h.freed_var, h.answers, h.answers_var]);
    far.chain([i.t, i.answer_rate, i.theta, i.allowed, i.live, i.abandoned]).all(f64::is_finite)
}

proptest! {
    #[test]
    fn no_order_of_events_breaks_it(mode in modes(), all in prop::collection::vec(happening(), 1..300)) {
        let mut engine = engine(mode);
        for happening in &all {
            let Some(decided) = live(&mut engine, happening) else { continue };
            prop_assert!(is_finite(&decided.inputs), "{decided:?}");
            prop_assert!(decided.dial <= 204u32.saturating_sub(decided.inputs.lines));
            prop_assert!(decided.inputs.ready + decided.inputs.busy > 0 || decided.dial == 0);
        }
        let stored = serde_json::to_string(engine.learned()).unwrap();
        prop_assert!(Learned::restore(&stored).is_ok());
    }

    #[test]
    fn a_decision_can_be_done_again(mode in modes(), all in prop::collection::vec(happening(), 1..200)) {
        let mut engine = engine(mode);
        for decided in all.iter().filter_map(|happening| live(&mut engine, happening)) {
            let written = serde_json::to_string(&decided.inputs).unwrap();
            let read: Inputs = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(plan(&read), (decided.dial, decided.reason));
        }
    }
}
