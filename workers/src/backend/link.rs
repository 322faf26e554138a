//! A connection of a task's own, made again when it broke.

use std::{sync::Arc, time::Duration};

use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use workflows::{db::Db, fault};

/// A connection that may have to be made first.
pub(super) struct Link {
    options: Arc<PgConnectOptions>,
    connection: Option<PgConnection>,
    /// See [`Db::is_pooled`].
    pooled: bool,
    patience: Duration,
}

impl Link {
    /// To a database. A statement that takes longer than `patience` counts as broken.
    pub(super) fn to(db: &Db, patience: Duration) -> Self {
        Self { options: db.pool().connect_options(), connection: None, pooled: db.is_pooled(), patience }
    }

    /// Does something with the connection. After any error it is closed: what the server still does is unknown.
    pub(super) async fn with<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, sqlx::Error> {
        let (patience, pooled) = (self.patience, self.pooled);
        let done = tokio::time::timeout(patience, async {
            let connection = match &mut self.connection {
                Some(connection) => connection,
                none => none.insert(self.options.connect().await?),
            };
            if pooled { in_transaction(connection, work).await } else { work(connection).await }
        })
        .await
        .unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())));
        if let Err(error) = &done {
            fault::count(error);
            self.connection = None;
        }
        done
    }
}

async fn in_transaction<T>(
    connection: &mut PgConnection,
    work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
) -> Result<T, sqlx::Error> {
    let mut tx = connection.begin().await?;
    let done = work(&mut tx).await?;
    tx.commit().await?;
    Ok(done)
}
