//! The intent to send: the check, the verdict and the attempt, written before anything is asked of the provider.
//!
//! Locks as for a call: the kill switch and the campaign (shared, so that an order or a pause waits for us or we see it),
//! the recipient, the person.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{
    Error, Event, Fact, SendSms, State, Target,
    listed::{self, Addressee, Listed},
    record,
};
use crate::{
    campaign,
    compliance::{Channel, Mode, Verdict},
    db::Tx,
    decision::{self, Contact},
    event,
    id::{AccountId, BatchId, CampaignId, ConsumerId, DecisionId, MessageId, OrgId, RecipientId},
    kill_switch, recipient,
    template::{Missing, Rendered},
    transition::{self, Actor, Change},
};

/// What came of the wish to send.
#[derive(Debug)]
pub enum Placed {
    /// Written down; now ask the carrier.
    Send(Text),
    /// This attempt exists already: an earlier run of the same job got this far.
    Already(State),
    /// Not sent: a rule, a missing field, a pause. Whoever is concerned knows.
    No(&'static str),
    /// The kill switch is on: ask again later. Nothing was written.
    Held,
}

/// What to ask the carrier for. Its `Debug` tells nobody's number and no word of it.
pub struct Text {
    pub org: OrgId,
    pub from: String,
    pub to: String,
    pub text: String,
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text").field("org", &self.org).finish_non_exhaustive()
    }
}

/// Everything that a row of `messages` begins with.
pub(super) struct Intent<'a> {
    pub(super) id: MessageId,
    pub(super) org: OrgId,
    pub(super) channel: Channel,
    pub(super) campaign: Option<CampaignId>,
    pub(super) recipient: Option<RecipientId>,
    pub(super) attempt_no: i32,
    pub(super) account: AccountId,
    pub(super) consumer: ConsumerId,
    pub(super) batch: Option<BatchId>,
    pub(super) version: Option<Uuid>,
    pub(super) author: Option<Uuid>,
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) rendered: &'a Rendered,
    pub(super) unsubscribe: Option<&'a str>,
}

/// Decides and writes the intent of one text. The caller commits, then sends, within two seconds.
///
/// # Errors
/// When the database is away.
pub async fn place(tx: &mut Tx, job: &SendSms) -> Result<Placed, Error> {
    let held = kill_switch::holds(tx).await?;
    match job.target {
        Target::Recipient { recipient, campaign } => {
            lock(tx, campaign, recipient).await?;
            if let Some(state) = existing(tx, job.message).await? {
                return Ok(Placed::Already(state));
            }
            // One that does not run any more takes its people back, switch or no switch.
            if held && campaign::is_running(tx, campaign).await? {
                return Ok(Placed::Held);
            }
            match attempt(tx, job.message, recipient, Channel::Sms, None).await? {
                Ok(ready) => {
                    Ok(Placed::Send(Text { org: ready.org, from: ready.from, to: ready.to, text: ready.rendered.text }))
                }
                Err(why) => Ok(Placed::No(why)),
            }
        }
        Target::Composed => composed(tx, job.message, held).await,
    }
}

/// The campaign shared, then the recipient, then the person.
pub(super) async fn lock(tx: &mut Tx, campaign: CampaignId, recipient: RecipientId) -> Result<(), Error> {
    sqlx::query_scalar!("select 1 from campaigns where id = $1 for share", campaign.0)
        .fetch_optional(&mut **tx)
        .await?;
    let person = sqlx::query_scalar!("select consumer_id from recipients where id = $1 for update", recipient.0);
    let person = person.fetch_optional(&mut **tx).await?.ok_or(Error::NotFound)?;
    Ok(decision::lock(tx, ConsumerId(person)).await?)
}

async fn existing(tx: &mut Tx, id: MessageId) -> Result<Option<State>, sqlx::Error> {
    sqlx::query_scalar!(r#"select state as "state: State" from messages where id = $1"#, id.0)
        .fetch_optional(&mut **tx)
        .await
}

/// One message decided, rendered and written down.
pub(super) struct Ready {
    pub(super) org: OrgId,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) rendered: Rendered,
    pub(super) unsubscribe: Option<String>,
}

/// Where an e-mail's way out leads, and the batch it goes in.
#[derive(Clone, Copy)]
pub(super) struct ByMail<'a> {
    pub(super) batch: BatchId,
    /// The installation's address: `https://wib.example`.
    pub(super) site: &'a str,
}

/// Decides about somebody claimed from a list, under the locks of [`lock`]. If it is not to be, the claim is given back
/// with the reason.
pub(super) async fn attempt(
    tx: &mut Tx,
    id: MessageId,
    recipient: RecipientId,
    channel: Channel,
    mail: Option<ByMail<'_>>,
) -> Result<Result<Ready, &'static str>, Error> {
    let Some(listed) = listed::listed(tx, recipient, id.0).await? else { return Ok(Err("the claim is gone")) };
    if !listed.running {
        return give_back(tx, &listed).await.map(Err);
    }
    let person = listed::addressee(tx, listed.account).await?.ok_or(Error::NotFound)?;
    let Some(to) = person.to(channel) else { return no_address(tx, recipient, channel).await.map(Err) };
    let token = mail.map(|_| Uuid::new_v4().simple().to_string());
    let rendered = match render(&listed, &person, mail, token.as_deref()) {
        Ok(rendered) => rendered,
        Err(missing) => return lacks(tx, recipient, &missing).await.map(Err),
    };
    let now = tx.now().await?;
    let contact = Contact {
        org: person.org,
        account: listed.account,
        consumer: person.consumer,
        channel,
        mode: Mode::Manual,
        to: to.clone(),
    };
    let (decision, verdict) = decision::take(tx, &contact, now).await?;
    let intent = Intent {
        id,
        org: person.org,
        channel,
        campaign: Some(listed.campaign),
        recipient: Some(recipient),
        attempt_no: listed.attempt_no,
        account: listed.account,
        consumer: person.consumer,
        batch: mail.map(|mail| mail.batch),
        version: Some(listed.version),
        author: None,
        from: &listed.from,
        to: to.as_str(),
        rendered: &rendered,
        unsubscribe: token.as_deref(),
    };
    if !verdict.allowed() {
        insert(tx, &intent, State::Skipped, Some((decision, &verdict)), now).await?;
        return refuse(tx, recipient, &verdict).await.map(Err);
    }
    insert(tx, &intent, State::Queued, Some((decision, &verdict)), now).await?;
    Ok(Ok(Ready {
        org: person.org,
        from: listed.from.clone(),
        to: to.as_str().to_owned(),
        rendered,
        unsubscribe: token,
    }))
}

fn render(
    listed: &Listed,
    person: &Addressee,
    mail: Option<ByMail<'_>>,
    token: Option<&str>,
) -> Result<Rendered, Missing> {
    match mail {
        Some(mail) => listed.template.email(&person.fields, &way_out(mail.site, token.unwrap_or_default())),
        None => listed.template.text(&person.fields),
    }
}

/// The address that ends e-mails to whoever got this one.
pub(super) fn way_out(site: &str, token: &str) -> String {
    format!("{site}/unsubscribe/{token}")
}

async fn give_back(tx: &mut Tx, listed: &Listed) -> Result<&'static str, Error> {
    let because = "the campaign was stopped before this person was reached".into();
    let back = match listed.stop_asked {
        true => recipient::Event::Skip { code: "campaign_stopped", because },
        false => recipient::Event::Release,
    };
    recipient::record(tx, listed.recipient, back, Actor::System).await?;
    Ok("the campaign is not running")
}

async fn no_address(tx: &mut Tx, recipient: RecipientId, channel: Channel) -> Result<&'static str, Error> {
    let (code, because) = match channel {
        Channel::Email => ("NO_EMAIL", "no e-mail address of this person can be used; add one on the account"),
        Channel::Sms | Channel::Call => ("NO_PHONE", "no number of this person can be texted; add one on the account"),
    };
    let event = recipient::Event::Suppress { code: code.into(), because: because.into() };
    recipient::record(tx, recipient, event, Actor::System).await?;
    Ok("this person cannot be reached on this channel")
}

async fn lacks(tx: &mut Tx, recipient: RecipientId, missing: &Missing) -> Result<&'static str, Error> {
    let event = recipient::Event::Skip { code: "missing_field", because: missing.to_string().into() };
    recipient::record(tx, recipient, event, Actor::System).await?;
    Ok("the account lacks a field that the message needs")
}

/// Lets the recipient wait for the first lawful moment, or for a person.
async fn refuse(tx: &mut Tx, recipient: RecipientId, verdict: &Verdict) -> Result<&'static str, Error> {
    let reason = verdict.primary().expect("a refusal has a reason");
    let because = reason.sentence.clone();
    let event = match verdict.earliest_next {
        Some(at) => recipient::Event::Wait { at, because, dialed: false },
        None => recipient::Event::Suppress { code: reason.code.as_str().into(), because },
    };
    recipient::record(tx, recipient, event, Actor::System).await?;
    Ok("a rule refused it")
}

/// Something that somebody wrote: decided at the moment of sending, whatever was said when it was written.
async fn composed(tx: &mut Tx, id: MessageId, held: bool) -> Result<Placed, Error> {
    let row = sqlx::query!(
        r#"select org_id as "org: OrgId", account_id as "account: AccountId", consumer_id as "consumer: ConsumerId",
                  our_addr, their_addr, body, state as "state: State", intent_at is not null as "intended!"
           from messages where id = $1"#,
        id.0
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)?;
    let (Some(account), Some(consumer)) = (row.account, row.consumer) else { return Err(Error::NotFound) };
    decision::lock(tx, consumer).await?;
    if row.intended || row.state != State::Queued {
        return Ok(Placed::Already(row.state));
    }
    if held {
        return Ok(Placed::Held);
    }
    if !permitted(tx, id, row.org, account, consumer, "sms", &row.their_addr).await? {
        return Ok(Placed::No("a rule refused it"));
    }
    Ok(Placed::Send(Text { org: row.org, from: row.our_addr, to: row.their_addr, text: row.body }))
}

/// Decides about a message that is there already: true with its intent written, false with the refusal.
pub(super) async fn permitted(
    tx: &mut Tx,
    id: MessageId,
    org: OrgId,
    account: AccountId,
    consumer: ConsumerId,
    channel: &str,
    their_addr: &str,
) -> Result<bool, Error> {
    let Some((channel, to)) = listed::address(channel, their_addr) else { return Ok(false) };
    let now = tx.now().await?;
    let contact = Contact { org, account, consumer, channel, mode: Mode::Manual, to };
    let (decision, verdict) = decision::take(tx, &contact, now).await?;
    let zones: Vec<String> = verdict.zones.iter().map(|zone| zone.name().to_owned()).collect();
    sqlx::query!(
        "update messages set decision_id = $2, zones = $3, intent_at = $4 where id = $1",
        id.0,
        decision.0,
        &zones,
        now
    )
    .execute(&mut **tx)
    .await?;
    if !verdict.allowed() {
        record(tx, id, Event::Blocked, Fact::default(), Actor::System).await?;
    }
    Ok(verdict.allowed())
}

/// Writes the message, its first history row, its audit line and its event. Without a verdict it waits to be decided.
pub(super) async fn insert(
    tx: &mut Tx,
    intent: &Intent<'_>,
    state: State,
    decided: Option<(DecisionId, &Verdict)>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let zones: Vec<String> = decided
        .map(|(_, verdict)| verdict.zones.iter().map(|zone| zone.name().to_owned()).collect())
        .unwrap_or_default();
    let segments =
        (intent.channel == Channel::Sms).then(|| i16::try_from(intent.rendered.segments().count).unwrap_or(i16::MAX));
    sqlx::query!(
        "insert into messages (id, org_id, channel, direction, campaign_id, recipient_id, attempt_no, account_id, consumer_id,
             batch_id, template_version_id, author, our_addr, their_addr, zones, state, decision_id, subject, body, html,
             segments, unsubscribe_token, intent_at, ended_at)
         values ($1, $2, $3, 'outbound', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)",
        intent.id.0,
        intent.org.0,
        intent.channel.as_str(),
        intent.campaign.map(|id| id.0),
        intent.recipient.map(|id| id.0),
        intent.attempt_no,
        intent.account.0,
        intent.consumer.0,
        intent.batch.map(|id| id.0),
        intent.version,
        intent.author,
        intent.from,
        intent.to,
        &zones,
        state as State,
        decided.map(|(id, _)| id.0),
        intent.rendered.subject,
        intent.rendered.text,
        intent.rendered.html,
        segments,
        intent.unsubscribe,
        decided.map(|_| now),
        state.is_over().then_some(now)
    )
    .execute(&mut **tx)
    .await?;
    note(tx, intent, state, now).await
}

async fn note(tx: &mut Tx, intent: &Intent<'_>, state: State, at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let (org, id, to) = (intent.org, intent.id, state.as_str());
    let change = Change {
        org,
        noun: "message",
        id: id.0,
        seq: 0,
        from: "",
        to,
        event: "decided",
        actor: Actor::System,
        detail: None,
        at,
    };
    let about = json!({ "account_id": intent.account, "channel": intent.channel });
    transition::append_with(tx, change, about).await?;
    let what = json!({ "id": id, "state": state, "account_id": intent.account, "channel": intent.channel });
    if let Some(campaign) = intent.campaign {
        event::publish(tx, org, &format!("campaign:{campaign}"), "message", what.clone()).await?;
    }
    event::publish(tx, org, &format!("account:{}", intent.account), "message", what).await
}
