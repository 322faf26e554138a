//! `/campaigns/new` asks which kind; `/campaigns/new/voice` is a plain form; a CSV comes with it or the accounts are here already.

mod form;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use web::{
    Nav,
    pages::{
        new_campaign,
        new_voice::{self as page, NewVoiceValues, NewVoiceView},
    },
    parts::field::{Choice, FieldError},
};
use workflows::{campaign, db::Tx, id::CampaignId, identity::Principal, offer};

use self::form::Form;
use super::{accounts::national, frame, words::field_errors};
use crate::{
    api::imports::{BODY, sheet, take},
    extract::{Allowed, RunCampaigns},
    problem::Problem,
    state::App,
};

/// The zones a window is told in; the law looks at the consumer's own.
const ZONES: [&str; 7] = [
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
];

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/campaigns/new", get(choose))
        .route("/campaigns/new/voice", get(show).post(create).layer(DefaultBodyLimit::max(BODY)))
}

/// Which kind of campaign.
async fn choose(
    State(app): State<App>,
    caller: Allowed<RunCampaigns>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shell = frame::shell(&app, &caller, "New campaign", Some(Nav::Campaigns), &headers).await?;
    let html = new_campaign::page(&shell);
    Ok(frame::page(&shell, html))
}

async fn show(State(app): State<App>, caller: Allowed<RunCampaigns>, headers: HeaderMap) -> Result<Response, Problem> {
    let values = NewVoiceValues { timezone: caller.timezone.clone(), ..NewVoiceValues::default() };
    render(&app, &caller, &headers, StatusCode::OK, values, Vec::new()).await
}

async fn create(
    State(app): State<App>,
    caller: Allowed<RunCampaigns>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let form = Form::read(request).await?;
    match store(&app, &caller, &form).await {
        // The next page asks before anybody is called.
        Ok(id) => Ok(frame::onward(&format!("/campaigns/{id}/start"), "Created. Nobody has been called.")),
        Err(problem) if problem.status().is_client_error() => {
            let status = problem.status();
            render(&app, &caller, &headers, status, form.values, field_errors(&problem)).await
        }
        Err(problem) => Err(problem),
    }
}

/// List and campaign in one transaction: a campaign that cannot be leaves no half-imported list behind.
async fn store(app: &App, caller: &Principal, form: &Form) -> Result<CampaignId, Problem> {
    let mut new = form.campaign()?;
    let list = match form.list()? {
        Some(sent) => Some((sent, sheet(sent.bytes.clone()).await?)),
        None => None,
    };
    let mut tx = app.db.tenant(caller.org).await?;
    if let Some((sent, sheet)) = &list {
        new.audience.import_id = Some(take(&mut tx, caller, sent, sheet).await?.id);
    }
    let id = campaign::create(&mut tx, caller.org, &new, caller.actor).await?;
    tx.commit().await?;
    Ok(id)
}

async fn render(
    app: &App,
    caller: &Principal,
    headers: &HeaderMap,
    status: StatusCode,
    values: NewVoiceValues,
    errors: Vec<FieldError>,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let view = view(&mut tx, caller, values, errors).await?;
    tx.commit().await?;
    let shell = frame::shell(app, caller, "New voice campaign", Some(Nav::Campaigns), headers).await?;
    let html = page::page(&shell, &view);
    Ok((status, frame::page(&shell, html)).into_response())
}

async fn view(
    tx: &mut Tx,
    caller: &Principal,
    values: NewVoiceValues,
    errors: Vec<FieldError>,
) -> Result<NewVoiceView, Problem> {
    let numbers = offer::numbers(tx, caller.org).await?;
    let number = |n: offer::Number| Choice::new(&n.e164, [national(&n.e164), n.label].join(" ").trim().to_owned());
    Ok(NewVoiceView {
        values,
        errors,
        creditors: creditors(tx, caller).await?,
        caller_ids: numbers.into_iter().map(number).collect(),
        zones: zones(),
        checks: Vec::new(),
    })
}

/// Whose accounts, everybody's first.
pub(super) async fn creditors(tx: &mut Tx, caller: &Principal) -> Result<Vec<Choice>, Problem> {
    let creditor = |c: offer::Creditor| Choice::new(c.id.to_string(), format!("{}, {}", c.name, accounts(c.open)));
    let creditors = offer::creditors(tx, caller.org).await?.into_iter().map(creditor);
    Ok(std::iter::once(Choice::new("", "Every creditor")).chain(creditors).collect())
}

pub(super) fn zones() -> Vec<Choice> {
    ZONES.map(|zone| Choice::new(zone, zone.replace('_', " "))).to_vec()
}

fn accounts(n: i64) -> String {
    web::format::counted(n, "account", "accounts")
}
