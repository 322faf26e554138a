//! The schema this binary was built for, and whether a database has it.
//!
//! Migrations are forward-only and expand before they contract, so the previous release runs on the next schema: an
//! older database is refused ([`Mismatch::Older`]), a newer one is only worth a warning ([`Mismatch::Newer`]), and
//! migrating it with an older binary, as a roll-back's release step does, changes nothing.

use std::collections::BTreeSet;

use sqlx::{ConnectOptions, Connection, PgPool, migrate::Migrator, postgres::PgConnectOptions};

static MIGRATOR: Migrator = Migrator { ignore_missing: true, ..sqlx::migrate!("../migrations") };

/// Brings the database to this binary's schema and answers how many migrations that took. Twice is the same as
/// once; two at the same time wait for each other.
///
/// The address is the owner's, on a direct path: the migrator's lock belongs to a session and would be lost behind a
/// PgBouncer that pools transactions.
///
/// # Errors
/// When the database is away, a migration fails, or one that was applied has been edited since.
pub async fn run(url: &str) -> Result<usize, Error> {
    let options: PgConnectOptions = url.parse()?;
    let mut db = options.connect().await?;
    let before = applied(&mut db).await?;
    MIGRATOR.run(&mut db).await?;
    let after = applied(&mut db).await?;
    db.close().await?;
    Ok(after.difference(&before).count())
}

/// Whether the database has exactly this binary's schema.
///
/// # Errors
/// [`Mismatch`] says how it differs.
pub async fn check(pool: &PgPool) -> Result<(), Mismatch> {
    // One transaction, so that a pooler does not come between a statement and its preparation.
    let mut tx = pool.begin().await?;
    let applied = applied(&mut tx).await?;
    tx.commit().await?;
    let known: BTreeSet<i64> = MIGRATOR.iter().map(|migration| migration.version).collect();
    let (missing, unknown) = (known.difference(&applied).count(), applied.difference(&known).count());
    match (missing, unknown) {
        (0, 0) => Ok(()),
        (0, unknown) => Err(Mismatch::Newer { unknown }),
        (missing, _) => Err(Mismatch::Older { missing }),
    }
}

/// Nothing where the database was never migrated. The table is the migrator's own, so the query is checked at run
/// time only.
async fn applied(db: &mut sqlx::PgConnection) -> Result<BTreeSet<i64>, sqlx::Error> {
    let there: bool =
        sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null").fetch_one(&mut *db).await?;
    if !there {
        return Ok(BTreeSet::new());
    }
    let versions: Vec<i64> =
        sqlx::query_scalar("select version from _sqlx_migrations where success").fetch_all(db).await?;
    Ok(versions.into_iter().collect())
}

/// Why the database was not migrated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database is away or refused us.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// A migration failed, or an applied one has changed.
    #[error(transparent)]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

/// How a database's schema differs from the one this binary was built for.
#[derive(Debug, thiserror::Error)]
pub enum Mismatch {
    /// Serving it would fail: refuse to start.
    #[error("the database's schema is {missing} migrations behind; run `wib migrate`")]
    Older {
        /// How many migrations it lacks.
        missing: usize,
    },
    /// A later release has migrated it: safe for now, by the rule that migrations expand first.
    #[error("the database's schema is {unknown} migrations ahead of this release")]
    Newer {
        /// How many migrations this binary does not know.
        unknown: usize,
    },
    /// It could not be read.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
