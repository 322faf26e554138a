//! The Postgres that comes along: a private server for a first look, for development and for tests, used when
//! `DATABASE_URL` is unset.
//!
//! ```text
//! nothing ─initdb→ stopped ─pg_ctl start→ running ─the last of its users stops it→ stopped
//!                                            │ its users are killed
//!                                            ▼
//!                                         running, unused: the next start re-uses it
//! ```
//!
//! It listens on a Unix socket only, in a directory nobody else may enter: that permission is the whole access
//! control, so there is no password. It is durable (`fsync` on): losing data on a power cut would be a poor first
//! impression. [`Embedded::start`] decides and does everything; `binaries` finds Postgres, `place` says where files
//! go, `user` whom the server runs as, `cluster` talks to `initdb` and `pg_ctl`.
//!
//! Not the crate `postgresql_embedded`: it fails as root and runs with `fsync` off.

mod binaries;
mod cluster;
mod place;
mod user;

use std::{fs, io, path::PathBuf, sync::Arc};

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

use cluster::Cluster;
pub use place::default_base;

/// A share in the private server. Dropping it gives the share up and leaves the server running, as `kill -9` would;
/// [`Embedded::stop`] is the orderly end.
#[derive(Debug)]
pub struct Embedded {
    cluster: Arc<Cluster>,
    share: fs::File,
}

impl Embedded {
    /// Starts the server whose files live under `base` (see [`default_base`]), or joins it where it runs already.
    ///
    /// # Errors
    /// Where no Postgres is installed, the message names the command that installs it.
    pub async fn start(base: PathBuf) -> Result<Embedded, Error> {
        Embedded::start_as(base, &["postgres", "nobody"]).await
    }

    /// [`Embedded::start`] with the users to choose from when running as root; the first that exists is taken.
    ///
    /// # Errors
    /// As [`Embedded::start`].
    pub async fn start_as(base: PathBuf, candidates: &'static [&'static str]) -> Result<Embedded, Error> {
        blocking(move || {
            let cluster = Cluster::at(&base, candidates)?;
            let _gate = cluster.gate()?;
            cluster.run()?;
            let share = cluster.share()?;
            let cluster = Arc::new(cluster);
            Ok(Embedded { cluster, share })
        })
        .await
    }

    /// The superuser's address of a database: migrations and tests.
    pub fn owner_url(&self, database: &str) -> String {
        self.cluster.url("wib", database)
    }

    /// The application's address of a database. The role `wib_app` is made by the first migration.
    pub fn app_url(&self, database: &str) -> String {
        self.cluster.url("wib_app", database)
    }

    /// Makes the database unless it is there.
    ///
    /// # Errors
    /// When the name is no plain lower-case identifier, or the server refuses.
    pub async fn ensure_database(&self, name: &str) -> Result<(), Error> {
        let mut db = self.maintenance(name).await?;
        let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(name)
            .fetch_one(&mut db)
            .await?;
        if !there {
            create_database(&mut db, name).await?;
        }
        Ok(db.close().await?)
    }

    /// Removes the database and ends every connection to it: `wib dev --fresh`.
    ///
    /// # Errors
    /// As [`Embedded::ensure_database`].
    pub async fn drop_database(&self, name: &str) -> Result<(), Error> {
        let mut db = self.maintenance(name).await?;
        let drop = AssertSqlSafe(format!("drop database if exists {name} with (force)"));
        sqlx::query(drop).execute(&mut db).await?;
        Ok(db.close().await?)
    }

    /// Gives the share up; the last one out stops the server. Answers whether this was the last.
    ///
    /// # Errors
    /// When the server does not stop.
    pub async fn stop(self) -> Result<bool, Error> {
        blocking(move || {
            // Behind the same gate as a start, so that nobody joins a server that is about to go.
            let _gate = self.cluster.gate()?;
            self.share.unlock().map_err(Error::Lock)?;
            match self.share.try_lock() {
                Ok(()) => self.cluster.stop().map(|()| true),
                Err(fs::TryLockError::WouldBlock) => Ok(false),
                Err(fs::TryLockError::Error(error)) => Err(Error::Lock(error)),
            }
        })
        .await
    }

    /// Restarts the server as after a crash, without a checkpoint: for drills and tests of what survives.
    ///
    /// # Errors
    /// When the server does not come back.
    pub async fn restart_immediately(&self) -> Result<(), Error> {
        let cluster = Arc::clone(&self.cluster);
        blocking(move || cluster.crash().and_then(|()| cluster.run())).await
    }

    async fn maintenance(&self, name: &str) -> Result<PgConnection, Error> {
        if !is_identifier(name) {
            return Err(Error::Name(name.to_owned()));
        }
        let options: PgConnectOptions = self.owner_url("postgres").parse()?;
        Ok(options.connect().await?)
    }
}

/// Two processes may make the same database at the same moment; the loser finds it made.
async fn create_database(db: &mut PgConnection, name: &str) -> Result<(), Error> {
    let create = AssertSqlSafe(format!("create database {name}"));
    match sqlx::query(create).execute(db).await {
        Err(sqlx::Error::Database(error)) if matches!(error.code().as_deref(), Some("42P04" | "23505")) => Ok(()),
        made => made.map(drop).map_err(Error::from),
    }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() < 64
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// `initdb` and `pg_ctl` take up to two seconds; the runtime's threads have better things to do.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.expect("the launcher does not panic and is never aborted")
}

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Postgres is not installed, or too old.
    #[error(transparent)]
    Binaries(#[from] binaries::Error),
    /// Postgres refuses to run as root, and there is nobody else.
    #[error("running as root, and none of the users {0} exists to run Postgres as")]
    NoUser(String),
    /// A file or directory of the server could not be made or read.
    #[error("cannot prepare {}: {source}", path.display())]
    Files {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The socket's directory belongs to somebody else: whoever owns it could pose as our server.
    #[error("{} is not a directory that only its owner may enter; remove it", .0.display())]
    ForeignSocket(PathBuf),
    /// A process id was recorded and is alive, but no server answers.
    #[error(
        "{} names a running process, but no Postgres answers on {}; end that process, or remove the file if it is something else",
        pid_file.display(), socket.display()
    )]
    Silent {
        /// The server's process id file.
        pid_file: PathBuf,
        /// The socket it should answer on.
        socket: PathBuf,
    },
    /// `initdb` or `pg_ctl` failed.
    #[error("{command} failed: {output}")]
    Command {
        /// The command's name.
        command: &'static str,
        /// What it printed, and the end of the server's log.
        output: String,
    },
    /// A lock file could not be locked.
    #[error("cannot lock: {0}")]
    Lock(#[source] io::Error),
    /// Only plain identifiers name databases here.
    #[error("{0:?} is no database name; use lower-case letters, digits and underscores")]
    Name(String),
    /// The server refused a statement.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

#[cfg(test)]
mod tests {
    use super::is_identifier;
    use rstest::rstest;

    #[rstest]
    #[case::plain("wib_demo", true)]
    #[case::with_digits("it_0042", true)]
    #[case::empty("", false)]
    #[case::leading_digit("1wib", false)]
    #[case::upper_case("Wib", false)]
    #[case::an_injection("wib; drop database wib", false)]
    fn only_plain_identifiers_name_databases(#[case] name: &str, #[case] accepted: bool) {
        assert_eq!(is_identifier(name), accepted);
    }
}
