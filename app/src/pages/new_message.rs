//! `/campaigns/new/sms` and `/campaigns/new/email`, and what one person would get: `…/preview`, the same form with a sample.

mod form;
mod sample;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use web::{
    Channel as Way, Nav,
    pages::{
        confirm::{Check, CheckResult},
        new_message::{self as page, MergeField, NewMessageValues, NewMessageView, Preview},
    },
    parts::field::Choice,
};
use workflows::{campaign, compliance::Channel, db::Tx, id::CampaignId, identity::Principal, offer, template};

use self::form::Form;
use super::{
    accounts::national,
    frame,
    new_voice::{creditors, zones},
    words::field_errors,
};
use crate::{
    api::imports::{BODY, sheet, take},
    extract::{Allowed, RunCampaigns},
    problem::Problem,
    state::App,
};

pub(super) fn router() -> Router<App> {
    [Channel::Sms, Channel::Email].into_iter().map(of).fold(Router::new(), Router::merge)
}

fn of(channel: Channel) -> Router<App> {
    let address = format!("/campaigns/new/{}", channel.as_str());
    let show = move |app, caller, headers| show(app, caller, headers, channel);
    let create = move |app, caller, headers, request| create(app, caller, headers, request, channel);
    let preview = move |app, caller, headers, request| preview(app, caller, headers, request, channel);
    Router::new()
        .route(&address, get(show).post(create))
        .route(&format!("{address}/preview"), post(preview))
        .layer(DefaultBodyLimit::max(BODY))
}

type Caller = Allowed<RunCampaigns>;

async fn show(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    channel: Channel,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let sender = offer::sender(&mut tx, caller.org).await?;
    tx.commit().await?;
    let from_name = sender.map(|sender| sender.name).unwrap_or_default();
    let values = NewMessageValues { timezone: caller.timezone.clone(), from_name, ..NewMessageValues::default() };
    render(&app, &caller, &headers, Shown::new(channel, values)).await
}

async fn create(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    request: Request,
    channel: Channel,
) -> Result<Response, Problem> {
    let form = Form::read(request, channel).await?;
    match store(&app, &caller, &form).await {
        // The next page asks before anybody is written to.
        Ok(id) => Ok(frame::onward(&format!("/campaigns/{id}/start"), "Created. Nobody has been written to.")),
        Err(problem) if problem.status().is_client_error() => {
            let shown = Shown { problem: Some(problem), ..Shown::new(channel, form.values) };
            render(&app, &caller, &headers, shown).await
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
    let made = campaign::create_blast(&mut tx, caller.org, &new, caller.actor).await;
    let id = made.map_err(|error| form.named(error.into()))?;
    tx.commit().await?;
    Ok(id)
}

/// What is typed is looked at, nothing is kept.
async fn preview(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    request: Request,
    channel: Channel,
) -> Result<Response, Problem> {
    let form = Form::read(request, channel).await?;
    let mut shown = Shown::new(channel, form.values.clone());
    match form.template() {
        Ok(template) => {
            let mut tx = app.db.tenant(caller.org).await?;
            shown.preview = Some(sample::of(&mut tx, caller.org, &form.audience(), channel, &template).await?);
            tx.commit().await?;
        }
        Err(problem) => shown.problem = Some(problem),
    }
    render(&app, &caller, &headers, shown).await
}

/// The form as it is to be shown.
struct Shown {
    channel: Channel,
    values: NewMessageValues,
    problem: Option<Problem>,
    preview: Option<Preview>,
}

impl Shown {
    fn new(channel: Channel, values: NewMessageValues) -> Self {
        Self { channel, values, problem: None, preview: None }
    }
}

async fn render(app: &App, caller: &Principal, headers: &HeaderMap, shown: Shown) -> Result<Response, Problem> {
    let status = shown.problem.as_ref().map_or(StatusCode::OK, Problem::status);
    let title = if shown.channel == Channel::Email { "New email campaign" } else { "New text campaign" };
    let mut tx = app.db.tenant(caller.org).await?;
    let view = view(&mut tx, caller, shown).await?;
    tx.commit().await?;
    let shell = frame::shell(app, caller, title, Some(Nav::Campaigns), headers).await?;
    let html = page::page(&shell, &view);
    Ok((status, frame::page(&shell, html)).into_response())
}

async fn view(tx: &mut Tx, caller: &Principal, shown: Shown) -> Result<NewMessageView, Problem> {
    let by_mail = shown.channel == Channel::Email;
    let senders = if by_mail { addresses(tx, caller).await? } else { numbers(tx, caller).await? };
    Ok(NewMessageView {
        channel: if by_mail { Way::Email } else { Way::Text },
        values: shown.values,
        errors: shown.problem.as_ref().map(field_errors).unwrap_or_default(),
        creditors: creditors(tx, caller).await?,
        checks: nobody(by_mail).filter(|_| senders.is_empty()).into_iter().collect(),
        senders,
        zones: zones(),
        fields: template::FIELDS
            .map(|(name, example)| MergeField { name: name.into(), example: example.into() })
            .into(),
        rate_limit: "Left empty: as fast as the provider allows.".to_owned(),
        preview: shown.preview,
    })
}

async fn numbers(tx: &mut Tx, caller: &Principal) -> Result<Vec<Choice>, Problem> {
    let number = |n: offer::Number| Choice::new(&n.e164, [national(&n.e164), n.label].join(" ").trim().to_owned());
    Ok(offer::numbers(tx, caller.org).await?.into_iter().map(number).collect())
}

async fn addresses(tx: &mut Tx, caller: &Principal) -> Result<Vec<Choice>, Problem> {
    let sender = offer::sender(tx, caller.org).await?;
    Ok(sender.map(|sender| Choice::new(sender.address.as_str(), sender.address.as_str())).into_iter().collect())
}

/// What is in the way of every campaign of this kind.
fn nobody(by_mail: bool) -> Option<Check> {
    let (words, command) = if by_mail {
        ("No address to write from", "wib org sender")
    } else {
        ("No number to write from", "wib org number")
    };
    Some(Check {
        result: CheckResult::Blocks,
        words: words.to_owned(),
        note: format!("an administrator adds one: {command}"),
        fix: None,
    })
}
