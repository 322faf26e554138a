//! Who asks, and whether their role may.

use std::{marker::PhantomData, ops::Deref};

use axum::{
    extract::FromRequestParts,
    http::{Method, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use workflows::identity::{Principal, Right};

use crate::{
    problem::{Kind, Problem},
    session,
    state::App,
};

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Caller(pub Principal);

/// Somebody signed in whose role has the right `R`.
#[derive(Clone, Debug)]
pub struct Allowed<R> {
    principal: Principal,
    right: PhantomData<R>,
}

/// A right, as a type, so that a handler's signature says what it asks for.
pub trait Asks {
    const RIGHT: Right;
}

macro_rules! rights {
    ($($name:ident,)+) => {$(
        #[doc = concat!("[`Right::", stringify!($name), "`]")]
        #[derive(Clone, Copy, Debug)]
        pub struct $name;
        impl Asks for $name {
            const RIGHT: Right = Right::$name;
        }
    )+};
}

rights! {
    SeeCampaigns,
    RunCampaigns,
    SeeAccounts,
    ManageAccounts,
    WorkCalls,
    HearCalls,
    WriteLedgers,
    LiftEntries,
    KeepSuppressions,
    SeeCompliance,
    SetPolicy,
    SeeJobs,
    ManageJobs,
    SeeAudit,
}

impl Deref for Caller {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.0
    }
}

impl<R> Deref for Allowed<R> {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.principal
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        if let Some(caller) = parts.extensions.get::<Self>() {
            return Ok(caller.clone());
        }
        let found = session::principal(&app.db, &parts.headers).await.map_err(|e| Problem::from(e).into_response())?;
        let caller = Self(found.ok_or_else(|| stranger(parts))?);
        app.presence.beat(&caller).await;
        parts.extensions.insert(caller.clone());
        Ok(caller)
    }
}

impl<R: Asks> FromRequestParts<App> for Allowed<R> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Caller(principal) = Caller::from_request_parts(parts, app).await?;
        if !principal.may(R::RIGHT) {
            let detail = format!("the role {} may not do this; ask an administrator", principal.role);
            return Err(Problem::new(Kind::Forbidden).detail(detail).into_response());
        }
        Ok(Self { principal, right: PhantomData })
    }
}

/// A browser is shown the door; a program is told.
fn stranger(parts: &Parts) -> Response {
    let path = parts.uri.path();
    if path.starts_with("/api/") || path.starts_with("/live/") {
        let detail = "send a session cookie, or an API key as Authorization: Bearer KEY";
        return Problem::new(Kind::NotSignedIn).detail(detail).into_response();
    }
    if parts.method == Method::GET {
        let back = parts.uri.path_and_query().map_or("/", |all| all.as_str());
        let next: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
        return Redirect::to(&format!("/login?next={next}")).into_response();
    }
    Redirect::to("/login").into_response()
}
