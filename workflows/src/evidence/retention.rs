//! Retention: what was said is deleted three years after an account's last activity (seven where the organisation says
//! so), never under a legal hold. That it was said, when, and the verdict that allowed it stay.

use serde_json::json;

use super::Error;
use crate::{
    audit,
    db::Tx,
    id::{AccountId, CallId, OrgId},
    recording, transcript,
    transition::Actor,
};

/// How long what was said is kept after an account's last activity, in years.
///
/// # Errors
/// When the connection is lost.
pub async fn retention(tx: &mut Tx, org: OrgId) -> Result<i16, sqlx::Error> {
    sqlx::query_scalar!("select retention_years from organizations where id = $1", org.0).fetch_one(&mut **tx).await
}

/// Changes it: three years, as the law has it, or seven.
///
/// # Errors
/// [`Error::Years`] for any other number.
pub async fn set_retention(tx: &mut Tx, org: OrgId, years: i16, actor: Actor) -> Result<(), Error> {
    if !YEARS.contains(&years) {
        return Err(Error::Years);
    }
    let before = retention(tx, org).await?;
    sqlx::query!("update organizations set retention_years = $2 where id = $1", org.0, years)
        .execute(&mut **tx)
        .await?;
    let what = json!({ "from": before, "to": years });
    Ok(audit::write(tx, org, &actor, "retention.set", &org.to_string(), what).await?)
}

/// What an organisation can choose from. 12 CFR 1006.100(a) asks for three years; some creditors and states for more.
const YEARS: [i16; 2] = [3, 7];
/// Accounts in one run.
const BATCH: i64 = 100;

/// Deletes the bodies and recordings of one batch of accounts, and the files of exports that expired, in the caller's
/// system transaction. Says first, in numbers, what it is about to do. Answers how many accounts.
///
/// # Errors
/// When the database is away; then nothing is deleted.
pub async fn erase_old(tx: &mut Tx) -> Result<usize, sqlx::Error> {
    drop_expired(tx).await?;
    let accounts = sqlx::query_file!("queries/evidence_erasable.sql", BATCH).fetch_all(&mut **tx).await?;
    if accounts.is_empty() {
        return Ok(0);
    }
    tracing::info!("what was said is about to be deleted for {} accounts past their retention", accounts.len());
    for account in &accounts {
        erase(tx, account.org, account.id).await?;
    }
    Ok(accounts.len())
}

async fn erase(tx: &mut Tx, org: OrgId, account: AccountId) -> Result<(), sqlx::Error> {
    let messages = sqlx::query!(
        "update messages set body = '', subject = '', html = null, erased_at = wib_now()
         where org_id = $1 and account_id = $2 and erased_at is null",
        org.0,
        account.0
    );
    let messages = messages.execute(&mut **tx).await?.rows_affected();
    let said = what_was_said(tx, org, account).await?;
    let what = json!({ "messages": messages, "recordings": said.0, "transcripts": said.1 });
    audit::write(tx, org, &Actor::System, "retention.erase", &account.to_string(), what).await
}

/// The sound and the words of its calls go; that they were spoken stays. Answers how many of each there were.
async fn what_was_said(tx: &mut Tx, org: OrgId, account: AccountId) -> Result<(usize, usize), sqlx::Error> {
    let calls = sqlx::query_scalar!(
        r#"select c.id as "id: CallId" from calls c
           left join recordings r on r.call_id = c.id left join transcriptions t on t.call_id = c.id
           where c.org_id = $1 and c.account_id = $2 and (r.state = 'stored' or t.state in ('done', 'failed'))
             and not coalesce(r.legal_hold or r.retained_until > wib_now(), false)"#,
        org.0,
        account.0
    );
    let (mut recordings, mut transcripts) = (0, 0);
    for call in calls.fetch_all(&mut **tx).await? {
        let (gone, fact) = (recording::Event::Erased, recording::Fact::default());
        recordings += usize::from(recording::record(tx, call, gone, fact, Actor::System).await?);
        transcripts += usize::from(transcript::record(tx, call, transcript::Event::Erased, Actor::System).await?);
    }
    Ok((recordings, transcripts))
}

/// The rows of exports stay; their files are made again by asking again.
async fn drop_expired(tx: &mut Tx) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "with expired as (
           select id, blob_id from evidence_exports where blob_id is not null and expires_at < wib_now() limit 100),
         let_go as (
           update evidence_exports e set blob_id = null from expired where e.id = expired.id)
         delete from blobs where id in (select blob_id from expired)"
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
