//! The body of one email, field by field.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Refusal;
use crate::email::mailbox;

/// As it is written; what must be there is asked for afterwards, so that it has its own refusal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    from: Option<String>,
    to: Option<OneOrMore>,
    subject: Option<String>,
    html: Option<String>,
    text: Option<String>,
    cc: Option<OneOrMore>,
    bcc: Option<OneOrMore>,
    reply_to: Option<OneOrMore>,
    headers: Option<Map<String, Value>>,
    tags: Option<Vec<Tag>>,
    #[expect(dead_code, reason = "taken, and not looked into")]
    attachments: Option<Vec<Attachment>>,
    scheduled_at: Option<DateTime<Utc>>,
    template: Option<Value>,
    #[expect(dead_code, reason = "taken, and not looked into")]
    topic_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tag {
    name: String,
    value: String,
}

/// Taken, and not looked into.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its fields' names matter")]
struct Attachment {
    content: Option<String>,
    filename: Option<String>,
    path: Option<String>,
    content_type: Option<String>,
    content_id: Option<String>,
}

/// An email that may be sent.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) cc: Vec<String>,
    pub(crate) bcc: Vec<String>,
    pub(crate) reply_to: Vec<String>,
    pub(crate) subject: String,
    pub(crate) html: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) tags: Map<String, Value>,
    pub(crate) scheduled_at: Option<DateTime<Utc>>,
}

const MOST_RECIPIENTS: usize = 50;

const LONGEST_TAG: usize = 256;

impl Letter {
    pub(super) fn parse(json: Value) -> Result<Self, Refusal> {
        let written: Written = serde_json::from_value(json).map_err(Refusal::malformed)?;
        written.check()
    }

    /// One of a batch: neither attachments nor a time of its own.
    pub(super) fn parse_batched(json: Value) -> Result<Self, Refusal> {
        for field in ["attachments", "scheduled_at"] {
            if json.get(field).is_some() {
                return Err(Refusal::malformed(format!("The `{field}` field is not supported in batches.")));
            }
        }
        Self::parse(json)
    }
}

impl Written {
    fn check(self) -> Result<Letter, Refusal> {
        let from = self.from.ok_or_else(|| Refusal::missing("from"))?;
        mailbox(&from).ok_or_else(Refusal::bad_sender)?;
        let to = recipients(self.to)?;
        let subject = self.subject.ok_or_else(|| Refusal::missing("subject"))?;
        if self.html.is_none() && self.text.is_none() && self.template.is_none() {
            return Err(Refusal::missing("html"));
        }
        Ok(Letter {
            from,
            to,
            cc: addresses("cc", self.cc)?,
            bcc: addresses("bcc", self.bcc)?,
            reply_to: addresses("reply_to", self.reply_to)?,
            subject,
            html: self.html,
            text: self.text,
            headers: headers(self.headers.unwrap_or_default())?,
            tags: tags(self.tags.unwrap_or_default())?,
            scheduled_at: self.scheduled_at,
        })
    }
}

fn recipients(written: Option<OneOrMore>) -> Result<Vec<String>, Refusal> {
    let to = addresses("to", written)?;
    match to.len() {
        0 => Err(Refusal::missing("to")),
        1..=MOST_RECIPIENTS => Ok(to),
        _ => Err(Refusal::malformed("The `to` field has more than 50 addresses.")),
    }
}

fn addresses(field: &str, written: Option<OneOrMore>) -> Result<Vec<String>, Refusal> {
    let list = match written {
        None => Vec::new(),
        Some(OneOrMore::One(address)) => vec![address],
        Some(OneOrMore::More(addresses)) => addresses,
    };
    match list.iter().all(|address| mailbox(address).is_some()) {
        true => Ok(list),
        false => Err(Refusal::bad_address(field)),
    }
}

fn headers(written: Map<String, Value>) -> Result<Vec<(String, String)>, Refusal> {
    let text = |(name, value): (String, Value)| match value {
        Value::String(value) => Ok((name, value)),
        _ => Err(Refusal::malformed("The `headers` field must hold texts.")),
    };
    written.into_iter().map(text).collect()
}

fn tags(written: Vec<Tag>) -> Result<Map<String, Value>, Refusal> {
    let good = |text: &str| {
        (1..=LONGEST_TAG).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
    };
    match written.iter().all(|tag| good(&tag.name) && good(&tag.value)) {
        true => Ok(written.into_iter().map(|tag| (tag.name, tag.value.into())).collect()),
        false => Err(Refusal::malformed("Tags have ASCII letters, digits, underscores and hyphens.")),
    }
}
