//! Behind PgBouncer in transaction mode, the version of Debian 12 that knows no prepared statements: two servers, two
//! workers, and a campaign that ends with its books in balance although one worker is killed.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use app::{migrate, postgres::Embedded, stage::SimClock};
use nix::unistd::{User, geteuid};
use rstest::rstest;
use serde_json::json;
use workflows::{db::Db, hub::Hub};

use crate::{
    faults::House,
    invariants,
    postgres::Place as ServerPlace,
    support::{Floor, Place, process::free_port, until},
};

const ACCOUNTS: usize = 30;
/// Virtual seconds in a real one.
const SPEED: f64 = 20.0;

#[rstest]
#[case::with_a_way_past_it(true)]
#[case::without(false)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_campaign_behind_a_pooler_ends_in_balance_although_a_worker_is_killed(#[case] direct: bool) {
    let Some(program) = program() else { return };
    let place = ServerPlace::new();
    let postgres = Embedded::start(place.base()).await.unwrap();
    postgres.ensure_database("wib").await.unwrap();
    migrate::run(&postgres.owner_url("wib")).await.unwrap();
    let simulator = simulator().await;
    let directory = tempfile::tempdir().unwrap();
    let pooler = Pooler::start(&program, directory.path(), &postgres);
    pooler.answers().await;

    let way = || {
        let past = direct.then(|| ("WIB_DIRECT_DATABASE_URL", postgres.app_url("wib")));
        let ours = [("DATABASE_URL", pooler.url()), ("WIB_POOLER", "transaction".to_owned())];
        ours.into_iter().chain(past).collect::<Vec<_>>()
    };
    let house = House::new(directory.path(), &postgres, &simulator, free_port()).with(way());
    let other = House::new(directory.path(), &postgres, &simulator, free_port()).with(way());
    let db = Db::connect(&postgres.owner_url("wib"), 6, Hub::default()).await.unwrap();
    let clock = SimClock::new(db.clone(), simulator.origin());
    clock.set("2026-11-17T19:00:00Z".parse().unwrap(), SPEED).await.unwrap();
    let _servers = [house.start("web-0", &["serve"]), other.start("web-1", &["serve"])];
    let mut workers = [house.start("worker-0", &["work"]), house.start("worker-1", &["work"])];
    house.answers().await;
    other.answers().await;

    // Agents and pages at one server, the carrier's webhooks at the other.
    let owner = postgres.owner_url("wib");
    let place = Place { db, owner, url: other.url.clone(), simulator: simulator.origin(), speed: SPEED };
    let (mut floor, list) = Floor::demo(place, ACCOUNTS, 6).await;
    floor.sign_on().await;
    let campaign = floor.start(&list, json!({})).await;
    floor.until("calls are under way", async || (floor.books().await.requests().len() >= 5).then_some(())).await;
    workers[0].kill();
    let stats = floor.over(&campaign).await;
    let books = floor.settle().await;
    assert_eq!((&stats["recipients"]["planned"], &stats["balances"]), (&json!(ACCOUNTS), &json!(true)), "{stats}");
    assert_eq!(books.doubled(), 0);
    invariants::hold(&floor.owner, &books).await;
    let complaints = complaints(directory.path());
    assert!(complaints.is_empty(), "{complaints:?}");
}

/// What only a statement that lost its connection to the pooler's whim would say.
fn complaints(directory: &Path) -> Vec<String> {
    let logs = ["web-0", "web-1", "worker-0", "worker-1"].map(|name| directory.join(name).join("wib.log"));
    let text: String = logs.iter().map(|log| fs::read_to_string(log).unwrap()).collect();
    text.lines().filter(|line| line.contains("prepared statement")).map(str::to_owned).collect()
}

/// The pooler's program; where it must be there, a test without it has failed.
fn program() -> Option<PathBuf> {
    let found = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"].map(PathBuf::from);
    let found = found.into_iter().find(|path| path.exists());
    if found.is_none() {
        assert!(std::env::var("CI").is_err(), "pgbouncer is missing: run bin/setup");
        eprintln!("SKIPPED: there is no pgbouncer; bin/setup installs it");
    }
    found
}

async fn simulator() -> simulator::Running {
    let config = simulator::Config { bind: ([127, 0, 0, 1], 0).into(), speed: SPEED, ..Default::default() };
    simulator::start(config).await.unwrap()
}

/// A pooler in front of the application's database; it ends with the test.
struct Pooler {
    process: Child,
    port: u16,
}

impl Pooler {
    fn start(program: &Path, directory: &Path, postgres: &Embedded) -> Self {
        let port = free_port();
        let home = directory.join("pooler");
        fs::create_dir(&home).unwrap();
        let (settings, users) = (home.join("pgbouncer.ini"), home.join("users"));
        fs::write(&users, "\"wib_app\" \"\"\n").unwrap();
        fs::write(&settings, configuration(port, &users, &socket(postgres))).unwrap();
        let mut command = Command::new(program);
        command.arg(&settings).stdin(Stdio::null());
        if geteuid().is_root() {
            // It refuses to run as root, and the server's socket is for the server's user.
            let user = ["postgres", "nobody"].into_iter().find_map(|name| User::from_name(name).unwrap()).unwrap();
            for path in [directory, &home, &settings, &users] {
                chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw())).unwrap();
            }
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        let log = fs::File::create(home.join("log")).unwrap();
        command.stdout(log.try_clone().unwrap()).stderr(log);
        Self { process: command.spawn().unwrap(), port }
    }

    fn url(&self) -> String {
        format!("postgres://wib_app@127.0.0.1:{}/wib", self.port)
    }

    async fn answers(&self) {
        let address = ("127.0.0.1", self.port);
        until("the pooler listens", || async { tokio::net::TcpStream::connect(address).await.ok() }).await;
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Fewer servers than clients, so that a client hardly ever gets the same one twice. Below 1.21 a statement's name is
/// not kept apart between clients: it is forgotten after each transaction.
fn configuration(port: u16, users: &Path, socket: &str) -> String {
    format!(
        "[databases]\nwib = host={socket} port=5432 dbname=wib\n\
         [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {}\n\
         pool_mode = transaction\ndefault_pool_size = 12\nmax_client_conn = 200\n\
         server_reset_query = DEALLOCATE ALL\nserver_reset_query_always = 1\n",
        users.display()
    )
}

/// Where the server's socket is, out of its address.
fn socket(postgres: &Embedded) -> String {
    let url: url::Url = postgres.app_url("wib").parse().unwrap();
    let host = url.query_pairs().find(|(name, _)| name == "host").map(|(_, host)| host.into_owned());
    host.unwrap_or_else(|| url.host_str().unwrap().replace("%2F", "/"))
}
