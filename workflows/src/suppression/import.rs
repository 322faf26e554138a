//! A file of numbers taken in as it arrives, ten million as well as ten: flat in memory, a batch a transaction.
//!
//! A number is in effect as soon as its batch commits; a file that broke off is sent again, for what is in effect
//! already is skipped. Each batch holds the people whom it is about, as a single entry would.

use chrono::{DateTime, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use uuid::Uuid;

use super::{
    Channel, Kind, lock,
    sheet::{Line, Sheet},
};
use crate::{
    account::{Import, find_import},
    audit,
    db::{Db, Tx},
    decision::To,
    id::{ImportId, OrgId},
    import::{self, Problem},
    ledger::{self, Provenance},
};

const BATCH: usize = 5_000;
/// Single lines that a kept report speaks of.
const MAX_TOLD: usize = 2_000;

/// What was sent, and how it is meant.
#[derive(Clone, Debug)]
pub struct File {
    pub name: String,
    pub kind: Kind,
    /// The kind's usual one unless given.
    pub channel: Option<Channel>,
    /// Of every line: from now on unless given.
    pub effective_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    pub provenance: Provenance,
    /// Only look: nothing but the report is written.
    pub dry_run: bool,
}

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    File(#[from] import::Error),
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Ledger(error.into())
    }
}

/// A file that is being taken.
pub struct Taking {
    db: Db,
    org: OrgId,
    id: ImportId,
    file: File,
    channel: Channel,
    from: DateTime<Utc>,
    sheet: Sheet,
    lines: Vec<Line>,
    sum: Sha256,
    counts: Counts,
    told: Vec<Problem>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    good: i32,
    rejected: i32,
    created: i32,
    skipped: i32,
}

impl Taking {
    /// Begins: the dates and the kind are proved before a byte is read.
    ///
    /// # Errors
    /// Names what cannot be.
    pub async fn begin(db: &Db, org: OrgId, mut file: File) -> Result<Self, Error> {
        file.provenance = file.provenance.clean()?;
        let channel = file.kind.channel(file.channel)?;
        if file.kind.is_wish() {
            return Err(ledger::invalid("kind", "is a person's wish, and a file is of numbers or addresses").into());
        }
        let mut tx = db.tenant(org).await?;
        let from = file.effective_at.unwrap_or(tx.now().await?);
        tx.commit().await?;
        ledger::ends_after(from, file.expires_at)?;
        let (sheet, lines) = (Sheet::new(file.kind), Vec::new());
        let (sum, counts, told) = (Sha256::new(), Counts::default(), Vec::new());
        Ok(Self { db: db.clone(), org, id: ImportId::new(), file, channel, from, sheet, lines, sum, counts, told })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// When it is no such file, or the database is away. What was committed before holds.
    pub async fn feed(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.sum.update(bytes);
        self.sheet.feed(bytes, &mut self.lines)?;
        while self.lines.len() >= BATCH {
            self.take(BATCH).await?;
        }
        Ok(())
    }

    /// The file has ended: answers the report, which is kept.
    ///
    /// # Errors
    /// When it held no line, or the database is away.
    pub async fn finish(mut self) -> Result<Import, Error> {
        self.sheet.finish(&mut self.lines)?;
        while !self.lines.is_empty() {
            self.take(self.lines.len().min(BATCH)).await?;
        }
        if self.counts.good + self.counts.rejected == 0 {
            return Err(import::Error::NoRows.into());
        }
        let mut tx = self.db.tenant(self.org).await?;
        self.close(&mut tx).await?;
        let import = find_import(&mut tx, self.org, self.id).await?.ok_or(sqlx::Error::RowNotFound)?;
        tx.commit().await?;
        Ok(import)
    }

    /// The next lines, in a transaction of their own.
    async fn take(&mut self, n: usize) -> Result<(), Error> {
        let mut values = Vec::with_capacity(n);
        for line in self.lines.drain(..n) {
            match line {
                Line::Good(To::Phone(number)) => values.push(String::from(number)),
                Line::Good(To::Email(address)) => values.push(String::from(address)),
                Line::Bad(problem) => {
                    self.counts.rejected += 1;
                    if self.told.len() < MAX_TOLD {
                        self.told.push(problem);
                    }
                }
            }
        }
        self.counts.good += count(values.len());
        let mut tx = self.db.tenant(self.org).await?;
        let created = self.add(&mut tx, &values).await?;
        self.counts.created += created;
        self.counts.skipped += count(values.len()) - created;
        self.keep(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Adds what is not in effect already for as long; in a dry run, only counts it.
    async fn add(&self, tx: &mut Tx, values: &[String]) -> Result<i32, sqlx::Error> {
        if !self.file.dry_run {
            one_at_a_time(tx, self.org).await?;
            self.keep(tx).await?;
            lock::addresses(tx, self.org, values).await?;
        }
        let ids: Vec<Uuid> = values.iter().map(|_| Uuid::now_v7()).collect();
        let File { kind, expires_at, provenance, dry_run, .. } = &self.file;
        // The look-up of each is lateral, so that the planner never reads ten million rows for a batch.
        let added = sqlx::query_scalar!(
            r#"with fresh as (
                 select distinct on (asked.value) asked.id, asked.value
                 from unnest($2::uuid[], $3::text[]) as asked (id, value)
                 left join lateral (
                   select 1 as there from suppressions s
                   where s.org_id = $1 and s.value = asked.value and s.kind = $4 and s.channel = $5 and s.lifted_at is null
                     and s.effective_at <= $6 and coalesce(s.expires_at, 'infinity') >= coalesce($7, 'infinity'::timestamptz)
                   limit 1) known on true
                 where known.there is null
               ), added as (
                 insert into suppressions (id, org_id, channel, value, kind, source, reason, evidence_ref, added_by,
                   effective_at, expires_at, import_id)
                 select id, $1, $5, value, $4, $8, $9, $10, $11, $6, $7, $12 from fresh where not $13
               )
               select count(*) as "n!" from fresh"#,
            self.org.0,
            &ids,
            values,
            kind.as_str(),
            self.channel.as_str(),
            self.from,
            *expires_at,
            provenance.source,
            provenance.reason,
            provenance.evidence_ref,
            provenance.actor.to_string(),
            self.id.0,
            *dry_run
        );
        Ok(i32::try_from(added.fetch_one(&mut **tx).await?).unwrap_or(i32::MAX))
    }

    /// What was taken so far, so that a file that breaks off is accounted for.
    async fn keep(&self, tx: &mut Tx) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "insert into imports (id, org_id, file_name, dry_run, what, good, rejected, created, skipped, created_by)
             values ($1, $2, $3, $4, 'suppressions', $5, $6, $7, $8, $9)
             on conflict (id) do update set good = excluded.good, rejected = excluded.rejected, created = excluded.created,
               skipped = excluded.skipped",
            self.id.0,
            self.org.0,
            self.file.name,
            self.file.dry_run,
            self.counts.good,
            self.counts.rejected,
            self.counts.created,
            self.counts.skipped,
            self.file.provenance.actor.to_string()
        )
        .execute(&mut **tx)
        .await?;
        Ok(())
    }

    async fn close(&self, tx: &mut Tx) -> Result<(), sqlx::Error> {
        sqlx::query!("update imports set report = $2 where id = $1", self.id.0, Json(&self.told) as _)
            .execute(&mut **tx)
            .await?;
        if self.file.dry_run {
            return Ok(());
        }
        let sum = self.sum.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let Counts { good, rejected, created, skipped } = self.counts;
        let what = json!({ "kind": self.file.kind, "good": good, "rejected": rejected, "created": created, "skipped": skipped,
            "sha256": sum });
        audit::write(tx, self.org, &self.file.provenance.actor, "suppression.import", &self.id.to_string(), what).await
    }
}

/// Two files at once may name the same number: the second waits, batch by batch.
async fn one_at_a_time(tx: &mut Tx, org: OrgId) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('suppressions ' || $1::text, 0))", org.to_string())
        .fetch_one(&mut **tx)
        .await?;
    Ok(())
}

fn count(lines: usize) -> i32 {
    i32::try_from(lines).unwrap_or(i32::MAX)
}
