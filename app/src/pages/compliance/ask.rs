//! The question to the rules, as typed, and their answer.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use web::{
    Channel as Way,
    pages::compliance::{Answer, Ask, Said},
};
use workflows::{
    account::{self, Search},
    compliance::{Channel, Code, Reason},
    db::Tx,
    decision::{self, Contact, Explanation, NoContact},
    id::AccountId,
    identity::Principal,
    phone::E164,
};

use crate::{
    api::shapes::within_reach,
    pages::{accounts::national, frame, typed, words::field_errors},
    problem::{Kind, Problem},
    state::App,
};

#[derive(Debug, Default, Deserialize)]
pub(super) struct Question {
    #[serde(default)]
    who: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    at: String,
}

/// What was typed, with what is wrong in it or with the answer. Nothing typed asks nothing.
pub(super) async fn answer(app: &App, caller: &Principal, asked: Question) -> Result<(Ask, Option<Answer>), Problem> {
    let ask = Ask { who: asked.who.trim().to_owned(), channel: asked.channel, at: asked.at, errors: Vec::new() };
    if ask.who.is_empty() {
        return Ok((ask, None));
    }
    match explain(app, caller, &ask).await {
        Ok(answer) => Ok((ask, Some(answer))),
        Err(problem) if problem.is(Kind::InvalidBody) => Ok((Ask { errors: field_errors(&problem), ..ask }, None)),
        Err(problem) => Err(problem),
    }
}

async fn explain(app: &App, caller: &Principal, ask: &Ask) -> Result<Answer, Problem> {
    let channel = ask.channel.parse().map_err(|_| Problem::field("channel", "choose call, text or email"))?;
    let mut tx = app.db.tenant(caller.org).await?;
    let at = moment(caller, &ask.at)?.unwrap_or(tx.now().await?);
    let account = find(&mut tx, caller, &ask.who).await?;
    let to = E164::parse(&ask.who).ok().filter(|_| channel != Channel::Email && !account.1);
    let to = to.as_ref().map(E164::as_str);
    let contact = decision::contact(&mut tx, caller.org, account.0, channel, to).await.map_err(by_field)?;
    let explained = decision::answer(&mut tx, &contact, at, &caller.actor).await?;
    let found = account::find(&mut tx, caller.org, contact.account).await?;
    tx.commit().await?;
    let reference = found.map(|account| account.account_number).unwrap_or_default();
    Ok(shown(reference, &contact, explained))
}

fn moment(caller: &Principal, wall: &str) -> Result<Option<DateTime<Utc>>, Problem> {
    if wall.is_empty() {
        return Ok(None);
    }
    let at = typed::moment(wall, frame::zone(caller).name()).map_err(|message| Problem::field("at", message))?;
    if within_reach(at) { Ok(Some(at)) } else { Err(Problem::field("at", "choose a year from 2000 to 2099")) }
}

/// The account with that number, which is told apart; else the one account that a phone number or a name leads to.
async fn find(tx: &mut Tx, caller: &Principal, who: &str) -> Result<(AccountId, bool), Problem> {
    if who.contains('\0') {
        return Err(Problem::field("who", "there is no such account"));
    }
    if let Some(id) = account::numbered(tx, caller.org, who).await? {
        return Ok((id, true));
    }
    let search = Search { text: who, limit: FEW, ..Search::default() };
    let found = account::list(tx, caller.org, &search).await?.items;
    match found.as_slice() {
        [] => Err(Problem::field("who", "there is no such account or phone number")),
        [one] => Ok((one.id, false)),
        many => {
            let numbers: Vec<&str> = many.iter().map(|account| account.account_number.as_str()).collect();
            Err(Problem::field("who", format!("several accounts match; write one's number: {}", numbers.join(", "))))
        }
    }
}

/// So many accounts are offered when several match.
const FEW: i64 = 5;

fn by_field(error: NoContact) -> Problem {
    match error {
        NoContact::Database(error) => error.into(),
        NoContact::NoAddress(_) => Problem::field("channel", error.to_string()),
        error => Problem::field("who", error.to_string()),
    }
}

fn shown(reference: String, contact: &Contact, explained: Explanation) -> Answer {
    let Explanation { verdict, rules, budget } = explained;
    Answer {
        account: contact.account.0,
        reference,
        channel: way(contact.channel),
        to: national(contact.to.as_str()),
        at: verdict.decided_at,
        allowed: verdict.allowed(),
        earliest_next: verdict.earliest_next,
        zones: verdict.zones.iter().collect(),
        budget: budget.used(),
        rules: rules.into_iter().map(said).collect(),
    }
}

fn said((code, refused): (Code, Option<Reason>)) -> Said {
    let citation = refused.as_ref().map_or(code.citation(), |reason| reason.citation);
    Said {
        code: code.as_str(),
        title: code.title(),
        refused: refused.is_some(),
        sentence: refused.map_or_else(|| code.sentence().to_owned(), |reason| reason.sentence),
        citation,
    }
}

pub(super) fn way(channel: Channel) -> Way {
    match channel {
        Channel::Call => Way::Call,
        Channel::Sms => Way::Text,
        Channel::Email => Way::Email,
    }
}
