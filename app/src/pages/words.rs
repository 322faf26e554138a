//! Problems shown to a browser: the same status, in words, with a way on.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use web::{
    Shell,
    pages::problem::{self, ProblemView},
};

use super::frame;
use crate::{
    problem::{Problem, Shown},
    session,
    state::App,
};

/// Turns problems into pages for whoever asked for a page.
pub async fn in_words(State(app): State<App>, request: Request, next: Next) -> Response {
    let asked = wants_page(&request).then(|| request.headers().clone());
    let response = next.run(request).await;
    let shown = response.extensions().get::<Shown>().cloned();
    let (Some(headers), Some(shown)) = (asked, shown) else { return response };
    let (parts, _body) = response.into_parts();
    let view = view(parts.status.as_u16(), &shown);
    let shell = shell(&app, &headers, &view).await;
    let mut page = (parts.status, Html(problem::page(shell.as_ref(), &view))).into_response();
    let cookies = parts.headers.get_all(header::SET_COOKIE).into_iter().cloned();
    page.headers_mut().extend(cookies.map(|cookie| (header::SET_COOKIE, cookie)));
    page
}

fn wants_page(request: &Request) -> bool {
    let path = request.uri().path();
    let program = ["/api/", "/webhooks/", "/live/"].iter().any(|prefix| path.starts_with(prefix));
    let accept = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    !program && accept.contains("text/html")
}

/// Best effort: a page about trouble must not need what is in trouble.
async fn shell(app: &App, headers: &HeaderMap, view: &ProblemView) -> Option<Shell> {
    if view.status == 503 {
        return None;
    }
    let caller = session::principal(&app.db, headers).await.ok()??;
    frame::shell(app, &caller, &view.title, None, headers).await.ok()
}

fn view(status: u16, shown: &Shown) -> ProblemView {
    match status {
        403 => ProblemView::forbidden(),
        404 => ProblemView::not_found(),
        500 => ProblemView::broken(),
        _ => ProblemView::new(status, shown.title, sentence(&shown.detail)),
    }
}

/// A detail is written without a capital and a full stop, as a part of a sentence.
pub(super) fn sentence(detail: &str) -> String {
    let mut letters = detail.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let stop = if detail.ends_with('.') { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

/// A problem of a form, by the form's own fields.
pub(super) fn field_errors(problem: &Problem) -> Vec<web::parts::field::FieldError> {
    let named = problem.errors().iter();
    let errors: Vec<_> =
        named.map(|e| web::parts::field::FieldError::new(last(&e.field), sentence(&e.message))).collect();
    if errors.is_empty() { vec![web::parts::field::FieldError::new("", sentence(&problem.sentence()))] } else { errors }
}

/// Forms are flat: `schedule.cron` is the field `cron`.
fn last(field: &str) -> &str {
    field.rsplit('.').next().unwrap_or(field)
}
