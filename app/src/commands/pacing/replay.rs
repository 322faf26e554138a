//! `wib pacing replay`: every stored decision, made again from what it looked at.

use std::process::ExitCode;

use serde::Serialize;
use uuid::Uuid;
use workflows::{
    id::CampaignId,
    pacing::{self, Made},
};

use crate::commands::serve;

const PAGE: i64 = 5_000;
/// So many differences are shown.
const SHOWN: usize = 20;

/// Which decisions.
#[derive(Debug, clap::Args)]
pub(in crate::commands) struct Args {
    /// Of one campaign; of all when absent
    #[arg(long)]
    campaign: Option<Uuid>,
}

/// What came of it.
#[derive(Debug, Default, Serialize)]
struct Replayed {
    decisions: usize,
    same: usize,
    differ: Vec<Differs>,
}

#[derive(Debug, Serialize)]
struct Differs {
    id: i64,
    stored: i32,
    /// None: what it looked at does not parse.
    now: Option<u32>,
}

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let db = serve::database().await?;
    let (mut replayed, mut last) = (Replayed::default(), 0);
    loop {
        let mut tx = db.system().await?;
        let page = pacing::made(&mut tx, args.campaign.map(CampaignId), last, PAGE).await?;
        tx.commit().await?;
        let Some(end) = page.last() else { break };
        last = end.id;
        page.iter().for_each(|made| replayed.add(made));
    }
    println!("{}", serde_json::to_string(&replayed)?);
    Ok(if replayed.same == replayed.decisions { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Replayed {
    fn add(&mut self, made: &Made) {
        self.decisions += 1;
        let now = made.inputs().ok().map(|inputs| pacing::plan(&inputs).0);
        if now.is_some_and(|now| i64::from(now) == i64::from(made.wanted)) {
            self.same += 1;
        } else if self.differ.len() < SHOWN {
            self.differ.push(Differs { id: made.id, stored: made.wanted, now });
        }
    }
}
