//! `/accounts/{id}`: one debt, its person, and everything that happened, live.

pub(super) mod contact;
mod line;
mod records;
pub(super) mod restraint;
pub(super) mod threads;
mod write;

use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use web::{
    Channel as Way, Nav, format,
    pages::account::{self as page, AccountCampaign, AccountView, PhoneRow},
    parts::thread::compose::ComposeView,
    state::RecipientState,
};
use workflows::{
    account::{self, Account},
    id::{AccountId, CallId, EntryId, ThreadId},
    identity::{Principal, Right},
    phone::E164,
    place::{State as UsState, Zip, candidate_zones},
    timeline::{self, Entry, Standing},
};

pub(super) use self::line::{clocks, line, outcome, plain};
use self::{records::Holding, restraint::Noting};
use super::{accounts, frame, listen, voice};
use crate::{
    extract::{Allowed, Id, Params, SeeAccounts},
    problem::{FieldError, Problem},
    state::App,
};

const LINES: i64 = 50;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/accounts/{id}", get(show))
        .route("/accounts/{id}/message", post(write::message))
        .route("/accounts/{id}/restraints", post(restraint::write))
        .route("/accounts/{id}/archive", post(records::archive))
        .route("/accounts/{id}/hold", post(records::hold))
        .route("/threads/{id}/reply", post(write::reply))
        .route("/threads/{id}/read", post(write::read))
}

#[derive(Debug, Default, Deserialize)]
struct Part {
    before: Option<DateTime<Utc>>,
    /// The channel to write first on.
    write: Option<String>,
    /// What to write down: a flag, a consent.
    note: Option<String>,
    /// The entry to lift.
    lift: Option<EntryId>,
}

/// What of the account is asked for, and what was typed and not sent.
#[derive(Default)]
struct Asked {
    before: Option<DateTime<Utc>>,
    draft: Draft,
    noting: Option<Noting>,
    holding: Option<Holding>,
}

#[derive(Default)]
enum Draft {
    #[default]
    Nothing,
    Message(ComposeView),
    Reply {
        thread: ThreadId,
        body: String,
        errors: Vec<FieldError>,
    },
}

async fn show(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    Id(id): Id<AccountId>,
    Params(part): Params<Part>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let draft = part.write.as_deref().and_then(Way::named).map_or(Draft::Nothing, write::blank);
    let noting = Noting::asked(&caller, part.note.as_deref(), part.lift);
    let page = render(&app, &caller, id, &headers, Asked { before: part.before, draft, noting, holding: None }).await?;
    viewed(&app, &caller, id).await?;
    if caller.may(Right::WorkCalls) {
        threads::seen(&app, &caller, id).await?;
    }
    Ok(page)
}

/// No page is shown of which it is not written down who saw it.
pub(super) async fn viewed(app: &App, caller: &Principal, id: AccountId) -> Result<(), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    account::viewed(&mut tx, caller.org, id, &caller.actor).await?;
    Ok(tx.commit().await?)
}

async fn render(
    app: &App,
    caller: &Principal,
    id: AccountId,
    headers: &HeaderMap,
    asked: Asked,
) -> Result<Response, Problem> {
    // An older page holds still.
    let live = asked.before.is_none().then(|| format!("/live/account?id={id}"));
    let view = load(app, caller, id, asked).await?;
    let mut shell = frame::shell(app, caller, &view.name, Some(Nav::Accounts), headers).await?;
    shell.events = live;
    let html = page::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

/// The parts that change.
pub(super) async fn fragments(app: &App, caller: &Principal, id: AccountId) -> Result<String, Problem> {
    let view = load(app, caller, id, Asked::default()).await?;
    Ok(page::fragments(&frame::clock(app, caller).await?, &view))
}

async fn load(app: &App, caller: &Principal, id: AccountId, asked: Asked) -> Result<AccountView, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let account = account::find(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("account"))?;
    let entries = timeline::of_account(&mut tx, caller.org, id, asked.before, LINES).await?;
    let mut said = listen::of_calls(&mut tx, caller, &calls(&entries)).await?;
    let standing = timeline::standing(&mut tx, caller.org, id).await?;
    let verdicts = contact::verdicts(&mut tx, caller.org, &account).await?;
    let emails = account::mailboxes(&mut tx, caller.org, account.consumer_id).await?;
    let threads = threads::of(&mut tx, caller, &account, &asked.draft).await?;
    let restraints = restraint::of(&mut tx, caller, &account, asked.noting).await?;
    let records = records::of(&mut tx, caller, id, asked.holding).await?;
    let now = tx.now().await?;
    tx.commit().await?;
    let full = i64::try_from(entries.len()).is_ok_and(|n| n >= LINES);
    let older = entries.last().filter(|_| full).map(|e| e.at.to_rfc3339_opts(SecondsFormat::Micros, true));
    let zone = frame::zone(caller);
    Ok(AccountView {
        id: id.0,
        name: accounts::name(&account),
        reference: account.account_number.clone(),
        place: accounts::place(&account),
        zone: zone_of(&account),
        ledger: vec![("Placed".to_owned(), account.balance_cents)],
        balance_cents: account.balance_cents,
        facts: facts(&account),
        phones: account.phones.0.iter().map(phone_row).collect(),
        emails: emails.into_iter().map(|mailbox| contact::email_row(mailbox, zone)).collect(),
        campaigns: standing.into_iter().map(|s| campaign_row(s, now, zone)).collect(),
        verdicts,
        restraints,
        records,
        may_contact: caller.may(Right::WorkCalls),
        sees_rules: caller.may(Right::SeeCompliance),
        threads,
        compose: if let Draft::Message(compose) = asked.draft { Some(compose) } else { None },
        timeline: entries
            .into_iter()
            .map(|entry| {
                let listen = said.remove(&entry.id).filter(|_| entry.kind == "call");
                line(entry, listen)
            })
            .collect(),
        older,
    })
}

fn calls(entries: &[Entry]) -> Vec<CallId> {
    entries.iter().filter(|entry| entry.kind == "call").map(|entry| CallId(entry.id)).collect()
}

/// Their clock, if the clues leave one.
pub(super) fn zone_of(account: &Account) -> Option<chrono_tz::Tz> {
    let phone = account.phones.0.first().and_then(|phone| E164::parse(&phone.number).ok());
    let state = UsState::parse(&account.state).ok();
    let zip = Zip::parse(&account.zip).ok();
    let confirmed = account.confirmed_timezone.as_deref().and_then(|zone| zone.parse().ok());
    let zones: Vec<_> = candidate_zones(phone.as_ref(), state, zip, confirmed).iter().collect();
    <[_; 1]>::try_from(zones).ok().map(|[zone]| zone)
}

pub(super) fn facts(account: &Account) -> Vec<(String, String)> {
    let fact = |name: &str, value: &str| (!value.is_empty()).then(|| (name.to_owned(), value.to_owned()));
    let address = [account.address.as_str(), &account.city, &account.state, &account.zip];
    let address = address.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let all = [
        fact("Creditor", &account.creditor),
        fact("Status", &voice::capital(account.status.as_str())),
        fact("Address", &address),
        fact("Language", &account.language),
        fact("Time zone, confirmed", account.confirmed_timezone.as_deref().unwrap_or_default()),
    ];
    all.into_iter().flatten().collect()
}

fn phone_row(phone: &account::Phone) -> PhoneRow {
    PhoneRow {
        number: accounts::national(&phone.number),
        kind: phone.place.as_str().to_owned(),
        blocked: accounts::blocked(phone),
    }
}

fn campaign_row(standing: Standing, now: DateTime<Utc>, zone: chrono_tz::Tz) -> AccountCampaign {
    let words = match (standing.next_at, &standing.outcome) {
        (Some(at), _) => {
            let n = standing.attempts_used + 1;
            format!("try {n} of {} at {}", standing.max_attempts, format::near(at, now, zone))
        }
        (None, Some(outcome)) => plain(standing.explanation.as_deref().unwrap_or(outcome)),
        (None, None) => format!("{} of {} tries used", standing.attempts_used, standing.max_attempts),
    };
    AccountCampaign {
        id: standing.campaign.0,
        name: standing.name,
        state: RecipientState::named(standing.state.as_str()).expect("the lexicon has every state of a recipient"),
        words,
    }
}
