//! The jobs messages ask for. Arguments are ids; what is true is read when the job runs.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    id::{BatchId, CampaignId, MessageId, RecipientId},
    job::Job,
};

/// What the carrier allows the account, texts a second.
pub const SMS_THROTTLE: &str = "sms:telnyx";
/// What the e-mail provider allows the account, requests a second.
pub const EMAIL_THROTTLE: &str = "email:resend";

/// The key under which a campaign keeps its own pace.
pub(crate) fn pace_key(campaign: CampaignId) -> String {
    format!("campaign:{campaign}")
}

/// E-mails in one request, at most (telnyx FACTS §6).
const MOST_MEMBERS: i32 = 100;

/// How many e-mails go in one request at this pace: enough for a request every five seconds.
#[must_use]
pub fn members_per_batch(rate_per_minute: Option<i32>) -> i32 {
    rate_per_minute.map_or(MOST_MEMBERS, |rate| (rate / 12).clamp(1, MOST_MEMBERS))
}

/// The same pace in requests.
#[must_use]
pub fn batches_per_minute(rate_per_minute: i32) -> i32 {
    (rate_per_minute / members_per_batch(Some(rate_per_minute))).max(1)
}

macro_rules! batches {
    ($($(#[$doc:meta])* $name:ident = $kind:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub struct $name {
            pub campaign: CampaignId,
        }

        impl Job for $name {
            const KIND: &'static str = $kind;
            const QUEUE: &'static str = "default";

            fn run_id(&self) -> Option<Uuid> {
                Some(self.campaign.0)
            }

            fn unique_key(&self) -> Option<String> {
                Some(format!(concat!($kind, ":{}"), self.campaign))
            }
        }
    )+};
}

batches! {
    /// Claims the next people of a list and enqueues a text for each.
    SmsBatch = "sms_batch",
    /// Claims the next people of a list and enqueues one request for all of them.
    EmailBatch = "email_batch",
}

/// Whom a text is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Somebody on a campaign's list.
    Recipient { recipient: RecipientId, campaign: CampaignId },
    /// Written by somebody: the message is there already.
    Composed,
}

/// Checks, writes the intent, sends. One job per text: `message` is the attempt's id.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendSms {
    pub message: MessageId,
    pub target: Target,
    /// The number it is sent from: carriers limit each.
    pub sender: String,
}

impl Job for SendSms {
    const KIND: &'static str = "send_sms";
    const QUEUE: &'static str = "send";
    const THROTTLED: bool = true;

    fn run_id(&self) -> Option<Uuid> {
        Some(self.message.0)
    }

    fn unique_key(&self) -> Option<String> {
        Some(format!("send:{}", self.message))
    }

    fn throttle_keys(&self) -> Vec<String> {
        let pace = match &self.target {
            Target::Recipient { campaign, .. } => Some(pace_key(*campaign)),
            Target::Composed => None,
        };
        [SMS_THROTTLE.to_owned(), format!("sms:{}", self.sender)].into_iter().chain(pace).collect()
    }
}

/// Checks everybody of a batch, writes the intents and the request, sends it; a second run sends the same bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendEmail {
    pub batch: BatchId,
    pub campaign: Option<CampaignId>,
}

impl Job for SendEmail {
    const KIND: &'static str = "send_email";
    const QUEUE: &'static str = "send";
    const THROTTLED: bool = true;

    fn run_id(&self) -> Option<Uuid> {
        Some(self.batch.0)
    }

    fn unique_key(&self) -> Option<String> {
        Some(format!("send:{}", self.batch))
    }

    fn throttle_keys(&self) -> Vec<String> {
        std::iter::once(EMAIL_THROTTLE.to_owned()).chain(self.campaign.map(pace_key)).collect()
    }
}

/// Ends a wait: whoever waited may be written to again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RetryMessage {
    pub recipient: RecipientId,
}

impl Job for RetryMessage {
    const KIND: &'static str = "retry_message";
    const QUEUE: &'static str = "default";

    fn run_id(&self) -> Option<Uuid> {
        Some(self.recipient.0)
    }
}

/// Asks the provider what became of a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReconcileMessage {
    pub message: MessageId,
}

impl Job for ReconcileMessage {
    const KIND: &'static str = "reconcile_message";
    const QUEUE: &'static str = "default";

    fn run_id(&self) -> Option<Uuid> {
        Some(self.message.0)
    }

    fn unique_key(&self) -> Option<String> {
        Some(format!("reconcile_message:{}", self.message))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::as_fast_as_allowed(None, 100)]
    #[case::a_leisurely_pace(Some(12), 1)]
    #[case::slower_still(Some(1), 1)]
    #[case::a_fast_one(Some(6_000), 100)]
    fn a_batch_is_as_large_as_the_pace_allows(#[case] rate: Option<i32>, #[case] members: i32) {
        assert_eq!(members_per_batch(rate), members);
    }

    #[rstest]
    #[case(1)]
    #[case(12)]
    #[case(100)]
    #[case(1_199)]
    #[case(60_000)]
    fn batches_keep_the_pace(#[case] rate: i32) {
        let sent = batches_per_minute(rate) * members_per_batch(Some(rate));
        assert!(sent <= rate && sent * 2 > rate, "{sent} of {rate}");
    }
}
