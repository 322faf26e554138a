//! Writes an export: one snapshot of the database, read row by row into a temporary file, stored whole at the end.
//!
//! Killed in the middle it leaves nothing: the temporary file has no name, and the stored one appears with the commit
//! that makes the export ready. Run twice, the second finds that it is.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{Read, Write},
};

use futures::TryStreamExt;
use serde_json::{Value, json};

use super::{
    Error, Export, Manifest, State,
    archive::Archive,
    manifest::FORMAT,
    queries, summary, table, told,
    verify::chain::{AUDIT, Row},
};
use crate::{
    audit::{self, Bytes, Checkpoint, Entry, Line, Link, Signer},
    blob, cell,
    compliance::RULES_VERSION,
    db::{Db, Tx},
    id::{BlobId, CallId, ExportId, OrgId},
    transition::Actor,
};

/// A large organisation's year is read by one statement.
const PATIENCE: &str = "set local statement_timeout = '30min'; set local idle_in_transaction_session_timeout = '5min'";

struct Build<'a> {
    db: &'a Db,
    org: OrgId,
    export: Export,
    archive: Archive<File>,
    counts: BTreeMap<String, u64>,
    done: i32,
    total: i32,
}

/// Writes the archive of an export and makes it ready. `false`: it has ended already.
///
/// # Errors
/// When the database or the disk is away.
pub async fn build(db: &Db, org: OrgId, id: ExportId, signer: &Signer) -> Result<bool, Error> {
    audit::chain(db).await?;
    let mut tx = snapshot(db, org).await?;
    let export = queries::find(&mut tx, org, id).await?.ok_or(Error::NotFound("export"))?;
    if matches!(export.state, State::Ready | State::Failed) {
        return Ok(false);
    }
    let recordings = recordings(&mut tx, org, &export).await?;
    let transcripts = transcripts(&mut tx, org, &export).await?;
    let total = i32::try_from(table::FILES.len() + recordings.len() + transcripts.len() + 2).unwrap_or(i32::MAX);
    let archive = Archive::new(tempfile::tempfile()?);
    let mut build = Build { db, org, export, archive, counts: BTreeMap::new(), done: 0, total };
    let manifest = build.manifest(&mut tx, signer).await?;
    build.summary(&mut tx, &manifest).await?;
    for (table, name) in table::FILES {
        build.table(&mut tx, table, name).await?;
    }
    for recording in recordings {
        build.recording(&mut tx, recording).await?;
    }
    for call in transcripts {
        build.transcript(&mut tx, call).await?;
    }
    build.audit(&mut tx, signer).await?;
    tx.commit().await?;
    Box::pin(build.store(manifest, signer)).await
}

/// Every query of the export sees the same moment.
async fn snapshot(db: &Db, org: OrgId) -> Result<Tx, sqlx::Error> {
    let mut tx = db.tenant(org).await?;
    sqlx::raw_sql("set transaction isolation level repeatable read, read only").execute(&mut *tx).await?;
    sqlx::raw_sql(PATIENCE).execute(&mut *tx).await?;
    Ok(tx)
}

impl Build<'_> {
    async fn manifest(&self, tx: &mut Tx, signer: &Signer) -> Result<Manifest, Error> {
        let org = sqlx::query_scalar!("select name from organizations where id = $1", self.org.0);
        Ok(Manifest {
            format: FORMAT.to_owned(),
            export: self.export.id,
            org: self.org,
            org_name: org.fetch_one(&mut **tx).await?,
            scope: self.export.scope,
            requested_by: self.export.requested_by.clone(),
            requested_at: self.export.requested_at,
            made_at: tx.now().await?,
            rules_version: RULES_VERSION.to_owned(),
            counts: BTreeMap::new(),
            files: Vec::new(),
            public_key: signer.public().to_string(),
        })
    }

    async fn summary(&mut self, tx: &mut Tx, manifest: &Manifest) -> Result<(), Error> {
        self.archive.begin("summary.html")?;
        let about = self.export.about.clone().unwrap_or_default();
        summary::write(&mut self.archive, tx, self.org, manifest, &about).await?;
        self.step().await
    }

    async fn table(&mut self, tx: &mut Tx, table: table::Table, name: &str) -> Result<(), Error> {
        self.archive.begin(name)?;
        let csv = name.ends_with(".csv");
        if csv {
            self.archive.write_all(&record(table.columns().iter().copied())?)?;
        }
        let mut rows = table.rows(tx, self.org, self.export.scope);
        let mut n = 0;
        while let Some(row) = rows.try_next().await? {
            if csv {
                let row: Value = serde_json::from_str(&row)?;
                self.archive.write_all(&record(table.columns().iter().map(|name| cell::text(row.get(name))))?)?;
            } else {
                writeln!(self.archive, "{row}")?;
            }
            n += 1;
        }
        drop(rows);
        self.counts.insert(name.to_owned(), n);
        self.step().await
    }

    async fn recording(&mut self, tx: &mut Tx, (call, blob, media): (CallId, BlobId, String)) -> Result<(), Error> {
        let extension = if media == "audio/mpeg" { "mp3" } else { "wav" };
        self.archive.begin(&format!("recordings/{call}.{extension}"))?;
        let mut seq = 0;
        while let Some(chunk) = blob::chunk(tx, self.org, blob, seq).await? {
            self.archive.write_all(&chunk)?;
            seq += 1;
        }
        self.step().await
    }

    async fn transcript(&mut self, tx: &mut Tx, call: CallId) -> Result<(), Error> {
        self.archive.begin(&format!("transcripts/{call}.txt"))?;
        let said = sqlx::query!(
            "select at, speaker, text from transcripts where org_id = $1 and call_id = $2 order by at, seq",
            self.org.0,
            call.0
        );
        for line in said.fetch_all(&mut **tx).await? {
            writeln!(self.archive, "{} {}: {}", line.at.to_rfc3339(), line.speaker, line.text)?;
        }
        self.step().await
    }

    /// The chain, and a checkpoint of our own over its end: no minute has to pass first.
    async fn audit(&mut self, tx: &mut Tx, signer: &Signer) -> Result<(), Error> {
        self.archive.begin(AUDIT)?;
        let now = tx.now().await?;
        let scope = self.export.scope;
        let query = sqlx::query_file!(
            "queries/evidence_audit.sql",
            self.org.0,
            scope.account(),
            scope.campaign(),
            scope.from(),
            scope.to()
        );
        let (mut rows, mut last, mut lines) = (query.fetch(&mut **tx), None, 0);
        while let Some(row) = rows.try_next().await? {
            let link = Link { seq: row.seq, prev_hash: bytes(&row.prev_hash)?, hash: bytes(&row.hash)? };
            last = Some((link.seq, link.hash));
            lines += u64::from(row.mine);
            let (org, id, at, actor) = (row.org, row.id, row.at, row.actor);
            let line = Line { org, id, at, actor, action: row.action, subject: row.subject, payload: row.payload };
            let row = if row.mine { Row::Mine(Entry { link, line }) } else { Row::Others(link) };
            writeln!(self.archive, "{}", serde_json::to_string(&row)?)?;
        }
        drop(rows);
        if let Some((seq, hash)) = last {
            let checkpoint: Checkpoint = signer.sign(self.org, seq, hash, now);
            writeln!(self.archive, "{}", serde_json::to_string(&Row::Signed { checkpoint })?)?;
        }
        self.counts.insert(AUDIT.to_owned(), lines);
        self.step().await
    }

    /// A file more is written; pages are told of each percent.
    async fn step(&mut self) -> Result<(), Error> {
        let total = i64::from(self.total);
        let percent = |done: i32| i64::from(done) * 100 / total;
        let before = percent(self.done);
        self.done += 1;
        if percent(self.done) == before {
            return Ok(());
        }
        let mut tx = self.db.tenant(self.org).await?;
        queries::progress(&mut tx, self.org, self.export.id, self.done, self.total).await?;
        told(&mut tx, self.org, self.export.id).await?;
        Ok(tx.commit().await?)
    }

    async fn store(self, mut manifest: Manifest, signer: &Signer) -> Result<bool, Error> {
        manifest.counts = self.counts;
        let mut file = self.archive.finish(manifest, signer)?;
        let mut tx = self.db.tenant(self.org).await?;
        let name = format!("evidence-{}.zip", self.export.id);
        let mut writer = blob::Writer::begin(&mut tx, self.org, &name, "application/zip").await?;
        let mut buffer = vec![0; blob::CHUNK];
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                n => writer.write(&mut tx, &buffer[..n]).await?,
            }
        }
        let blob = writer.finish(&mut tx).await?;
        if !queries::ready(&mut tx, self.org, self.export.id, blob).await? {
            tx.rollback().await?;
            return Ok(false);
        }
        let id = self.export.id.to_string();
        audit::write(
            &mut tx,
            self.org,
            &Actor::System,
            "evidence.ready",
            &id,
            json!({ "contacts": self.export.contacts }),
        )
        .await?;
        told(&mut tx, self.org, self.export.id).await?;
        tx.commit().await?;
        Ok(true)
    }
}

fn bytes<const N: usize>(column: &[u8]) -> Result<Bytes<N>, sqlx::Error> {
    Bytes::of(column).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// A line of CSV.
fn record(cells: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Result<Vec<u8>, Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells).map_err(std::io::Error::from)?;
    writer.into_inner().map_err(|error| Error::Io(error.into_error()))
}

async fn recordings(tx: &mut Tx, org: OrgId, export: &Export) -> Result<Vec<(CallId, BlobId, String)>, sqlx::Error> {
    let scope = export.scope;
    let rows = sqlx::query!(
        r#"select c.id as "call: CallId", b.id as "blob: BlobId", b.media_type
           from recordings r join calls c on c.id = r.call_id join blobs b on b.id = r.blob_id
           where r.org_id = $1 and ($2::uuid is null or c.account_id = $2) and ($3::uuid is null or c.campaign_id = $3)
             and ($4::timestamptz is null or (c.intent_at >= $4 and c.intent_at < $5::timestamptz))
           order by c.id"#,
        org.0,
        scope.account(),
        scope.campaign(),
        scope.from(),
        scope.to()
    );
    let rows = rows.fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| (row.call, row.blob, row.media_type)).collect())
}

async fn transcripts(tx: &mut Tx, org: OrgId, export: &Export) -> Result<Vec<CallId>, sqlx::Error> {
    let scope = export.scope;
    sqlx::query_scalar!(
        r#"select c.id as "call: CallId" from calls c
           where c.org_id = $1 and ($2::uuid is null or c.account_id = $2) and ($3::uuid is null or c.campaign_id = $3)
             and ($4::timestamptz is null or (c.intent_at >= $4 and c.intent_at < $5::timestamptz))
             and exists (select from transcripts t where t.call_id = c.id)
           order by c.id"#,
        org.0,
        scope.account(),
        scope.campaign(),
        scope.from(),
        scope.to()
    )
    .fetch_all(&mut **tx)
    .await
}
