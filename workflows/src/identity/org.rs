//! Organisations: the tenants.

use serde_json::json;

use crate::{
    audit,
    campaign::Sender,
    db::{Db, Tx},
    id::OrgId,
    identity::{Error, disposition::CATALOGUE},
    transition::Actor,
};

/// Founds an organisation with its catalogue of dispositions.
///
/// # Errors
/// When the slug is taken or malformed.
pub async fn add(db: &Db, slug: &str, name: &str) -> Result<OrgId, Error> {
    let org = OrgId::new();
    let mut tx = db.tenant(org).await?;
    sqlx::query!("insert into organizations (id, slug, name) values ($1, $2, $3)", org.0, slug, name)
        .execute(&mut *tx)
        .await
        .map_err(|e| Error::from_insert(e, slug))?;
    for (position, (code, label, effect, right_party)) in (1_i16..).zip(CATALOGUE) {
        sqlx::query!(
            "insert into dispositions (org_id, code, label, position, effect, right_party) values ($1, $2, $3, $4, $5, $6)",
            org.0,
            code,
            label,
            position,
            effect,
            right_party
        )
        .execute(&mut *tx)
        .await?;
    }
    audit::write(&mut tx, org, &Actor::System, "org.add", &org.to_string(), json!({ "slug": slug })).await?;
    tx.commit().await?;
    Ok(org)
}

/// Says who the organisation's e-mails are from, unless a campaign says otherwise.
///
/// # Errors
/// When the database is away.
pub async fn set_sender(tx: &mut Tx, org: OrgId, sender: &Sender) -> Result<(), sqlx::Error> {
    sqlx::query!("update organizations set email_from = $2 where id = $1", org.0, sender.to_string())
        .execute(&mut **tx)
        .await?;
    audit::write(tx, org, &Actor::System, "org.change", &org.to_string(), json!({ "fields": ["email_from"] })).await
}

/// Every organisation with its slug.
///
/// # Errors
/// When the database is away.
pub async fn list(db: &Db) -> Result<Vec<(OrgId, String)>, Error> {
    let mut tx = db.system().await?;
    let rows = sqlx::query!("select id, slug from organizations order by slug").fetch_all(&mut *tx).await?;
    tx.commit().await?;
    Ok(rows.into_iter().map(|row| (OrgId(row.id), row.slug)).collect())
}

/// The organisation with that slug.
///
/// # Errors
/// [`Error::NoSuchOrg`] when there is none.
pub async fn find(db: &Db, slug: &str) -> Result<OrgId, Error> {
    let mut tx = db.system().await?;
    let id = sqlx::query_scalar!("select id from organizations where slug = $1", slug).fetch_optional(&mut *tx).await?;
    tx.commit().await?;
    id.map(OrgId).ok_or_else(|| Error::NoSuchOrg(slug.to_owned()))
}
