//! The manifest: every file of an export in order, and what the signatures are over.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Scope;
use crate::{
    audit::{Bytes, Checkpoint, Hash, PublicKey, Signature, Signer},
    id::{ExportId, OrgId},
};

/// The format's name and version.
pub(super) const FORMAT: &str = "wib evidence 1";
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const SIGNATURE: &str = "manifest.sig";

/// The first entry to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub format: String,
    pub export: ExportId,
    pub org: OrgId,
    pub org_name: String,
    pub scope: Scope,
    pub requested_by: String,
    pub requested_at: DateTime<Utc>,
    pub made_at: DateTime<Utc>,
    /// Of the release that made it; each verdict names its own.
    pub rules_version: String,
    /// Rows by file.
    pub counts: BTreeMap<String, u64>,
    /// Every file before this one, in order.
    pub files: Vec<Listed>,
    /// Whose signatures these are, in base64.
    pub public_key: String,
}

/// A file as it has to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    pub name: String,
    pub size: u64,
    pub sha256: Hash,
}

/// What of an export is signed. Both are signed as checkpoints are, at places where no chain has a link: a signature of
/// one kind can never pose as another.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// The manifest's bytes.
    Manifest,
    /// All bytes of the archive but the seal itself.
    Archive,
}

impl Part {
    fn place(self) -> i64 {
        match self {
            Self::Manifest => 0,
            Self::Archive => -1,
        }
    }
}

impl Manifest {
    pub(super) fn sign(&self, signer: &Signer, part: Part, digest: Hash) -> Signature {
        signer.sign(self.org, part.place(), digest, self.made_at).signature
    }

    pub(super) fn is_signed(&self, key: &PublicKey, part: Part, digest: Hash, signature: Signature) -> bool {
        let signed = Checkpoint { org: self.org, seq: part.place(), root: digest, at: self.made_at, signature };
        signed.is_signed_by(&[*key])
    }
}

pub(super) fn digest(sum: sha2::Sha256) -> Hash {
    Bytes(sha2::Digest::finalize(sum).into())
}
