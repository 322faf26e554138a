//! The limits that one organisation is held to, and which of them bind just now.

use chrono::{DateTime, Utc};

use crate::{db::Tx, id::OrgId};

/// A limit as the *Jobs* page shows it.
#[derive(Clone, Debug)]
pub struct Limit {
    /// What is limited: `calls:telnyx`.
    pub key: String,
    /// The campaign whose own pace it is.
    pub campaign: Option<String>,
    /// Permits a minute.
    pub per_minute: f64,
    /// Every permit until now is given out: what comes now waits.
    pub full: bool,
    /// Until when the provider asked us to wait.
    pub paused_until: Option<DateTime<Utc>>,
}

/// The providers' limits, those of the organisation's numbers, and the pace of its campaigns at work.
///
/// # Errors
/// When the connection is lost.
pub async fn board(tx: &mut Tx, org: OrgId) -> Result<Vec<Limit>, sqlx::Error> {
    sqlx::query_as!(
        Limit,
        r#"select t.key, c.name as "campaign?", t.permits * 60000.0::double precision / t.period_ms as "per_minute!",
                  t.next_at > wib_now() as "full!", case when t.paused_until > wib_now() then t.paused_until end as paused_until
           from throttles t
           left join campaigns c on c.org_id = $1 and t.key = 'campaign:' || c.id::text
           where t.key = any($2) or c.state in ('running', 'paused', 'draining')
              or exists (select from numbers n where n.org_id = $1 and t.key = 'sms:' || n.e164)
           order by c.name nulls first, t.key"#,
        org.0,
        &[super::CALLS, crate::message::SMS_THROTTLE, crate::message::EMAIL_THROTTLE].map(str::to_owned) as &[String],
    )
    .fetch_all(&mut **tx)
    .await
}
