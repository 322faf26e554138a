//! What a form offers to choose from: creditors with what is open, numbers to call and write from, who e-mails are from.

use crate::{
    campaign::Sender,
    db::Tx,
    id::{CreditorId, OrgId},
};

/// Whose accounts, and how many are open.
#[derive(Clone, Debug)]
pub struct Creditor {
    pub id: CreditorId,
    pub name: String,
    pub open: i64,
}

/// A number people may see calling.
#[derive(Clone, Debug)]
pub struct Number {
    pub e164: String,
    pub label: String,
}

/// The organisation's creditors, by name.
///
/// # Errors
/// When the connection is lost.
pub async fn creditors(tx: &mut Tx, org: OrgId) -> Result<Vec<Creditor>, sqlx::Error> {
    sqlx::query_as!(
        Creditor,
        r#"select c.id as "id: CreditorId", c.name,
                  (select count(*) from collection_accounts a
                   where a.org_id = $1 and a.creditor_id = c.id and a.status = 'open') as "open!"
           from creditors c where c.org_id = $1 order by c.name"#,
        org.0
    )
    .fetch_all(&mut **tx)
    .await
}

/// The organisation's numbers, oldest first.
///
/// # Errors
/// When the connection is lost.
pub async fn numbers(tx: &mut Tx, org: OrgId) -> Result<Vec<Number>, sqlx::Error> {
    sqlx::query_as!(Number, "select e164, label from numbers where org_id = $1 order by id", org.0)
        .fetch_all(&mut **tx)
        .await
}

/// Who the organisation's e-mails are from, unless a campaign says otherwise.
///
/// # Errors
/// When the connection is lost.
pub async fn sender(tx: &mut Tx, org: OrgId) -> Result<Option<Sender>, sqlx::Error> {
    let from =
        sqlx::query_scalar!("select email_from from organizations where id = $1", org.0).fetch_one(&mut **tx).await?;
    Ok(from.and_then(|from| Sender::parse(&from).ok()))
}
