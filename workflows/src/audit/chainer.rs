//! Chains what was written, behind the transactions that wrote it: nobody who dials waits for a hash.

use chrono::{DateTime, Utc};

use super::{
    bytes::Hash,
    chain::{Line, hash},
    checkpoint::Signer,
};
use crate::{
    db::{Db, Tx},
    id::OrgId,
};

/// Lines chained in one transaction.
const BATCH: i64 = 1_000;
/// Links after which a checkpoint is due before its minute is over.
const LINKS: i64 = 1_000;

/// Chains every line that waits, whosever it is; answers how many. Any number of processes may do it at once.
///
/// # Errors
/// When the database is away.
pub async fn chain(db: &Db) -> Result<usize, sqlx::Error> {
    let mut tx = db.system().await?;
    let waiting = sqlx::query_scalar!(
        r#"select o.id as "id: OrgId" from organizations o where exists (select from audit_unchained u where u.org_id = o.id)"#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let mut chained = 0;
    for org in waiting {
        loop {
            let some = batch(db, org).await?;
            chained += some;
            if i64::try_from(some).is_ok_and(|some| some < BATCH) {
                break;
            }
        }
    }
    Ok(chained)
}

/// One batch of one organisation. Whoever finds another at it leaves it to them.
async fn batch(db: &Db, org: OrgId) -> Result<usize, sqlx::Error> {
    let mut tx = db.system().await?;
    if !turn(&mut tx, org).await? {
        return Ok(0);
    }
    let (seq, head) = head(&mut tx, org).await?;
    let lines = waiting(&mut tx, org).await?;
    if lines.is_empty() {
        return Ok(0);
    }
    let hashes = lines.iter().scan(head, |prev, line| {
        *prev = hash(prev, line);
        Some(*prev)
    });
    let hashes: Vec<Hash> = std::iter::once(head).chain(hashes).collect();
    let ids: Vec<i64> = lines.iter().map(|line| line.id).collect();
    link(&mut tx, org, seq, &ids, &hashes).await?;
    tx.commit().await?;
    Ok(ids.len())
}

/// One chainer an organisation, for the length of a transaction.
async fn turn(tx: &mut Tx, org: OrgId) -> Result<bool, sqlx::Error> {
    let mine = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended('audit ' || $1::text, 0)) as "mine!""#,
        org.to_string()
    );
    mine.fetch_one(&mut **tx).await
}

/// The last link; before the first, zeros.
async fn head(tx: &mut Tx, org: OrgId) -> Result<(i64, Hash), sqlx::Error> {
    let head = sqlx::query!("select seq, hash from audit_chain where org_id = $1 order by seq desc limit 1", org.0)
        .fetch_optional(&mut **tx)
        .await?;
    head.map_or(Ok((0, Hash::ZERO)), |head| Ok((head.seq, super::column(&head.hash)?)))
}

async fn waiting(tx: &mut Tx, org: OrgId) -> Result<Vec<Line>, sqlx::Error> {
    sqlx::query_as!(
        Line,
        r#"select a.org_id as "org: OrgId", a.id, a.at, a.actor, a.action, a.subject, a.payload::text as "payload!"
           from (select audit_id from audit_unchained where org_id = $1 order by audit_id limit $2) u
           join audit_log a on a.id = u.audit_id order by a.id"#,
        org.0,
        BATCH
    )
    .fetch_all(&mut **tx)
    .await
}

/// `hashes` begins with the one that the first of these lines follows.
async fn link(tx: &mut Tx, org: OrgId, seq: i64, ids: &[i64], hashes: &[Hash]) -> Result<(), sqlx::Error> {
    let hashes: Vec<Vec<u8>> = hashes.iter().map(|hash| hash.0.to_vec()).collect();
    sqlx::query!(
        "insert into audit_chain (org_id, seq, audit_id, prev_hash, hash)
         select $1, $2 + n, id, prev_hash, hash
         from unnest($3::bigint[], $4::bytea[], $5::bytea[]) with ordinality as link (id, prev_hash, hash, n)",
        org.0,
        seq,
        ids,
        &hashes[..ids.len()],
        &hashes[1..]
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!("delete from audit_unchained where org_id = $1 and audit_id = any($2)", org.0, ids)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Signs the chains whose checkpoint is due: the first at once, then after a minute or a thousand links. Answers how many.
///
/// # Errors
/// When the database is away.
pub async fn seal(db: &Db, signer: &Signer) -> Result<usize, sqlx::Error> {
    let mut tx = db.system().await?;
    let due = sqlx::query!(
        r#"select o.id as "org: OrgId", h.seq, h.hash, clock_timestamp() as "now!: DateTime<Utc>"
           from organizations o
           cross join lateral (select seq, hash from audit_chain where org_id = o.id order by seq desc limit 1) h
           left join lateral (select seq, at from audit_checkpoints where org_id = o.id order by seq desc limit 1) k on true
           where k.seq is null or h.seq >= k.seq + $1
              or (h.seq > k.seq and k.at < clock_timestamp() - interval '1 minute')"#,
        LINKS
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in &due {
        let signed = signer.sign(row.org, row.seq, super::column(&row.hash)?, row.now);
        sqlx::query!(
            "insert into audit_checkpoints (org_id, seq, root, at, signature) values ($1, $2, $3, $4, $5) on conflict do nothing",
            signed.org.0,
            signed.seq,
            &signed.root.0[..],
            signed.at,
            &signed.signature.0[..]
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(due.len())
}
