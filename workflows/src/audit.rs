//! The audit log: who did what to what, written in the transaction of the deed, never changed; and the chain that
//! proves it.
//!
//! ```text
//! write ──commit──▶ waits unchained ──chain──▶ linked ──seal──▶ under a signed checkpoint
//! ```
//!
//! An action is `noun.verb`; the subject is the id of the thing. Every change of state writes its own line
//! ([`transition`](crate::transition)), every verdict too ([`decision`]). The payload holds ids, words of ours and names of fields,
//! never a person's number, name or message. Why it is so: `docs/adr/0007-audit-chain.md`.

mod bytes;
mod chain;
mod chainer;
mod checkpoint;
mod listed;
mod verification;

use serde_json::Value;

pub use self::{
    bytes::{Bytes, Hash, NotBytes, Signature},
    chain::{Broken, Entry, Fault, Line, Link, Proof, follow, hash, verify},
    chainer::{chain, seal},
    checkpoint::{BadKey, Checkpoint, Keys, PublicKey, Signer},
    listed::{Filter, LineRow, Standing, Status, list, standing, status},
    verification::{check, inspect},
};
use crate::{
    db::Tx,
    id::{DecisionId, OrgId},
    transition::Actor,
};

/// Writes one line, at the database's clock.
///
/// # Errors
/// When the connection is lost.
pub async fn write(
    tx: &mut Tx,
    org: OrgId,
    actor: &Actor,
    action: &str,
    subject: &str,
    payload: Value,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into audit_log (org_id, at, actor, action, subject, payload) values ($1, wib_now(), $2, $3, $4, $5)",
        org.0,
        actor.to_string(),
        action,
        subject,
        payload
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes the line of a verdict just stored: what it was, and its fingerprint with all its reasons and inputs.
///
/// # Errors
/// When the connection is lost.
pub async fn decision(tx: &mut Tx, id: DecisionId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into audit_log (org_id, at, actor, action, subject, payload)
         select d.org_id, d.decided_at, $2, 'decision', d.id::text,
                jsonb_build_object('account_id', d.account_id, 'allowed', d.allowed, 'sha256', decision_digest(d))
         from compliance_decisions d where d.id = $1",
        id.0,
        Actor::System.to_string()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Bytes as the schema holds them.
fn column<const N: usize>(bytes: &[u8]) -> Result<Bytes<N>, sqlx::Error> {
    Bytes::of(bytes).map_err(|error| sqlx::Error::Decode(error.into()))
}
