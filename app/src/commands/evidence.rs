//! `wib evidence verify FILE.zip [--key PUBLICKEY]`: needs neither a database nor a network.

use std::{fs::File, io::BufReader, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Subcommand;
use workflows::{audit::PublicKey, evidence};

/// What to do with evidence.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check an export; names the first entry that is not what was written
    Verify {
        /// The archive
        file: PathBuf,
        /// The public key it has to be signed with, as `wib audit key` prints it; got from elsewhere than the archive
        #[arg(long)]
        key: Option<String>,
    },
}

pub(super) fn run(command: Command) -> anyhow::Result<ExitCode> {
    let Command::Verify { file, key } = command;
    let key = key.as_deref().map(PublicKey::parse).transpose()?;
    let opened = File::open(&file).with_context(|| format!("cannot read {}", file.display()))?;
    match evidence::verify(BufReader::new(opened), key.as_ref()) {
        Ok(report) => {
            let manifest = &report.manifest;
            let files = manifest.files.len();
            println!("whole: {files} files, {} links of the audit chain with {} lines", report.links, report.lines);
            println!("made {} for {}, signed with {}", manifest.made_at, manifest.org_name, manifest.public_key);
            if !report.key_given {
                println!("the key is only the one in the file itself: give --key to know whose it is");
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(broken) => {
            eprintln!("{broken}");
            Ok(ExitCode::FAILURE)
        }
    }
}
