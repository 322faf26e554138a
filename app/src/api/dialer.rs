//! The dialer's levers on a campaign, and whom to call next by hand.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    account,
    campaign::{self, Campaign, Event, PauseReason},
    db::Tx,
    id::{AgentId, CampaignId},
    identity::Principal,
};

use super::{
    campaigns::read,
    shapes::{CampaignOut, NextOut},
};
use crate::{
    extract::{Allowed, Id, Params, RunCampaigns, WorkCalls},
    problem::{Kind, Problem},
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(start))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(stop))
        .routes(routes!(next_account))
}

/// What the carrier of calls and texts needs.
const TELNYX: &str = "TELNYX_API_KEY and its companions";

type Answer = Result<(StatusCode, Json<CampaignOut>), Problem>;

/// Start: now, or as its schedule says; a scheduled campaign starts at once
#[utoipa::path(post, path = "/api/campaigns/{id}/start", tag = "campaigns", params(("id" = Uuid, Path)),
    responses((status = 202, body = CampaignOut)))]
async fn start(State(app): State<App>, caller: Allowed<RunCampaigns>, Id(id): Id<CampaignId>) -> Answer {
    lever(&app, &caller, id, Lever::Start).await
}

/// Pause: no new call is dialed; live ones go on
#[utoipa::path(post, path = "/api/campaigns/{id}/pause", tag = "campaigns", params(("id" = Uuid, Path)),
    responses((status = 202, body = CampaignOut)))]
async fn pause(State(app): State<App>, caller: Allowed<RunCampaigns>, Id(id): Id<CampaignId>) -> Answer {
    lever(&app, &caller, id, Lever::Pause).await
}

/// Resume
#[utoipa::path(post, path = "/api/campaigns/{id}/resume", tag = "campaigns", params(("id" = Uuid, Path)),
    responses((status = 202, body = CampaignOut)))]
async fn resume(State(app): State<App>, caller: Allowed<RunCampaigns>, Id(id): Id<CampaignId>) -> Answer {
    lever(&app, &caller, id, Lever::Resume).await
}

/// Stop for good: live calls end by themselves, nobody still waiting is called
#[utoipa::path(post, path = "/api/campaigns/{id}/stop", tag = "campaigns", params(("id" = Uuid, Path)),
    responses((status = 202, body = CampaignOut)))]
async fn stop(State(app): State<App>, caller: Allowed<RunCampaigns>, Id(id): Id<CampaignId>) -> Answer {
    lever(&app, &caller, id, Lever::Stop).await
}

/// What a supervisor can do to a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lever {
    Start,
    Pause,
    Resume,
    Stop,
}

async fn lever(app: &App, caller: &Principal, id: CampaignId, lever: Lever) -> Answer {
    let mut tx = app.db.tenant(caller.org).await?;
    pull(app, &mut tx, caller, id, lever).await?;
    let out = read(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(out)))
}

/// Pulls a lever, in the caller's transaction.
pub(crate) async fn pull(
    app: &App,
    tx: &mut Tx,
    caller: &Principal,
    id: CampaignId,
    lever: Lever,
) -> Result<(), Problem> {
    let event = match lever {
        Lever::Start => beginning(app, tx, caller, id).await?,
        Lever::Pause => Event::Pause(PauseReason::Supervisor),
        Lever::Resume => {
            provider(app, of_org(tx, caller, id).await?.kind)?;
            Event::Resume
        }
        Lever::Stop => Event::Stop,
    };
    campaign::record(tx, id, event, caller.actor).await?;
    Ok(())
}

/// A draft with a schedule begins by waiting for it; anything else begins now, if it can.
async fn beginning(app: &App, tx: &mut Tx, caller: &Principal, id: CampaignId) -> Result<Event, Problem> {
    let campaign = of_org(tx, caller, id).await?;
    if campaign.state == campaign::State::Draft
        && let Some(event) = scheduled(&campaign, tx).await?
    {
        return Ok(event);
    }
    // Whether it may start at all is said first: a campaign that has ended lacks nothing.
    campaign.state.on(&Event::Start, None).map_err(campaign::Error::from)?;
    provider(app, campaign.kind)?;
    campaign::ready(tx, id).await?;
    Ok(Event::Start)
}

async fn scheduled(campaign: &Campaign, tx: &mut Tx) -> Result<Option<Event>, Problem> {
    if campaign.cron.is_some() {
        return Ok(Some(Event::Schedule { starts_at: None }));
    }
    let now = tx.now().await?;
    let later = campaign.starts_at.filter(|at| *at > now);
    Ok(later.map(|at| Event::Schedule { starts_at: Some(at) }))
}

async fn of_org(tx: &mut Tx, caller: &Principal, id: CampaignId) -> Result<Campaign, Problem> {
    campaign::find(tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("campaign"))
}

/// Is there a provider that may reach people that way?
pub(crate) fn provider(app: &App, kind: campaign::Kind) -> Result<(), Problem> {
    let (set, off) = match kind {
        campaign::Kind::Voice => (TELNYX, "calls to real people are off"),
        campaign::Kind::SmsBlast => (TELNYX, "texts to real people are off"),
        campaign::Kind::EmailBlast => ("RESEND_API_KEY and RESEND_WEBHOOK_SECRET", "e-mails to real people are off"),
    };
    let may = match kind {
        campaign::Kind::EmailBlast => app.config.mail.as_ref().map(|mail| mail.simulated() || mail.live_allowed),
        _ => app.config.carrier.as_ref().map(|carrier| carrier.simulated() || carrier.live_allowed),
    };
    let missing = match may {
        None => format!("no provider is configured: set {set}, then restart"),
        Some(false) => format!("{off}: set WIB_ALLOW_LIVE_CALLS=yes once you may, then restart"),
        Some(true) => return Ok(()),
    };
    Err(Problem::new(Kind::NotReady).detail(missing))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Of {
    /// Only from this campaign's list; otherwise from those at work that agents dial, its mode being `power`.
    #[param(value_type = Option<Uuid>)]
    campaign_id: Option<CampaignId>,
}

/// Whom to call next: the first on a running list who may be called at this moment
///
/// Nobody is claimed by asking. Agents who wait at the same time are offered different people; whoever calls first has
/// the person.
#[utoipa::path(get, path = "/api/dialer/next-account", tag = "dialer", params(Of),
    responses((status = 200, body = NextOut), (status = 204, description = "Nobody may be called now")))]
async fn next_account(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Params(of): Params<Of>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    if let Some(id) = of.campaign_id {
        read(&mut tx, caller.org, id).await?;
    }
    let agent = caller.user().map(|user| AgentId(user.0));
    let whose = campaign::For { org: caller.org, campaign: of.campaign_id, agent };
    let Some(next) = campaign::next(&mut tx, whose).await? else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let account = account::find(&mut tx, caller.org, next.account).await?;
    tx.commit().await?;
    let account = account.ok_or_else(|| Problem::not_found("account"))?;
    Ok(Json(NextOut::new(&next, account)).into_response())
}
