//! Tells whether an archive is what was written, with nothing but the file and, better, a key from elsewhere. Pure: it
//! works on anything that can be read and sought.

pub(super) mod chain;

use std::{
    fmt,
    io::{self, Read, Seek, SeekFrom},
};

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::{
    Manifest,
    archive::{SEAL, sum_of},
    manifest::{FORMAT, MANIFEST, Part, SIGNATURE, digest},
};
use crate::audit::{Hash, PublicKey, Signature};

/// A manifest is some kilobytes; one that claims more is none.
const LONGEST_MANIFEST: u64 = 64 * 1024 * 1024;

/// What holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub manifest: Manifest,
    /// Links of the audit chain, and how many of their lines are in the archive.
    pub links: u64,
    pub lines: u64,
    /// Was the key given, or is it only the one in the file itself?
    pub key_given: bool,
}

/// The first entry that breaks an archive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Broken {
    /// Its name; empty for the archive as a whole.
    pub entry: String,
    pub fault: Fault,
}

/// What is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The archive cannot be opened: cut off, or its directory is damaged.
    Unreadable(String),
    /// It is not what the manifest lists.
    Changed,
    /// The manifest does not list it.
    Added,
    /// The manifest lists it, and it is not there.
    Removed,
    /// It is there under this name.
    Renamed(String),
    /// It stands in another's place.
    Reordered,
    /// Nobody with the key signed this manifest.
    Unsigned,
    /// It is signed, by another key than the one given.
    OtherKey,
    /// Bytes beside the files' contents: names, headers, the directory, the seal.
    Unsealed,
    /// The audit chain in it breaks.
    Chain(String),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.entry.is_empty() { "the archive" } else { &self.entry })?;
        match &self.fault {
            Fault::Unreadable(why) => write!(f, " cannot be read, it is cut off or damaged: {why}"),
            Fault::Changed => f.write_str(" was changed"),
            Fault::Added => f.write_str(" was added"),
            Fault::Removed => f.write_str(" was removed"),
            Fault::Renamed(now) => write!(f, " was renamed to {now}"),
            Fault::Reordered => f.write_str(" stands in another's place"),
            Fault::Unsigned => f.write_str(": the signature is wrong; it or the manifest was changed"),
            Fault::OtherKey => f.write_str(" was signed by another key than the one given"),
            Fault::Unsealed => f.write_str(" was changed outside its files' contents; the seal is wrong"),
            Fault::Chain(what) => write!(f, ": the chain is broken, {what}"),
        }
    }
}

fn broken(entry: &str, fault: Fault) -> Broken {
    Broken { entry: entry.to_owned(), fault }
}

/// Verifies an archive. Without a key the one in the file is believed: that shows it whole, not whose it is.
///
/// # Errors
/// The first entry that breaks it.
pub fn verify<R: Read + Seek>(mut file: R, key: Option<&PublicKey>) -> Result<Report, Broken> {
    let unreadable = |error: &dyn fmt::Display| broken("", Fault::Unreadable(error.to_string()));
    let mut zip = ZipArchive::new(&mut file).map_err(|error| unreadable(&error))?;
    let bytes = whole(&mut zip, MANIFEST)?;
    let signature = whole(&mut zip, SIGNATURE)?;
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|_| broken(MANIFEST, Fault::Changed))?;
    let key_in_file = signed(&manifest, &bytes, &signature, key)?;
    let names = zip.file_names().map(|name| name.map(std::borrow::Cow::into_owned));
    let names = names.collect::<Result<Vec<String>, _>>().map_err(|error| unreadable(&error))?;
    in_order(&manifest, &names)?;
    for (at, listed) in manifest.files.iter().enumerate() {
        if read(&mut zip, at, listed.size) != Some(listed.sha256) {
            return Err(broken(&listed.name, Fault::Changed));
        }
    }
    drop(zip);
    if !sealed(&mut file, &manifest, &key_in_file).unwrap_or(false) {
        return Err(broken("", Fault::Unsealed));
    }
    let mut zip = ZipArchive::new(&mut file).map_err(|error| unreadable(&error))?;
    let (links, lines) = chain::follow(&mut zip, &manifest, &key_in_file)?;
    Ok(Report { manifest, links, lines, key_given: key.is_some() })
}

/// A small entry.
fn whole<R: Read + Seek>(zip: &mut ZipArchive<R>, name: &str) -> Result<Vec<u8>, Broken> {
    let entry = zip.by_name(name).map_err(|error| match error {
        zip::result::ZipError::FileNotFound => broken(name, Fault::Removed),
        _ => broken(name, Fault::Changed),
    })?;
    let mut bytes = Vec::new();
    entry.take(LONGEST_MANIFEST).read_to_end(&mut bytes).map_err(|_| broken(name, Fault::Changed))?;
    Ok(bytes)
}

/// The key under which the manifest is signed: the one given, or else its own.
fn signed(manifest: &Manifest, bytes: &[u8], signature: &[u8], key: Option<&PublicKey>) -> Result<PublicKey, Broken> {
    let unsigned = || broken(MANIFEST, Fault::Unsigned);
    if manifest.format != FORMAT {
        return Err(broken(MANIFEST, Fault::Changed));
    }
    let own = PublicKey::parse(&manifest.public_key).map_err(|_| unsigned())?;
    let text = std::str::from_utf8(signature).map_err(|_| broken(SIGNATURE, Fault::Changed))?;
    let signature: Signature = text.parse().map_err(|_| broken(SIGNATURE, Fault::Changed))?;
    let root = digest(Sha256::new().chain_update(bytes));
    let holds = |key: &PublicKey| manifest.is_signed(key, Part::Manifest, root, signature);
    match key {
        Some(key) if holds(key) => Ok(*key),
        Some(_) if holds(&own) => Err(broken(MANIFEST, Fault::OtherKey)),
        None if holds(&own) => Ok(own),
        _ => Err(unsigned()),
    }
}

/// What is there is what is listed, in that order, then the manifest and its signature.
fn in_order(manifest: &Manifest, names: &[String]) -> Result<(), Broken> {
    let listed: Vec<&str> = manifest.files.iter().map(|file| file.name.as_str()).chain([MANIFEST, SIGNATURE]).collect();
    for at in 0..listed.len().max(names.len()) {
        let (want, have) = (listed.get(at).copied(), names.get(at).map(String::as_str));
        let missing = want.filter(|want| !names.iter().any(|name| name == want));
        let strange = have.filter(|have| !listed.contains(have));
        return Err(match (missing, strange, have) {
            (Some(missing), Some(strange), _) => broken(missing, Fault::Renamed(strange.to_owned())),
            (Some(missing), None, _) => broken(missing, Fault::Removed),
            (None, Some(strange), _) => broken(strange, Fault::Added),
            (None, None, Some(have)) if want != Some(have) => broken(have, Fault::Reordered),
            _ => continue,
        });
    }
    Ok(())
}

/// The hash of an entry's content, if it can be read and is no longer than it may be.
fn read<R: Read + Seek>(zip: &mut ZipArchive<R>, at: usize, size: u64) -> Option<Hash> {
    let mut entry = zip.by_index(at).ok()?.take(size + 1);
    let (mut sum, mut seen, mut buffer) = (Sha256::new(), 0, vec![0; 64 * 1024]);
    loop {
        match entry.read(&mut buffer).ok()? {
            0 => return (seen == size).then(|| digest(sum)),
            n => {
                sum.update(&buffer[..n]);
                seen += n as u64;
            }
        }
    }
}

/// Does the archive end in a signature over everything before it?
fn sealed<R: Read + Seek>(file: &mut R, manifest: &Manifest, key: &PublicKey) -> io::Result<bool> {
    let end = file.seek(SeekFrom::End(-i64::from(SEAL)))?;
    let mut seal = String::new();
    file.read_to_string(&mut seal)?;
    let root = digest(sum_of(file, end)?);
    Ok(seal.parse().is_ok_and(|seal| manifest.is_signed(key, Part::Archive, root, seal)))
}
