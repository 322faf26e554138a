//! What can go wrong in a handler: every one of these is tried again.

/// Why a handler did not finish.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Call(#[from] workflows::call::Error),
    #[error(transparent)]
    Agent(#[from] workflows::agent::Error),
    #[error(transparent)]
    Campaign(#[from] workflows::campaign::Error),
    #[error(transparent)]
    Recipient(#[from] workflows::recipient::Error),
    #[error(transparent)]
    NoCarrier(#[from] crate::environment::NoCarrier),
    #[error(transparent)]
    Message(#[from] workflows::message::Error),
    #[error(transparent)]
    Evidence(#[from] workflows::evidence::Error),
    #[error(transparent)]
    Unkept(#[from] workflows::blob::Unkept),
    #[error(transparent)]
    Bulk(#[from] workflows::bulk::Error),
    #[error("database: {0}")]
    Database(sqlx::Error),
    #[error("stored webhook does not parse: {0}")]
    Webhook(#[from] telnyx::event::Error),
    #[error("stored e-mail event does not parse: {0}")]
    MailEvent(#[from] resend::event::Error),
    #[error("a pacing setting: {0}")]
    Pacing(#[from] workflows::pacing::Invalid),
    #[error("cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        workflows::fault::count(&error);
        Self::Database(error)
    }
}
