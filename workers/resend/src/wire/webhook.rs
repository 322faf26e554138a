//! What the provider posts to us: `{type, created_at, data}`.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Private;

/// The whole body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Webhook<D> {
    pub r#type: String,
    pub created_at: DateTime<Utc>,
    pub data: D,
}

report! {
    /// What every event says about its e-mail.
    EmailData {
        bcc: Vec<Private>,
        broadcast_id: String,
        cc: Vec<Private>,
        created_at: DateTime<Utc>,
        email_id: String,
        from: Private,
        headers: Vec<Header>,
        message_id: String,
        subject: Private,
        tags: Tags,
        template_id: String,
        to: Vec<Private>,
    }
}

report! {
    /// A header of ours, echoed.
    Header {
        name: String,
        value: Private,
    }
}

report! {
    /// `email.bounced`: the other server did not take it.
    Bounce {
        #[serde(rename = "diagnosticCode")]
        diagnostic_code: Vec<Private>,
        message: Private,
        #[serde(rename = "subType")]
        sub_type: BounceSubType,
        r#type: BounceType,
    }
}

report! {
    /// `email.clicked`
    Click {
        #[serde(rename = "ipAddress")]
        ip_address: Private,
        link: Private,
        timestamp: DateTime<Utc>,
        #[serde(rename = "userAgent")]
        user_agent: Private,
    }
}

report! {
    /// `email.failed`: it never left the provider.
    Failed {
        reason: String,
    }
}

report! {
    /// `email.suppressed`: the address bounced or complained before, so the provider did not try.
    Suppressed {
        #[serde(rename = "diagnosticCode")]
        diagnostic_code: Vec<Private>,
        message: Private,
        reason: String,
        r#type: String,
    }
}

words! {
    /// Whether another attempt may succeed.
    BounceType { Permanent = "Permanent", Transient = "Transient", Undetermined = "Undetermined", }
}

words! {
    /// What is wrong with the address or the e-mail. `Suppressed` is not in the published schema.
    BounceSubType {
        Undetermined = "Undetermined",
        General = "General",
        NoEmail = "NoEmail",
        Suppressed = "Suppressed",
        MailboxFull = "MailboxFull",
        MessageTooLarge = "MessageTooLarge",
        ContentRejected = "ContentRejected",
        AttachmentRejected = "AttachmentRejected",
    }
}

/// Our tags, echoed: an object in the published schema, a list of names and values in the provider's own tests.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tags(pub Value);

impl fmt::Debug for Tags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[private]")
    }
}

impl Tags {
    /// The value of the tag with that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = match &self.0 {
            Value::Array(tags) => &tags.iter().find(|tag| tag["name"] == name)?["value"],
            tags => &tags[name],
        };
        value.as_str()
    }
}
