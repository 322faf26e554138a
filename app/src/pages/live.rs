//! `/live/{page}`: the fragments of a page as they change, rendered once for everybody who looks at the same.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::{Deserialize, de::DeserializeOwned};
use uuid::Uuid;
use workflows::{
    id::{AccountId, AgentId, BulkId, CampaignId},
    identity::{Principal, Right},
};

use super::{account, bulk, campaign, campaigns, cockpit, evidence, jobs, kill_switch, pacing, voice, workflow};
use crate::{
    extract::Caller,
    problem::{Kind, Problem},
    realtime::{Source, patches},
    state::App,
};

pub(super) fn router() -> Router<App> {
    Router::new().route("/live/{page}", get(stream))
}

async fn stream(
    State(app): State<App>,
    Caller(caller): Caller,
    Path(page): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    let source = source(&app, &caller, &page, &uri).await?;
    let html = app.live.look(&app.realtime, source);
    Ok(patches(&app, &caller, html).into_response())
}

#[derive(Debug, Deserialize)]
struct OfCampaign {
    campaign: CampaignId,
}

#[derive(Debug, Deserialize)]
struct OfAgent {
    id: AgentId,
}

#[derive(Debug, Deserialize)]
struct OfAccount {
    id: AccountId,
}

#[derive(Debug, Deserialize)]
struct OfBulk {
    id: BulkId,
}

#[derive(Debug, Deserialize)]
struct OfWorkflow {
    id: Uuid,
}

/// A live page with the kill switch's banner, which every page has.
async fn source(app: &App, caller: &Principal, page: &str, uri: &Uri) -> Result<Source, Problem> {
    let mut source = parts(app, caller, page, uri).await?;
    source.topics.push("kill_switch".to_owned());
    let (app, who, render) = (app.clone(), caller.clone(), source.render);
    source.render = Arc::new(move || {
        let (app, who, rest) = (app.clone(), who.clone(), render());
        Box::pin(async move { Ok(kill_switch::banner(&app, &who).await? + &rest.await?) })
    });
    Ok(source)
}

/// What a page is made of. A page that cannot be rendered once cannot be streamed: a neighbour's id ends here.
async fn parts(app: &App, caller: &Principal, page: &str, uri: &Uri) -> Result<Source, Problem> {
    let (app, who) = (app.clone(), caller.clone());
    let key = format!("{} {} {uri}", caller.org, caller.role);
    match page {
        "voice" => {
            let id = parameters::<OfCampaign>(caller, Right::SeeCampaigns, uri)?.campaign;
            voice::fragments(&app, &who, Some(id)).await?;
            let topics = vec![format!("campaign:{id}"), "agents".to_owned(), "campaigns".to_owned()];
            Ok(made(caller, key, topics, 2, move || {
                let (app, who) = (app.clone(), who.clone());
                async move { voice::fragments(&app, &who, Some(id)).await }
            }))
        }
        "pacing" => {
            let id = parameters::<OfCampaign>(caller, Right::SeeCampaigns, uri)?.campaign;
            pacing::fragments(&app, &who, id).await?;
            Ok(made(caller, key, vec![format!("campaign:{id}")], 2, move || {
                let (app, who) = (app.clone(), who.clone());
                async move { pacing::fragments(&app, &who, id).await }
            }))
        }
        "agent" => {
            let id = parameters::<OfAgent>(caller, Right::SeeCampaigns, uri)?.id;
            voice::agent::fragments(&app, &who, id).await?;
            let topics = vec![format!("agent:{id}")];
            // Whose telephone it is differs from one supervisor to the next.
            let whose = caller.user().map(|user| user.to_string()).unwrap_or_default();
            Ok(made(caller, format!("{key} {whose}"), topics, 3, move || {
                let (app, who) = (app.clone(), who.clone());
                async move { voice::agent::fragments(&app, &who, id).await }
            }))
        }
        "wall" => {
            may(caller, Right::SeeCampaigns)?;
            let topics = vec!["agents".to_owned(), "campaigns".to_owned()];
            Ok(made(caller, key, topics, 2, move || {
                let (app, who) = (app.clone(), who.clone());
                async move { voice::wall::fragments(&app, &who).await }
            }))
        }
        "cockpit" => {
            may(caller, Right::WorkCalls)?;
            let me = caller.user().map(|user| AgentId(user.0)).ok_or_else(|| Problem::new(Kind::Forbidden))?;
            let beside = parameters::<cockpit::Beside>(caller, Right::WorkCalls, uri)?;
            cockpit::fragments(&app, &who, me, beside).await?;
            let topics = vec![format!("agent:{me}"), "campaigns".to_owned(), "inbox".to_owned()];
            // Nobody else's looks the same.
            Ok(made(caller, format!("{key} {me}"), topics, 3, move || {
                let (app, who) = (app.clone(), who.clone());
                async move { cockpit::fragments(&app, &who, me, beside).await }
            }))
        }
        "campaigns" => {
            let which = parameters::<campaigns::Which>(caller, Right::SeeCampaigns, uri)?;
            Ok(made(caller, key, vec!["campaigns".to_owned()], 3, move || {
                let (app, who, which) = (app.clone(), who.clone(), which.clone());
                async move { campaigns::fragments(&app, &who, &which).await }
            }))
        }
        "campaign" => {
            let asked = parameters::<campaign::Asked>(caller, Right::SeeCampaigns, uri)?;
            campaign::fragments(&app, &who, &asked).await?;
            let topics = vec![format!("campaign:{}", asked.id), "campaigns".to_owned()];
            Ok(made(caller, key, topics, 3, move || {
                let (app, who, asked) = (app.clone(), who.clone(), asked.clone());
                async move { campaign::fragments(&app, &who, &asked).await }
            }))
        }
        "workflow" => {
            let id = axum::extract::Query::<OfWorkflow>::try_from_uri(uri)?.id;
            workflow::fragments(&app, &who, id).await?;
            Ok(made(caller, key, vec![], 2, move || {
                let (app, who) = (app.clone(), who.clone());
                async move { workflow::fragments(&app, &who, id).await }
            }))
        }
        "account" => {
            let id = parameters::<OfAccount>(caller, Right::SeeAccounts, uri)?.id;
            account::fragments(&app, &who, id).await?;
            account::viewed(&app, &who, id).await?;
            Ok(made(caller, key, vec![format!("account:{id}")], 10, move || {
                let (app, who) = (app.clone(), who.clone());
                async move { account::fragments(&app, &who, id).await }
            }))
        }
        "bulk" => {
            let id = parameters::<OfBulk>(caller, Right::SeeJobs, uri)?.id;
            bulk::fragments(&app, &who, id).await?;
            Ok(made(caller, key, vec!["jobs".to_owned()], 2, move || {
                let (app, who) = (app.clone(), who.clone());
                async move { bulk::fragments(&app, &who, id).await }
            }))
        }
        "jobs" => {
            may(caller, Right::SeeJobs)?;
            Ok(made(caller, key, vec!["jobs".to_owned()], 1, move || {
                let (app, who) = (app.clone(), who.clone());
                async move { jobs::fragments(&app, &who).await }
            }))
        }
        "evidence" => {
            may(caller, Right::SeeAudit)?;
            Ok(made(caller, key, vec!["evidence".to_owned()], 2, move || {
                let (app, who) = (app.clone(), who.clone());
                async move { evidence::fragments(&app, &who).await }
            }))
        }
        _ => Err(Problem::not_found("live page")),
    }
}

fn made<F>(
    caller: &Principal,
    key: String,
    topics: Vec<String>,
    every_secs: u64,
    render: impl Fn() -> F + Send + Sync + 'static,
) -> Source
where
    F: Future<Output = Result<String, Problem>> + Send + 'static,
{
    let render = Arc::new(move || -> futures::future::BoxFuture<'static, _> { Box::pin(render()) });
    Source { org: caller.org, key, topics, every: Duration::from_secs(every_secs), render }
}

fn parameters<T: DeserializeOwned>(caller: &Principal, right: Right, uri: &Uri) -> Result<T, Problem> {
    may(caller, right)?;
    Ok(axum::extract::Query::<T>::try_from_uri(uri)?.0)
}

fn may(caller: &Principal, right: Right) -> Result<(), Problem> {
    if caller.may(right) { Ok(()) } else { Err(Problem::new(Kind::Forbidden)) }
}
