//! One data directory and the server on it: what `initdb` and `pg_ctl` do for us.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    os::unix::{
        fs::{DirBuilderExt, OpenOptionsExt},
        net::UnixStream,
    },
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use super::{
    Error,
    binaries::{Binaries, Search},
    place,
    user::ServerUser,
};

const PORT: u16 = 5432;

/// Tries to start over a server that died: its orphans need a moment to notice and to let go of shared memory.
const STARTS: u32 = 6;

#[derive(Debug)]
pub(super) struct Cluster {
    base: PathBuf,
    data: PathBuf,
    socket_dir: PathBuf,
    binaries: Binaries,
    user: ServerUser,
}

impl Cluster {
    /// A data directory per major version: a newer server cannot read an older one's files.
    pub(super) fn at(base: &Path, candidates: &[&str]) -> Result<Cluster, Error> {
        let binaries = Search::from_env().find()?;
        let user = ServerUser::choose(candidates)?;
        DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(base)
            .map_err(|source| Error::Files { path: base.to_owned(), source })?;
        Ok(Cluster {
            data: base.join(format!("pg{}", binaries.major)),
            socket_dir: place::socket_dir(base, user),
            base: base.to_owned(),
            binaries,
            user,
        })
    }

    pub(super) fn url(&self, user: &str, database: &str) -> String {
        let host = self.socket_dir.display().to_string().replace('/', "%2F");
        format!("postgres://{user}@localhost:{PORT}/{database}?host={host}")
    }

    /// Held while the server starts or stops, so that two processes do not both do it.
    pub(super) fn gate(&self) -> Result<File, Error> {
        let gate = lock_file(&self.base.join("start.lock"))?;
        gate.lock().map_err(Error::Lock)?;
        Ok(gate)
    }

    /// Held by everyone who uses the server; the kernel lets go of it when a process is killed.
    pub(super) fn share(&self) -> Result<File, Error> {
        let share = lock_file(&self.base.join("users.lock"))?;
        share.lock_shared().map_err(Error::Lock)?;
        Ok(share)
    }

    /// Makes the data directory where there is none, and the server run where it does not.
    pub(super) fn run(&self) -> Result<(), Error> {
        place::claim_socket_dir(&self.socket_dir, self.user)?;
        if !self.data.exists() {
            self.create()?;
        }
        if self.is_running()? { self.must_answer() } else { self.start() }
    }

    /// In a directory beside, renamed when complete: a killed `initdb` leaves nothing that looks finished.
    fn create(&self) -> Result<(), Error> {
        let fresh = self.data.with_extension("new");
        if fresh.exists() {
            fs::remove_dir_all(&fresh).map_err(|source| files(&fresh, source))?;
        }
        place::private_dir(&fresh, self.user)?;
        let mut initdb = self.user.command(&self.binaries.dir.join("initdb"));
        initdb.args(["--username=wib", "--auth=trust", "--encoding=UTF8", "--no-instructions"]);
        initdb.args(["--locale=C", CTYPE, "--pgdata"]).arg(&fresh);
        self.must_succeed("initdb", &mut initdb)?;
        fs::rename(&fresh, &self.data).map_err(|source| files(&self.data, source))
    }

    /// Given at every start, so that a new release's settings reach an old data directory, and as arguments, so that
    /// root writes no file where the server's user could have put a link.
    fn settings(&self) -> String {
        let socket_dir = self.socket_dir.display();
        let settings = [
            "listen_addresses=''",
            &format!("port={PORT}"),
            &format!("unix_socket_directories={socket_dir}"),
            "unix_socket_permissions=0700",
            "max_connections=100",
            "shared_buffers=128MB",
            "jit=off",
            // A job queue leaves dead rows at the pace of its jobs; at the default of a minute its speed halves.
            "autovacuum_naptime=3s",
            "autovacuum_vacuum_cost_delay=0",
        ];
        settings.map(|setting| format!("-c {setting}")).join(" ")
    }

    /// `pg_ctl status` looks for the process: a `postmaster.pid` left by a crash does not fool it.
    fn is_running(&self) -> Result<bool, Error> {
        let status = self.pg_ctl(&["status"]).output().map_err(|source| files(&self.data, source))?;
        Ok(status.status.success())
    }

    fn must_answer(&self) -> Result<(), Error> {
        let socket = self.socket();
        let pid_file = self.data.join("postmaster.pid");
        UnixStream::connect(&socket).map(drop).map_err(|_| Error::Silent { pid_file, socket })
    }

    fn start(&self) -> Result<(), Error> {
        let log = self.data.join("server.log");
        let start = || {
            let mut start = self.pg_ctl(&["start", "--wait", "--timeout=60", "--options"]);
            self.must_succeed("pg_ctl start", start.arg(self.settings()).arg("--log").arg(&log))
        };
        for _ in 1..STARTS {
            if start().is_ok() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(250));
        }
        start().map_err(|error| with_end_of(&log, error))
    }

    /// A server that is gone already is as good as stopped.
    pub(super) fn stop(&self) -> Result<(), Error> {
        if self.is_running()? {
            self.must_succeed("pg_ctl stop", &mut self.pg_ctl(&["stop", "--mode=fast", "--wait"]))?;
        }
        // The next start makes it anew; what a crash left in it may stay.
        let _ = fs::remove_dir(&self.socket_dir);
        Ok(())
    }

    pub(super) fn crash(&self) -> Result<(), Error> {
        self.must_succeed("pg_ctl stop", &mut self.pg_ctl(&["stop", "--mode=immediate", "--wait"]))
    }

    fn socket(&self) -> PathBuf {
        self.socket_dir.join(format!(".s.PGSQL.{PORT}"))
    }

    fn pg_ctl(&self, arguments: &[&str]) -> Command {
        let mut command = self.user.command(&self.binaries.dir.join("pg_ctl"));
        command.arg("--pgdata").arg(&self.data).args(arguments);
        command
    }

    fn must_succeed(&self, name: &'static str, command: &mut Command) -> Result<(), Error> {
        let failed = |output: String| Error::Command { command: name, output };
        let done = command.output().map_err(|error| failed(error.to_string()))?;
        if done.status.success() {
            return Ok(());
        }
        let said = [done.stdout, done.stderr].concat();
        Err(failed(String::from_utf8_lossy(&said).trim().to_owned()))
    }
}

/// Sorted by bytes, the same on every machine; letters known by UTF-8. macOS has no `C.UTF-8`.
const CTYPE: &str = if cfg!(target_os = "macos") { "--lc-ctype=en_US.UTF-8" } else { "--lc-ctype=C.UTF-8" };

fn lock_file(path: &Path) -> Result<File, Error> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(|source| files(path, source))
}

fn with_end_of(log: &Path, error: Error) -> Error {
    let Error::Command { command, output } = error else { return error };
    let log = fs::read_to_string(log).unwrap_or_default();
    let from = log.len().saturating_sub(600);
    let end = log.get(log.ceil_char_boundary(from)..).unwrap_or_default();
    Error::Command { command, output: format!("{output}\n{}", end.trim()) }
}

fn files(path: &Path, source: std::io::Error) -> Error {
    Error::Files { path: path.to_owned(), source }
}
