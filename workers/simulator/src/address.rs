//! Where webhooks go that name no address of their own.

use serde::{Deserialize, Serialize};

use crate::config::Config;

/// One address for each kind of webhook; a patch leaves out what stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Addresses {
    /// For calls whose dial names none.
    pub(crate) voice: Option<String>,
    /// For messages that come in, and those sent without an address.
    pub(crate) messaging: Option<String>,
    /// For emails.
    pub(crate) resend: Option<String>,
}

impl Addresses {
    pub(crate) fn of(config: &Config) -> Self {
        Self {
            voice: config.webhook_url.clone(),
            messaging: config.messaging_webhook_url.clone(),
            resend: config.resend_webhook_url.clone(),
        }
    }

    pub(crate) fn patch(&mut self, patch: Self) {
        self.voice = patch.voice.or(self.voice.take());
        self.messaging = patch.messaging.or(self.messaging.take());
        self.resend = patch.resend.or(self.resend.take());
    }
}
