//! Messages written by a person, and the threads that hold the answers.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    account,
    db::Tx,
    id::{MessageId, OrgId, ThreadId},
    identity::Principal,
    message::{self, Composed, New},
    template::Template,
    thread::{self, Thread},
};

use super::{
    calls::forbidden,
    shapes::{ConversationOut, MessageIn, MessageOut, ReplyIn, ThreadOut},
};
use crate::{
    extract::{Allowed, Id, Page, Params, SeeAccounts, Valid, WorkCalls, at_most},
    idempotency::{First, Key, Once},
    problem::{Kind, Problem},
    state::App,
};

/// As far back as a conversation is read.
const BUBBLES: i64 = 100;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(get))
        .routes(routes!(list))
        .routes(routes!(conversation))
        .routes(routes!(read))
        .routes(routes!(reply))
}

impl From<message::Error> for Problem {
    fn from(error: message::Error) -> Self {
        match error {
            message::Error::NotFound => Self::not_found("account"),
            message::Error::Illegal(illegal) => Self::new(Kind::IllegalTransition).detail(illegal),
            message::Error::Campaign(error) => error.into(),
            message::Error::Database(error) => error.into(),
            message::Error::Recipient(error) => Self::internal(error),
        }
    }
}

/// Write to the person of an account: checked now, and once more when it is sent
///
/// 202 with the message. A rule that forbids it is 409 `contact-not-allowed`, and the refusal is stored.
#[utoipa::path(post, path = "/api/messages", tag = "messages", request_body = MessageIn,
    params(("idempotency-key" = Option<String>, Header)), responses((status = 202, body = MessageOut)))]
async fn create(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    key: Key,
    new: Valid<MessageIn>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let first = match key.claim(&mut tx, caller.org, "POST /api/messages", &new.digest).await? {
        Once::First(first) => first,
        Once::Again(answer) => return Ok(answer),
    };
    let MessageIn { account_id, channel, subject, body } = new.body;
    let template = Template { subject, body };
    let new = New { account: account_id, channel: channel.into(), to: None, template, author: caller.user() };
    write(&app, tx, &caller, &new, first).await
}

async fn write(app: &App, mut tx: Tx, caller: &Principal, new: &New, first: First) -> Result<Response, Problem> {
    if let Some(fault) = new.template.faults(new.channel).into_iter().next() {
        return Err(Problem::field(fault.field, fault.message));
    }
    match message::compose(&mut tx, caller.org, new, &app.config.http.public_url).await? {
        Composed::Queued(id) => {
            let out = found(&mut tx, id).await?;
            first.answer(tx, StatusCode::ACCEPTED, &out).await
        }
        Composed::Refused(verdict) => {
            tx.commit().await?;
            Err(forbidden(&verdict))
        }
        Composed::NotNow(why) => Err(Problem::new(Kind::NotReady).detail(why)),
    }
}

async fn found(tx: &mut Tx, id: MessageId) -> Result<MessageOut, Problem> {
    message::find(tx, id).await?.map(MessageOut::from).ok_or_else(|| Problem::not_found("message"))
}

/// One message
#[utoipa::path(get, path = "/api/messages/{id}", tag = "messages", params(("id" = Uuid, Path)),
    responses((status = 200, body = MessageOut)))]
async fn get(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    Id(id): Id<MessageId>,
) -> Result<Json<MessageOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let out = found(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(out))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Only those with something unread.
    #[serde(default)]
    unread: bool,
    /// How many, at most 200.
    limit: Option<u16>,
}

/// Threads, the latest first
#[utoipa::path(get, path = "/api/threads", tag = "messages", params(Which), responses((status = 200, body = Page<ThreadOut>)))]
async fn list(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    Params(which): Params<Which>,
) -> Result<Json<Page<ThreadOut>>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let threads = thread::list(&mut tx, caller.org, which.unread, at_most(which.limit)).await?;
    tx.commit().await?;
    Ok(Json(Page { items: threads.into_iter().map(ThreadOut::from).collect(), next: None }))
}

/// A thread with what was said in it
#[utoipa::path(get, path = "/api/threads/{id}", tag = "messages", params(("id" = Uuid, Path)),
    responses((status = 200, body = ConversationOut)))]
async fn conversation(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    Id(id): Id<ThreadId>,
) -> Result<Json<ConversationOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let thread = open(&mut tx, caller.org, id).await?;
    let bubbles = message::of_pair(&mut tx, caller.org, &thread.channel, &thread.their_address, BUBBLES).await?;
    if let Some(account) = thread.account_id {
        account::viewed(&mut tx, caller.org, account, &caller.actor).await?;
    }
    tx.commit().await?;
    Ok(Json(ConversationOut::new(thread, bubbles)))
}

async fn open(tx: &mut Tx, org: OrgId, id: ThreadId) -> Result<Thread, Problem> {
    thread::find(tx, org, id).await?.ok_or_else(|| Problem::not_found("thread"))
}

/// You have read it
#[utoipa::path(post, path = "/api/threads/{id}/read", tag = "messages", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Noted")))]
async fn read(State(app): State<App>, caller: Allowed<WorkCalls>, Id(id): Id<ThreadId>) -> Result<StatusCode, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    if !thread::read(&mut tx, caller.org, id).await? {
        return Err(Problem::not_found("thread"));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Answer in a thread: on its channel, to its address, checked as any other message
#[utoipa::path(post, path = "/api/threads/{id}/reply", tag = "messages", request_body = ReplyIn,
    params(("id" = Uuid, Path), ("idempotency-key" = Option<String>, Header)), responses((status = 202, body = MessageOut)))]
async fn reply(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Id(id): Id<ThreadId>,
    key: Key,
    said: Valid<ReplyIn>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let first = match key.claim(&mut tx, caller.org, &format!("POST /api/threads/{id}/reply"), &said.digest).await? {
        Once::First(first) => first,
        Once::Again(answer) => return Ok(answer),
    };
    let thread = open(&mut tx, caller.org, id).await?;
    let new = answer(&thread, &caller, said.body)?;
    thread::read(&mut tx, caller.org, id).await?;
    write(&app, tx, &caller, &new, first).await
}

fn answer(thread: &Thread, caller: &Principal, said: ReplyIn) -> Result<New, Problem> {
    let lost = || Problem::new(Kind::NotReady).detail("the thread's address can no longer be written to");
    let account = thread.account_id.ok_or_else(lost)?;
    let (channel, to) = message::address(&thread.channel, &thread.their_address).ok_or_else(lost)?;
    let template = Template { subject: said.subject, body: said.body };
    Ok(New { account, channel, to: Some(to), template, author: caller.user() })
}
