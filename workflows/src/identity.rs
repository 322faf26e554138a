//! Who is asking: organisations, the people and keys that act for them, and what each role may do.
//!
//! ```text
//! password ──sign_in──▶ session (a hashed token, real time) ──┐
//! API key  ────────────────────────────(a hashed secret)──────┴──▶ Principal { org, role, actor }
//! ```
//!
//! Looking somebody up is a system read: before it, nobody knows whose rows may be seen. Everything after it goes
//! through the principal's own organisation.

mod disposition;
pub mod key;
pub mod org;
mod password;
mod role;
pub mod session;
pub mod user;

pub use role::{Right, Role};

use crate::{
    id::{OrgId, UserId},
    transition::Actor,
};

/// Somebody who proved who they are.
#[derive(Clone, Debug)]
pub struct Principal {
    pub org: OrgId,
    pub role: Role,
    pub actor: Actor,
    /// What to call them: a person's name, or a key's.
    pub name: String,
    /// Of the organisation, as people say it.
    pub org_name: String,
    /// The organisation's time zone, by its IANA name.
    pub timezone: String,
}

impl Principal {
    /// The person; a key is nobody.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match self.actor {
            Actor::User(id) => Some(id),
            _ => None,
        }
    }

    /// May they?
    #[must_use]
    pub fn may(&self, right: Right) -> bool {
        self.role.may(right)
    }
}

/// Why an organisation, a person or a key was not made or not let in.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The same answer for an unknown address, a wrong password and a disabled person.
    #[error("the email address or the password is wrong")]
    NotLetIn,
    #[error("there is an organization with the slug {0} already")]
    SlugTaken(String),
    #[error("somebody signs in with that email address already")]
    EmailTaken,
    #[error("there is no organization with the slug {0}")]
    NoSuchOrg(String),
    #[error("a slug is 2 to 41 lower-case letters, digits and dashes, and starts with a letter or digit")]
    BadSlug,
    #[error("{0:?} is not an email address")]
    BadEmail(String),
    #[error("a password has at least {} characters", password::SHORTEST)]
    ShortPassword,
    #[error("hashing a password failed: {0}")]
    Hash(String),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Error {
    /// Reads what a unique constraint has to say.
    fn from_insert(error: sqlx::Error, slug: &str) -> Self {
        let constraint = error.as_database_error().and_then(|e| e.constraint().map(str::to_owned));
        match constraint.as_deref() {
            Some("organizations_slug_key") => Self::SlugTaken(slug.to_owned()),
            Some("organizations_slug_check") => Self::BadSlug,
            Some("users_email_key") => Self::EmailTaken,
            _ => Self::Database(error),
        }
    }
}
