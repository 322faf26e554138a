//! `wib pacing drive`: a line in, and for `hello` and `tick` a line out. Time is what the lines say.

use std::{
    io::{BufRead, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use serde::Deserialize;
use serde_json::json;
use workflows::pacing::{AgentState, CallEvent, Engine, Learned, Mode, Settings};

/// How to pace.
#[derive(Debug, clap::Args)]
pub(in crate::commands) struct Args {
    #[arg(long, value_enum, default_value = "predictive")]
    mode: Named,
    /// With `--mode power`
    #[arg(long, default_value_t = 2.0)]
    lines_per_agent: f64,
    /// Answer each tick with the reason and the inputs, too
    #[arg(long)]
    explain: bool,
    /// A file with what was learned: read at the start if it is there, written at the end
    #[arg(long)]
    state: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Named {
    Preview,
    Progressive,
    Power,
    Predictive,
}

#[derive(Deserialize)]
#[serde(tag = "ev", rename_all = "snake_case")]
enum Line {
    Hello { max_lines: u32, tick: f64, cap: f64, deadline: f64, ring_timeout: f64, amd: f64 },
    Agent { t: f64, agent: u64, state: AgentState },
    Call { t: f64, call: u64, state: CallEvent },
    Tick { t: f64, lines: u32 },
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut engine = None;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let line = serde_json::from_str(&line).with_context(|| format!("not a line of the protocol: {line}"))?;
        if let Some(answer) = hear(args, &mut engine, line)? {
            writeln!(out, "{answer}")?;
            out.flush()?;
        }
    }
    save(args, engine.as_ref())?;
    Ok(ExitCode::SUCCESS)
}

fn hear(args: &Args, engine: &mut Option<Engine>, line: Line) -> anyhow::Result<Option<serde_json::Value>> {
    if let Line::Hello { max_lines, tick, cap, deadline, ring_timeout, amd } = line {
        let (mode, amd) = (mode(args), amd > 0.0);
        let settings = Settings { mode, cap, max_lines, calls_per_second: None, tick, ring_timeout, deadline, amd };
        *engine = Some(Engine::new(settings, learned(args))?);
        return Ok(Some(json!({ "ok": 1 })));
    }
    let engine = engine.as_mut().context("the first line is `hello`")?;
    match line {
        Line::Agent { t, agent, state } => engine.agent(t, agent.into(), state),
        Line::Call { t, call, state } => engine.call(t, call.into(), state),
        Line::Tick { t, lines } => return Ok(Some(decide(args, engine, t, lines))),
        Line::Hello { .. } => {}
    }
    Ok(None)
}

fn decide(args: &Args, engine: &mut Engine, t: f64, lines: u32) -> serde_json::Value {
    let decided = engine.decide(t, lines);
    if args.explain {
        return json!({ "dial": decided.dial, "reason": decided.reason, "because": decided.reason.sentence(), "inputs": decided.inputs });
    }
    json!({ "dial": decided.dial })
}

fn mode(args: &Args) -> Mode {
    match args.mode {
        Named::Preview => Mode::Preview,
        Named::Progressive => Mode::Progressive,
        Named::Power => Mode::Power { lines_per_agent: args.lines_per_agent },
        Named::Predictive => Mode::Predictive,
    }
}

/// A state that cannot be used is no reason not to pace: it says so and learns anew.
fn learned(args: &Args) -> Learned {
    let Some(stored) = args.state.as_ref().and_then(|path| std::fs::read_to_string(path).ok()) else {
        return Learned::default();
    };
    Learned::restore(&stored).unwrap_or_else(|error| {
        eprintln!("wib: {error}; it starts anew");
        Learned::default()
    })
}

fn save(args: &Args, engine: Option<&Engine>) -> anyhow::Result<()> {
    if let (Some(path), Some(engine)) = (&args.state, engine) {
        std::fs::write(path, serde_json::to_vec(engine.learned())?)
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        args: Args,
    }

    const HELLO: &str = r#"{"ev":"hello","v":1,"max_lines":84,"agents":10,"tick":0.5,"cap":0.03,"deadline":2.0,"ring_timeout":25.0,"amd":1}"#;

    fn answers(lines: &[&str]) -> anyhow::Result<Vec<String>> {
        let args = Typed::parse_from(["drive", "--mode", "progressive"]).args;
        let mut engine = None;
        let heard = lines.iter().map(|line| hear(&args, &mut engine, serde_json::from_str(line)?));
        Ok(heard.collect::<anyhow::Result<Vec<_>>>()?.into_iter().flatten().map(|v| v.to_string()).collect())
    }

    #[test]
    fn hello_and_tick_are_answered_and_nothing_else_is() {
        let idle = r#"{"t":0.0,"ev":"agent","agent":3,"state":"idle"}"#;
        let tick = r#"{"t":0.5,"ev":"tick","lines":0}"#;
        let dialed = r#"{"t":0.500,"ev":"call","call":17,"state":"dialed"}"#;
        let gone = r#"{"t":9.0,"ev":"call","call":17,"state":"noanswer"}"#;
        let heard = answers(&[HELLO, idle, tick, dialed, tick, gone, tick]).unwrap();
        assert_eq!(heard, [r#"{"ok":1}"#, r#"{"dial":1}"#, r#"{"dial":0}"#, r#"{"dial":1}"#]);
    }

    #[test]
    fn a_cap_that_makes_no_sense_is_refused_by_name() {
        let error = answers(&[&HELLO.replace("0.03", "-1")]).unwrap_err();
        assert!(error.to_string().starts_with("cap must be"), "{error}");
    }

    #[test]
    fn a_tick_before_hello_is_refused() {
        assert!(answers(&[r#"{"t":0.5,"ev":"tick","lines":0}"#]).is_err());
    }
}
