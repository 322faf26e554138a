//! The Procfile's processes as a host runs them: each in a directory of its own, as a database user who may not create
//! roles, reached from another machine's side of the wall.

use std::{
    net::{IpAddr, UdpSocket},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
};

use app::{postgres::Embedded, stage::SimClock};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use workflows::{db::Db, hub::Hub};

use crate::{
    invariants,
    postgres::Place as ServerPlace,
    support::{
        Floor, Place,
        process::{free_port, provider, wib},
        until,
    },
};

const SPEED: f64 = 20.0;

#[tokio::test]
async fn the_procfiles_processes_run_where_roles_are_forbidden_and_are_reached_from_outside() {
    let Some(address) = outside() else {
        eprintln!("skipped: this machine has no address but the loopback's");
        return;
    };
    let place = ServerPlace::new();
    let postgres = Embedded::start(place.base()).await.unwrap();
    let database = somebody_elses(&postgres).await;
    let config = simulator::Config { bind: ([127, 0, 0, 1], 0).into(), speed: SPEED, ..Default::default() };
    let simulator = simulator::start(config).await.unwrap();
    let (host, port) = (tempfile::tempdir().unwrap(), free_port());
    let mut environment = provider(&simulator);
    environment.push(("DATABASE_URL", database.clone()));
    environment.push(("PORT", port.to_string()));

    let mut release = Dyno::start(host.path(), "release", &environment);
    assert!(release.0.wait().unwrap().success(), "{}", release.log(host.path(), "release"));
    let isolation = "select isolation from installation";
    let mut owner = PgConnection::connect(&database).await.unwrap();
    assert_eq!(sqlx::query_scalar::<_, String>(isolation).fetch_one(&mut owner).await.unwrap(), "settings");
    let _web = Dyno::start(host.path(), "web", &environment);
    let _worker = Dyno::start(host.path(), "worker", &environment);
    let url = format!("http://{}", std::net::SocketAddr::new(address, port));
    until("it is reached from outside", async || {
        reqwest::get(format!("{url}/readyz")).await.is_ok_and(|answer| answer.status().is_success()).then_some(())
    })
    .await;

    let db = Db::connect(&database, 4, Hub::default()).await.unwrap();
    SimClock::new(db.clone(), simulator.origin()).set("2026-11-17T19:00:00Z".parse().unwrap(), SPEED).await.unwrap();
    let place = Place { db, owner: database, url, simulator: simulator.origin(), speed: SPEED };
    let (mut floor, list) = Floor::demo(place, 8, 3).await;
    floor.sign_on().await;
    let campaign = floor.start(&list, json!({})).await;
    let stats = floor.over(&campaign).await;
    assert_eq!((&stats["recipients"]["planned"], &stats["balances"]), (&json!(8), &json!(true)), "{stats}");
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
    invariants::connected_is_recorded(&floor.owner, &books).await;
}

/// A database of a user who may do nothing but own it; answers its address.
async fn somebody_elses(postgres: &Embedded) -> String {
    let mut superuser = PgConnection::connect(&postgres.owner_url("postgres")).await.unwrap();
    for statement in
        ["create role tenant login nosuperuser nocreatedb nocreaterole", "create database hosted owner tenant"]
    {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut superuser).await.unwrap();
    }
    let mut url: url::Url = postgres.owner_url("hosted").parse().unwrap();
    url.set_username("tenant").unwrap();
    url.into()
}

/// An address of this machine that is not the loopback's. Nothing is sent: a datagram's socket only looks up the way.
fn outside() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|ip| !ip.is_loopback() && !ip.is_unspecified())
}

/// One process of the Procfile, as a host starts it: through a shell, in a directory of its own.
struct Dyno(Child);

impl Dyno {
    fn start(host: &Path, name: &str, environment: &[(&str, String)]) -> Self {
        let directory = host.join(name);
        std::fs::create_dir_all(&directory).unwrap();
        let log = std::fs::File::create(directory.join("log")).unwrap();
        let plain = wib(&directory, &[], environment);
        let mut shell = Command::new("sh");
        for (name, value) in plain.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        let binaries = Path::new(env!("CARGO_BIN_EXE_wib")).parent().unwrap().display();
        shell.env("PATH", format!("{binaries}:{}", std::env::var("PATH").unwrap()));
        shell.args(["-c", &format!("exec env {}", line(name))]).current_dir(&directory).process_group(0);
        shell.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        Self(shell.spawn().unwrap())
    }

    fn log(&self, host: &Path, name: &str) -> String {
        std::fs::read_to_string(host.join(name).join("log")).unwrap()
    }
}

impl Drop for Dyno {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The command of that process.
fn line(name: &str) -> String {
    let procfile = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Procfile")).unwrap();
    let lines = procfile.lines().filter_map(|line| line.split_once(':'));
    let found = lines.filter(|(process, _)| *process == name).map(|(_, command)| command.trim().to_owned()).next();
    found.unwrap_or_else(|| panic!("the Procfile has no {name}"))
}
