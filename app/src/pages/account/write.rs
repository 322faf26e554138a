//! A person writes to the account's person: first, or in answer. The rules are asked whatever the page said.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use web::{Channel as Way, parts::thread::compose::ComposeView};
use workflows::{
    compliance::Channel,
    id::{AccountId, ThreadId},
    identity::Principal,
    message::{self, Composed, New},
    template::Template,
    thread::{self, Thread},
};

use super::{Asked, Draft, frame, render, threads};
use crate::{
    extract::{Allowed, Id, Submitted, WorkCalls},
    idempotency::{Key, Once},
    problem::{Kind, Problem},
    state::App,
};

/// Decided once more at the moment of sending.
const SENT: &str = "Queued. It goes out as soon as it was checked once more.";

#[derive(Deserialize)]
pub(super) struct Message {
    channel: String,
    #[serde(default)]
    subject: String,
    body: String,
    once: Uuid,
}

#[derive(Deserialize)]
pub(super) struct Reply {
    body: String,
    once: Uuid,
    /// Where to go afterwards, if not to the account.
    back: Option<String>,
}

/// An empty box to write first in.
pub(super) fn blank(channel: Way) -> Draft {
    filled(channel, String::new(), String::new(), &Problem::new(Kind::InvalidBody))
}

fn filled(channel: Way, subject: String, body: String, problem: &Problem) -> Draft {
    let errors = threads::errors(problem.errors());
    Draft::Message(ComposeView { channel, subject, body, errors, once: Uuid::new_v4() })
}

pub(super) async fn message(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Id(id): Id<AccountId>,
    headers: HeaderMap,
    Submitted(form): Submitted<Message>,
) -> Result<Response, Problem> {
    let (way, channel) = match form.channel.as_str() {
        "sms" => (Way::Text, Channel::Sms),
        "email" => (Way::Email, Channel::Email),
        _ => return Err(Problem::field("channel", "is sms or email")),
    };
    let template = Template::typed(channel, &form.subject, &form.body);
    let new = New { account: id, channel, to: None, template, author: caller.user() };
    match send(&app, &caller, &new, form.once).await {
        Ok(()) => Ok(frame::onward(&format!("/accounts/{id}"), SENT)),
        Err(problem) => {
            let draft = filled(way, form.subject, form.body, &problem);
            again(&app, &caller, id, &headers, draft, problem).await
        }
    }
}

pub(super) async fn reply(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Id(id): Id<ThreadId>,
    headers: HeaderMap,
    Submitted(form): Submitted<Reply>,
) -> Result<Response, Problem> {
    let thread = mark(&app, &caller, id).await?;
    let account = thread.account_id.ok_or_else(|| Problem::not_found("account"))?;
    let (channel, to) = message::address(&thread.channel, &thread.their_address)
        .ok_or_else(|| Problem::field("body", "the address of this thread cannot be written to"))?;
    let template = Template::typed(channel, &subject(&app, &caller, &thread).await?, &form.body);
    let new = New { account, channel, to: Some(to), template, author: caller.user() };
    match send(&app, &caller, &new, form.once).await {
        Ok(()) => Ok(frame::onward(frame::local(form.back.as_deref(), &place(account, id)), SENT)),
        Err(problem) => {
            let draft = Draft::Reply { thread: id, body: form.body, errors: problem.errors().to_vec() };
            again(&app, &caller, account, &headers, draft, problem).await
        }
    }
}

/// Marks a thread as read.
pub(super) async fn read(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Id(id): Id<ThreadId>,
) -> Result<Response, Problem> {
    let thread = mark(&app, &caller, id).await?;
    let account = thread.account_id.ok_or_else(|| Problem::not_found("account"))?;
    Ok(Redirect::to(&place(account, id)).into_response())
}

async fn mark(app: &App, caller: &Principal, id: ThreadId) -> Result<Thread, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let thread = thread::find(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("thread"))?;
    thread::read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok(thread)
}

fn place(account: AccountId, thread: ThreadId) -> String {
    format!("/accounts/{account}#thread-{thread}")
}

/// An answer by e-mail keeps the subject of what was said last.
async fn subject(app: &App, caller: &Principal, thread: &Thread) -> Result<String, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let last = message::of_pair(&mut tx, caller.org, &thread.channel, &thread.their_address, 1).await?.pop();
    tx.commit().await?;
    let subject = last.map(|last| last.subject).unwrap_or_default();
    let bare = subject.strip_prefix("Re: ").unwrap_or(&subject);
    Ok(if bare.is_empty() { "Your message".to_owned() } else { format!("Re: {bare}") })
}

/// Writes it down, once for each page it was typed in. A refusal is stored like any other and remembered, too.
async fn send(app: &App, caller: &Principal, new: &New, once: Uuid) -> Result<(), Problem> {
    if let Some(fault) = new.template.faults(new.channel).into_iter().next() {
        return Err(Problem::field(fault.field, fault.message));
    }
    let mut tx = app.db.tenant(caller.org).await?;
    let first = match Key::of_form(once).claim(&mut tx, caller.org, "a message", &digest(new)).await? {
        Once::First(first) => first,
        Once::Again(answer) if answer.status() == StatusCode::CONFLICT => return Err(forbidden()),
        Once::Again(_) => return Ok(()),
    };
    match message::compose(&mut tx, caller.org, new, &app.config.http.public_url).await? {
        Composed::Queued(id) => first.answer(tx, StatusCode::ACCEPTED, &json!({ "id": id })).await.map(drop),
        Composed::Refused(verdict) => {
            let code = verdict.primary().map(|reason| reason.code);
            first.answer(tx, StatusCode::CONFLICT, &json!({ "code": code })).await?;
            Err(forbidden())
        }
        Composed::NotNow(why) => Err(Problem::field("body", why)),
    }
}

fn digest(new: &New) -> [u8; 32] {
    let to = new.to.as_ref().map_or("", |to| to.as_str());
    let Template { subject, body } = &new.template;
    Sha256::digest(format!("{}\0{}\0{to}\0{subject}\0{body}", new.account, new.channel.as_str())).into()
}

/// The page says which rule, and from when on it may be.
fn forbidden() -> Problem {
    Problem::new(Kind::ContactNotAllowed)
}

/// The page as it was sent, with what is in the way. What no page can help stays a problem.
async fn again(
    app: &App,
    caller: &Principal,
    id: AccountId,
    headers: &HeaderMap,
    draft: Draft,
    problem: Problem,
) -> Result<Response, Problem> {
    if !matches!(problem.status(), StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY) {
        return Err(problem);
    }
    let page = render(app, caller, id, headers, Asked { draft, ..Asked::default() }).await?;
    Ok((problem.status(), page).into_response())
}
