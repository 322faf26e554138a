//! Carries a bulk action out, a batch a transaction.

use std::collections::HashMap;

use serde_json::json;

use super::{BulkAction, Error, State, Verb, note, queries, told};
use crate::{
    db::Tx,
    id::{BulkId, OrgId},
    job::{self, JobId, State as JobState},
    transition::Actor,
};

/// Some 150 ms: a stop waits for no more, and a killed worker repeats no more.
const BATCH: i64 = 100;

/// How it goes on after a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is more to do.
    More,
    /// There is nothing more to do for this job: done, stopped, or another job's.
    Over,
}

/// A job that was found, and its place in the order.
struct Item {
    seq: i32,
    job: JobId,
    kind: String,
}

/// What became of it.
struct Became {
    word: &'static str,
    new: Option<JobId>,
    reason: Option<String>,
}

/// Does the next batch. The caller commits: deeds, results and progress together.
///
/// # Errors
/// When the database is away.
pub async fn advance(tx: &mut Tx, org: OrgId, job: &BulkAction) -> Result<Step, Error> {
    let Some(bulk) = queries::locked(tx, org, job.bulk).await? else { return Ok(Step::Over) };
    if bulk.round != job.round || !matches!(bulk.state, State::Queued | State::Running) {
        return Ok(Step::Over);
    }
    let items = items(tx, org, job.bulk, bulk.done).await?;
    let results = results(tx, org, bulk.verb, &items).await?;
    keep(tx, org, job.bulk, &items, &results).await?;
    let refused = results.iter().filter(|result| result.word == REFUSED).count();
    queries::progress(tx, org, job.bulk, small(items.len()), small(refused)).await?;
    told(tx, org, job.bulk).await?;
    if bulk.done + small(items.len()) < bulk.total {
        return Ok(Step::More);
    }
    ended(tx, org, job.bulk).await?;
    Ok(Step::Over)
}

const REFUSED: &str = "refused";

/// A batch is small.
fn small(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

async fn items(tx: &mut Tx, org: OrgId, id: BulkId, done: i32) -> Result<Vec<Item>, sqlx::Error> {
    sqlx::query_as!(
        Item,
        r#"select seq, job_id as "job: JobId", kind from bulk_items
           where org_id = $1 and bulk_id = $2 and seq > $3 order by seq limit $4"#,
        org.0,
        id.0,
        done,
        BATCH
    )
    .fetch_all(&mut **tx)
    .await
}

/// Does it to all of them, and tells what became of each, in their order.
async fn results(tx: &mut Tx, org: OrgId, verb: Verb, items: &[Item]) -> Result<Vec<Became>, sqlx::Error> {
    let mut did = deeds(tx, org, verb, items).await?;
    let mut results = Vec::with_capacity(items.len());
    for item in items {
        results.push(match did.remove(&item.job.0) {
            Some(became) => became,
            None => did_not(why(tx, org, verb, item.job).await?),
        });
    }
    Ok(results)
}

/// The jobs to which something was done. A retry is one statement a job, for a unique key may stand against each.
async fn deeds(tx: &mut Tx, org: OrgId, verb: Verb, items: &[Item]) -> Result<HashMap<i64, Became>, sqlx::Error> {
    let ids: Vec<i64> = items.iter().map(|item| item.job.0).collect();
    let mut became = HashMap::new();
    match verb {
        Verb::Retry => {
            for item in items {
                let new = job::again(tx, org, item.job, &item.kind).await?;
                became.extend(new.map(|new| (item.job.0, did("retried", Some(new), None))));
            }
        }
        Verb::Cancel => {
            let ended = job::end_waiting(tx, org, &ids).await?;
            let flagged = job::flag_running(tx, org, &ids).await?;
            let runs = || Some("it runs, and ends at its next retry".to_owned());
            became.extend(ended.into_iter().map(|id| (id, did("cancelled", None, None))));
            became.extend(flagged.into_iter().map(|id| (id, did("cancelled", None, runs()))));
        }
        Verb::Delete => {
            let kinds: Vec<String> = items.iter().map(|item| item.kind.clone()).collect();
            let gone = job::dismiss(tx, org, &ids, &kinds).await?;
            became.extend(gone.into_iter().map(|id| (id, did("deleted", None, None))));
        }
    }
    Ok(became)
}

fn did(word: &'static str, new: Option<JobId>, reason: Option<String>) -> Became {
    Became { word, new, reason }
}

fn did_not(why: String) -> Became {
    Became { word: REFUSED, new: None, reason: Some(why) }
}

/// Why nothing was done to it, in words.
async fn why(tx: &mut Tx, org: OrgId, verb: Verb, id: JobId) -> Result<String, sqlx::Error> {
    let Some(job) = job::get(tx, org, id).await? else {
        return Ok("it is gone: history is kept for a while only".into());
    };
    let live = job.finished_at.is_none();
    Ok(match (verb, job.state) {
        (Verb::Retry, JobState::Done) => "it is done: what is done is not done again".into(),
        (Verb::Retry, _) if live => "it has not ended, and goes on by itself".into(),
        (Verb::Cancel, _) => "it has ended".into(),
        (Verb::Delete, JobState::Done | JobState::Cancelled) => "it is no dead letter".into(),
        (Verb::Delete, _) if live => "it has not ended".into(),
        (Verb::Retry | Verb::Delete, _) => match (job.retried_by, job.dismissed_at) {
            (Some(new), _) => format!("it was retried before, as job {new}"),
            (None, Some(_)) if verb == Verb::Delete => "it was deleted before".into(),
            _ => "another job for the same thing waits or runs".into(),
        },
    })
}

async fn keep(tx: &mut Tx, org: OrgId, id: BulkId, items: &[Item], results: &[Became]) -> Result<(), sqlx::Error> {
    let seqs: Vec<i32> = items.iter().map(|item| item.seq).collect();
    let words: Vec<&str> = results.iter().map(|result| result.word).collect();
    let new: Vec<Option<i64>> = results.iter().map(|result| result.new.map(|job| job.0)).collect();
    let reasons: Vec<Option<&str>> = results.iter().map(|result| result.reason.as_deref()).collect();
    sqlx::query!(
        "update bulk_items i set result = r.word::bulk_result, new_id = r.new_id, reason = r.reason, at = wib_now()
         from unnest($3::int[], $4::text[], $5::bigint[], $6::text[]) r(seq, word, new_id, reason)
         where i.org_id = $1 and i.bulk_id = $2 and i.seq = r.seq",
        org.0,
        id.0,
        &seqs,
        &words as _,
        &new as _,
        &reasons as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn ended(tx: &mut Tx, org: OrgId, id: BulkId) -> Result<(), sqlx::Error> {
    let Some(bulk) = queries::find(tx, org, id).await? else { return Ok(()) };
    let said = json!({ "action": bulk.verb, "jobs": bulk.total, "refused": bulk.refused });
    note(tx, org, id, &Actor::System, "bulk.end", said).await
}
