//! API keys: `wib_<prefix>_<secret>`, shown once, stored as a hash.

use secrecy::SecretString;
use serde_json::json;

use crate::{
    audit,
    db::Db,
    id::{KeyId, OrgId},
    identity::{Error, Principal, Role, session},
    transition::Actor,
};

/// Makes a key and answers it, for the one time it can be read.
///
/// # Errors
/// When the database is away.
pub async fn add(db: &Db, org: OrgId, role: Role, name: &str) -> Result<SecretString, Error> {
    let id = KeyId::new();
    let secret = session::fresh_token()?;
    let prefix: String = secret.chars().filter(char::is_ascii_alphanumeric).take(6).collect();
    let key = format!("wib_{prefix}_{secret}");
    let mut tx = db.tenant(org).await?;
    sqlx::query!(
        "insert into api_keys (id, org_id, role, name, prefix, hash) values ($1, $2, $3, $4, $5, $6)",
        id.0,
        org.0,
        role as Role,
        name,
        prefix,
        &session::hash(&key)[..]
    )
    .execute(&mut *tx)
    .await?;
    audit::write(&mut tx, org, &Actor::System, "key.add", &id.to_string(), json!({ "role": role })).await?;
    tx.commit().await?;
    Ok(key.into())
}

/// Whose key it is, if it is one.
///
/// # Errors
/// When the database is away.
pub async fn find(db: &Db, key: &str) -> Result<Option<Principal>, Error> {
    let mut tx = db.system().await?;
    let row = sqlx::query!(
        r#"select k.org_id, k.id, k.name, k.prefix, k.role as "role: Role", o.name as org_name, o.timezone
           from api_keys k join organizations o on o.id = k.org_id
           where k.hash = $1 and k.revoked_at is null"#,
        &session::hash(key)[..]
    )
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(row) = &row {
        sqlx::query!(
            "update api_keys set last_used_at = clock_timestamp()
             where id = $1 and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')",
            row.id
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(row.map(|r| Principal {
        org: OrgId(r.org_id),
        role: r.role,
        actor: Actor::Key(KeyId(r.id)),
        name: if r.name.is_empty() { format!("key {}", r.prefix) } else { r.name },
        org_name: r.org_name,
        timezone: r.timezone,
    }))
}
