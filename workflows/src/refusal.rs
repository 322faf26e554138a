//! Contacts that a rule refused, counted and listed by the reason told first.

use chrono::{DateTime, Utc};

use crate::{
    db::Tx,
    id::{AccountId, DecisionId, OrgId},
};

/// One refused contact.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub id: DecisionId,
    pub account: AccountId,
    pub account_number: String,
    pub channel: String,
    pub decided_at: DateTime<Utc>,
    pub code: String,
    pub sentence: String,
    pub citation: String,
    pub earliest_next: Option<DateTime<Utc>>,
}

/// What was decided since a moment. Each refusal is counted once, by its primary reason, so that the counts add up.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub allowed: i64,
    /// The rule's code and how many it refused, the most first.
    pub refused: Vec<(String, i64)>,
}

/// Which refusals to list. Nothing given is every one.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    pub code: Option<&'a str>,
    pub since: Option<DateTime<Utc>>,
    /// The last one of the slice before.
    pub before: Option<DecisionId>,
}

/// Counts the decisions since a moment.
///
/// # Errors
/// When the database is away.
pub async fn tally(tx: &mut Tx, org: OrgId, since: DateTime<Utc>) -> Result<Tally, sqlx::Error> {
    let allowed = sqlx::query_scalar!(
        r#"select count(*) as "count!" from compliance_decisions where org_id = $1 and allowed and decided_at >= $2"#,
        org.0,
        since
    );
    let allowed = allowed.fetch_one(&mut **tx).await?;
    let refused = sqlx::query!(
        r#"select coalesce(reasons->0->>'code', '') as "code!", count(*) as "count!" from compliance_decisions
           where org_id = $1 and not allowed and decided_at >= $2 group by 1 order by 2 desc, 1"#,
        org.0,
        since
    );
    let refused = refused.fetch_all(&mut **tx).await?;
    Ok(Tally { allowed, refused: refused.into_iter().map(|row| (row.code, row.count)).collect() })
}

/// Refused contacts, the latest first, after a cursor.
///
/// # Errors
/// When the database is away.
pub async fn list(tx: &mut Tx, org: OrgId, filter: &Filter<'_>, limit: i64) -> Result<Vec<Refusal>, sqlx::Error> {
    sqlx::query_as!(
        Refusal,
        r#"select d.id as "id: DecisionId", d.account_id as "account: AccountId", a.number as account_number, d.channel,
                  d.decided_at, coalesce(d.reasons->0->>'code', '') as "code!",
                  coalesce(d.reasons->0->>'sentence', '') as "sentence!",
                  coalesce(d.reasons->0->>'citation', '') as "citation!", d.earliest_next
           from compliance_decisions d join collection_accounts a on a.id = d.account_id
           where d.org_id = $1 and not d.allowed and ($2::text is null or d.reasons->0->>'code' = $2)
             and ($3::timestamptz is null or d.decided_at >= $3)
             and ($4::uuid is null or (d.decided_at, d.id) <
                   (select c.decided_at, c.id from compliance_decisions c where c.org_id = $1 and c.id = $4))
           order by d.decided_at desc, d.id desc limit $5"#,
        org.0,
        filter.code,
        filter.since,
        filter.before.map(|id| id.0),
        limit
    )
    .fetch_all(&mut **tx)
    .await
}
