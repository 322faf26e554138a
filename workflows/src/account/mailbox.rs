//! The e-mail addresses of a person, and which of them may not be written to.

use chrono::{DateTime, Utc};

use crate::{
    db::Tx,
    id::{ConsumerId, OrgId},
};

/// One address.
#[derive(Clone, Debug)]
pub struct Mailbox {
    pub address: String,
    /// Mail to it came back for good.
    pub bounced: bool,
    /// Their employer may read it (12 CFR 1006.22(f)(3)).
    pub at_work: bool,
    pub unsubscribed_at: Option<DateTime<Utc>>,
}

/// A person's addresses, in the order in which they are tried.
///
/// # Errors
/// When the database is away.
pub async fn mailboxes(tx: &mut Tx, org: OrgId, consumer: ConsumerId) -> Result<Vec<Mailbox>, sqlx::Error> {
    sqlx::query_as!(
        Mailbox,
        r#"select e.address, e.status <> 'ok' as "bounced!", e.is_work as at_work,
                  (select min(s.effective_at) from suppressions s where s.org_id = $1 and s.value = e.address
                     and s.channel in ('email', 'all') and s.lifted_at is null) as unsubscribed_at
           from email_addresses e where e.org_id = $1 and e.consumer_id = $2 order by e.id"#,
        org.0,
        consumer.0
    )
    .fetch_all(&mut **tx)
    .await
}
