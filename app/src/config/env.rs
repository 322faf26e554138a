//! Reads variables and remembers what is wrong with them, so that all of it is told together.

use std::{fmt, str::FromStr};

use secrecy::SecretString;

type Source = Box<dyn Fn(&str) -> Option<String>>;

/// An environment being read.
pub struct Env {
    source: Source,
    faults: Vec<String>,
}

/// Everything that is missing or malformed, a line each.
#[derive(Debug)]
pub struct Faults(Vec<String>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Faults {}

impl Env {
    /// The process's own.
    #[must_use]
    pub fn process() -> Self {
        Self::of(|name| std::env::var(name).ok())
    }

    /// Any other. An empty value counts as absent: that is how a shell unsets one for a single command.
    pub fn of(source: impl Fn(&str) -> Option<String> + 'static) -> Self {
        Self { source: Box::new(move |name| source(name).filter(|v| !v.trim().is_empty())), faults: Vec::new() }
    }

    /// A value that may be absent.
    pub fn text(&mut self, name: &str) -> Option<String> {
        (self.source)(name)
    }

    /// A secret that may be absent.
    pub fn secret(&mut self, name: &str) -> Option<SecretString> {
        self.text(name).map(SecretString::from)
    }

    /// A secret that has to be there.
    pub fn required_secret(&mut self, name: &str, what: &str) -> SecretString {
        self.required(name, what).into()
    }

    /// A value that has to be there.
    pub fn required(&mut self, name: &str, what: &str) -> String {
        let value = self.text(name);
        if value.is_none() {
            self.fault(format!("{name} is missing: {what}"));
        }
        value.unwrap_or_default()
    }

    /// A value with a default.
    pub fn parsed<T: FromStr>(&mut self, name: &str, default: T, what: &str) -> T {
        let Some(text) = self.text(name) else { return default };
        text.trim().parse().unwrap_or_else(|_| {
            // The value itself stays unsaid: somebody may have put a secret into the wrong variable.
            self.fault(format!("{name} is malformed: it has to be {what}"));
            default
        })
    }

    /// Notes something that is wrong.
    pub fn fault(&mut self, fault: String) {
        self.faults.push(fault);
    }

    /// The end: nothing was wrong, or all of this was.
    pub(super) fn finish(self) -> Result<(), Faults> {
        if self.faults.is_empty() { Ok(()) } else { Err(Faults(self.faults)) }
    }
}
