//! A database of its own for each test, cloned from a migrated one: some 100 ms instead of every migration.
//!
//! The server is the one of `WIB_TEST_DATABASE_URL` (`bin/test` brings a throw-away one), else the private server that
//! the workspace's tests share; that one is left running, because starting it for each test would cost more. Neither
//! waits for the disk: copying and dropping databases would take seconds each.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

use app::{migrate, postgres};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

/// Gone with the test.
pub(crate) struct Database {
    /// The owner's address; `workflows::db::Db` steps down from it to the application's role.
    pub(crate) url: String,
    server: String,
    name: String,
}

/// Makes an empty, migrated database.
pub(crate) async fn database() -> Database {
    let server = server().await;
    let mut db = PgConnection::connect(&server).await.unwrap();
    let template = template(&mut db, &server).await;
    let name = format!("test_{}", Uuid::now_v7().simple());
    execute(&mut db, format!("create database {name} template {template}")).await;
    db.close().await.unwrap();
    Database { url: on(&server, &name), server, name }
}

impl Drop for Database {
    /// On a thread with a runtime of its own: a destructor cannot await, and the test's runtime is busy dropping it.
    fn drop(&mut self) {
        let (server, drop) = (self.server.clone(), format!("drop database if exists {} with (force)", self.name));
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { execute(&mut PgConnection::connect(&server).await.unwrap(), drop).await });
        });
        // A server that the test stopped has nothing left to drop.
        let _ = thread.join();
    }
}

async fn server() -> String {
    if let Ok(url) = std::env::var("WIB_TEST_DATABASE_URL") {
        return url;
    }
    let base = postgres::default_base(Path::new(env!("CARGO_MANIFEST_DIR"))).join("tests");
    postgres::Embedded::start(base).await.unwrap().owner_url("postgres")
}

/// The migrated database for this very schema; whoever comes first makes it, the others wait.
async fn template(db: &mut PgConnection, server: &str) -> String {
    let name = format!("template_{:016x}", schema());
    execute(db, "select pg_advisory_lock(2026)".to_owned()).await;
    let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(&name)
        .fetch_one(&mut *db)
        .await
        .unwrap();
    if !there {
        let unfinished = format!("{name}_unfinished");
        execute(db, format!("drop database if exists {unfinished} with (force)")).await;
        execute(db, format!("create database {unfinished}")).await;
        migrate::run(&on(server, &unfinished)).await.unwrap();
        execute(db, format!("alter database {unfinished} rename to {name}")).await;
        execute(db, "alter system set fsync = off".to_owned()).await;
        execute(db, "select pg_reload_conf()".to_owned()).await;
    }
    execute(db, "select pg_advisory_unlock_all()".to_owned()).await;
    name
}

fn schema() -> u64 {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let mut files: Vec<_> = fs::read_dir(directory).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        fs::read(file).unwrap().hash(&mut hasher);
    }
    hasher.finish()
}

/// The same server's address, for another database.
fn on(server: &str, database: &str) -> String {
    let mut url: url::Url = server.parse().unwrap();
    url.set_path(database);
    url.into()
}

async fn execute(db: &mut PgConnection, statement: String) {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(db).await.unwrap();
}
