//! Files: CSV uploads, recordings, exports. In Postgres, in chunks, since processes share no disk.
//!
//! A [`Writer`] takes the bytes as they arrive and never holds more than one chunk; [`chunk`] hands them out again
//! one at a time. Everything happens in the caller's transaction: no row refers to half a file.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    db::Tx,
    id::{BlobId, OrgId},
};

/// What one row holds.
pub const CHUNK: usize = 256 * 1024;

/// What is known of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    pub id: Uuid,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: Vec<u8>,
}

/// A file that is being written.
#[derive(Debug)]
pub struct Writer {
    id: BlobId,
    org: OrgId,
    seq: i32,
    size: i64,
    sum: Sha256,
    pending: Vec<u8>,
}

impl Writer {
    /// Begins a file.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn begin(tx: &mut Tx, org: OrgId, name: &str, media_type: &str) -> Result<Self, sqlx::Error> {
        let id = BlobId::new();
        sqlx::query!(
            "insert into blobs (id, org_id, name, media_type, size, sha256) values ($1, $2, $3, $4, 0, '')",
            id.0,
            org.0,
            name,
            media_type
        )
        .execute(&mut **tx)
        .await?;
        Ok(Self { id, org, seq: 0, size: 0, sum: Sha256::new(), pending: Vec::new() })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn write(&mut self, tx: &mut Tx, mut bytes: &[u8]) -> Result<(), sqlx::Error> {
        self.sum.update(bytes);
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.pending.len()));
            self.pending.extend_from_slice(now);
            bytes = later;
            if self.pending.len() == CHUNK {
                self.flush(tx).await?;
            }
        }
        Ok(())
    }

    /// Ends the file and says what it is called from now on.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn finish(mut self, tx: &mut Tx) -> Result<BlobId, sqlx::Error> {
        if !self.pending.is_empty() {
            self.flush(tx).await?;
        }
        let sum = self.sum.finalize();
        sqlx::query!(
            "update blobs set size = $3, sha256 = $4 where org_id = $1 and id = $2",
            self.org.0,
            self.id.0,
            self.size,
            &sum[..]
        )
        .execute(&mut **tx)
        .await?;
        Ok(self.id)
    }

    async fn flush(&mut self, tx: &mut Tx) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "insert into blob_chunks (blob_id, org_id, seq, data) values ($1, $2, $3, $4)",
            self.id.0,
            self.org.0,
            self.seq,
            &self.pending
        )
        .execute(&mut **tx)
        .await?;
        self.seq += 1;
        self.size += i64::try_from(self.pending.len()).expect("a chunk is 256 KB");
        self.pending.clear();
        Ok(())
    }
}

/// Stores bytes that are already in memory.
///
/// # Errors
/// When the connection is lost.
pub async fn put(tx: &mut Tx, org: OrgId, name: &str, media_type: &str, bytes: &[u8]) -> Result<BlobId, sqlx::Error> {
    let mut writer = Writer::begin(tx, org, name, media_type).await?;
    writer.write(tx, bytes).await?;
    writer.finish(tx).await
}

/// What is known of a file, if there is one.
///
/// # Errors
/// When the connection is lost.
pub async fn find(tx: &mut Tx, org: OrgId, id: BlobId) -> Result<Option<Blob>, sqlx::Error> {
    sqlx::query_as!(
        Blob,
        "select id, name, media_type, size, sha256 from blobs where org_id = $1 and id = $2",
        org.0,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await
}

/// One chunk of a file, counted from 0; none after the last.
///
/// # Errors
/// When the connection is lost.
pub async fn chunk(tx: &mut Tx, org: OrgId, id: BlobId, seq: i32) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!(
        "select data from blob_chunks where org_id = $1 and blob_id = $2 and seq = $3",
        org.0,
        id.0,
        seq
    )
    .fetch_optional(&mut **tx)
    .await
}

/// All of a file at once; for files whose size the caller has bounded.
///
/// # Errors
/// When the connection is lost.
pub async fn get(tx: &mut Tx, org: OrgId, id: BlobId) -> Result<Vec<u8>, sqlx::Error> {
    let mut bytes = Vec::new();
    let mut seq = 0;
    while let Some(next) = chunk(tx, org, id, seq).await? {
        bytes.extend_from_slice(&next);
        seq += 1;
    }
    Ok(bytes)
}
