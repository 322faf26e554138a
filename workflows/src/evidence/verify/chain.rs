//! Follows the part of the audit chain that an archive holds: lines in scope whole, of the others the hashes.

use std::io::{BufRead, BufReader, Read, Seek};

use serde::{Deserialize, Serialize};
use zip::ZipArchive;

use super::{Broken, Fault, Manifest, broken};
use crate::audit::{Checkpoint, Entry, Link, PublicKey, hash};

pub(in crate::evidence) const AUDIT: &str = "audit.jsonl";

/// A line of `audit.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(in crate::evidence) enum Row {
    Signed { checkpoint: Checkpoint },
    Mine(Entry),
    Others(Link),
}

/// Answers how many links there are, and how many of their lines.
pub(super) fn follow<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    manifest: &Manifest,
    key: &PublicKey,
) -> Result<(u64, u64), Broken> {
    let file = zip.by_name(AUDIT).map_err(|_| broken(AUDIT, Fault::Removed))?;
    let (mut last, mut signed, mut links, mut lines) = (None::<Link>, 0, 0, 0);
    for (n, text) in BufReader::new(file).lines().enumerate() {
        let bad = |what: String| broken(AUDIT, Fault::Chain(what));
        let row = text.ok().and_then(|text| serde_json::from_str(&text).ok());
        match row.ok_or_else(|| bad(format!("line {} cannot be read", n + 1)))? {
            Row::Signed { checkpoint } => {
                let here = last.as_ref().is_some_and(|l| l.seq == checkpoint.seq && l.hash == checkpoint.root);
                if !here || checkpoint.org != manifest.org {
                    return Err(bad(format!("the checkpoint at #{} has another hash", checkpoint.seq)));
                }
                // Those of keys that signed before are told apart by whoever has these keys.
                if checkpoint.is_signed_by(&[*key]) {
                    signed = checkpoint.seq;
                }
            }
            row => {
                let (link, whole, own) = row.link(manifest);
                let next = last.as_ref().is_none_or(|l| link.seq == l.seq + 1 && link.prev_hash == l.hash);
                if !next || !whole {
                    return Err(bad(format!("#{} is not what was chained", link.seq)));
                }
                links += 1;
                lines += u64::from(own);
                last = Some(link);
            }
        }
    }
    match last {
        Some(last) if last.seq != signed => Err(broken(AUDIT, Fault::Chain("its end is not signed".to_owned()))),
        _ => Ok((links, lines)),
    }
}

impl Row {
    /// The link, whether it is that of its line, and whether it has one.
    fn link(self, manifest: &Manifest) -> (Link, bool, bool) {
        match self {
            Self::Mine(Entry { link, line }) => {
                let whole = line.org == manifest.org && hash(&link.prev_hash, &line) == link.hash;
                (link, whole, true)
            }
            Self::Others(link) => (link, true, false),
            Self::Signed { .. } => unreachable!("a checkpoint is no link"),
        }
    }
}
