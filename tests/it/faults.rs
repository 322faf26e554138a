//! The campaign of the demo while everything that can be killed is killed.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use app::{migrate, postgres::Embedded, stage::SimClock};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use workflows::{db::Db, hub::Hub};

use crate::{
    invariants,
    postgres::Place as ServerPlace,
    support::{
        Floor, Place,
        process::{Wib, free_port, provider},
    },
};

const ACCOUNTS: usize = 50;
/// Virtual seconds in a real one.
const SPEED: f64 = 20.0;
/// A worker is killed this often.
const KILL_EVERY: Duration = Duration::from_secs(5);
/// The kill after which the database is restarted, too.
const WITH_THE_DATABASE: usize = 2;

/// Issue 2: the equation of the demo with two workers, `kill -9` on one every five seconds, every webhook twice and out
/// of order, the carrier failing or hanging now and then, and a crash of the database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_workers_a_crashed_database_and_a_rough_carrier_lose_nobody_and_dial_nobody_twice() {
    let place = ServerPlace::new();
    let postgres = Embedded::start(place.base()).await.unwrap();
    postgres.ensure_database("wib").await.unwrap();
    migrate::run(&postgres.owner_url("wib")).await.unwrap();
    let simulator = simulator().await;
    let directory = tempfile::tempdir().unwrap();
    let house = House::new(directory.path(), &postgres, &simulator, free_port());
    let db = Db::connect(&postgres.owner_url("wib"), 6, Hub::default()).await.unwrap();
    let clock = SimClock::new(db.clone(), simulator.origin());
    clock.set("2026-11-17T19:00:00Z".parse().unwrap(), SPEED).await.unwrap();

    let _web = house.start("web", &["serve"]);
    let mut workers = [house.start("worker-0", &["work"]), house.start("worker-1", &["work"])];
    house.answers().await;
    let owner = postgres.owner_url("wib");
    let place = Place { db, owner, url: house.url.clone(), simulator: simulator.origin(), speed: SPEED };
    let (mut floor, list) = Floor::demo(place, ACCOUNTS, 8).await;
    floor.sign_on().await;
    floor.carrier(rough()).await;
    let campaign = floor.start(&list, json!({})).await;

    let over = CancellationToken::new();
    let killing = async {
        let mut kills = 0;
        while over.run_until_cancelled(tokio::time::sleep(KILL_EVERY)).await.is_some() {
            let victim = kills % 2;
            workers[victim].kill();
            workers[victim] = house.start(&format!("worker-{victim}"), &["work"]);
            kills += 1;
            if kills == WITH_THE_DATABASE {
                postgres.restart_immediately().await.unwrap();
            }
        }
        kills
    };
    let working = async {
        let stats = floor.over(&campaign).await;
        over.cancel();
        stats
    };
    let (kills, stats) = tokio::join!(killing, working);
    assert!(kills > WITH_THE_DATABASE, "it was over before anything had happened: {kills} kills");

    // A calm carrier lets go of the last legs; what is true then stays true.
    floor.carrier(calm()).await;
    let books = floor.settle().await;
    let stats_after = floor.stats(&campaign).await;
    eprintln!("{kills} kills; {stats_after}");
    assert_eq!(stats["recipients"]["planned"], ACCOUNTS, "{stats}");
    assert_eq!(stats["balances"], true, "{stats}");
    for nobody in ["queued", "claimed", "retry_wait", "skipped"] {
        assert_eq!(stats["recipients"][nobody], 0, "{stats}");
    }
    assert_eq!(books.doubled(), 0);
    invariants::hold(&floor.owner, &books).await;
    invariants::connected_is_recorded(&floor.owner, &books).await;
}

/// Twice, out of order, and one command in twenty answered 500, half of them done all the same.
fn rough() -> serde_json::Value {
    json!({ "webhooks": { "duplicate": 1.0, "reorder": 1.0 },
            "http": { "p500": 0.05, "p500_done": 0.5, "hang": 0.01 } })
}

fn calm() -> serde_json::Value {
    json!({ "http": { "p500": 0.0, "hang": 0.0 } })
}

async fn simulator() -> simulator::Running {
    let config = simulator::Config { bind: ([127, 0, 0, 1], 0).into(), speed: SPEED, ..Default::default() };
    simulator::start(config).await.unwrap()
}

/// The processes of one installation.
pub(crate) struct House {
    directory: PathBuf,
    environment: Vec<(&'static str, String)>,
    pub(crate) url: String,
}

impl House {
    pub(crate) fn new(directory: &Path, postgres: &Embedded, simulator: &simulator::Running, port: u16) -> Self {
        let url = format!("http://127.0.0.1:{port}");
        let mut environment = provider(simulator);
        environment.extend([
            ("DATABASE_URL", postgres.app_url("wib")),
            ("WIB_DATABASE_CONNECTIONS", "14".to_owned()),
            ("WIB_PUBLIC_URL", url.clone()),
            ("PORT", port.to_string()),
            // The one clock runs twenty times as fast; a process that starts again does not.
            ("WIB_ABSENT_AFTER_MS", "200000".to_owned()),
            ("WIB_RECONCILE_AFTER_MS", "60000".to_owned()),
            ("WIB_GIVE_UP_AFTER_MS", "600000".to_owned()),
            ("WIB_COMPARE_EVERY_MS", "2000".to_owned()),
            ("WIB_SWEEP_EVERY_MS", "500".to_owned()),
        ]);
        Self { directory: directory.to_owned(), environment, url }
    }

    /// The same house with something else in its environment.
    pub(crate) fn with(mut self, more: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        self.environment.extend(more);
        self
    }

    pub(crate) fn start(&self, name: &str, arguments: &[&str]) -> Wib {
        let directory = self.directory.join(name);
        std::fs::create_dir_all(&directory).unwrap();
        Wib::start(&directory, arguments, &self.environment)
    }

    pub(crate) async fn answers(&self) {
        let ready = format!("{}/readyz", self.url);
        crate::support::until("the web process is ready", async || {
            reqwest::get(&ready).await.is_ok_and(|answer| answer.status().is_success()).then_some(())
        })
        .await;
    }
}
