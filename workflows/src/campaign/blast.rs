//! A new campaign of texts or e-mails, checked whole before anything is written.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    Audience, Error, Invalid, Kind, Schedule,
    new::{between, invalid, name_fault, owned},
};
use crate::{
    audit,
    compliance::Channel,
    db::Tx,
    email::Email,
    event,
    id::{CampaignId, OrgId},
    message,
    phone::E164,
    template::Template,
    throttle,
    transition::Actor,
};

/// What is asked of a campaign of messages.
#[derive(Clone, Debug)]
pub struct Blast {
    pub name: String,
    /// Texts or e-mails.
    pub channel: Channel,
    pub audience: Audience,
    /// Now, or once at a time.
    pub schedule: Schedule,
    /// One of the organisation's numbers; or who e-mails are from, `Name <address>`.
    pub from: String,
    pub template: Template,
    /// Messages a minute, at most; as fast as the providers allow unless said.
    pub rate_per_minute: Option<i32>,
    pub max_attempts: i32,
}

/// A sender as it is shown, in its two parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    pub name: String,
    pub address: Email,
}

impl Sender {
    /// Reads `Name <address>`, or an address alone.
    ///
    /// # Errors
    /// When there is no address in it, or the name would end the header.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const SHAPE: &str = "write it like Acme Recovery <help@acme.example>";
        let text = text.trim();
        let (name, address) = match text.split_once('<') {
            Some((name, rest)) => (name.trim(), rest.strip_suffix('>').ok_or(SHAPE)?),
            None => ("", text),
        };
        let plain = !name.chars().any(|c| c.is_control() || "<>\"".contains(c));
        let address = Email::parse(address).map_err(|_| SHAPE)?;
        if plain { Ok(Self { name: name.to_owned(), address }) } else { Err(SHAPE) }
    }
}

/// As it stands in the header of an e-mail, and reads back.
impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => write!(f, "{}", self.address),
            name => write!(f, "{name} <{}>", self.address),
        }
    }
}

impl Blast {
    /// Everything that is wrong with it, by field.
    #[must_use]
    pub fn faults(&self) -> Vec<Invalid> {
        let mut faults: Vec<Invalid> = [
            name_fault(&self.name),
            self.sender_fault(),
            self.rate_per_minute.and_then(|rate| between("rate_per_minute", rate.into(), 1, 60_000)),
            between("max_attempts", self.max_attempts.into(), 1, 20),
            matches!(self.schedule, Schedule::Recurring { .. })
                .then(|| invalid("schedule", "messages go out once: now, or at a time")),
        ]
        .into_iter()
        .flatten()
        .collect();
        let template = self.template.faults(self.channel);
        faults.extend(template.into_iter().map(|fault| invalid(fault.field, fault.message)));
        faults
    }

    fn sender_fault(&self) -> Option<Invalid> {
        let wrong = match self.channel {
            Channel::Email => Sender::parse(&self.from).err().map(str::to_owned),
            Channel::Sms | Channel::Call => E164::parse(&self.from).err().map(|error| error.to_string()),
        };
        wrong.map(|message| invalid("from", message))
    }

    fn kind(&self) -> Kind {
        if self.channel == Channel::Email { Kind::EmailBlast } else { Kind::SmsBlast }
    }
}

/// Writes a checked campaign as a draft, its words pinned.
///
/// # Errors
/// [`Error::Invalid`] names the first field that cannot be.
pub async fn create_blast(tx: &mut Tx, org: OrgId, new: &Blast, actor: Actor) -> Result<CampaignId, Error> {
    if let Some(fault) = new.faults().into_iter().next() {
        return Err(fault.into());
    }
    if let Ok(number) = E164::parse(&new.from)
        && new.channel == Channel::Sms
    {
        owned(tx, org, &number).await.map_err(|_| invalid("from", "is not one of the organisation's numbers"))?;
    }
    let id = CampaignId::new();
    let version = template(tx, org, id, new).await?;
    insert(tx, org, id, new, version, actor).await?;
    if let Some(rate) = new.rate_per_minute {
        let permits = if new.channel == Channel::Email { message::batches_per_minute(rate) } else { rate };
        throttle::set(tx, &message::pace_key(id), permits, 60_000).await?;
    }
    audit::write(tx, org, &actor, "campaign.create", &id.to_string(), json!({ "id": id, "type": new.kind() })).await?;
    event::publish(tx, org, "campaigns", "campaign", json!({ "id": id, "state": "draft" })).await?;
    Ok(id)
}

async fn template(tx: &mut Tx, org: OrgId, id: CampaignId, new: &Blast) -> Result<Uuid, sqlx::Error> {
    let (template, version) = (Uuid::now_v7(), Uuid::now_v7());
    sqlx::query!(
        "with named as (insert into templates (id, org_id, channel, name) values ($1, $2, $3, $4))
         insert into template_versions (id, org_id, template_id, version, subject, body) values ($5, $2, $1, 1, $6, $7)",
        template,
        org.0,
        new.channel.as_str(),
        format!("{} ({id})", new.name.trim()),
        version,
        new.template.subject,
        new.template.body
    )
    .execute(&mut **tx)
    .await?;
    Ok(version)
}

async fn insert(
    tx: &mut Tx,
    org: OrgId,
    id: CampaignId,
    new: &Blast,
    version: Uuid,
    actor: Actor,
) -> Result<(), sqlx::Error> {
    let starts_at = match new.schedule {
        Schedule::At { starts_at } => Some(starts_at),
        Schedule::Now | Schedule::Recurring { .. } => None,
    };
    let by_mail = new.channel == Channel::Email;
    let number = E164::parse(&new.from).map(|number| number.as_str().to_owned()).unwrap_or_default();
    sqlx::query!(
        "insert into campaigns (id, org_id, name, type, caller_id, sender, template_version_id, rate_per_minute, max_attempts,
             audience, starts_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id.0,
        org.0,
        new.name.trim(),
        new.kind() as Kind,
        (!by_mail).then_some(number),
        by_mail.then_some(new.from.trim()),
        version,
        new.rate_per_minute,
        new.max_attempts,
        json!(new.audience),
        starts_at,
        actor.to_string()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn texts() -> Blast {
        Blast {
            name: "November".into(),
            channel: Channel::Sms,
            audience: Audience::default(),
            schedule: Schedule::Now,
            from: "+12125550199".into(),
            template: Template { subject: String::new(), body: "Hello {{ first_name }}".into() },
            rate_per_minute: None,
            max_attempts: 3,
        }
    }

    #[test]
    fn a_plain_one_is_fine() {
        assert_eq!(texts().faults(), []);
    }

    #[rstest]
    #[case::no_rate("rate_per_minute", Blast { rate_per_minute: Some(0), ..texts() })]
    #[case::no_sender("from", Blast { from: "nobody".into(), ..texts() })]
    #[case::a_sender_that_ends_the_header("from", Blast { from: "A\nB <a@b.example>".into(), channel: Channel::Email, template: Template { subject: "s".into(), body: "b".into() }, ..texts() })]
    #[case::an_unknown_field("body", Blast { template: Template { body: "{{ ssn }}".into(), ..Template::default() }, ..texts() })]
    #[case::every_monday("schedule", Blast { schedule: Schedule::Recurring { cron: "0 9 * * Mon".into(), timezone: "UTC".into(), window_minutes: 1 }, ..texts() })]
    fn what_cannot_be_is_told_by_its_field(#[case] field: &str, #[case] blast: Blast) {
        let faults = blast.faults();
        assert!(faults.len() == 1 && faults[0].field == field, "{faults:?}");
    }
}
