//! The wish to call somebody now: an account, or the next person of a list that agents dial themselves.
//!
//! The verdict comes first, then the job that dials, which decides once more at the moment of dialing. Locks are taken in
//! the order of the intent's: campaign, recipient, person, agent.

use super::{
    Error, PlaceCall, Target,
    place::{Intent, by_hand, listed, refuse},
};
use crate::{
    agent,
    campaign::{self, Mode},
    compliance::Verdict,
    db::Tx,
    decision,
    id::{AccountId, AgentId, CallId, CampaignId, OrgId, RecipientId},
    job, kill_switch,
    phone::E164,
    recipient,
    transition::Actor,
};

/// Whom to call, and who will talk.
#[derive(Clone, Debug)]
pub struct Ask {
    pub account: AccountId,
    /// One of the person's numbers; the first usable one unless given.
    pub phone: Option<E164>,
    /// Their place on the list they are called from.
    pub recipient: Option<RecipientId>,
    pub agent: Option<AgentId>,
}

/// Why there is no call.
#[derive(Debug)]
pub enum Declined {
    /// A rule refused it; stored.
    Refused(Verdict),
    /// Not now. Nothing was written.
    NotNow(&'static str),
    /// Somebody else has just taken the person from the list. Nothing was written.
    Taken,
}

/// Asks for one call, at once. A refusal is stored and answered, and whoever is on a list waits or is suppressed; the
/// caller commits either way.
///
/// # Errors
/// [`Error::NotFound`] also for another organisation's account, [`Error::NotOnList`] for a place that is not the account's.
pub async fn request(tx: &mut Tx, org: OrgId, ask: &Ask, actor: Actor) -> Result<Result<CallId, Declined>, Error> {
    if kill_switch::holds(tx).await? {
        return Ok(Err(Declined::NotNow(kill_switch::BECAUSE)));
    }
    let call = CallId::new();
    let (intent, target) = match ask.recipient {
        None => of_account(tx, call, ask).await?,
        Some(recipient) => match claim(tx, call, ask, recipient, actor).await? {
            Ok(claimed) => claimed,
            Err(why) => return Ok(Err(why)),
        },
    };
    let Some(to) = intent.to.clone() else {
        return Ok(Err(Declined::NotNow("no number of this person can be dialed")));
    };
    if let Some(why) = busy(tx, ask, call).await? {
        return Ok(Err(why));
    }
    let now = tx.now().await?;
    if !decision::ask(tx, &intent.contact(&to), now).await?.allowed() {
        let (decision, verdict) = decision::take(tx, &intent.contact(&to), now).await?;
        refuse(tx, &intent, &to, decision, &verdict, now).await?;
        remember(tx, org, ask, call).await?;
        if let (Some(agent), Some(_)) = (ask.agent, ask.recipient) {
            agent::go_on(tx, org, agent).await?;
        }
        return Ok(Err(Declined::Refused(verdict)));
    }
    job::enqueue(tx, org, &PlaceCall { call, target }).await?;
    remember(tx, org, ask, call).await?;
    Ok(Ok(call))
}

async fn of_account(tx: &mut Tx, call: CallId, ask: &Ask) -> Result<(Intent, Target), Error> {
    let intent = by_hand(tx, call, ask.account, ask.phone.as_ref()).await?;
    decision::lock(tx, intent.consumer).await?;
    let (account, phone, agent) = (ask.account, intent.to.clone(), ask.agent);
    Ok((intent, Target::Account { account, phone, agent, attempt_no: 1 }))
}

/// Takes the person from the list for this call, so that nobody else does; undone with the transaction.
async fn claim(
    tx: &mut Tx,
    call: CallId,
    ask: &Ask,
    recipient: RecipientId,
    actor: Actor,
) -> Result<Result<(Intent, Target), Declined>, Error> {
    let list = list(tx, ask.account, recipient).await?;
    if list.mode != Mode::Power.as_str() {
        return Ok(Err(Declined::NotNow("the dialer works through this list by itself")));
    }
    if ask.agent.is_none() {
        return Ok(Err(Declined::NotNow("only an agent can call from a list: nobody would be there to talk")));
    }
    if !campaign::is_running(tx, list.campaign).await? {
        return Ok(Err(Declined::NotNow("the campaign is not running")));
    }
    if !recipient::waits(tx, recipient).await? {
        return Ok(Err(Declined::Taken));
    }
    recipient::record(tx, recipient, recipient::Event::Claim { call }, actor).await?;
    let phone = ask.phone.clone();
    let target = Target::Recipient { recipient, campaign: list.campaign, phone, agent: ask.agent };
    match listed(tx, call, recipient, list.campaign, ask.phone.as_ref()).await? {
        Ok(intent) => {
            decision::lock(tx, intent.consumer).await?;
            Ok(Ok((intent, target)))
        }
        Err(why) => Ok(Err(Declined::NotNow(why))),
    }
}

struct List {
    campaign: CampaignId,
    mode: String,
}

async fn list(tx: &mut Tx, account: AccountId, recipient: RecipientId) -> Result<List, Error> {
    sqlx::query_as!(
        List,
        r#"select k.id as "campaign: CampaignId", k.mode from recipients r join campaigns k on k.id = r.campaign_id
           where r.id = $1 and r.account_id = $2"#,
        recipient.0,
        account.0
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotOnList)
}

async fn busy(tx: &mut Tx, ask: &Ask, call: CallId) -> Result<Option<Declined>, sqlx::Error> {
    let Some(agent) = ask.agent else { return Ok(None) };
    let free = agent::is_free(tx, agent, call).await?;
    Ok((!free).then_some(Declined::NotNow("whoever dials must be available for the call, and not be dialing already")))
}

async fn remember(tx: &mut Tx, org: OrgId, ask: &Ask, call: CallId) -> Result<(), sqlx::Error> {
    match ask.agent {
        Some(agent) => agent::asks(tx, org, agent, call).await,
        None => Ok(()),
    }
}
