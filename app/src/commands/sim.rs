//! `wib sim`: the carrier simulator alone, on loopback.

use std::process::ExitCode;

use clap::Args as ClapArgs;
use tokio_util::sync::CancellationToken;

/// How it behaves.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// The port on loopback; 0 takes a free one
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// Seeds every choice and the signing keys
    #[arg(long, env = "SIM_SEED", default_value_t = 7)]
    seed: u64,
    /// Virtual seconds in a real one; 0 stands still until advanced
    #[arg(long, env = "SIM_SPEED", default_value_t = 1.0)]
    speed: f64,
    /// Where webhooks go whose dial names no address
    #[arg(long, env = "SIM_WEBHOOK_URL")]
    webhook_url: Option<String>,
    /// Where webhooks go of messages that come in, and of those sent without an address
    #[arg(long, env = "SIM_MESSAGING_WEBHOOK_URL")]
    messaging_webhook_url: Option<String>,
    /// Where the webhooks of emails go
    #[arg(long, env = "SIM_RESEND_WEBHOOK_URL")]
    resend_webhook_url: Option<String>,
}

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let sim = simulator::start(simulator::Config {
        bind: ([127, 0, 0, 1], args.port).into(),
        seed: args.seed,
        speed: args.speed,
        webhook_url: args.webhook_url,
        messaging_webhook_url: args.messaging_webhook_url,
        resend_webhook_url: args.resend_webhook_url,
        first_id: first_id(),
        ..simulator::Config::default()
    })
    .await?;
    println!("TELNYX_BASE_URL={}", sim.base_url);
    println!("TELNYX_PUBLIC_KEY={}", sim.public_key_b64);
    println!("RESEND_BASE_URL={}", sim.resend_base_url);
    println!("RESEND_WEBHOOK_SECRET={}", sim.resend_signing_secret);
    let stop = CancellationToken::new();
    super::serve::stop_on_signal(stop).await;
    sim.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

/// The time: whoever remembers the ids of an earlier simulator must not meet them again.
fn first_id() -> u64 {
    u64::try_from(chrono::Utc::now().timestamp_micros()).unwrap_or(1)
}
