//! `wib demo`: the main job from start to end, then the result, then exit.

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args as ClapArgs;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use workflows::{
    agent,
    campaign::{self, Audience, Event, New},
    compliance::Channel,
    id::CampaignId,
    phone::E164,
    recipient,
    transition::Actor,
};

use crate::{
    config::Timers,
    demo::{
        agent::{self as simulated, Manner},
        blast::{self, BlastReport},
        report::{self, Report},
        seed::{self, Seed},
    },
    stage::{Setting, Stage},
};

/// How to run it.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// How many accounts are called
    #[arg(long, default_value_t = 50)]
    calls: usize,
    /// One JSON object instead of words
    #[arg(long)]
    json: bool,
    /// How often a person is tried again
    #[arg(long, default_value_t = 0)]
    retries: i32,
    /// How many simulated agents work
    #[arg(long, default_value_t = 8)]
    agents: usize,
    /// Simulated seconds in a real one
    #[arg(long, env = "SIM_SPEED", default_value_t = 10.0)]
    speed: f64,
    /// Seeds the simulator and the simulated agents
    #[arg(long, env = "SIM_SEED", default_value_t = 7)]
    seed: u64,
    /// The simulated moment to begin at; a Tuesday at 14:00 in New York unless given
    #[arg(long)]
    start_at: Option<DateTime<Utc>>,
    /// Give up after so many real seconds
    #[arg(long, default_value_t = 900)]
    timeout: u64,
    /// The port on 127.0.0.1; a free one unless given
    #[arg(long, default_value_t = 0)]
    port: u16,
}

/// How often the demo looks whether it is over.
const LOOK: Duration = Duration::from_millis(200);
/// The time in which e-mails are opened, and a moment for the news of it to arrive.
const OPENED_BY: TimeDelta = TimeDelta::hours(1);
const GLANCE: Duration = Duration::from_secs(2);

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let stage = Stage::open(Setting {
        database: "wib_demo",
        fresh: true,
        port: args.port,
        seed: args.seed,
        speed: args.speed,
        timers: Timers::default(),
    })
    .await?;
    tokio::spawn(super::serve::stop_on_signal(stage.stop()));
    let result = perform(&stage, &args).await;
    stage.close().await?;
    let report = result?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", words(&report));
    }
    Ok(if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn perform(stage: &Stage, args: &Args) -> anyhow::Result<Report> {
    if let Some(moment) = args.start_at {
        stage.clock.set(moment, args.speed).await?;
    }
    let seed = seed::seed(&stage.app.db, Some(args.calls)).await?;
    let shift = CancellationToken::new();
    let mut agents = staff(stage, &seed, args, &shift);
    somebody_available(stage, &seed).await?;
    let started = Instant::now();
    let campaign = start(stage, &seed, args).await?;
    let seen = see_through(stage, &seed, campaign, args).await;
    let seconds = started.elapsed().as_secs_f64();
    shift.cancel();
    while agents.join_next().await.is_some() {}
    seen?;
    settle(stage, &seed, campaign).await?;
    let origin = stage.sim.origin();
    let mut report = report::report(&stage.app.db, seed.org, campaign, args.calls, seconds, &origin).await?;
    for channel in [Channel::Sms, Channel::Email] {
        report.messages.push(send(stage, &seed, channel, args).await?);
    }
    Ok(report)
}

/// The same people, in writing. Nobody has to be there for it.
async fn send(stage: &Stage, seed: &Seed, channel: Channel, args: &Args) -> anyhow::Result<BlastReport> {
    let db = &stage.app.db;
    let new = blast::campaign(seed, channel, &format!("Demo, {channel}"), args.retries + 1);
    let id = blast::start(db, seed, &new).await?;
    see_through(stage, seed, id, args).await?;
    // Most of who opens an e-mail does so within the hour.
    let later = stage.clock.now().await? + OPENED_BY;
    stage.clock.skip_to(later, args.speed).await?;
    tokio::time::sleep(GLANCE).await;
    blast::report(db, seed.org, channel, id, args.calls, &stage.sim.origin()).await
}

/// Watches until it is over, or for as long as is allowed.
async fn see_through(stage: &Stage, seed: &Seed, id: CampaignId, args: &Args) -> anyhow::Result<()> {
    let watched = tokio::time::timeout(Duration::from_secs(args.timeout), watch(stage, seed, id, args));
    match stage.stop().run_until_cancelled(watched).await {
        None => anyhow::bail!("stopped before the end"),
        Some(Err(_)) => eprintln!("not over after {} s: what follows is how far it came", args.timeout),
        Some(Ok(done)) => done?,
    }
    Ok(())
}

fn staff(stage: &Stage, seed: &Seed, args: &Args, shift: &CancellationToken) -> JoinSet<anyhow::Result<()>> {
    let manner = Manner { url: stage.url.clone(), seed: args.seed, speed: args.speed };
    let mut agents = JoinSet::new();
    for (user, _) in seed.agents.iter().take(args.agents) {
        agents.spawn(simulated::work(stage.app.db.clone(), seed.org, *user, manner.clone(), shift.clone()));
    }
    agents
}

async fn somebody_available(stage: &Stage, seed: &Seed) -> anyhow::Result<()> {
    let there = async {
        loop {
            let mut tx = stage.app.db.tenant(seed.org).await?;
            let agents = agent::list(&mut tx, seed.org).await?;
            tx.commit().await?;
            if agents.iter().any(|agent| agent.state == agent::State::Available) {
                return anyhow::Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), there)
        .await
        .map_err(|_| anyhow::anyhow!("no simulated agent became available within 30 s"))?
}

async fn start(stage: &Stage, seed: &Seed, args: &Args) -> anyhow::Result<CampaignId> {
    let new = New {
        audience: Audience { import_id: Some(seed.import), ..Audience::default() },
        max_attempts: args.retries + 1,
        ..New::named("Demo", E164::parse(seed::CALLER_ID)?)
    };
    let by = Actor::User(seed.supervisor);
    let mut tx = stage.app.db.tenant(seed.org).await?;
    let id = campaign::create(&mut tx, seed.org, &new, by).await?;
    campaign::ready(&mut tx, id).await?;
    campaign::record(&mut tx, id, Event::Start, by).await?;
    tx.commit().await?;
    Ok(id)
}

/// Shows how it goes until it is over. When everybody left waits for a later hour, the clock jumps there.
async fn watch(stage: &Stage, seed: &Seed, id: CampaignId, args: &Args) -> anyhow::Result<()> {
    let mut shown = String::new();
    loop {
        let mut tx = stage.app.db.tenant(seed.org).await?;
        let state = campaign::find(&mut tx, seed.org, id).await?.map(|campaign| campaign.state);
        let tally = recipient::tally(&mut tx, id).await?;
        let next = recipient::next_retry(&mut tx, id).await?;
        tx.commit().await?;
        if state.is_none_or(campaign::State::is_final) {
            return Ok(());
        }
        let line = format!(
            "{:>4} of {} done, {} in flight, {} waiting, {} to be tried again",
            tally.finished(),
            tally.planned,
            tally.claimed,
            tally.queued,
            tally.retry_wait
        );
        if !args.json && line != shown {
            println!("{line}");
            shown = line;
        }
        if let Some(next) = next.filter(|_| tally.queued == 0 && tally.claimed == 0) {
            stage.clock.skip_to(next, args.speed).await?;
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// The last recordings come some seconds after the last hang-up and are fetched, and agents' legs are let go.
async fn settle(stage: &Stage, seed: &Seed, campaign: CampaignId) -> anyhow::Result<()> {
    for _ in 0..100 {
        let mut tx = stage.app.db.tenant(seed.org).await?;
        let stats = campaign::stats(&mut tx, campaign).await?;
        tx.commit().await?;
        let report = report::report(&stage.app.db, seed.org, campaign, 0, 0.0, &stage.sim.origin()).await?;
        let legs = report.checks.iter().any(|check| check.name.contains("leg") && check.holds);
        let saved = report::recordings_saved(&stage.sim.origin()).await?;
        let here = stats.recordings_pending == 0 && stats.transcripts_pending == 0;
        if legs && here && i64::try_from(saved).is_ok_and(|saved| saved >= stats.recordings) {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

fn messages(blast: &BlastReport) -> String {
    let told: Vec<String> = blast.outcomes.iter().map(|(outcome, n)| format!("{n} {outcome}")).collect();
    let (counts, people) = (&blast.stats.messages, told.join(", "));
    format!(
        "{}: {} sent, {} delivered, {} opened, {} clicked, {} opted out; {people}\n\n",
        blast.channel, counts.sent, counts.delivered, counts.opened, counts.clicked, counts.opted_out
    )
}

fn words(report: &Report) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    let stats = &report.stats;
    let _ = writeln!(text, "\n{} people in {:.1} s", report.calls, report.seconds);
    for (outcome, n) in &report.outcomes {
        let _ = writeln!(text, "  {outcome:<24} {n:>5}");
    }
    for (rule, n) in &report.blocked {
        let _ = writeln!(text, "  refused by {rule:<13} {n:>5}");
    }
    let _ = writeln!(
        text,
        "\n{} dials, {} connected, {} recorded, {} written down, {} abandoned, {} s talked",
        stats.dials, stats.connected, stats.recordings, stats.transcripts, stats.abandoned, stats.talk_seconds
    );
    let (connect, greeting) = (report.connect_ms, report.greeting_to_agent_ms);
    let _ = writeln!(
        text,
        "webhook in to join out: p50 {:.0} ms, p99 {:.0} ms (real); greeting's end to agent: p50 {:.0} ms, max {:.0} ms \
         (simulated); {:.0} MB resident\n",
        connect.p50, connect.p99, greeting.p50, greeting.max, report.resident_mb
    );
    for blast in &report.messages {
        text += &messages(blast);
    }
    for check in report.all_checks() {
        let mark = if check.holds { "ok    " } else { "FAILED" };
        let _ = writeln!(text, "  {mark} {}: {}", check.name, check.detail);
    }
    text
}
