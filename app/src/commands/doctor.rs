//! `wib doctor`: checks the installation, one line each, with the fix.

use std::process::ExitCode;

use chrono::Utc;
use chrono_tz::America::New_York;
use sqlx::PgPool;
use workflows::{
    audit::{self, Keys},
    db::Db,
    hub::Hub,
};

use crate::{
    config::{Carrier, Config, Database, Env, Mail},
    migrate::{self, Mismatch},
};

enum Finding {
    Good(String),
    /// It works, but is weaker than it could be.
    Weak(String),
    /// What is wrong, and the fix.
    Bad(String),
}

pub(super) async fn run() -> anyhow::Result<ExitCode> {
    let mut findings = Vec::new();
    match Config::from_env() {
        Ok(config) => {
            findings.push(("configuration", Finding::Good("complete".to_owned())));
            findings.push(("provider", carrier(config.carrier.as_ref())));
            findings.push(("e-mail", mail(config.mail.as_ref())));
            findings.push(("signing", signing(&config.keys)));
        }
        Err(faults) => findings.push(("configuration", Finding::Bad(faults.to_string().replace('\n', "; ")))),
    }
    findings.extend(data().await);
    findings.push(("time zones", zones()));
    Ok(tell(&findings))
}

fn tell(findings: &[(&str, Finding)]) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for (what, finding) in findings {
        let (mark, words) = match finding {
            Finding::Good(words) => ("ok  ", words),
            Finding::Weak(words) => ("weak", words),
            Finding::Bad(words) => {
                code = ExitCode::FAILURE;
                ("bad ", words)
            }
        };
        println!("{mark}  {what}: {words}");
    }
    code
}

async fn data() -> Vec<(&'static str, Finding)> {
    let Ok(database) = Database::alone(Env::process()) else { return Vec::new() };
    let pool = match super::serve::pool(&past_pooler(database), 1).await {
        Ok(pool) => pool,
        Err(error) => return vec![("database", Finding::Bad(format!("{error:#}")))],
    };
    vec![
        ("database", version(&pool).await),
        ("schema", schema(&pool).await),
        ("isolation", isolation(&pool).await),
        ("clock", clock(&pool).await),
        ("audit", chained(&pool).await),
    ]
}

/// Its questions need a session.
fn past_pooler(database: Database) -> Database {
    match database.direct_url.clone() {
        Some(url) => Database { url, pooled: false, ..database },
        None => database,
    }
}

async fn version(pool: &PgPool) -> Finding {
    match sqlx::query_scalar::<_, String>("show server_version_num").fetch_one(pool).await {
        Ok(version) if version.as_str() >= "150000" => Finding::Good(format!("reachable, Postgres {}", &version[..2])),
        Ok(version) => Finding::Bad(format!("Postgres {version} is too old; 15 or later is needed")),
        Err(error) => Finding::Bad(error.to_string()),
    }
}

async fn schema(pool: &PgPool) -> Finding {
    match migrate::check(pool).await {
        Ok(()) => Finding::Good("fits this release".to_owned()),
        Err(newer @ Mismatch::Newer { .. }) => Finding::Weak(newer.to_string()),
        Err(other) => Finding::Bad(other.to_string()),
    }
}

async fn isolation(pool: &PgPool) -> Finding {
    match sqlx::query_scalar::<_, String>("select isolation from installation").fetch_one(pool).await {
        Ok(by) if by == "roles" => Finding::Good("organisations are kept apart by database roles".to_owned()),
        Ok(_) => Finding::Weak(
            "organisations are kept apart by settings, since this host forbids roles; a bug in SQL could cross over"
                .to_owned(),
        ),
        Err(_) => Finding::Bad("never migrated; run `wib migrate`".to_owned()),
    }
}

async fn clock(pool: &PgPool) -> Finding {
    let asked = sqlx::query_as::<_, (f64, bool)>(
        "select abs(extract(epoch from clock_timestamp() - $1))::float8, exists(select from sim_clock)",
    );
    match asked.bind(Utc::now()).fetch_one(pool).await {
        Ok((_, true)) => Finding::Weak("simulated; `delete from sim_clock` returns to real time".to_owned()),
        Ok((apart, _)) if apart < 2.0 => Finding::Good("ours and the database's agree".to_owned()),
        Ok((apart, _)) => {
            Finding::Bad(format!("ours and the database's are {apart:.0} s apart; run a time daemon on both hosts"))
        }
        Err(error) => Finding::Bad(error.to_string()),
    }
}

/// DESIGN §4: a line that no link holds after ten seconds.
async fn chained(pool: &PgPool) -> Finding {
    let read = async {
        let db = Db::over(pool.clone(), Hub::default()).await?;
        audit::standing(&db).await
    };
    match read.await {
        Ok(standing) if standing.broken > 0 => {
            Finding::Bad(format!("{} chains are broken; `wib audit verify` names the rows", standing.broken))
        }
        Ok(standing) if standing.late => {
            Finding::Bad("lines wait to be chained for more than 10 s; is `wib work` running?".to_owned())
        }
        Ok(_) => Finding::Good("every line is chained, no chain was found broken".to_owned()),
        Err(error) => Finding::Bad(error.to_string()),
    }
}

fn signing(keys: &Keys) -> Finding {
    match &keys.signer {
        Some(signer) => Finding::Good(format!("checkpoints verify with {}", signer.public())),
        None => Finding::Weak(
            "no key, so the audit chain is not signed; put what `wib audit key --new` prints into WIB_SIGNING_KEY"
                .to_owned(),
        ),
    }
}

fn carrier(carrier: Option<&Carrier>) -> Finding {
    let Some(carrier) = carrier else {
        return Finding::Weak("none, so nothing can be dialed; set TELNYX_API_KEY and its companions".to_owned());
    };
    reached(carrier.simulated(), &carrier.base_url, carrier.live_allowed, "calls to real people")
}

fn mail(mail: Option<&Mail>) -> Finding {
    let Some(mail) = mail else {
        return Finding::Weak("none, so no e-mail is sent; set RESEND_API_KEY and RESEND_WEBHOOK_SECRET".to_owned());
    };
    reached(mail.simulated(), &mail.base_url, mail.live_allowed, "e-mails to real people")
}

fn reached(simulated: bool, base_url: &str, live_allowed: bool, what: &str) -> Finding {
    match (simulated, live_allowed) {
        (true, _) => Finding::Good(format!("the simulator at {base_url}")),
        (false, true) => Finding::Good(format!("live, and {what} are allowed")),
        (false, false) => Finding::Weak(format!("live, but {what} are off until WIB_ALLOW_LIVE_CALLS=yes")),
    }
}

/// The spring of 2026: one second before two in the morning is followed by three.
fn zones() -> Finding {
    use chrono::{TimeZone, Timelike};
    let after = Utc.with_ymd_and_hms(2026, 3, 8, 7, 0, 0).single().map(|at| at.with_timezone(&New_York).hour());
    match after {
        Some(3) => Finding::Good(format!("known, edition {}", chrono_tz::IANA_TZDB_VERSION)),
        _ => Finding::Bad("this build does not know when New York changes its clocks; build it anew".to_owned()),
    }
}
