//! `wib openapi`

use std::process::ExitCode;

pub(super) fn run() -> anyhow::Result<ExitCode> {
    print!("{}", crate::openapi::text());
    Ok(ExitCode::SUCCESS)
}
