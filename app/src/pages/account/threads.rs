//! The conversations with the account's person, the latest first.

use uuid::Uuid;
use web::{
    Channel as Way,
    parts::{
        field,
        thread::{Gate, MessageRow, ThreadView},
    },
    state::MessageState,
};
use workflows::{
    account::{self, Account},
    db::Tx,
    id::{AccountId, ThreadId},
    identity::{Principal, Right},
    message::{self, Bubble},
    template,
    thread::{self, Thread},
};

use super::{Draft, contact};
use crate::{
    pages::{accounts::national, words::sentence},
    problem::{FieldError, Problem},
    state::App,
};

/// The latest messages of a thread; older ones are in the timeline.
const LATEST: i64 = 30;

pub(super) async fn of(
    tx: &mut Tx,
    caller: &Principal,
    account: &Account,
    draft: &Draft,
) -> Result<Vec<ThreadView>, Problem> {
    let mut views = Vec::new();
    for thread in thread::of_consumer(tx, caller.org, account.consumer_id).await? {
        let bubbles = message::of_pair(tx, caller.org, &thread.channel, &thread.their_address, LATEST + 1).await?;
        let gate = gate(tx, caller, account, &thread).await?;
        views.push(view(caller, thread, bubbles, gate, draft));
    }
    Ok(views)
}

/// Why nothing may be written to that very address now.
async fn gate(tx: &mut Tx, caller: &Principal, account: &Account, thread: &Thread) -> Result<Option<Gate>, Problem> {
    let Some((channel, to)) = message::address(&thread.channel, &thread.their_address) else { return Ok(None) };
    let answer = contact::ask(tx, caller.org, account, channel, to).await?;
    Ok(answer
        .primary()
        .map(|reason| Gate { sentence: reason.sentence.clone(), citation: Some(reason.citation.to_owned()) }))
}

fn view(caller: &Principal, thread: Thread, bubbles: Vec<Bubble>, gate: Option<Gate>, draft: &Draft) -> ThreadView {
    let latest = usize::try_from(LATEST).unwrap_or(usize::MAX);
    let older = bubbles.len().saturating_sub(latest);
    let (draft, errors) = match draft {
        Draft::Reply { thread: typed_in, body, errors } if *typed_in == thread.id => (body.clone(), errors.as_slice()),
        _ => (String::new(), [].as_slice()),
    };
    ThreadView {
        id: thread.id.0,
        channel: Way::named(&thread.channel).unwrap_or(Way::Text),
        address: national(&thread.their_address),
        messages: bubbles.into_iter().skip(older).map(row).collect(),
        cut: older > 0,
        gate,
        may_write: caller.may(Right::WorkCalls),
        draft,
        errors: self::errors(errors),
        once: Uuid::new_v4(),
        back: None,
    }
}

/// One conversation, to be shown elsewhere than on its account's page.
pub(in crate::pages) async fn one(
    tx: &mut Tx,
    caller: &Principal,
    id: ThreadId,
    back: &str,
) -> Result<Option<ThreadView>, Problem> {
    let Some(thread) = thread::find(tx, caller.org, id).await? else { return Ok(None) };
    let Some(account) = thread.account_id else { return Ok(None) };
    let Some(account) = account::find(tx, caller.org, account).await? else { return Ok(None) };
    let bubbles = message::of_pair(tx, caller.org, &thread.channel, &thread.their_address, LATEST + 1).await?;
    let gate = gate(tx, caller, &account, &thread).await?;
    let view = view(caller, thread, bubbles, gate, &Draft::Nothing);
    Ok(Some(ThreadView { back: Some(back.to_owned()), ..view }))
}

pub(super) fn errors(errors: &[FieldError]) -> Vec<field::FieldError> {
    errors.iter().map(|error| field::FieldError::new(&error.field, sentence(&error.message))).collect()
}

fn row(bubble: Bubble) -> MessageRow {
    MessageRow {
        id: bubble.id.0,
        at: bubble.at,
        state: MessageState::named(bubble.state.as_str()).expect("the lexicon has every state of a message"),
        by: bubble.author.or(bubble.campaign).unwrap_or_default(),
        subject: Some(bubble.subject).filter(|subject| !subject.is_empty()),
        text: template::said(&bubble.body).to_owned(),
        reason: bubble.reason.map(|reason| super::line::plain(&reason)),
        workflow: None,
    }
}

/// Whoever may answer has read them by looking.
pub(super) async fn seen(app: &App, caller: &Principal, id: AccountId) -> Result<(), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    if let Some(account) = account::find(&mut tx, caller.org, id).await? {
        let threads = thread::of_consumer(&mut tx, caller.org, account.consumer_id).await?;
        for unread in threads.iter().filter(|thread| thread.unread > 0) {
            thread::read(&mut tx, caller.org, unread.id).await?;
        }
    }
    Ok(tx.commit().await?)
}
