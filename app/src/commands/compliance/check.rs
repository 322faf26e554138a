//! `wib compliance check --cases IN.csv`: the answers as CSV on stdout, what is wrong with the file on stderr.

use std::{io, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Args as ClapArgs;
use workflows::compliance::{
    decide,
    sample::{self, Answer, Sample},
};

/// Which cases.
#[derive(Debug, ClapArgs)]
pub(in crate::commands) struct Args {
    /// A CSV whose columns are named by the error that a file without them gets; `expected`, `all_reasons` and
    /// `earliest_next_utc` are compared where they are given
    #[arg(long)]
    cases: PathBuf,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(&args.cases).with_context(|| format!("cannot read {}", args.cases.display()))?;
    let mut out = csv::Writer::from_writer(io::stdout().lock());
    out.write_record(["id", "expected", "reason", "all_reasons", "earliest_next_utc"])?;
    let (mut bad, mut differ) = (0, 0);
    for sample::Line { number, case } in sample::read(&bytes)? {
        let answer = case.map_err(anyhow::Error::from).and_then(|case| Ok((answer(&case)?, case)));
        match answer {
            Ok((answer, case)) => {
                differ += usize::from(case.differs(&answer).inspect(|how| eprintln!("{how}")).is_some());
                let Answer { word, reason, all_reasons, earliest_next_utc } = &answer;
                out.write_record([case.id.as_str(), word, reason, all_reasons, earliest_next_utc])?;
            }
            Err(error) => {
                bad += 1;
                eprintln!("line {number}: {error}");
            }
        }
    }
    out.flush()?;
    eprintln!("{differ} answers differ from what the file is sure of; {bad} lines are no cases");
    Ok(if bad + differ == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn answer(case: &Sample) -> anyhow::Result<Answer> {
    let (facts, now) = case.facts()?;
    Ok(Answer::of(&decide(&facts, now)))
}
