//! Follows the chain in the database, from its first link to its last, in pieces that hold nobody up.

use chrono::{DateTime, Utc};

use super::{
    bytes::Hash,
    chain::{Broken, Entry, Fault, Line, Link, Proof, follow},
    checkpoint::{Checkpoint, PublicKey},
};
use crate::{
    db::{Db, Tx},
    id::OrgId,
};

/// Rows read at once.
const PIECE: i64 = 5_000;

/// A link, its line where there still is one, and whether the verdict it vouches for is still the same.
struct Row {
    seq: i64,
    prev_hash: Vec<u8>,
    hash: Vec<u8>,
    org: Option<OrgId>,
    id: Option<i64>,
    at: Option<DateTime<Utc>>,
    actor: Option<String>,
    action: Option<String>,
    subject: Option<String>,
    payload: Option<String>,
    verdict_holds: bool,
}

/// Verifies a whole chain and that nothing stands beside it.
///
/// # Errors
/// When the database is away; the inner error is the first row that breaks the chain.
pub async fn inspect(db: &Db, org: OrgId, keys: &[PublicKey]) -> Result<Result<Proof, Broken>, sqlx::Error> {
    match onward(db, org, Proof::default(), keys).await? {
        Ok(proof) => Ok(strangers(db, org).await?.map_or(Ok(proof), Err)),
        broken => Ok(broken),
    }
}

/// Verifies what follows.
async fn onward(
    db: &Db,
    org: OrgId,
    mut proof: Proof,
    keys: &[PublicKey],
) -> Result<Result<Proof, Broken>, sqlx::Error> {
    loop {
        let mut tx = db.system().await?;
        let rows = piece(&mut tx, org, proof.seq).await?;
        let last = rows.last().map(|row| row.seq);
        let checkpoints = checkpoints(&mut tx, org, proof.seq, last).await?;
        tx.commit().await?;
        if rows.is_empty() {
            return Ok(proof.reaches(&checkpoints, keys));
        }
        match read(proof, rows, &checkpoints, keys)? {
            Ok(further) => proof = further,
            broken => return Ok(broken),
        }
    }
}

fn read(
    proof: Proof,
    rows: Vec<Row>,
    checkpoints: &[Checkpoint],
    keys: &[PublicKey],
) -> Result<Result<Proof, Broken>, sqlx::Error> {
    let lost = rows.iter().find(|row| row.id.is_none()).map(|row| gone(row.seq));
    let unfounded = rows.iter().find(|row| !row.verdict_holds).map(|row| Broken {
        seq: row.seq,
        id: row.id,
        fault: Fault::VerdictChanged,
    });
    let entries = rows.into_iter().map_while(|row| row.entry().transpose()).collect::<Result<Vec<_>, _>>()?;
    let followed = follow(proof, &entries, checkpoints, keys);
    // The first row that breaks it, whatever breaks it.
    let first = [followed.as_ref().err().cloned(), lost, unfounded].into_iter().flatten().min_by_key(|row| row.seq);
    Ok(first.map_or(followed, Err))
}

fn gone(seq: i64) -> Broken {
    Broken { seq, id: None, fault: Fault::Removed }
}

impl Row {
    /// None where the line is gone.
    fn entry(self) -> Result<Option<Entry>, sqlx::Error> {
        let link = Link { seq: self.seq, prev_hash: column(&self.prev_hash)?, hash: column(&self.hash)? };
        let line = (|| {
            Some(Line {
                org: self.org?,
                id: self.id?,
                at: self.at?,
                actor: self.actor?,
                action: self.action?,
                subject: self.subject?,
                payload: self.payload?,
            })
        })();
        Ok(line.map(|line| Entry { link, line }))
    }
}

fn column(bytes: &[u8]) -> Result<Hash, sqlx::Error> {
    super::column(bytes)
}

async fn piece(tx: &mut Tx, org: OrgId, after: i64) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        r#"select c.seq, c.prev_hash, c.hash, a.org_id as "org?: OrgId", a.id as "id?", a.at as "at?", a.actor as "actor?",
                  a.action as "action?", a.subject as "subject?", a.payload::text as payload,
                  a.action is distinct from 'decision'
                    or coalesce(decision_digest(d) = a.payload ->> 'sha256', false) as "verdict_holds!"
           from audit_chain c
           left join audit_log a on a.id = c.audit_id
           left join compliance_decisions d on d.id =
             case when a.action = 'decision' and a.subject ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then a.subject::uuid end
           where c.org_id = $1 and c.seq > $2 order by c.seq limit $3"#,
        org.0,
        after,
        PIECE
    )
    .fetch_all(&mut **tx)
    .await
}

/// Those of a piece; at the end of the chain, those beyond it.
async fn checkpoints(
    tx: &mut Tx,
    org: OrgId,
    after: i64,
    through: Option<i64>,
) -> Result<Vec<Checkpoint>, sqlx::Error> {
    let rows = sqlx::query!(
        "select seq, root, at, signature from audit_checkpoints
         where org_id = $1 and seq > $2 and ($3::bigint is null or seq <= $3) order by seq",
        org.0,
        after,
        through
    )
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter()
        .map(|row| {
            let (root, signature) = (super::column(&row.root)?, super::column(&row.signature)?);
            Ok(Checkpoint { org, seq: row.seq, root, at: row.at, signature })
        })
        .collect()
}

/// The first line that is in no link and does not wait for one: it was put beside the chain, or its link was taken away.
async fn strangers(db: &Db, org: OrgId) -> Result<Option<Broken>, sqlx::Error> {
    let mut after = 0;
    loop {
        let mut tx = db.system().await?;
        let seen = sqlx::query!(
            "select max(id) as last, min(id) filter (where stray) as stray from (
               select a.id, not exists (select from audit_chain c where c.audit_id = a.id)
                        and not exists (select from audit_unchained u where u.org_id = a.org_id and u.audit_id = a.id) as stray
               from audit_log a where a.org_id = $1 and a.id > $2 order by a.id limit $3) line",
            org.0,
            after,
            PIECE
        )
        .fetch_one(&mut *tx)
        .await?;
        tx.commit().await?;
        match (seen.stray, seen.last) {
            (Some(id), _) => return Ok(Some(Broken { seq: 0, id: Some(id), fault: Fault::Added })),
            (None, Some(last)) => after = last,
            (None, None) => return Ok(None),
        }
    }
}

/// Whose turn it is to be checked, and how far it was found to hold.
struct Turn {
    org: OrgId,
    seq: i64,
    hash: Vec<u8>,
    whole: bool,
}

/// Checks every chain whose minute has come: what is new each time, all of it once a day and for as long as it is
/// broken. Remembers and logs what it finds.
///
/// # Errors
/// When the database is away.
pub async fn check(db: &Db, keys: &[PublicKey]) -> Result<(), sqlx::Error> {
    for turn in turns(db).await? {
        let found = check_one(db, &turn, keys).await?;
        if let Err(broken) = &found {
            tracing::error!(org.id = %turn.org, "the audit chain is broken: {broken}");
        }
        remember(db, &turn, found).await?;
    }
    Ok(())
}

async fn check_one(db: &Db, turn: &Turn, keys: &[PublicKey]) -> Result<Result<Proof, Broken>, sqlx::Error> {
    let known = Proof { org: Some(turn.org), seq: turn.seq, hash: column(&turn.hash)?, signed: 0 };
    if let Some(broken) = forgotten(db, turn.org, &known).await? {
        return Ok(Err(broken));
    }
    if turn.whole { inspect(db, turn.org, keys).await } else { onward(db, turn.org, known, keys).await }
}

/// The link up to which the chain held is gone or another: a chain cut short, or written anew since.
async fn forgotten(db: &Db, org: OrgId, known: &Proof) -> Result<Option<Broken>, sqlx::Error> {
    let mut tx = db.system().await?;
    let now = sqlx::query_scalar!("select hash from audit_chain where org_id = $1 and seq = $2", org.0, known.seq)
        .fetch_optional(&mut *tx)
        .await?;
    tx.commit().await?;
    let fault = match now {
        _ if known.seq == 0 => return Ok(None),
        Some(hash) if hash == known.hash.0 => return Ok(None),
        Some(_) => Fault::Rewritten,
        None => Fault::Removed,
    };
    Ok(Some(Broken { seq: known.seq, id: None, fault }))
}

/// Takes the turns that nobody took in the last minute.
async fn turns(db: &Db) -> Result<Vec<Turn>, sqlx::Error> {
    let mut tx = db.system().await?;
    let turns = sqlx::query_as!(
        Turn,
        r#"insert into audit_verifications as v (org_id, tried_at) select id, clock_timestamp() from organizations
           on conflict (org_id) do update set tried_at = clock_timestamp()
             where v.tried_at < clock_timestamp() - interval '1 minute'
           returning org_id as "org: OrgId", seq, hash,
             fault is not null or coalesce(full_at < clock_timestamp() - interval '1 day', true) as "whole!""#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(turns)
}

async fn remember(db: &Db, turn: &Turn, found: Result<Proof, Broken>) -> Result<(), sqlx::Error> {
    let (proof, fault) = match found {
        Ok(proof) => (Some(proof), None),
        Err(broken) => (None, Some(broken.to_string())),
    };
    let hash = proof.as_ref().map(|proof| proof.hash.0.to_vec());
    let mut tx = db.system().await?;
    sqlx::query!(
        "update audit_verifications set fault = $2::text, at = wib_now(), seq = coalesce($3, seq), hash = coalesce($4, hash),
                full_at = case when $5 and $2::text is null then clock_timestamp() else full_at end
         where org_id = $1",
        turn.org.0,
        fault,
        proof.map(|proof| proof.seq),
        hash,
        turn.whole
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
