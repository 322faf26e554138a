//! The numbers an organisation may call from: owned, never borrowed.

use crate::{audit, db::Tx, id::OrgId, phone::E164, transition::Actor};

/// Adds a number. False: the organisation has it already.
///
/// # Errors
/// When the database is away; a number of another organisation violates `numbers_e164_key`.
pub async fn add(tx: &mut Tx, org: OrgId, number: &E164, label: &str, actor: Actor) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into numbers (id, org_id, e164, label)
         select gen_random_uuid(), $1, $2, $3 where not exists (select from numbers where org_id = $1 and e164 = $2)",
        org.0,
        number.as_str(),
        label
    )
    .execute(&mut **tx)
    .await?;
    let added = done.rows_affected() == 1;
    if added {
        audit::write(tx, org, &actor, "number.add", &org.to_string(), serde_json::json!({ "label": label })).await?;
    }
    Ok(added)
}
