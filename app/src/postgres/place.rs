//! Where the server's files live.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};

use nix::unistd::geteuid;
use sha2::{Digest, Sha256};

use super::{Error, user::ServerUser};

/// `.wib` in the workspace around `directory`, or in `directory` itself where there is none. As root it is
/// `/var/lib/wib/` + a hash of that path: the server then runs as a user who may not be able to enter the workspace.
pub fn default_base(directory: &Path) -> PathBuf {
    let workspace = directory.ancestors().find(|ancestor| ancestor.join("Cargo.lock").is_file()).unwrap_or(directory);
    if geteuid().is_root() { Path::new("/var/lib/wib").join(hash_of(workspace)) } else { workspace.join(".wib") }
}

/// The socket's directory: in /tmp whatever `TMPDIR` says, because a socket's path may have 107 bytes at most.
pub(super) fn socket_dir(base: &Path, user: ServerUser) -> PathBuf {
    PathBuf::from(format!("/tmp/wib-{}-{}", user.uid(), hash_of(base)))
}

/// Makes the socket's directory, or makes sure that the one there is ours: its name is predictable, so that processes
/// find each other, and whoever owned it could pose as our server.
pub(super) fn claim_socket_dir(dir: &Path, user: ServerUser) -> Result<(), Error> {
    private_dir(dir, user)?;
    let found = fs::symlink_metadata(dir).map_err(|source| Error::Files { path: dir.to_owned(), source })?;
    let ours = found.is_dir() && found.uid() == user.uid() && found.mode() & 0o077 == 0;
    if ours { Ok(()) } else { Err(Error::ForeignSocket(dir.to_owned())) }
}

/// A directory that only the server's user may enter. One that is there already stays as it is.
pub(super) fn private_dir(dir: &Path, user: ServerUser) -> Result<(), Error> {
    match DirBuilder::new().mode(0o700).create(dir) {
        Ok(()) => user.own(dir),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(Error::Files { path: dir.to_owned(), source }),
    }
}

fn hash_of(path: &Path) -> String {
    let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let digest = Sha256::digest(whole.as_os_str().as_encoded_bytes());
    digest[..6].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_directory_of_a_workspace_shares_one_place() {
        let workspace = tempfile::tempdir().unwrap();
        fs::write(workspace.path().join("Cargo.lock"), "").unwrap();
        let below = workspace.path().join("app/src");
        fs::create_dir_all(&below).unwrap();
        assert_eq!(default_base(&below), default_base(workspace.path()));
    }

    #[test]
    fn two_workspaces_have_two_places() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        assert_ne!(default_base(one.path()), default_base(other.path()));
    }

    #[test]
    fn a_directory_that_others_may_enter_is_not_trusted_with_the_socket() {
        use std::os::unix::fs::PermissionsExt;
        let base = tempfile::tempdir().unwrap();
        let user = ServerUser::choose(&["postgres", "nobody"]).unwrap();
        let dir = base.path().join("socket");
        claim_socket_dir(&dir, user).unwrap();
        claim_socket_dir(&dir, user).unwrap();
        fs::set_permissions(&dir, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(claim_socket_dir(&dir, user), Err(Error::ForeignSocket(_))));
    }
}
