//! The dry run of a bulk action: how many jobs, which for example, and what the rules would say of it now.

use std::collections::BTreeMap;

use sqlx::types::Json;

use super::{Error, MOST, Verb, whom};
use crate::{
    call::PlaceCall,
    compliance::Code,
    db::Tx,
    decision,
    id::OrgId,
    job::{self, Filter, Job, JobRow},
    message::{SendEmail, SendSms},
};

/// The jobs shown for example.
const SAMPLES: i64 = 10;
/// The sends and calls that the rules are asked about: some four milliseconds each.
const ASKED: usize = 100;
/// The kinds that reach a person.
const CONTACTS: [&str; 3] = [PlaceCall::KIND, SendSms::KIND, SendEmail::KIND];

/// What would happen.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// The jobs that match.
    pub count: i64,
    /// Up to ten of them, newest first.
    pub samples: Vec<JobRow>,
    /// Of a retry: what it would do to people.
    pub contacts: Option<Contacts>,
}

/// What the rules would say of the sends and calls among the jobs, now.
#[derive(Clone, Debug, Default)]
pub struct Contacts {
    /// Sends and calls that match.
    pub total: i64,
    /// Of these, so many were looked at, spread evenly. Of a batch of e-mails the first one is.
    pub asked: i64,
    /// They would reach somebody.
    pub allowed: i64,
    /// A rule would refuse them.
    pub refused: i64,
    /// They would reach nobody: the attempt was made already, the claim is gone, there is no address.
    pub nobody: i64,
    /// The rules that would refuse, and how often.
    pub rules: Vec<(Code, i64)>,
}

/// Looks, and changes nothing.
///
/// # Errors
/// When nothing matches, or more than an order takes.
pub async fn rehearse(tx: &mut Tx, org: OrgId, verb: Verb, filter: &Filter) -> Result<Rehearsal, Error> {
    let filter = Filter { no_bulk: true, ..filter.clone() };
    let found = found(tx, org, &filter).await?;
    match found.len() {
        0 => return Err(Error::NothingMatches),
        n if n > MOST as usize => return Err(Error::TooMany),
        _ => {}
    }
    let contacts = match verb {
        Verb::Retry => Some(contacts(tx, org, &found).await?),
        Verb::Cancel | Verb::Delete => None,
    };
    let samples = job::list(tx, org, &filter, None, SAMPLES).await?;
    Ok(Rehearsal { count: count(found.len()), samples, contacts })
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

async fn found(tx: &mut Tx, org: OrgId, filter: &Filter) -> Result<Vec<(i64, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id!", kind as "kind!" from job_search($1, $2, 9223372036854775807, $3)"#,
        org.0,
        Json(filter) as _,
        MOST + 1
    );
    Ok(rows.fetch_all(&mut **tx).await?.into_iter().map(|row| (row.id, row.kind)).collect())
}

async fn contacts(tx: &mut Tx, org: OrgId, found: &[(i64, String)]) -> Result<Contacts, sqlx::Error> {
    let ids: Vec<i64> = found.iter().filter(|(_, kind)| CONTACTS.contains(&kind.as_str())).map(|(id, _)| *id).collect();
    let mut told = Contacts { total: count(ids.len()), ..Contacts::default() };
    let spread: Vec<i64> = ids.iter().copied().step_by(ids.len().div_ceil(ASKED).max(1)).collect();
    let now = tx.now().await?;
    let mut rules: BTreeMap<&'static str, (Code, i64)> = BTreeMap::new();
    for (kind, args) in arguments(tx, org, &spread).await? {
        told.asked += 1;
        let Some(contact) = whom::of(tx, org, &kind, args).await? else {
            told.nobody += 1;
            continue;
        };
        let verdict = decision::ask(tx, &contact, now).await?;
        match verdict.primary() {
            None => told.allowed += 1,
            Some(reason) => {
                told.refused += 1;
                rules.entry(reason.code.as_str()).or_insert((reason.code, 0)).1 += 1;
            }
        }
    }
    told.rules = rules.into_values().collect();
    told.rules.sort_by_key(|(_, n)| -n);
    Ok(told)
}

async fn arguments(tx: &mut Tx, org: OrgId, ids: &[i64]) -> Result<Vec<(String, serde_json::Value)>, sqlx::Error> {
    let kinds = CONTACTS.map(str::to_owned);
    let rows = sqlx::query!(
        r#"select kind as "kind!", args as "args!" from (
             select kind, args from jobs where org_id = $1 and id = any($2)
             union all
             select h.kind, h.args from unnest($3::text[]) k(kind)
             join job_history h on h.org_id = $1 and h.kind = k.kind and h.id = any($2)) j"#,
        org.0,
        ids,
        &kinds[..]
    );
    Ok(rows.fetch_all(&mut **tx).await?.into_iter().map(|row| (row.kind, row.args)).collect())
}
