//! People who sign in.

use secrecy::SecretString;
use serde_json::json;

use crate::{
    audit,
    db::Db,
    id::{OrgId, UserId},
    identity::{Error, Role, password},
    transition::Actor,
};

/// A person to be added.
#[derive(Debug)]
pub struct NewUser<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub role: Role,
    pub password: &'a SecretString,
}

/// Adds a person; an agent also gets their row in the agent pool, offline.
///
/// # Errors
/// When the address is malformed or taken, or the password too short.
pub async fn add(db: &Db, org: OrgId, new: NewUser<'_>) -> Result<UserId, Error> {
    let email = address(new.email)?;
    let hash = password::hash(new.password).await?;
    let id = UserId::new();
    let mut tx = db.tenant(org).await?;
    sqlx::query!(
        "insert into users (id, org_id, email, name, role, password_hash) values ($1, $2, $3, $4, $5, $6)",
        id.0,
        org.0,
        email,
        new.name,
        new.role as Role,
        hash
    )
    .execute(&mut *tx)
    .await
    .map_err(|e| Error::from_insert(e, ""))?;
    if new.role == Role::Agent {
        sqlx::query!("insert into agents (id, org_id, name) values ($1, $2, $3)", id.0, org.0, new.name)
            .execute(&mut *tx)
            .await?;
    }
    audit::write(&mut tx, org, &Actor::System, "user.add", &id.to_string(), json!({ "role": new.role })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Somebody who signs in.
#[derive(Clone, Debug)]
pub struct Listed {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
}

/// One person of each role, the first who came: the doors a demo offers.
///
/// # Errors
/// When the database is away.
pub async fn one_of_each_role(db: &Db, org: OrgId) -> Result<Vec<Listed>, Error> {
    let mut tx = db.tenant(org).await?;
    let people = sqlx::query_as!(
        Listed,
        r#"select distinct on (role) id as "id: UserId", email, name, role as "role: Role" from users
           where org_id = $1 and disabled_at is null order by role, created_at, id"#,
        org.0
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(people)
}

/// Lower case, one `@` with something on both sides: whether mail arrives only mail can tell.
fn address(email: &str) -> Result<String, Error> {
    let email = email.trim().to_lowercase();
    let fits = email.split_once('@').is_some_and(|(who, host)| {
        !who.is_empty() && host.contains('.') && !host.contains('@') && !host.ends_with('.')
    });
    if fits && !email.contains(char::is_whitespace) && !email.contains('\0') {
        Ok(email)
    } else {
        Err(Error::BadEmail(email))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::plain("R.Diaz@Example.com ", true)]
    #[case::no_host("r.diaz@", false)]
    #[case::two_ats("r@d@example.com", false)]
    #[case::a_space_inside("r diaz@example.com", false)]
    fn an_address_is_tidied_or_refused(#[case] given: &str, #[case] fits: bool) {
        assert_eq!(address(given).is_ok(), fits);
    }
}
