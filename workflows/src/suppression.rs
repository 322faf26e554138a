//! The list of numbers and addresses not to be contacted: who asked for it, by what, and since when.

use serde_json::json;

use crate::{audit, db::Tx, id::OrgId, transition::Actor};

/// Somebody wants no more texts, or e-mails: written down once, in effect from this transaction on.
///
/// 12 CFR 1006.14(h)(1), 47 CFR 64.1200(a)(10): however it was said. `source` says by what: a keyword, a link, the
/// provider.
///
/// # Errors
/// When the database is away.
pub async fn opt_out(tx: &mut Tx, org: OrgId, channel: &str, value: &str, source: &str) -> Result<(), sqlx::Error> {
    let kind = if channel == "sms" { "stop" } else { "unsubscribe" };
    let done = sqlx::query!(
        "insert into suppressions (id, org_id, channel, value, kind, source)
         select gen_random_uuid(), $1, $2, $3, $4, $5
         where not exists (select from suppressions where org_id = $1 and value = $3 and channel = $2 and kind = $4 and lifted_at is null)",
        org.0,
        channel,
        value,
        kind,
        source
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 1 {
        let what = json!({ "channel": channel, "kind": kind, "source": source });
        audit::write(tx, org, &Actor::System, "suppression.add", &org.to_string(), what).await?;
    }
    Ok(())
}

/// The person wants texts again: what they had asked for is lifted, what others put on the list stays.
///
/// # Errors
/// When the database is away.
pub async fn opt_in(tx: &mut Tx, org: OrgId, channel: &str, value: &str) -> Result<(), sqlx::Error> {
    let done = sqlx::query!(
        "update suppressions set lifted_at = wib_now()
         where org_id = $1 and value = $3 and channel = $2 and kind in ('stop', 'unsubscribe') and lifted_at is null",
        org.0,
        channel,
        value
    )
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() > 0 {
        audit::write(tx, org, &Actor::System, "suppression.lift", &org.to_string(), json!({ "channel": channel }))
            .await?;
    }
    Ok(())
}
