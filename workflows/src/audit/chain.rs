//! The chain over an organisation's audit lines: what is hashed, and which row of a broken chain is the first. Pure: it
//! works on lines read from the database and on those of a file alike.
//!
//! ```text
//! zeros ──▶ #1 sha256(zeros ‖ line 17) ──▶ #2 sha256(hash of #1 ‖ line 16) ──▶ …
//! ```
//!
//! A link's number is its place in the chain. A line's id is older than that: lines are chained in the order in which
//! they are seen, and one that was committed late comes late.
//!
//! What cannot be told from the chain alone: that everything after the last signed checkpoint was written anew, or is
//! missing. That is why checkpoints are frequent.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    bytes::{Bytes, Hash},
    checkpoint::{Checkpoint, PublicKey},
};
use crate::id::OrgId;

/// A line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub org: OrgId,
    pub id: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub action: String,
    pub subject: String,
    /// As Postgres prints `jsonb`: one spelling for each value, and no number loses a digit.
    pub payload: String,
}

/// A line's place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub seq: i64,
    pub prev_hash: Hash,
    pub hash: Hash,
}

/// A link and its line: one line of JSON, flat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    #[serde(flatten)]
    pub link: Link,
    #[serde(flatten)]
    pub line: Line,
}

/// How far a chain holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Whose chain it is; unknown before the first line.
    pub org: Option<OrgId>,
    /// The last link that holds; 0 before the first.
    pub seq: i64,
    pub hash: Hash,
    /// The last link that a trusted key signed.
    pub signed: i64,
}

impl Default for Proof {
    fn default() -> Self {
        Self { org: None, seq: 0, hash: Hash::ZERO, signed: 0 }
    }
}

/// The first row that breaks a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub struct Broken {
    /// Its place in the chain; 0 for a line that has none.
    pub seq: i64,
    /// Its line's id, where there is a line.
    pub id: Option<i64>,
    pub fault: Fault,
}

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// It is not what was chained.
    Changed,
    /// It is gone.
    Removed,
    /// Nothing was chained there.
    Added,
    /// It stands in another's place.
    Reordered,
    /// No trusted key signed this checkpoint as it is.
    Forged,
    /// A trusted key signed another hash: rows up to here were written anew.
    Rewritten,
    /// The verdict that the line vouches for is gone or is another now.
    VerdictChanged,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.seq, self.id) {
            (0, Some(id)) => write!(f, "line {id}")?,
            (seq, Some(id)) => write!(f, "#{seq}, line {id},")?,
            (seq, None) => write!(f, "#{seq}")?,
        }
        f.write_str(match self.fault {
            Fault::Changed => " was changed after it was chained",
            Fault::Removed => " was removed",
            Fault::Added => " was added outside the chain",
            Fault::Reordered => " stands in another's place",
            Fault::Forged => ": the checkpoint was not signed by a trusted key",
            Fault::Rewritten => ": rows up to here were written anew; the signed checkpoint has another hash",
            Fault::VerdictChanged => " vouches for a verdict that was changed or removed",
        })
    }
}

impl Entry {
    /// Is the hash that of the line, after what the link says it follows?
    fn is_whole(&self) -> bool {
        hash(&self.link.prev_hash, &self.line) == self.link.hash
    }
}

impl Line {
    /// What is hashed: every column as `length:bytes,`, in this order: org, id, nanoseconds since 1970, actor, action,
    /// subject, payload. No text can pose as two, or as the end of one. The same in SQL: `audit_bytes`.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let nanos = i128::from(self.at.timestamp()) * 1_000_000_000 + i128::from(self.at.timestamp_subsec_nanos());
        let (org, id, at) = (self.org.to_string(), self.id.to_string(), nanos.to_string());
        parts(&[&org, &id, &at, &self.actor, &self.action, &self.subject, &self.payload])
    }
}

/// Texts as `length:bytes,`, one after the other.
pub(super) fn parts(texts: &[&str]) -> Vec<u8> {
    texts.iter().flat_map(|text| format!("{}:{text},", text.len()).into_bytes()).collect()
}

/// The hash of a line that follows `prev`.
#[must_use]
pub fn hash(prev: &Hash, line: &Line) -> Hash {
    Bytes(Sha256::new().chain_update(prev.0).chain_update(line.bytes()).finalize().into())
}

/// Verifies a whole chain, from its first link to its last, against its checkpoints. Without keys the signatures are
/// not looked at, only what was signed.
///
/// # Errors
/// The first row that breaks it.
pub fn verify(entries: &[Entry], checkpoints: &[Checkpoint], keys: &[PublicKey]) -> Result<Proof, Broken> {
    follow(Proof::default(), entries, checkpoints, keys)?.reaches(checkpoints, keys)
}

/// Verifies the part of a chain that follows what is proven already, with the checkpoints that fall into it.
///
/// # Errors
/// The first row that breaks it.
pub fn follow(
    proven: Proof,
    entries: &[Entry],
    checkpoints: &[Checkpoint],
    keys: &[PublicKey],
) -> Result<Proof, Broken> {
    let mut proof = proven;
    let mut by_seq: BTreeMap<i64, Vec<&Checkpoint>> = BTreeMap::new();
    for checkpoint in checkpoints {
        by_seq.entry(checkpoint.seq).or_default().push(checkpoint);
    }
    for (n, entry) in entries.iter().enumerate() {
        proof = proof.step(entry).ok_or_else(|| proof.broken(entries, n))?;
        for checkpoint in by_seq.remove(&proof.seq).into_iter().flatten() {
            let twice = entries.get(n + 1).is_some_and(|other| other.link.seq == entry.link.seq);
            proof.sign(checkpoint, keys).map_err(|broken| match broken.fault {
                Fault::Rewritten if twice => Broken { fault: Fault::Added, ..broken },
                _ => broken,
            })?;
        }
    }
    Ok(proof)
}

impl Proof {
    /// One link further, if it is the next one and whole.
    fn step(&self, entry: &Entry) -> Option<Self> {
        let Entry { link, line } = entry;
        let next = self.is_next(link) && self.is_ours(line) && entry.is_whole();
        next.then_some(Self { org: Some(line.org), seq: link.seq, hash: link.hash, signed: self.signed })
    }

    fn is_next(&self, link: &Link) -> bool {
        link.seq == self.seq + 1 && link.prev_hash == self.hash
    }

    fn is_ours(&self, line: &Line) -> bool {
        self.org.is_none_or(|org| org == line.org)
    }

    /// Tells what was done at the `n`th of these from what stands around it.
    fn broken(&self, entries: &[Entry], n: usize) -> Broken {
        let (earlier, later) = (&entries[..n], &entries[n + 1..]);
        let Entry { link, line } = &entries[n];
        let (next, whole) = (self.seq + 1, entries[n].is_whole());
        let at = |seq, fault| Broken { seq, id: Some(line.id), fault };
        let comes = |seq: i64| later.iter().any(|other| other.link.seq == seq);
        // What it follows, if that stands before the last one: whatever is between was put there.
        let leap = earlier.iter().find(|other| whole && other.link.hash == link.prev_hash && other.link.seq < self.seq);
        if link.seq <= self.seq || comes(link.seq) {
            at(link.seq, Fault::Added)
        } else if let Some(before) = leap {
            Broken { seq: before.link.seq + 1, id: None, fault: Fault::Added }
        } else if whole && link.prev_hash == self.hash {
            // Numbered anew, or another organisation's.
            at(next, if self.is_ours(line) { Fault::Changed } else { Fault::Added })
        } else if comes(next) || (whole && later.iter().any(|other| other.link.hash == link.prev_hash)) {
            at(next, Fault::Reordered)
        } else if whole || link.seq > next {
            Broken { seq: next, id: None, fault: Fault::Removed }
        } else {
            at(next, Fault::Changed)
        }
    }

    fn sign(&mut self, checkpoint: &Checkpoint, keys: &[PublicKey]) -> Result<(), Broken> {
        let at = |fault| Broken { seq: checkpoint.seq, id: None, fault };
        if self.org != Some(checkpoint.org) || !(keys.is_empty() || checkpoint.is_signed_by(keys)) {
            return Err(at(Fault::Forged));
        }
        if checkpoint.root != self.hash {
            return Err(at(Fault::Rewritten));
        }
        if !keys.is_empty() {
            self.signed = checkpoint.seq;
        }
        Ok(())
    }

    /// The chain ended here: a checkpoint beyond vouches for rows that are gone.
    pub(super) fn reaches(self, checkpoints: &[Checkpoint], keys: &[PublicKey]) -> Result<Self, Broken> {
        let Some(beyond) = checkpoints.iter().find(|checkpoint| checkpoint.seq < 1 || checkpoint.seq > self.seq) else {
            return Ok(self);
        };
        if keys.is_empty() || beyond.is_signed_by(keys) {
            return Err(Broken { seq: self.seq + 1, id: None, fault: Fault::Removed });
        }
        Err(Broken { seq: beyond.seq, id: None, fault: Fault::Forged })
    }
}

#[cfg(test)]
mod tests;
