//! Which database, by which ways, with how many connections.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{Env, Faults};

/// Where the data is.
#[derive(Clone, Debug)]
pub struct Database {
    pub url: SecretString,
    /// Who migrates; by default whoever runs.
    pub migrate_url: SecretString,
    /// A way past a transaction pooler, for LISTEN; by default the ordinary one, and none where that is pooled.
    pub direct_url: Option<SecretString>,
    /// The ordinary way leads through a pooler of transactions that knows no prepared statements: none is kept, and
    /// every statement has a transaction around it.
    pub pooled: bool,
    /// Connections of one process, all pools together.
    pub connections: u32,
}

impl Database {
    pub(super) fn from_env(env: &mut Env) -> Self {
        let url = env.required_secret("DATABASE_URL", "postgres://user:password@host/database");
        if !url.expose_secret().is_empty() {
            check(env, "DATABASE_URL", &url);
        }
        let pooled = pooled(env);
        let direct_url = other(env, "WIB_DIRECT_DATABASE_URL").or_else(|| (!pooled).then(|| url.clone()));
        Self {
            migrate_url: other(env, "WIB_MIGRATE_DATABASE_URL").unwrap_or_else(|| url.clone()),
            direct_url,
            pooled,
            connections: env.parsed("WIB_DATABASE_CONNECTIONS", 20, "a number of connections, 6 or more").max(6),
            url,
        }
    }

    /// Only this concern, for commands that need nothing else.
    ///
    /// # Errors
    /// With everything that is missing or malformed.
    pub fn alone(mut env: Env) -> Result<Self, Faults> {
        let database = Self::from_env(&mut env);
        env.finish().map(|()| database)
    }

    /// The same database by one way only, as the private server is reached.
    #[must_use]
    pub fn at(url: &str) -> Self {
        let url = SecretString::from(url.to_owned());
        Self { migrate_url: url.clone(), direct_url: Some(url.clone()), pooled: false, url, connections: 20 }
    }
}

fn other(env: &mut Env, name: &str) -> Option<SecretString> {
    let url = env.secret(name)?;
    check(env, name, &url);
    Some(url)
}

fn pooled(env: &mut Env) -> bool {
    match env.text("WIB_POOLER").as_deref() {
        None => false,
        Some("transaction") => true,
        Some(_) => {
            env.fault("WIB_POOLER is malformed: it has to be `transaction`, or unset".to_owned());
            false
        }
    }
}

fn check(env: &mut Env, name: &str, url: &SecretString) {
    let fits = Url::parse(url.expose_secret()).is_ok_and(|url| matches!(url.scheme(), "postgres" | "postgresql"));
    if !fits {
        env.fault(format!("{name} is malformed: it has to be postgres://user:password@host/database"));
    }
}
