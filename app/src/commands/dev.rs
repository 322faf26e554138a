//! `wib dev`: everything in one process, and a campaign that dials.

use std::{process::ExitCode, time::Duration};

use clap::{Args as ClapArgs, Parser};
use tokio::task::JoinSet;
use workflows::{
    campaign::{self, Audience, Blast, Event, New, Schedule},
    compliance::Channel,
    id::CampaignId,
    phone::E164,
    recipient,
    transition::Actor,
};

use crate::{
    config::Timers,
    demo::{
        agent::{self, Manner},
        blast,
        seed::{self, PASSWORD, Seed},
    },
    stage::{Setting, Stage},
};

/// How to run it.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// The port on 127.0.0.1
    #[arg(long, env = "PORT", default_value_t = 8080)]
    port: u16,
    /// No demo campaign, no simulated agents
    #[arg(long)]
    no_demo: bool,
    /// Begin with an empty database
    #[arg(long)]
    fresh: bool,
    /// Simulated seconds in a real one
    #[arg(long, env = "SIM_SPEED", default_value_t = 1.0)]
    speed: f64,
    /// Seeds the simulator and the simulated agents
    #[arg(long, env = "SIM_SEED", default_value_t = 7)]
    seed: u64,
    /// How many simulated agents work
    #[arg(long, default_value_t = 8)]
    agents: usize,
}

/// `wib` without a command: nothing given, so all of it from the environment.
#[derive(Parser)]
struct Alone {
    #[command(flatten)]
    args: Args,
}

impl Default for Args {
    fn default() -> Self {
        Alone::parse_from(["wib"]).args
    }
}

/// Slow enough to be watched, and to be paused.
const MESSAGES_PER_MINUTE: i32 = 60;
/// How often a list is looked at, and how long it rests before the next one starts.
const BETWEEN_LISTS: Duration = Duration::from_secs(3);

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(Setting {
        database: "wib",
        fresh: args.fresh,
        port: args.port,
        seed: args.seed,
        speed: args.speed,
        timers: Timers::default(),
    })
    .await?;
    tokio::spawn(super::serve::stop_on_signal(stage.stop()));
    let seed = seed::seed(&stage.app.db, None).await?;
    stage.app.offer_demo(seed.org);
    greet(&stage.url);
    let stop = stage.stop();
    if args.no_demo {
        stop.cancelled().await;
    } else {
        perform(&stage, &seed, &args).await?;
    }
    println!("\nStopping: calls are let go, the database is closed.");
    stage.close().await?;
    Ok(ExitCode::SUCCESS)
}

fn greet(url: &str) {
    println!("\n  Word Is Bond runs at  {url}\n");
    println!("  Sign in, password {PASSWORD}:");
    for (email, what) in [
        ("supervisor@demo.test", "Voice Operations, campaigns, accounts"),
        ("ops@demo.test", "jobs"),
        ("agent12@demo.test", "an agent of your own; the others are simulated"),
        ("admin@demo.test", "everything"),
    ] {
        println!("    {email:<22} {what}");
    }
    println!("\n  The carrier is simulated: nobody is called. Ctrl-C ends everything.\n");
}

/// Simulated agents work one list after the other until told to stop.
async fn perform(stage: &Stage, seed: &Seed, args: &Args) -> anyhow::Result<()> {
    let stop = stage.stop();
    let mut agents = JoinSet::new();
    let manner = Manner { url: stage.url.clone(), seed: args.seed, speed: args.speed };
    // The last agent is left for whoever is watching.
    for (user, _) in seed.agents.iter().take(args.agents.min(seed.agents.len() - 1)) {
        agents.spawn(agent::work(stage.app.db.clone(), seed.org, *user, manner.clone(), stop.clone()));
    }
    let lists = async {
        // What an earlier run was killed over goes on first: two lists at once would wait for each other's agents.
        let mut campaigns = running(stage, seed).await?;
        for n in 1.. {
            while underway(stage, seed, &campaigns, args.speed).await? {
                tokio::time::sleep(BETWEEN_LISTS).await;
            }
            let [texts, mails] = write_to(stage, seed, n).await?;
            campaigns = vec![start(stage, seed, n).await?, texts, mails];
        }
        anyhow::Ok(())
    };
    if let Some(done) = stop.run_until_cancelled(lists).await {
        done?;
    }
    while agents.join_next().await.is_some() {}
    Ok(())
}

async fn start(stage: &Stage, seed: &Seed, n: usize) -> anyhow::Result<CampaignId> {
    let new = New {
        audience: Audience { import_id: Some(seed.import), ..Audience::default() },
        schedule: Schedule::Now,
        max_attempts: 2,
        // Soon enough to be seen by whoever watches.
        retry_minutes: [("no_answer", 10), ("busy", 4), ("voicemail", 15), ("failed", 5), ("declined", 20)]
            .map(|(outcome, minutes)| (outcome.to_owned(), minutes))
            .into(),
        ..New::named(&format!("Lakeview Medical, list {n}"), E164::parse(seed::CALLER_ID)?)
    };
    let mut tx = stage.app.db.tenant(seed.org).await?;
    let id = campaign::create(&mut tx, seed.org, &new, Actor::User(seed.supervisor)).await?;
    campaign::record(&mut tx, id, Event::Start, Actor::User(seed.supervisor)).await?;
    tx.commit().await?;
    Ok(id)
}

async fn running(stage: &Stage, seed: &Seed) -> anyhow::Result<Vec<CampaignId>> {
    let mut tx = stage.app.db.tenant(seed.org).await?;
    let campaigns = campaign::list(&mut tx, seed.org, None, None, 50).await?;
    tx.commit().await?;
    let running = campaigns.iter().filter(|campaign| campaign.state == campaign::State::Running);
    Ok(running.map(|campaign| campaign.id).collect())
}

/// The same people get a text and an e-mail, at a pace that can be watched.
async fn write_to(stage: &Stage, seed: &Seed, n: usize) -> anyhow::Result<[CampaignId; 2]> {
    let send = async |channel, name: &str| {
        let new = blast::campaign(seed, channel, &format!("{name}, list {n}"), 3);
        blast::start(&stage.app.db, seed, &Blast { rate_per_minute: Some(MESSAGES_PER_MINUTE), ..new }).await
    };
    Ok([send(Channel::Sms, "Reminder texts").await?, send(Channel::Email, "Statements by e-mail").await?])
}

/// Whether any of them is not over. When everybody left waits for another day (after a conversation calls rest for
/// seven), the clock jumps there.
async fn underway(stage: &Stage, seed: &Seed, campaigns: &[CampaignId], speed: f64) -> anyhow::Result<bool> {
    let (mut open, mut at_work, mut next) = (false, false, None);
    let mut tx = stage.app.db.tenant(seed.org).await?;
    for id in campaigns {
        let found = campaign::find(&mut tx, seed.org, *id).await?;
        if found.is_some_and(|campaign| !campaign.state.is_final()) {
            let people = recipient::tally(&mut tx, *id).await?;
            open = true;
            at_work |= people.planned == 0 || people.queued + people.claimed > 0;
            next = next.into_iter().chain(recipient::next_retry(&mut tx, *id).await?).min();
        }
    }
    tx.commit().await?;
    if let Some(next) = next.filter(|_| !at_work) {
        stage.clock.skip_to(next, speed).await?;
    }
    Ok(open)
}
