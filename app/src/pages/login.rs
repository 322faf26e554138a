//! `/login` and `/logout`.

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use web::pages::login::{self, DemoUser, LoginView};
use workflows::identity::{
    Error,
    session::{self as sessions, Token},
    user,
};

use super::frame;
use crate::{
    extract::Submitted,
    problem::{Kind, Problem},
    session,
    state::App,
};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/login", get(show).post(sign_in))
        .route("/login/demo", post(sign_in_demo))
        .route("/logout", post(sign_out))
}

#[derive(Debug, Default, Deserialize)]
struct Next {
    next: Option<String>,
}

#[derive(Deserialize)]
struct Credentials {
    email: String,
    /// Typed; never printed, since the form has no `Debug`.
    password: String,
    next: Option<String>,
}

#[derive(Deserialize)]
struct DemoChoice {
    email: String,
    next: Option<String>,
}

async fn show(State(app): State<App>, Query(asked): Query<Next>, headers: HeaderMap) -> Result<Response, Problem> {
    let next = asked.next.unwrap_or_default();
    if session::principal(&app.db, &headers).await?.is_some() {
        return Ok(Redirect::to(frame::local(Some(&next), "/")).into_response());
    }
    let view = LoginView { next, demo: demo(&app).await?, ..LoginView::default() };
    Ok(Html(login::page(&view)).into_response())
}

async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    Submitted(form): Submitted<Credentials>,
) -> Result<Response, Problem> {
    let browser = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match sessions::sign_in(&app.db, &form.email, &form.password.into(), browser).await {
        Ok(token) => Ok(let_in(&app, &token, form.next.as_deref())),
        Err(Error::NotLetIn) => {
            let error = Some("The email address or the password is wrong.".to_owned());
            let view =
                LoginView { email: form.email, error, next: form.next.unwrap_or_default(), demo: demo(&app).await? };
            Ok((StatusCode::UNAUTHORIZED, Html(login::page(&view))).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Only where no real person can be called, and only those the page offers.
async fn sign_in_demo(State(app): State<App>, Submitted(form): Submitted<DemoChoice>) -> Result<Response, Problem> {
    let org = app.demo_org().ok_or_else(|| Problem::new(Kind::NotFound))?;
    let people = user::one_of_each_role(&app.db, org).await?;
    let person = people.into_iter().find(|person| person.email == form.email);
    let person = person.ok_or_else(|| Problem::new(Kind::WrongCredentials))?;
    let token = sessions::open(&app.db, org, person.id, "demo").await?;
    Ok(let_in(&app, &token, form.next.as_deref()))
}

async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(token) = session::token(&headers) {
        sessions::end(&app.db, token).await?;
    }
    let cookie = session::clear_cookie(&app.config.http);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/login")).into_response())
}

fn let_in(app: &App, token: &Token, next: Option<&str>) -> Response {
    let cookie = session::set_cookie(&app.config.http, token);
    ([(header::SET_COOKIE, cookie)], Redirect::to(frame::local(next, "/"))).into_response()
}

async fn demo(app: &App) -> Result<Vec<DemoUser>, Problem> {
    let Some(org) = app.demo_org() else { return Ok(Vec::new()) };
    let people = user::one_of_each_role(&app.db, org).await?;
    let shown = people.into_iter().map(|p| DemoUser { email: p.email, name: p.name, role: frame::as_shown(p.role) });
    Ok(shown.collect())
}
