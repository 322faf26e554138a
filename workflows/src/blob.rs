//! Files: CSV uploads, recordings, exports. In Postgres, in chunks, since processes share no disk.
//!
//! A [`Writer`] takes the bytes as they arrive and never holds more than one chunk; [`chunk`] hands them out again
//! one at a time. Everything happens in the caller's transaction: no row refers to half a file. Sounds are kept by
//! their hash ([`keep`]): the same sound is one file.

use std::io::{self, Read};

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
        write_chunk(tx, self.org, self.id, self.seq, &self.pending).await?;
        self.seq += 1;
        self.size += i64::try_from(self.pending.len()).expect("a chunk is 256 KB");
        self.pending.clear();
        Ok(())
    }
}

async fn write_chunk(tx: &mut Tx, org: OrgId, id: BlobId, seq: i32, data: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into blob_chunks (blob_id, org_id, seq, data) values ($1, $2, $3, $4)",
        id.0,
        org.0,
        seq,
        data
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
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

/// A sound that is whole and whose hash is known.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    pub name: &'a str,
    pub media_type: &'a str,
    pub size: u64,
    pub sha256: [u8; 32],
}

/// Why a sound was not kept.
#[derive(Debug, thiserror::Error)]
pub enum Unkept {
    #[error("the bytes are not those that were hashed")]
    Changed,
    #[error("the bytes could not be read")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Keeps a sound once: one that is here already is what it is, and none of its bytes are written again.
///
/// # Errors
/// When the bytes are not what is known of them, or the connection is lost.
pub async fn keep(tx: &mut Tx, org: OrgId, known: Known<'_>, from: &mut impl Read) -> Result<BlobId, Unkept> {
    let new = sqlx::query_scalar!(
        r#"insert into blobs (id, org_id, name, media_type, size, sha256) values ($1, $2, $3, $4, $5, $6)
           on conflict (org_id, sha256) where media_type like 'audio/%' do nothing returning id as "id: BlobId""#,
        Uuid::now_v7(),
        org.0,
        known.name,
        known.media_type,
        i64::try_from(known.size).unwrap_or(i64::MAX),
        &known.sha256[..]
    );
    let Some(id) = new.fetch_optional(&mut **tx).await? else { return same(tx, org, &known.sha256).await };
    let mut left = known.size;
    for seq in 0.. {
        let bytes = piece(from)?;
        left = left.checked_sub(bytes.len() as u64).ok_or(Unkept::Changed)?;
        if bytes.is_empty() {
            break;
        }
        write_chunk(tx, org, id, seq, &bytes).await?;
    }
    if left == 0 { Ok(id) } else { Err(Unkept::Changed) }
}

/// The file of that sound, held: it is not deleted before this transaction is over. Gone in this very moment, it is an
/// error, and whoever tries again writes it anew.
async fn same(tx: &mut Tx, org: OrgId, sha256: &[u8]) -> Result<BlobId, Unkept> {
    let same = sqlx::query_scalar!(
        r#"select id as "id: BlobId" from blobs where org_id = $1 and sha256 = $2 and media_type like 'audio/%' for key share"#,
        org.0,
        sha256
    );
    Ok(same.fetch_one(&mut **tx).await?)
}

/// A whole chunk, or what is left.
fn piece(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(CHUNK);
    from.take(CHUNK as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Deletes a recording's file, unless another recording is the same sound.
///
/// # Errors
/// When the connection is lost.
pub(crate) async fn drop_unless_recorded(tx: &mut Tx, org: OrgId, id: BlobId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from blobs where org_id = $1 and id = $2 and not exists (select from recordings where blob_id = $2)",
        org.0,
        id.0
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
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
