//! Whom the server runs as. Postgres refuses to run as root, so as root its programs are started as another user,
//! who then must own the server's files.

use std::{
    env,
    os::unix::{fs::lchown, process::CommandExt},
    path::Path,
    process::Command,
};

use nix::unistd::{User, getegid, geteuid};

use super::Error;

/// The user of the server's processes and files.
#[derive(Debug, Clone, Copy)]
pub(super) struct ServerUser {
    uid: u32,
    gid: u32,
    dropped: bool,
}

impl ServerUser {
    /// Whoever we are; as root the first of `candidates` that exists.
    pub(super) fn choose(candidates: &[&str]) -> Result<ServerUser, Error> {
        if !geteuid().is_root() {
            return Ok(ServerUser { uid: geteuid().as_raw(), gid: getegid().as_raw(), dropped: false });
        }
        candidates
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(|user| ServerUser { uid: user.uid.as_raw(), gid: user.gid.as_raw(), dropped: true })
            .ok_or_else(|| Error::NoUser(candidates.join(", ")))
    }

    pub(super) fn uid(self) -> u32 {
        self.uid
    }

    pub(super) fn own(self, path: &Path) -> Result<(), Error> {
        if self.dropped {
            lchown(path, Some(self.uid), Some(self.gid))
                .map_err(|source| Error::Files { path: path.to_owned(), source })?;
        }
        Ok(())
    }

    /// A program of Postgres, run as this user, untouched by the `PG…` variables of our own environment.
    pub(super) fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // The server keeps its working directory: from `/` it never holds up an unmount, and its user may enter it.
        command.current_dir("/").env("LC_ALL", "C");
        for (name, _) in env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"PG") {
                command.env_remove(name);
            }
        }
        if self.dropped {
            // std also gives up root's supplementary groups here.
            command.uid(self.uid).gid(self.gid);
        }
        command
    }
}
