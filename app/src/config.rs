//! What the environment says: one struct per concern, read once at the start, every fault told at once.
//!
//! `.env.example` describes each variable. Secrets are [`SecretString`](secrecy::SecretString)s, so that printing a [`Config`] shows none.

mod audit;
mod carrier;
mod database;
mod env;
mod http;
mod mail;
mod smoke;
mod timers;

pub use carrier::Carrier;
pub use database::Database;
pub use env::{Env, Faults};
pub use http::Http;
pub use mail::Mail;
pub use smoke::{Phones, Post, Smoke};
pub use timers::Timers;
use workflows::audit::Keys;

/// `sysexits.h`: the configuration is wrong.
pub const EXIT_CONFIG: u8 = 78;

/// Everything the processes are told from outside.
#[derive(Clone, Debug)]
pub struct Config {
    pub http: Http,
    pub database: Database,
    /// None: nothing can be dialed, and a start says so.
    pub carrier: Option<Carrier>,
    /// None: no e-mail can be sent, and a start says so.
    pub mail: Option<Mail>,
    pub timers: Timers,
    /// What the audit trail is signed and checked with.
    pub keys: Keys,
}

impl Config {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// With every missing and malformed variable, not only the first.
    pub fn from_env() -> Result<Self, Faults> {
        Self::read(Env::process())
    }

    /// Reads any environment.
    ///
    /// # Errors
    /// With every missing and malformed variable, not only the first.
    pub fn read(mut env: Env) -> Result<Self, Faults> {
        let config = Self {
            http: Http::from_env(&mut env),
            database: Database::from_env(&mut env),
            carrier: Carrier::from_env(&mut env),
            mail: Mail::from_env(&mut env),
            timers: Timers::from_env(&mut env),
            keys: audit::from_env(&mut env),
        };
        env.finish().map(|()| config)
    }
}

/// What the audit trail is signed and checked with, alone.
///
/// # Errors
/// With what is malformed.
pub fn signing(mut env: Env) -> Result<Keys, Faults> {
    let keys = audit::from_env(&mut env);
    env.finish().map(|()| keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &'static [(&'static str, &'static str)]) -> Result<Config, Faults> {
        Config::read(Env::of(move |name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())))
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let faults = read(&[("PORT", "eighty"), ("WIB_BIND", "everywhere"), ("TELNYX_API_KEY", "KEY1")]).unwrap_err();
        let told = faults.to_string();
        for name in ["DATABASE_URL", "PORT", "WIB_BIND", "TELNYX_CALL_CONTROL_APP_ID", "TELNYX_PUBLIC_KEY"] {
            assert!(told.contains(name), "{name} is not in {told}");
        }
    }

    #[test]
    fn a_secret_is_never_printed() {
        let config = read(&[
            ("DATABASE_URL", "postgres://wib_app:hunter2@localhost/wib"),
            ("TELNYX_API_KEY", "KEYhunter2"),
            ("TELNYX_CALL_CONTROL_APP_ID", "1"),
            ("TELNYX_PUBLIC_KEY", "hunter2"),
            ("WIB_SIGNING_KEY", "aHVudGVyMmh1bnRlcjJodW50ZXIyaHVudGVyMmh1bnQ="),
        ])
        .unwrap();
        let printed = format!("{config:?}");
        assert!(!printed.contains("hunter2") && !printed.contains("104, 117, 110"), "{printed}");
    }

    #[test]
    fn without_a_provider_there_is_none() {
        assert!(read(&[("DATABASE_URL", "postgres://localhost/wib")]).unwrap().carrier.is_none());
    }
}
