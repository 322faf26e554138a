//! The database: the one place a transaction comes from, and with it the organisation it may see.
//!
//! [`Db::tenant`] sees one organisation's rows, [`Db::system`] all of them; nothing else hands out a connection for
//! writing. Everything set at the start is local to the transaction, so a transaction pooler may stand between.

use std::ops::{Deref, DerefMut};

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Transaction, postgres::PgPoolOptions};

use crate::{
    fault,
    hub::{Hint, Hub},
    id::OrgId,
};

/// No statement of ours is slower than this unless it is broken; no transaction idles.
const TIMEOUTS: &str = "set local statement_timeout = '15s'; set local lock_timeout = '5s'; \
                        set local idle_in_transaction_session_timeout = '20s'";

/// A pool of connections that knows how tenants are kept apart here.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
    hub: Hub,
    pooled: bool,
    become_app: &'static str,
    become_system: &'static str,
}

impl Db {
    /// Connects and asks how this installation keeps tenants apart.
    ///
    /// # Errors
    /// When the database is away or was never migrated.
    pub async fn connect(url: &str, connections: u32, hub: Hub) -> Result<Self, sqlx::Error> {
        let pool = PgPoolOptions::new().max_connections(connections).connect(url).await?;
        Self::over(pool, hub).await
    }

    /// The same over a pool that exists already.
    ///
    /// # Errors
    /// When the database is away or was never migrated.
    pub async fn over(pool: PgPool, hub: Hub) -> Result<Self, sqlx::Error> {
        let mut tx = pool.begin().await?;
        let (isolation, is_app): (String, bool) =
            sqlx::query_as("select isolation, current_user = 'wib_app' from installation").fetch_one(&mut *tx).await?;
        tx.commit().await?;
        let (become_app, become_system) = match (isolation.as_str(), is_app) {
            ("roles", true) => ("", "set local role wib_system; "),
            // Whoever logged in may be the owner or more: step down, so that row security holds.
            ("roles", false) => ("set local role wib_app; ", "set local role wib_system; "),
            _ => ("", "set local app.system = 'on'; "),
        };
        Ok(Self { pool, hub, pooled: false, become_app, become_system })
    }

    /// Says whether a pooler of transactions that knows no prepared statements stands between.
    #[must_use]
    pub fn pooled(mut self, pooled: bool) -> Self {
        self.pooled = pooled;
        self
    }

    /// Whether every statement needs a transaction around it: such a pooler prepares it at one server and might run it
    /// at another.
    #[must_use]
    pub fn is_pooled(&self) -> bool {
        self.pooled
    }

    /// Begins a transaction that sees one organisation.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn tenant(&self, org: OrgId) -> Result<Tx, sqlx::Error> {
        // An OrgId prints as a bare UUID: nothing in it can end the statement.
        self.begin(format!("begin; {}set local app.org_id = '{org}'; {TIMEOUTS}", self.become_app)).await
    }

    /// Begins a transaction of the platform itself: it sees every organisation.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn system(&self) -> Result<Tx, sqlx::Error> {
        self.begin(format!("begin; {}{TIMEOUTS}", self.become_system)).await
    }

    async fn begin(&self, statement: String) -> Result<Tx, sqlx::Error> {
        let inner = self.pool.begin_with(AssertSqlSafe(statement)).await.inspect_err(fault::count)?;
        Ok(Tx { inner, hub: self.hub.clone(), hints: Vec::new() })
    }

    /// Where hints are told and heard.
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// The bare pool: for health checks and for definer functions, which need no role.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }
}

/// One transaction, the rows it may see, and the hints to tell once it is committed. Dropped, it rolls back.
#[derive(Debug)]
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    hub: Hub,
    hints: Vec<Hint>,
}

impl Tx {
    /// THE clock (`wib_now()`): simulated where a simulation runs. Decisions read it after the row lock.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn now(&mut self) -> Result<DateTime<Utc>, sqlx::Error> {
        sqlx::query_scalar!(r#"select wib_now() as "now!""#).fetch_one(&mut **self).await
    }

    /// Remembers whom to wake once this is committed.
    pub fn hint(&mut self, hint: Hint) {
        if !self.hints.contains(&hint) {
            self.hints.push(hint);
        }
    }

    /// Commits, then tells the hints.
    ///
    /// # Errors
    /// When the commit's answer is lost; whether it happened is then for the caller to find out.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        self.inner.commit().await?;
        self.hub.tell(self.hints);
        Ok(())
    }

    /// Undoes everything, at once.
    ///
    /// # Errors
    /// When the connection is lost; Postgres undoes it then by itself.
    pub async fn rollback(self) -> Result<(), sqlx::Error> {
        self.inner.rollback().await
    }
}

impl Deref for Tx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}
