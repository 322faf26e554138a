//! The real binary, as processes of their own.

use std::{
    fs::File,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};

/// A process of `wib`; killed with the test.
pub(crate) struct Wib(Child);

/// Clears what a developer's shell may have set for us.
pub(crate) fn wib(directory: &Path, arguments: &[&str], environment: &[(&str, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wib"));
    for (name, _) in std::env::vars() {
        if ["DATABASE_URL", "PORT", "RUST_LOG"].contains(&&*name)
            || ["WIB_", "TELNYX_", "RESEND_", "SIM_"].iter().any(|prefix| name.starts_with(prefix))
        {
            command.env_remove(name);
        }
    }
    command.args(arguments).current_dir(directory).envs(environment.iter().map(|(name, value)| (name, value)));
    command
}

impl Wib {
    /// Starts it in a directory, where its log goes too.
    pub(crate) fn start(directory: &Path, arguments: &[&str], environment: &[(&str, String)]) -> Self {
        let log = File::options().create(true).append(true).open(directory.join("wib.log")).unwrap();
        let mut command = wib(directory, arguments, environment);
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        Self(command.spawn().unwrap())
    }

    /// As `kill` does: it is asked to end.
    pub(crate) fn terminate(&self) {
        self.signal(Signal::SIGTERM);
    }

    /// As `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    pub(crate) fn signal(&self, signal: Signal) {
        signal::kill(Pid::from_raw(self.0.id().try_into().unwrap()), signal).unwrap();
    }
}

impl Drop for Wib {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What a process needs to call through a simulator.
pub(crate) fn provider(simulator: &simulator::Running) -> Vec<(&'static str, String)> {
    vec![
        ("TELNYX_API_KEY", "simulator".to_owned()),
        ("TELNYX_CALL_CONTROL_APP_ID", "7267000000000000000".to_owned()),
        ("TELNYX_PUBLIC_KEY", simulator.public_key_b64.clone()),
        ("TELNYX_BASE_URL", simulator.base_url.clone()),
        ("RESEND_API_KEY", "simulator".to_owned()),
        ("RESEND_WEBHOOK_SECRET", simulator.resend_signing_secret.clone()),
        ("RESEND_BASE_URL", simulator.resend_base_url.clone()),
    ]
}
