//! What handlers work with: the database, the carrier, and how patient to be.

use std::{sync::Arc, time::Duration};

use workflows::{audit::Keys, db::Db, id::MessageId};

/// How patient the call flow is. The carrier's and the consumer's time runs on the one clock (`wib_now()`), so a whole
/// shift can be tested in a minute; a process's and a browser's runs on the real one.
#[derive(Clone, Debug)]
pub struct Timers {
    /// Real: an intent older than this is void and is never dialed (INVARIANTS, rule 1).
    pub intent_valid: Duration,
    /// The one clock: a live attempt that nothing was heard of for so long is asked about.
    pub silence: Duration,
    /// The one clock: an attempt the carrier has not heard of after so long was never dialed.
    pub absent_after: Duration,
    /// The one clock: an outcome that could not be learned for so long is given up.
    pub give_up_after: Duration,
    /// Real: an agent without a heartbeat for so long is lost.
    pub agent_grace: Duration,
    /// Real: how often stale calls and lost agents are looked for.
    pub sweep_every: Duration,
    /// Real: how often the carrier's list of live calls is compared with ours.
    pub compare_every: Duration,
    /// Real: the longest a pacer sleeps without a hint.
    pub pace_every: Duration,
    /// Real: a pacer that is gone for so long is replaced.
    pub pacer_lease: Duration,
}

impl Default for Timers {
    fn default() -> Self {
        Self {
            intent_valid: Duration::from_secs(2),
            silence: Duration::from_secs(30),
            absent_after: Duration::from_secs(60),
            give_up_after: Duration::from_secs(3_600),
            agent_grace: Duration::from_secs(15),
            sweep_every: Duration::from_secs(2),
            compare_every: Duration::from_secs(10),
            pace_every: Duration::from_millis(250),
            pacer_lease: Duration::from_secs(10),
        }
    }
}

/// Shared by every handler of a process.
#[derive(Clone, Debug)]
pub struct Environment {
    pub db: Db,
    /// None where no provider is configured: nothing is dialed then, and jobs say so.
    pub carrier: Option<Arc<telnyx::Client>>,
    /// None where no e-mail provider is configured.
    pub mail: Option<Arc<resend::Client>>,
    /// Where this installation is reached from outside: `https://wib.example`.
    pub site: String,
    /// Where the carrier posts what happens to a call.
    pub webhook_url: String,
    /// What texts are sent under, where the carrier wants to be told.
    pub messaging_profile: Option<String>,
    pub timers: Timers,
    /// What the audit chain is signed and checked with.
    pub keys: Keys,
}

/// There is no carrier to ask.
#[derive(Debug, thiserror::Error)]
#[error("no voice provider is configured: set TELNYX_API_KEY and TELNYX_CALL_CONTROL_APP_ID")]
pub struct NoCarrier;

/// There is no e-mail provider to ask.
#[derive(Debug, thiserror::Error)]
#[error("no e-mail provider is configured: set RESEND_API_KEY and RESEND_WEBHOOK_SECRET")]
pub struct NoMail;

impl Environment {
    /// The carrier.
    ///
    /// # Errors
    /// When none is configured.
    pub fn carrier(&self) -> Result<&telnyx::Client, NoCarrier> {
        self.carrier.as_deref().ok_or(NoCarrier)
    }

    /// The e-mail provider.
    ///
    /// # Errors
    /// When none is configured.
    pub fn mail(&self) -> Result<&resend::Client, NoMail> {
        self.mail.as_deref().ok_or(NoMail)
    }

    /// Where the carrier posts what happens to a text: our note in the address finds it even if the answer was lost.
    pub(crate) fn text_webhook(&self, id: MessageId) -> String {
        format!("{}/webhooks/telnyx/sms?a={id}", self.site)
    }
}
