//! Events as they happen, over SSE, resumable.

use std::{collections::HashSet, sync::Arc};

use axum::{
    extract::State,
    http::HeaderMap,
    response::sse::{Event as Sent, KeepAliveStream, Sse},
};
use chrono::{DateTime, Utc};
use futures::{StreamExt, stream, stream::BoxStream};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_stream::wrappers::BroadcastStream;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    event,
    id::OrgId,
    identity::{Principal, Right},
};

use crate::{
    extract::{Caller, Params},
    problem::{Kind, Problem},
    realtime::{Event, Message, ends_with, keep_alive},
    state::App,
};

/// What one stream may ask for.
const TOPICS: usize = 32;
/// What one resume may replay; beyond it the reader has to look anew.
const REPLAY: i64 = 500;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(events))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Separated by commas: `campaigns`, `campaign:ID`, `agents`, `agent:ID`, `accounts`, `account:ID`, `jobs`.
    topics: String,
}

/// The data of a message. Its SSE `id` is `id`, its SSE `event` is `kind`.
#[derive(Debug, Serialize, ToSchema)]
struct EventOut<'a> {
    id: String,
    topic: &'a str,
    kind: &'a str,
    at: DateTime<Utc>,
    #[schema(value_type = Object)]
    payload: &'a Value,
}

/// Events as they are committed, as `text/event-stream`
///
/// `Last-Event-ID` resumes: what came after it is sent first. A message may come twice around a resume; its id tells.
/// `event: resync` says that messages were lost: read the resources anew. A comment every 15 s keeps the line open.
#[utoipa::path(get, path = "/api/events", tag = "realtime",
    params(Asked, ("last-event-id" = Option<String>, Header, description = "Resume after this message")),
    responses((status = 200, body = EventOut<'static>, content_type = "text/event-stream")))]
async fn events(
    State(app): State<App>,
    caller: Caller,
    Params(asked): Params<Asked>,
    headers: HeaderMap,
) -> Result<Sse<KeepAliveStream<BoxStream<'static, Message>>>, Problem> {
    let topics = topics(&caller, &asked.topics)?;
    // Subscribed before the past is read, so that nothing falls in between.
    let live = subscribe(&app, caller.org, &topics);
    let past = match last_event_id(&headers)? {
        Some(last) => replay(&app, caller.org, last, &topics).await?,
        None => Vec::new(),
    };
    let seen: HashSet<i64> = past.iter().flatten().map(|event| event.id).collect();
    let live = live.filter(move |event| {
        let fresh = event.as_ref().is_none_or(|event| !seen.contains(&event.id));
        async move { fresh }
    });
    let messages = stream::iter(past).chain(live).map(|event| Ok(event.map_or_else(resync, |event| message(&event))));
    Ok(Sse::new(ends_with(&app, &caller, "events", messages).boxed()).keep_alive(keep_alive()))
}

/// Each topic is a door of its own.
fn topics(caller: &Principal, asked: &str) -> Result<Vec<String>, Problem> {
    let topics: Vec<String> = asked.split(',').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect();
    if topics.is_empty() || topics.len() > TOPICS {
        return Err(Problem::new(Kind::InvalidQuery).detail(format!("ask for 1 to {TOPICS} topics")));
    }
    topics.iter().try_for_each(|topic| may_hear(caller, topic))?;
    Ok(topics)
}

fn may_hear(caller: &Principal, topic: &str) -> Result<(), Problem> {
    let (noun, id) = topic.split_once(':').map_or((topic, None), |(noun, id)| (noun, Some(id)));
    let own = caller.user().is_some_and(|user| id == Some(user.to_string().as_str()));
    let right = match (noun, id) {
        ("campaigns" | "agents" | "kill_switch", None) | ("campaign" | "agent", Some(_)) => Right::SeeCampaigns,
        ("accounts" | "inbox", None) | ("account", Some(_)) => Right::SeeAccounts,
        ("jobs", None) => Right::SeeJobs,
        _ => return Err(Problem::new(Kind::InvalidQuery).detail(format!("there is no topic {topic:?}"))),
    };
    if caller.may(right) || (noun == "agent" && own) {
        return Ok(());
    }
    Err(Problem::new(Kind::Forbidden).detail(format!("the role {} may not hear {noun}", caller.role)))
}

/// `None` stands for messages lost.
fn subscribe(
    app: &App,
    org: OrgId,
    topics: &[String],
) -> impl futures::Stream<Item = Option<Arc<Event>>> + Send + use<> {
    let streams = topics.iter().map(|topic| BroadcastStream::new(app.realtime.subscribe(org, topic)));
    stream::select_all(streams).map(Result::ok)
}

async fn replay(app: &App, org: OrgId, last: i64, topics: &[String]) -> Result<Vec<Option<Arc<Event>>>, Problem> {
    let mut tx = app.db.tenant(org).await?;
    let stored = event::after(&mut tx, org, last, topics, REPLAY + 1).await?;
    tx.commit().await?;
    if i64::try_from(stored.len()).is_ok_and(|n| n > REPLAY) {
        return Ok(vec![None]);
    }
    Ok(stored.into_iter().map(|event| Some(Arc::new(Event::from(event)))).collect())
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(given) = headers.get("last-event-id") else { return Ok(None) };
    let id = given.to_str().ok().and_then(|id| id.parse().ok());
    id.map(Some).ok_or_else(|| Problem::new(Kind::InvalidQuery).detail("Last-Event-ID is the id of a message"))
}

fn message(event: &Event) -> Sent {
    let id = event.id.to_string();
    let out =
        EventOut { id: id.clone(), topic: &event.topic, kind: &event.kind, at: event.at, payload: &event.payload };
    let sent = Sent::default().id(id).event(&event.kind);
    sent.json_data(out).unwrap_or_else(|_| resync())
}

fn resync() -> Sent {
    metrics::counter!("wib_sse_resyncs_total").increment(1);
    Sent::default().event("resync").data("{}")
}
