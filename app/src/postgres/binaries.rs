//! Where Postgres is installed. The first complete set of programs that is new enough wins, in this order:
//! `WIB_PG_BIN`, `pg_config`, `PATH`, then the places where distributions, Homebrew and Postgres.app put it.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The oldest Postgres we run on: `security_invoker` views and `merge` came with it.
const OLDEST: u32 = 15;

/// A directory with `initdb`, `postgres` and `pg_ctl`, and the major version they are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    pub(super) dir: PathBuf,
    pub(super) major: u32,
}

/// What the search looks at.
#[derive(Debug, Default)]
pub(super) struct Search {
    explicit: Option<PathBuf>,
    path: OsString,
    roots: Vec<PathBuf>,
}

impl Search {
    pub(super) fn from_env() -> Search {
        Search {
            explicit: env::var_os("WIB_PG_BIN").filter(|dir| !dir.is_empty()).map(PathBuf::from),
            path: env::var_os("PATH").unwrap_or_default(),
            roots: ROOTS.iter().map(PathBuf::from).collect(),
        }
    }

    /// # Errors
    /// [`Error`] names the command that installs what is missing.
    pub(super) fn find(&self) -> Result<Binaries, Error> {
        if let Some(dir) = &self.explicit {
            return self.explicitly(dir);
        }
        let complete: Vec<Binaries> = self.candidates().into_iter().filter_map(inspect).collect();
        let newest = complete.iter().map(|found| found.major).max();
        complete.into_iter().find(|found| found.major >= OLDEST).ok_or_else(|| self.nothing_usable(newest))
    }

    /// Who names a directory wants that one; falling back to another would surprise.
    fn explicitly(&self, dir: &Path) -> Result<Binaries, Error> {
        match inspect(dir.to_owned()) {
            Some(found) if found.major >= OLDEST => Ok(found),
            Some(found) => Err(self.nothing_usable(Some(found.major))),
            None => Err(Error::NotThere(dir.to_owned())),
        }
    }

    fn nothing_usable(&self, newest: Option<u32>) -> Error {
        let install = self.installer();
        match newest {
            Some(major) => Error::TooOld { major, install },
            None => Error::Absent { install },
        }
    }

    fn candidates(&self) -> Vec<PathBuf> {
        let configured = self.on_path("pg_config").find_map(|pg_config| bindir(&pg_config));
        // Debian and Homebrew link single programs into PATH; the set lives where the link points.
        let linked =
            self.on_path("initdb").filter_map(|initdb| fs::canonicalize(initdb).ok()?.parent().map(Path::to_owned));
        let installed = self.roots.iter().flat_map(|root| versions_under(root));
        configured.into_iter().chain(linked).chain(installed).collect()
    }

    fn on_path<'a>(&'a self, program: &'a str) -> impl Iterator<Item = PathBuf> + 'a {
        env::split_paths(&self.path).map(move |dir| dir.join(program)).filter(|file| file.is_file())
    }

    fn installer(&self) -> &'static str {
        INSTALLERS
            .iter()
            .find(|(manager, _)| self.on_path(manager).next().is_some())
            .map_or("apt-get install -y postgresql", |(_, command)| command)
    }
}

/// Directories that hold one directory per version.
const ROOTS: [&str; 6] = [
    "/usr/lib/postgresql",
    "/usr",
    "/opt/homebrew/opt",
    "/usr/local/opt",
    "/home/linuxbrew/.linuxbrew/opt",
    "/Applications/Postgres.app/Contents/Versions",
];

const INSTALLERS: [(&str, &str); 5] = [
    ("apt-get", "apt-get install -y postgresql"),
    ("dnf", "dnf install -y postgresql-server"),
    ("apk", "apk add postgresql"),
    ("pacman", "pacman -S --noconfirm postgresql"),
    ("brew", "brew install postgresql@17"),
];

/// `15`, `postgresql@17`, `pgsql-16`: newest first.
fn versions_under(root: &Path) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let version = name.to_str()?.trim_start_matches("postgresql@").trim_start_matches("pgsql-");
            Some((version.parse().ok()?, entry.path().join("bin")))
        })
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, dir)| dir).collect()
}

fn bindir(pg_config: &Path) -> Option<PathBuf> {
    let answer = Command::new(pg_config).arg("--bindir").output().ok()?;
    let dir = String::from_utf8(answer.stdout).ok()?;
    answer.status.success().then(|| PathBuf::from(dir.trim()))
}

fn inspect(dir: PathBuf) -> Option<Binaries> {
    let complete = ["initdb", "postgres", "pg_ctl"].iter().all(|program| dir.join(program).is_file());
    if !complete {
        return None;
    }
    let answer = Command::new(dir.join("postgres")).arg("--version").output().ok()?;
    let major = major_of(&String::from_utf8_lossy(&answer.stdout))?;
    Some(Binaries { dir, major })
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `postgres (PostgreSQL) 19beta1`.
fn major_of(version: &str) -> Option<u32> {
    let number = version.split_whitespace().nth(2)?;
    let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    number[..end].parse().ok()
}

/// Why no installed Postgres can be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// None was found anywhere.
    #[error("PostgreSQL is not installed: run `{install}`, or set DATABASE_URL or WIB_PG_BIN")]
    Absent {
        /// The command that installs it here.
        install: &'static str,
    },
    /// Only old ones were found.
    #[error("PostgreSQL {major} is too old, {OLDEST} is needed: run `{install}`, or set DATABASE_URL or WIB_PG_BIN")]
    TooOld {
        /// The newest that was found.
        major: u32,
        /// The command that installs a newer one here.
        install: &'static str,
    },
    /// `WIB_PG_BIN` points elsewhere.
    #[error("WIB_PG_BIN is {}, which does not hold initdb, postgres and pg_ctl", .0.display())]
    NotThere(PathBuf),
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::os::unix::fs::PermissionsExt;

    #[rstest]
    #[case::debian("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some(15))]
    #[case::beta("postgres (PostgreSQL) 19beta1\n", Some(19))]
    #[case::old("postgres (PostgreSQL) 9.6.24\n", Some(9))]
    #[case::something_else("command not found", None)]
    fn the_major_version_is_read_from_what_postgres_prints(#[case] text: &str, #[case] major: Option<u32>) {
        assert_eq!(major_of(text), major);
    }

    #[test]
    fn absent_binaries_are_one_line_that_names_the_command_which_installs_them() {
        let said = Search::default().find().unwrap_err().to_string();
        assert!(said.contains("run `apt-get install -y postgresql`"), "{said}");
        assert!(!said.contains('\n'), "{said}");
    }

    #[test]
    fn the_command_is_that_of_the_package_manager_at_hand() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("brew"), "").unwrap();
        let search = Search { path: dir.path().into(), ..Search::default() };
        assert!(search.find().unwrap_err().to_string().contains("brew install postgresql@17"));
    }

    #[test]
    fn the_newest_installed_version_wins_by_number_not_by_letter() {
        let root = tempfile::tempdir().unwrap();
        for version in ["9", "15", "17", "100"] {
            install(&root.path().join(version).join("bin"), version);
        }
        let search = Search { roots: vec![root.path().into()], ..Search::default() };
        assert_eq!(search.find().unwrap().major, 100);
    }

    #[test]
    fn an_old_version_alone_is_refused_by_number() {
        let root = tempfile::tempdir().unwrap();
        install(&root.path().join("14/bin"), "14");
        let search = Search { roots: vec![root.path().into()], ..Search::default() };
        let said = search.find().unwrap_err().to_string();
        assert!(said.starts_with("PostgreSQL 14 is too old, 15 is needed"), "{said}");
    }

    #[test]
    fn a_named_directory_is_taken_or_refused_and_never_passed_over() {
        let root = tempfile::tempdir().unwrap();
        install(&root.path().join("16/bin"), "16");
        let elsewhere = root.path().join("elsewhere");
        let search = Search { explicit: Some(elsewhere.clone()), roots: vec![root.path().into()], ..Search::default() };
        assert!(matches!(search.find(), Err(Error::NotThere(dir)) if dir == elsewhere));
    }

    fn install(bin: &Path, version: &str) {
        fs::create_dir_all(bin).unwrap();
        for program in ["initdb", "postgres", "pg_ctl"] {
            let file = bin.join(program);
            fs::write(&file, format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}.1'\n")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
}
