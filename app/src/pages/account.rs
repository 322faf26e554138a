//! `/accounts/{id}`: one debt, its person, and everything that happened, live.

mod line;

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use web::{
    Channel as Way, Nav, format,
    pages::account::{self as page, AccountCampaign, AccountView, EmailRow, PhoneRow, Verdict},
    state::RecipientState,
};
use workflows::{
    account::{self, Account},
    compliance::{self, Channel},
    db::Tx,
    decision::{self, Contact, To},
    id::AccountId,
    identity::Principal,
    phone::E164,
    place::{State as UsState, Zip, candidate_zones},
    timeline::{self, Standing},
};

pub(super) use self::line::{clocks, line, outcome, plain};
use super::{accounts, frame, voice};
use crate::{
    extract::{Allowed, Id, Params, SeeAccounts},
    problem::Problem,
    state::App,
};

const LINES: i64 = 50;

pub(super) fn router() -> Router<App> {
    Router::new().route("/accounts/{id}", get(show))
}

#[derive(Debug, Default, Deserialize)]
struct Before {
    before: Option<DateTime<Utc>>,
}

async fn show(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    Id(id): Id<AccountId>,
    Params(from): Params<Before>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = load(&app, &caller, id, from.before).await?;
    let mut shell = frame::shell(&app, &caller, &view.name, Some(Nav::Accounts), &headers).await?;
    // An older page holds still.
    shell.events = from.before.is_none().then(|| format!("/live/account?id={id}"));
    let html = page::page(&shell, &view);
    Ok(frame::page(&shell, html))
}

/// The parts that change.
pub(super) async fn fragments(app: &App, caller: &Principal, id: AccountId) -> Result<String, Problem> {
    let view = load(app, caller, id, None).await?;
    Ok(page::fragments(&frame::clock(app, caller).await?, &view))
}

async fn load(
    app: &App,
    caller: &Principal,
    id: AccountId,
    before: Option<DateTime<Utc>>,
) -> Result<AccountView, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let account = account::find(&mut tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("account"))?;
    let entries = timeline::of_account(&mut tx, caller.org, id, before, LINES).await?;
    let standing = timeline::standing(&mut tx, caller.org, id).await?;
    let verdict = verdict(&mut tx, caller, &account).await?;
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
        emails: account.emails.iter().map(|address| EmailRow { address: address.clone(), blocked: None }).collect(),
        campaigns: standing.into_iter().map(|s| campaign_row(s, now, zone)).collect(),
        verdicts: verdict.into_iter().collect(),
        may_contact: false,
        threads: vec![],
        compose: None,
        timeline: entries.into_iter().map(line).collect(),
        older,
    })
}

/// May this person be called now, on their first usable number?
pub(super) async fn verdict(tx: &mut Tx, caller: &Principal, account: &Account) -> Result<Option<Verdict>, Problem> {
    let usable = account.phones.0.iter().find(|phone| phone.status == "ok");
    let Some(phone) = usable.and_then(|phone| E164::parse(&phone.number).ok()) else { return Ok(None) };
    let now = tx.now().await?;
    let (org, channel, to) = (caller.org, Channel::Call, phone.national());
    let contact = Contact { org, account: account.id, consumer: account.consumer_id, channel, to: To::Phone(phone) };
    let answer = decision::ask(tx, &contact, now).await?;
    let reason = answer.primary();
    Ok(Some(Verdict {
        channel: Way::Call,
        to,
        allowed: answer.allowed(),
        sentence: reason.map_or_else(|| "No rule stands against a call.".to_owned(), |r| r.sentence.clone()),
        citation: reason.map(|r| r.citation.to_owned()),
        earliest_next: answer.earliest_next,
        rules: format!("Rules {}", compliance::RULES_VERSION),
    }))
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
