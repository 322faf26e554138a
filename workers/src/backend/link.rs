//! A connection of a task's own, made again when it broke.

use std::{sync::Arc, time::Duration};

use sqlx::{ConnectOptions, PgConnection, PgPool, postgres::PgConnectOptions};
use workflows::fault;

/// A connection that may have to be made first.
pub(super) struct Link {
    options: Arc<PgConnectOptions>,
    connection: Option<PgConnection>,
    patience: Duration,
}

impl Link {
    /// To the database that a pool leads to. A statement that takes longer than `patience` counts as broken.
    pub(super) fn to(pool: &PgPool, patience: Duration) -> Self {
        Self { options: pool.connect_options(), connection: None, patience }
    }

    /// Does something with the connection. After any error it is closed: what the server still does is unknown.
    pub(super) async fn with<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, sqlx::Error> {
        let patience = self.patience;
        let done = tokio::time::timeout(patience, async {
            let connection = match &mut self.connection {
                Some(connection) => connection,
                none => none.insert(self.options.connect().await?),
            };
            work(connection).await
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
