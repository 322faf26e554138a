//! Sessions: who is signed in, on which browser.
//!
//! `sign_in` makes one, `find` proves one, `end` ends one. Only a hash of the token is stored, so a copy of the table
//! opens nothing. Sessions live in real time, whatever the simulated clock says.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::TryRngCore;
use secrecy::SecretString;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    audit,
    db::Db,
    id::{OrgId, UserId},
    identity::{Error, Principal, Role, password},
    transition::Actor,
};

/// A session nobody uses ends after this many days.
pub const DAYS: i32 = 7;

/// The secret half of a session, as the browser keeps it.
#[derive(Clone, Debug)]
pub struct Token(pub SecretString);

struct Candidate {
    id: Uuid,
    org_id: Uuid,
    password_hash: String,
}

/// Opens a session for whoever knows the password.
///
/// # Errors
/// [`Error::NotLetIn`], the same for an unknown address and a wrong password, and after the same work.
pub async fn sign_in(db: &Db, email: &str, password: &SecretString, user_agent: &str) -> Result<Token, Error> {
    let candidate = candidate(db, &email.trim().to_lowercase()).await?;
    let hash = candidate.as_ref().map(|c| c.password_hash.clone());
    let right = password::verify(password, hash).await?;
    match candidate {
        Some(person) if right => open(db, OrgId(person.org_id), UserId(person.id), user_agent).await,
        Some(person) => {
            // Behind the answer: a write would make it slower for an address that is known.
            tokio::spawn(refused(db.clone(), person));
            Err(Error::NotLetIn)
        }
        None => Err(Error::NotLetIn),
    }
}

/// Nobody has proved to be this person: the line is the platform's own.
async fn refused(db: Db, person: Candidate) {
    let write = async {
        let mut tx = db.tenant(OrgId(person.org_id)).await?;
        let (org, subject) = (OrgId(person.org_id), person.id.to_string());
        audit::write(&mut tx, org, &Actor::System, "session.refuse", &subject, json!({ "because": "password" }))
            .await?;
        tx.commit().await
    };
    if let Err(error) = write.await {
        tracing::error!(%error, "a refused sign-in was not written down");
    }
}

/// Opens a session for a person without asking for the password: for the log-ins the demo prints, and for tests.
///
/// # Errors
/// When the database is away.
pub async fn open(db: &Db, org: OrgId, user: UserId, user_agent: &str) -> Result<Token, Error> {
    let token = fresh_token()?;
    let mut tx = db.tenant(org).await?;
    sqlx::query!(
        "insert into sessions (token_hash, org_id, user_id, user_agent, expires_at)
         values ($1, $2, $3, left($4, 200), clock_timestamp() + make_interval(days => $5))",
        &hash(&token)[..],
        org.0,
        user.0,
        user_agent,
        DAYS
    )
    .execute(&mut *tx)
    .await?;
    audit::write(&mut tx, org, &Actor::User(user), "session.open", &user.to_string(), json!({})).await?;
    tx.commit().await?;
    Ok(Token(token.into()))
}

/// Whose session it is, if it still is one.
///
/// # Errors
/// When the database is away.
pub async fn find(db: &Db, token: &str) -> Result<Option<Principal>, Error> {
    let mut tx = db.system().await?;
    let row = sqlx::query!(
        r#"select u.org_id, u.id, u.name, u.role as "role: Role", o.name as org_name, o.timezone
           from sessions s join users u on u.id = s.user_id join organizations o on o.id = u.org_id
           where s.token_hash = $1 and s.expires_at > clock_timestamp() and u.disabled_at is null"#,
        &hash(token)[..]
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(row.map(|r| Principal {
        org: OrgId(r.org_id),
        role: r.role,
        actor: Actor::User(UserId(r.id)),
        name: r.name,
        org_name: r.org_name,
        timezone: r.timezone,
    }))
}

/// Notes that the person is here: their session lives on, and an agent's heart beats.
///
/// # Errors
/// When the database is away.
pub async fn touch(db: &Db, org: OrgId, user: UserId) -> Result<(), Error> {
    let mut tx = db.tenant(org).await?;
    sqlx::query!(
        "update sessions set last_seen_at = clock_timestamp(), expires_at = clock_timestamp() + make_interval(days => $3)
         where org_id = $1 and user_id = $2 and last_seen_at < clock_timestamp() - interval '1 minute'
           and expires_at > clock_timestamp()",
        org.0,
        user.0,
        DAYS
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("update agents set last_seen_at = clock_timestamp() where org_id = $1 and id = $2", org.0, user.0)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Ends a session. Ending one that is over is fine.
///
/// # Errors
/// When the database is away.
pub async fn end(db: &Db, token: &str) -> Result<(), Error> {
    let mut tx = db.system().await?;
    let ended = sqlx::query!(
        r#"delete from sessions where token_hash = $1 returning org_id as "org: OrgId", user_id as "user: UserId""#,
        &hash(token)[..]
    )
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(row) = ended {
        audit::write(&mut tx, row.org, &Actor::User(row.user), "session.end", &row.user.to_string(), json!({})).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn candidate(db: &Db, email: &str) -> Result<Option<Candidate>, Error> {
    if email.contains('\0') {
        return Ok(None);
    }
    let mut tx = db.system().await?;
    let row = sqlx::query_as!(
        Candidate,
        "select id, org_id, password_hash from users where email = $1 and disabled_at is null",
        email
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(row)
}

/// 256 bits from the operating system.
pub(super) fn fresh_token() -> Result<String, Error> {
    let mut bytes = [0_u8; 32];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(|e| Error::Hash(e.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A token has 256 random bits, so a plain hash of it is as strong as a slow one.
pub(super) fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
