//! The signing key of a workspace: made once, kept in a file that nobody else may read. For a first look and for
//! development; an installation is given its own.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use workflows::audit::{Keys, Signer};

use crate::postgres;

const FILE: &str = "signing.key";

/// The workspace's key, made where there is none.
///
/// # Errors
/// When its file cannot be written or read.
pub fn of_workspace() -> anyhow::Result<Keys> {
    let base = postgres::default_base(&std::env::current_dir()?);
    fs::create_dir_all(&base).with_context(|| format!("cannot make {}", base.display()))?;
    let file = base.join(FILE);
    make(&file).and_then(|()| read(&file)).with_context(|| format!("the signing key in {}", file.display()))
}

/// The workspace's key, if it has one.
///
/// # Errors
/// When its file is there and is no key.
pub fn found() -> anyhow::Result<Option<Keys>> {
    let file = postgres::default_base(&std::env::current_dir()?).join(FILE);
    if file.exists() { read(&file).map(Some) } else { Ok(None) }
}

/// Whole or not at all: two processes that start at once end with the same key.
fn make(file: &Path) -> anyhow::Result<()> {
    if file.exists() {
        return Ok(());
    }
    let unfinished = file.with_extension(std::process::id().to_string());
    let mut new = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    writeln!(new, "{}", Signer::generate()?.expose_secret())?;
    let linked = fs::hard_link(&unfinished, file);
    fs::remove_file(&unfinished)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

fn read(file: &Path) -> anyhow::Result<Keys> {
    let signer = Signer::parse(&SecretString::from(fs::read_to_string(file)?))?;
    Ok(Keys { signer: Some(signer), earlier: Vec::new() })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_is_nobody_elses_to_read() {
        let base = tempfile::tempdir().unwrap();
        let file = base.path().join(FILE);
        make(&file).unwrap();
        let first = read(&file).unwrap().trusted();
        make(&file).unwrap();
        assert_eq!(read(&file).unwrap().trusted(), first);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(base.path()).unwrap().count(), 1);
    }
}
