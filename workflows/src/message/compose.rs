//! Something that a person writes to another: from an account, or as the answer in a thread.

use uuid::Uuid;

use super::{
    Error, SendEmail, SendSms, State, Target, batch,
    listed::{self, Addressee},
    place::{self, Intent},
};
use crate::{
    compliance::{Channel, Mode, Verdict},
    db::Tx,
    decision::{self, Contact, To},
    id::{AccountId, MessageId, OrgId, UserId},
    job,
    template::{Rendered, Template},
    thread,
};

/// What is to be written, and to whom.
#[derive(Clone, Debug)]
pub struct New {
    pub account: AccountId,
    pub channel: Channel,
    /// Where it goes; the person's first usable address unless said.
    pub to: Option<To>,
    pub template: Template,
    pub author: Option<UserId>,
}

/// What came of it.
#[derive(Debug)]
pub enum Composed {
    /// On its way; decided once more at the moment of sending.
    Queued(MessageId),
    /// A rule refused it; stored.
    Refused(Verdict),
    /// It cannot be sent: the reason names the fix.
    NotNow(String),
}

/// Writes a message down and enqueues its sending, or stores the refusal.
///
/// # Errors
/// [`Error::NotFound`] also for another organisation's account.
pub async fn compose(tx: &mut Tx, org: OrgId, new: &New, site: &str) -> Result<Composed, Error> {
    let person = listed::addressee(tx, new.account).await?.filter(|person| person.org == org).ok_or(Error::NotFound)?;
    let Some(to) = new.to.clone().or_else(|| person.to(new.channel)) else {
        return Ok(Composed::NotNow("the person has no address for this channel: add one on the account".into()));
    };
    let Some(from) = sender(tx, org, new.channel).await? else {
        return Ok(Composed::NotNow(
            "there is nobody to send it from: see `wib org number` and `wib org sender`".into(),
        ));
    };
    let token = Uuid::new_v4().simple().to_string();
    let rendered = match render(new, &person, site, &token) {
        Ok(rendered) => rendered,
        Err(why) => return Ok(Composed::NotNow(why)),
    };
    let id = MessageId::new();
    let intent = Intent {
        id,
        org,
        channel: new.channel,
        campaign: None,
        recipient: None,
        attempt_no: 1,
        account: new.account,
        consumer: person.consumer,
        batch: None,
        version: None,
        author: new.author.map(|user| user.0),
        from: &from,
        to: to.as_str(),
        rendered: &rendered,
        unsubscribe: (new.channel == Channel::Email).then_some(token.as_str()),
    };
    decide(tx, &intent, &to).await
}

async fn decide(tx: &mut Tx, intent: &Intent<'_>, to: &To) -> Result<Composed, Error> {
    decision::lock(tx, intent.consumer).await?;
    let now = tx.now().await?;
    let Intent { id, org, channel, account, consumer, .. } = *intent;
    let contact = Contact { org, account, consumer, channel, mode: Mode::Manual, to: to.clone() };
    let verdict = decision::ask(tx, &contact, now).await?;
    if !verdict.allowed() {
        let (decision, verdict) = decision::take(tx, &contact, now).await?;
        place::insert(tx, intent, State::Skipped, Some((decision, &verdict)), now).await?;
        return Ok(Composed::Refused(verdict));
    }
    place::insert(tx, intent, State::Queued, None, now).await?;
    let (ours, theirs) = (intent.from, intent.to);
    thread::touch(tx, thread::Pair { org, channel: channel.as_str(), ours, theirs }, consumer, account).await?;
    send(tx, intent).await?;
    Ok(Composed::Queued(id))
}

async fn send(tx: &mut Tx, intent: &Intent<'_>) -> Result<(), Error> {
    let Intent { id, org, .. } = *intent;
    if intent.channel == Channel::Email {
        let batch = batch::open(tx, org, None, &[id]).await?;
        sqlx::query!("update messages set batch_id = $2 where id = $1", id.0, batch.0).execute(&mut **tx).await?;
        job::enqueue(tx, org, &SendEmail { batch, campaign: None }).await?;
    } else {
        let sender = intent.from.to_owned();
        job::enqueue(tx, org, &SendSms { message: id, target: Target::Composed, sender }).await?;
    }
    Ok(())
}

/// The organisation's first number, or the address its e-mails are from.
async fn sender(tx: &mut Tx, org: OrgId, channel: Channel) -> Result<Option<String>, sqlx::Error> {
    let row = sqlx::query!(
        "select email_from, (select e164 from numbers where org_id = $1 order by id limit 1) as number
         from organizations where id = $1",
        org.0
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(if channel == Channel::Email { row.email_from } else { row.number })
}

fn render(new: &New, person: &Addressee, site: &str, token: &str) -> Result<Rendered, String> {
    if let Some(fault) = new.template.faults(new.channel).into_iter().next() {
        return Err(format!("the {} {}", fault.field, fault.message));
    }
    let rendered = match new.channel {
        Channel::Email => new.template.email(&person.fields, &place::way_out(site, token)),
        Channel::Sms | Channel::Call => new.template.text(&person.fields),
    };
    rendered.map_err(|missing| missing.to_string())
}
