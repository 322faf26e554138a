//! What is about to happen, in words: how many, to whom, and what it may cost.

use std::fmt;

use workflows::phone::E164;

use crate::config::Smoke;

/// What was asked for, and what the environment allows.
pub(super) struct Plan {
    pub(super) calls: usize,
    pub(super) texts: bool,
    pub(super) smoke: Smoke,
}

/// A number's last four digits: enough for whoever holds the telephone, and nobody else's business.
pub(super) fn ending(number: &E164) -> String {
    let digits = number.as_str();
    format!("…{}", &digits[digits.len() - 4..])
}

impl Plan {
    /// Who is called: the listed numbers in turn.
    pub(super) fn called(&self) -> impl Iterator<Item = &E164> {
        self.numbers().iter().cycle().take(self.calls)
    }

    /// Who is texted: each listed number.
    pub(super) fn texted(&self) -> impl Iterator<Item = &E164> {
        self.numbers().iter().filter(|_| self.texts)
    }

    fn numbers(&self) -> &[E164] {
        self.smoke.phones.as_ref().map_or(&[], |phones| &phones.numbers)
    }

    fn live(&self) -> bool {
        let Smoke { phones, post } = &self.smoke;
        phones.as_ref().is_some_and(|phones| !phones.carrier.simulated())
            || post.as_ref().is_some_and(|post| !post.mail.simulated())
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let emails = self.smoke.post.iter().flat_map(|post| &post.addresses).map(|to| format!("{to:?}")).collect();
        writeln!(f, "About to send, each once:")?;
        line(f, "call", " of up to 25 s", self.called().map(ending).collect())?;
        line(f, "text", "", self.texted().map(ending).collect())?;
        line(f, "e-mail", "", emails)?;
        match self.live() {
            true => writeln!(
                f,
                "The provider is live. It may bill a call by the begun minute, a text by the part and with the carriers' \
                 surcharge, and counts e-mails against your plan."
            ),
            false => writeln!(f, "The provider is the simulator: nobody is reached and nothing is billed."),
        }
    }
}

fn line(f: &mut fmt::Formatter<'_>, what: &str, how: &str, to: Vec<String>) -> fmt::Result {
    match to.len() {
        0 => Ok(()),
        n => writeln!(f, "  {n} {what}{}{how}, to {}", if n == 1 { "" } else { "s" }, to.join(", ")),
    }
}
