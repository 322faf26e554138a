//! `wib bench decide`: decisions a second on one core, over people of every kind.

use std::{hint::black_box, process::ExitCode, time::Instant};

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args as ClapArgs;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::json;
use workflows::{
    compliance::{Attempt, AttemptKind, Channel, Facts, Place, decide},
    phone::E164,
    place::{State, Zip, candidate_zones},
};

/// How much.
#[derive(Debug, ClapArgs)]
pub(in crate::commands) struct Args {
    /// Decisions to make
    #[arg(long, default_value_t = 1_000_000)]
    decisions: u64,
    /// One JSON object instead of lines
    #[arg(long)]
    json: bool,
}

/// Cases that are decided again and again.
const CASES: usize = 4_096;
/// Where they live, by what their number, state and ZIP say.
const PLACES: [(&str, &str, &str); 8] = [
    ("+13125550123", "IL", "60601"),
    ("+12125550123", "NY", "10001"),
    ("+16175550123", "MA", "02108"),
    ("+18505550123", "FL", ""),
    ("+16025550123", "IL", "60601"),
    ("+12065550123", "WA", "98101"),
    ("+19075550123", "AK", "99501"),
    ("+18005550123", "", ""),
];

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut dice = StdRng::seed_from_u64(7);
    let cases = (0..CASES).map(|_| case(&mut dice)).collect::<anyhow::Result<Vec<_>>>()?;
    let started = Instant::now();
    let decisions = cases.iter().cycle().zip(0..args.decisions);
    let allowed = decisions.filter(|((facts, now), _)| decide(black_box(facts), *now).allowed()).count();
    let each = started.elapsed().as_secs_f64() / to_f64(args.decisions);
    let started = Instant::now();
    for ((facts, _), _) in cases.iter().cycle().zip(0..args.decisions) {
        black_box(candidate_zones(black_box(facts.phone.as_ref()), facts.state, facts.zip, None));
    }
    let lookup = started.elapsed().as_secs_f64() / to_f64(args.decisions);
    let share = to_f64(u64::try_from(allowed)?) / to_f64(args.decisions);
    if args.json {
        let figures = json!({ "decisions_per_s": 1.0 / each, "allowed": share, "place_lookup_ns": lookup * 1e9 });
        println!("{figures}");
    } else {
        println!("decisions             {:>9.0} a second on one core, {:.0} % allowed", 1.0 / each, share * 100.0);
        println!("place of a person     {:>9.0} ns", lookup * 1e9);
    }
    Ok(ExitCode::SUCCESS)
}

/// Somebody, with up to a dozen contacts of the last fortnight, at some moment of the day.
fn case(dice: &mut StdRng) -> anyhow::Result<(Facts, DateTime<Utc>)> {
    let now = "2026-06-16T00:00:00Z".parse::<DateTime<Utc>>()? + TimeDelta::seconds(dice.random_range(0..86_400));
    let (phone, state, zip) = PLACES.choose(dice).expect("there are places");
    let channel =
        *[Channel::Call, Channel::Call, Channel::Sms, Channel::Email].choose(dice).expect("there are channels");
    let mut facts = Facts::new(channel);
    facts.phone = E164::parse(phone).ok();
    (facts.state, facts.zip) = (State::parse(state).ok(), Zip::parse(zip).ok());
    facts.consented = true;
    facts.attempts = (0..dice.random_range(0..12)).map(|_| attempt(dice, now)).collect();
    Ok((facts, now))
}

fn attempt(dice: &mut StdRng, now: DateTime<Utc>) -> Attempt {
    let kinds = [AttemptKind::NoAnswer, AttemptKind::NoAnswer, AttemptKind::Voicemail, AttemptKind::Conversation];
    Attempt {
        at: now - TimeDelta::minutes(dice.random_range(0..14 * 1_440)),
        kind: *kinds.choose(dice).expect("there are kinds"),
        channel: if dice.random_bool(0.7) { Channel::Call } else { Channel::Sms },
        place: Place::Home,
        this_debt: dice.random_bool(0.8),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn to_f64(n: u64) -> f64 {
    n as f64
}
