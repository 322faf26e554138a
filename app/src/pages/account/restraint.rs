//! What we may not do, out of the ledgers, and the forms that write there.

mod form;
mod words;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use web::pages::account::restraint::{RestraintForm, Restraints, Writing};
use workflows::{
    account::Account,
    db::Tx,
    id::{AccountId, EntryId},
    identity::{Principal, Right},
    ledger::{self, Entry},
};

pub(in crate::pages) use self::{
    form::medium,
    words::{channel, kind, suppressible},
};
use super::{Asked, frame, render};
use crate::{
    extract::{Allowed, Id, Submitted, WriteLedgers},
    pages::words::field_errors,
    problem::{Kind, Problem},
    state::App,
};
pub(super) use form::Typed;

/// What somebody means to write down, what they typed, and what was wrong with it.
pub(super) struct Noting {
    what: String,
    entry: Option<EntryId>,
    typed: Typed,
    problem: Option<Problem>,
}

impl Noting {
    /// As the address asks for it, of whoever may.
    pub(super) fn asked(caller: &Principal, note: Option<&str>, lift: Option<EntryId>) -> Option<Self> {
        let what = match (note, lift) {
            (None, Some(_)) if caller.may(Right::LiftEntries) => "lift",
            (Some(what), _) if caller.may(Right::WriteLedgers) => what,
            _ => return None,
        };
        Some(Self { what: what.to_owned(), entry: lift, typed: Typed::default(), problem: None })
    }

    /// The form for it, if there is such a one.
    fn form(self, account: &Account, entries: &[Entry]) -> Option<RestraintForm> {
        let what = match self.what.as_str() {
            "flag" => Writing::Flag,
            "suppression" => Writing::Suppression,
            "consent" => Writing::Consent,
            "preference" => Writing::Preference,
            "lift" => {
                let entry = entries.iter().find(|entry| Some(entry.id) == self.entry && entry.lifted_at.is_none())?;
                Writing::Lift { id: entry.id.0, word: words::word(entry), dispute: entry.ledger == "dispute" }
            }
            _ => return None,
        };
        Some(RestraintForm {
            kinds: words::kinds(&what),
            scopes: words::scopes(account),
            typed: self.typed.fields(),
            errors: self.problem.as_ref().map(field_errors).unwrap_or_default(),
            what,
        })
    }
}

/// The card of an account.
pub(super) async fn of(
    tx: &mut Tx,
    caller: &Principal,
    account: &Account,
    noting: Option<Noting>,
) -> Result<Restraints, Problem> {
    let entries = ledger::of_account(tx, caller.org, account.id).await?;
    let form = noting.and_then(|noting| noting.form(account, &entries));
    let zone = frame::zone(caller);
    let now = tx.now().await?;
    // What is still to begin is no past.
    let over = |entry: &Entry| entry.lifted_at.is_some() || entry.until.is_some_and(|until| until <= now);
    let (past, rows): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| over(entry));
    Ok(Restraints {
        rows: rows.into_iter().map(|entry| words::row(entry, zone)).collect(),
        past: past.into_iter().map(|entry| words::row(entry, zone)).collect(),
        may_write: caller.may(Right::WriteLedgers),
        may_lift: caller.may(Right::LiftEntries),
        form,
    })
}

pub(super) async fn write(
    State(app): State<App>,
    caller: Allowed<WriteLedgers>,
    Id(id): Id<AccountId>,
    headers: HeaderMap,
    Submitted(typed): Submitted<Typed>,
) -> Result<Response, Problem> {
    let problem = match store(&app, &caller, id, &typed).await {
        Ok(words) => return Ok(frame::onward(&format!("/accounts/{id}"), words)),
        Err(problem) => problem,
    };
    if !matches!(problem.status(), StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY) {
        return Err(problem);
    }
    let status = problem.status();
    let noting = Noting { what: typed.what.clone(), entry: typed.entry, typed, problem: Some(problem) };
    let page = render(&app, &caller, id, &headers, Asked { noting: Some(noting), ..Asked::default() }).await?;
    Ok((status, page).into_response())
}

/// Writes it down; answers what to say.
async fn store(app: &App, caller: &Principal, id: AccountId, typed: &Typed) -> Result<&'static str, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    ledger::person(&mut tx, caller.org, id).await?;
    let words = match typed.what.as_str() {
        "flag" => typed.flag(&mut tx, caller, id).await?,
        "suppression" => typed.suppress(&mut tx, caller, id).await?,
        "consent" => typed.consent(&mut tx, caller, id).await?,
        "preference" => typed.prefer(&mut tx, caller, id).await?,
        "lift" if !caller.may(Right::LiftEntries) => {
            return Err(Problem::new(Kind::Forbidden).detail("ask an administrator or a compliance officer"));
        }
        "lift" => typed.lift(&mut tx, caller, id).await?,
        _ => return Err(Problem::field("what", "is none of the forms of this page")),
    };
    tx.commit().await?;
    Ok(words)
}
