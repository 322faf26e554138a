//! `wib bench pages`: how long pages take over real HTTP, over a short history and over a long one, in one database.
//!
//! It needs a database of its own, and leaves an organisation and its history in it: drop it afterwards.

use std::{process::ExitCode, time::Instant};

use clap::Args as ClapArgs;
use secrecy::ExposeSecret;
use serde_json::json;
use tokio::net::TcpListener;
use workflows::identity::{Role, org, session, user};

use super::{history::History, jobs::quantile};
use crate::{
    commands::serve,
    config::{Config, Database, Env},
    migrate, server,
};

/// Requests a page.
const TIMES: usize = 31;

/// How much.
#[derive(Debug, ClapArgs)]
pub(in crate::commands) struct Args {
    /// Finished jobs of the short history
    #[arg(long, default_value_t = 10_000)]
    short: u64,
    /// And of the long one; a tenth as many decisions and audit lines, a hundredth as many calls
    #[arg(long, default_value_t = 10_000_000)]
    long: u64,
}

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let owner = Database::alone(Env::process())?.migrate_url.expose_secret().to_owned();
    migrate::run(&owner).await?;
    let reader = Reader::open().await?;
    let mut history = History::of(reader.org);
    history.prepare(&owner).await?;
    history.grow(&owner, args.short).await?;
    let paths = paths(&history, args.short);
    let short = reader.medians(&paths).await?;
    history.grow(&owner, args.long).await?;
    let long = reader.medians(&paths).await?;
    println!("| page | {} rows | {} rows | ratio |\n|---|---|---|---|", args.short, args.long);
    for ((path, short), long) in paths.iter().zip(&short).zip(&long) {
        let path = path.replace(&history.account.to_string(), "{id}");
        println!("| `{path}` | {short:.1} ms | {long:.1} ms | {:.2} |", long / short);
    }
    let ratios: Vec<f64> = short.iter().zip(&long).map(|(short, long)| long / short).collect();
    println!("\n{}", json!({ "short_ms": short, "long_ms": long, "ratios": ratios }));
    Ok(ExitCode::SUCCESS)
}

fn paths(history: &History, rows: u64) -> Vec<String> {
    let account = history.account;
    [
        "/jobs".to_owned(),
        "/jobs?state=done".to_owned(),
        "/jobs?state=dead".to_owned(),
        "/jobs?kind=bench_rare".to_owned(),
        "/jobs?view=dead_letters".to_owned(),
        "/jobs?text=timed".to_owned(),
        format!("/jobs?before={}", rows / 2),
        format!("/jobs/{}", rows / 2),
        "/workflows".to_owned(),
        "/compliance".to_owned(),
        "/compliance/refusals".to_owned(),
        "/audit".to_owned(),
        "/audit?action=account.viewed".to_owned(),
        "/accounts".to_owned(),
        format!("/accounts/{account}"),
    ]
    .into()
}

/// Somebody who may see everything, with a browser.
struct Reader {
    http: reqwest::Client,
    url: String,
    cookie: String,
    org: workflows::id::OrgId,
}

impl Reader {
    async fn open() -> anyhow::Result<Self> {
        // The client wants one, though nothing here is encrypted; another part may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let app = serve::assemble(Config::from_env()?).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        tokio::spawn(server::serve(app.clone(), listener));
        let name = format!("bench-{}", std::process::id());
        let org = org::add(&app.db, &name, "Bench").await?;
        let email = format!("{name}@example.com");
        let new = user::NewUser { email: &email, name: "Bo", role: Role::Owner, password: &"correct horse".into() };
        let id = user::add(&app.db, org, new).await?;
        let token = session::open(&app.db, org, id, "bench").await?;
        let cookie = format!("wib_session={}", token.0.expose_secret());
        Ok(Self { http: reqwest::Client::new(), url, cookie, org })
    }

    async fn medians(&self, paths: &[String]) -> anyhow::Result<Vec<f64>> {
        let mut medians = Vec::new();
        for path in paths {
            let mut times = Vec::new();
            for _ in 0..TIMES {
                times.push(self.get(path).await?);
            }
            times.sort_by(f64::total_cmp);
            medians.push(quantile(&times, 0.5).unwrap_or_default());
        }
        Ok(medians)
    }

    /// Milliseconds to the last byte.
    async fn get(&self, path: &str) -> anyhow::Result<f64> {
        let begun = Instant::now();
        let request = self.http.get(format!("{}{path}", self.url)).header("cookie", &self.cookie);
        let page = request.send().await?.error_for_status()?;
        page.bytes().await?;
        Ok(begun.elapsed().as_secs_f64() * 1e3)
    }
}
