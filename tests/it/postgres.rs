//! The embedded Postgres, as its users meet it: several processes, several users of the machine, and deaths.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use app::postgres::Embedded;
use nix::{
    sys::signal::{Signal, kill},
    unistd::{Pid, User, geteuid},
};
use sqlx::{Connection, PgConnection};

#[tokio::test]
async fn what_was_written_is_there_after_a_stop_and_a_start() {
    let place = Place::new();
    let first = Embedded::start(place.base()).await.unwrap();
    first.ensure_database("wib").await.unwrap();
    first.ensure_database("wib").await.unwrap();
    execute(&first.owner_url("wib"), "create table kept as select 'word' as value").await;
    assert!(first.stop().await.unwrap(), "the only user is the last one");
    assert!(!place.has_server());

    let second = Embedded::start(place.base()).await.unwrap();
    assert_eq!(answer(&second.owner_url("wib"), "select value from kept").await, "word");
    second.stop().await.unwrap();
}

#[tokio::test]
async fn the_server_is_durable_and_reached_through_its_socket_only() {
    let place = Place::new();
    let pg = Embedded::start(place.base()).await.unwrap();
    let setting = async |name: &str| answer(&pg.owner_url("postgres"), &format!("show {name}")).await;
    assert_eq!(setting("fsync").await, "on");
    assert_eq!(setting("listen_addresses").await, "");
    assert_eq!(setting("autovacuum_naptime").await, "3s");
    let socket_dir = setting("unix_socket_directories").await;
    assert_eq!(fs::metadata(socket_dir).unwrap().permissions().mode() & 0o777, 0o700);
    pg.stop().await.unwrap();
}

#[tokio::test]
async fn a_dropped_database_is_gone_even_while_somebody_is_connected() {
    let place = Place::new();
    let pg = Embedded::start(place.base()).await.unwrap();
    pg.ensure_database("wib_demo").await.unwrap();
    let _connected = PgConnection::connect(&pg.owner_url("wib_demo")).await.unwrap();
    pg.drop_database("wib_demo").await.unwrap();
    let left = "select count(*)::text from pg_database where datname = 'wib_demo'";
    assert_eq!(answer(&pg.owner_url("postgres"), left).await, "0");
    pg.stop().await.unwrap();
}

#[test]
fn two_processes_that_start_at_once_share_one_server_and_the_last_one_stops_it() {
    let place = Place::new();
    let (mut one, mut other) = (place.process(None), place.process(None));
    assert_eq!(one.server(), other.server());
    assert_eq!(one.stop(), "the other goes on");
    assert!(place.has_server());
    assert_eq!(other.stop(), "stopped");
    assert!(!place.has_server());
}

#[test]
fn a_killed_process_leaves_the_server_and_the_next_start_takes_it_over() {
    let place = Place::new();
    let mut first = place.process(None);
    let server = first.server();
    first.kill();
    assert!(place.has_server());
    let mut second = place.process(None);
    assert_eq!(second.server(), server);
    assert_eq!(second.stop(), "stopped");
}

#[tokio::test]
async fn a_server_that_died_is_started_again_over_the_pid_file_it_left() {
    let place = Place::new();
    let first = Embedded::start(place.base()).await.unwrap();
    first.ensure_database("wib").await.unwrap();
    execute(&first.owner_url("wib"), "create table kept as select 'word' as value").await;
    kill(place.postmaster(), Signal::SIGKILL).unwrap();
    until("the server is dead", || kill(place.postmaster(), None).is_err());

    let second = Embedded::start(place.base()).await.unwrap();
    assert_eq!(answer(&second.owner_url("wib"), "select value from kept").await, "word");
    drop(first);
    second.stop().await.unwrap();
}

#[tokio::test]
async fn what_was_committed_survives_an_immediate_restart() {
    let place = Place::new();
    let pg = Embedded::start(place.base()).await.unwrap();
    execute(&pg.owner_url("postgres"), "create table kept as select 'word' as value").await;
    pg.restart_immediately().await.unwrap();
    assert_eq!(answer(&pg.owner_url("postgres"), "select value from kept").await, "word");
    pg.stop().await.unwrap();
}

#[tokio::test]
async fn an_unfinished_initdb_is_begun_anew() {
    let place = Place::new();
    let pg = Embedded::start(place.base()).await.unwrap();
    pg.stop().await.unwrap();
    let data = place.data();
    fs::rename(&data, data.with_extension("new")).unwrap();
    let pg = Embedded::start(place.base()).await.unwrap();
    pg.stop().await.unwrap();
}

#[tokio::test]
async fn as_root_without_a_postgres_user_the_server_runs_as_nobody() {
    if !geteuid().is_root() {
        return eprintln!("skipped: only root changes users");
    }
    let place = Place::new();
    let pg = Embedded::start_as(place.base(), &["no-such-user", "nobody"]).await.unwrap();
    let nobody = User::from_name("nobody").unwrap().unwrap();
    assert_eq!(fs::metadata(place.data()).unwrap().uid(), nobody.uid.as_raw());
    pg.stop().await.unwrap();
}

#[tokio::test]
async fn as_root_with_nobody_to_run_as_the_refusal_names_who_was_looked_for() {
    if !geteuid().is_root() {
        return eprintln!("skipped: only root changes users");
    }
    let place = Place::new();
    let refused = Embedded::start_as(place.base(), &["no-such-user"]).await.unwrap_err();
    assert!(refused.to_string().contains("no-such-user"), "{refused}");
}

#[test]
fn an_ordinary_user_has_a_server_under_their_own_name() {
    if !geteuid().is_root() {
        return eprintln!("skipped: the other tests ran as an ordinary user already");
    }
    let place = Place::new();
    let user = User::from_name("nobody").unwrap().unwrap();
    chown(place.base(), Some(user.uid.as_raw()), Some(user.gid.as_raw())).unwrap();
    let mut theirs = place.process(Some(&user));
    theirs.server();
    assert_eq!(fs::metadata(place.data()).unwrap().uid(), user.uid.as_raw());
    assert_eq!(theirs.stop(), "stopped");
}

/// A place for one test's server, which other users of the machine may enter.
pub(crate) struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new() -> Place {
        let dir = tempfile::tempdir_in("/tmp").unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(dir.path().join("base")).unwrap();
        Place { dir }
    }

    pub(crate) fn base(&self) -> PathBuf {
        self.dir.path().join("base")
    }

    fn data(&self) -> PathBuf {
        self.data_dir().expect("a server was started here")
    }

    fn data_dir(&self) -> Option<PathBuf> {
        let mut entries = fs::read_dir(self.base()).unwrap().map(|entry| entry.unwrap().path());
        entries.find(|path| path.is_dir())
    }

    fn has_server(&self) -> bool {
        self.data().join("postmaster.pid").exists()
    }

    pub(crate) fn postmaster(&self) -> Pid {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        Pid::from_raw(file.lines().next().unwrap().parse().unwrap())
    }

    /// This test binary once more, where the user may read it.
    fn process(&self, user: Option<&User>) -> Process {
        let binary = self.dir.path().join("it");
        if !binary.exists() {
            fs::copy(std::env::current_exe().unwrap(), &binary).unwrap();
        }
        let mut command = Command::new(binary);
        command.args(["--ignored", "--exact", "postgres::a_process_of_its_own", "--nocapture"]);
        command.env(BASE, self.base()).current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some(user) = user {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
        Process::of(command.spawn().unwrap())
    }
}

/// A server that a test leaves, failed or not, would outlive its files.
impl Drop for Place {
    fn drop(&mut self) {
        if self.data_dir().is_some() && self.has_server() {
            let _ = kill(self.postmaster(), Signal::SIGQUIT);
        }
    }
}

/// Another process that uses the server: [`a_process_of_its_own`].
struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn of(mut child: Child) -> Process {
        let stdin = child.stdin.take();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Process { child, stdin, lines }
    }

    /// When the server it uses was started: tells one server from another.
    fn server(&mut self) -> String {
        self.says("server")
    }

    fn stop(&mut self) -> String {
        self.stdin.take().unwrap().write_all(b"stop\n").unwrap();
        let said = self.says("end");
        self.child.wait().unwrap();
        said
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn says(&mut self, what: &str) -> String {
        let mark = format!("{what}: ");
        self.lines
            .by_ref()
            .map(Result::unwrap)
            .find_map(|line| Some(line.split_once(&mark)?.1.to_owned()))
            .expect("the process says what it was asked")
    }
}

const BASE: &str = "WIB_TEST_BASE";

#[tokio::test]
#[ignore = "the other process of the tests above"]
async fn a_process_of_its_own() {
    let Some(base) = std::env::var_os(BASE) else {
        return eprintln!("skipped: no test above has started this process");
    };
    let pg = Embedded::start(Path::new(&base).to_owned()).await.unwrap();
    let started = answer(&pg.owner_url("postgres"), "select pg_postmaster_start_time()::text").await;
    println!("server: {started}");
    std::io::stdin().read_line(&mut String::new()).unwrap();
    let last = pg.stop().await.unwrap();
    println!("end: {}", if last { "stopped" } else { "the other goes on" });
}

async fn execute(url: &str, statement: &str) {
    let mut db = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
}

async fn answer(url: &str, query: &str) -> String {
    let mut db = PgConnection::connect(url).await.unwrap();
    let answer = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&mut db).await.unwrap();
    db.close().await.unwrap();
    answer
}

fn until(what: &str, done: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !done() {
        assert!(Instant::now() < deadline, "still not so: {what}");
        std::thread::yield_now();
    }
}
