//! The OpenAPI document: written by the routes themselves, so that an operation it lacks does not exist.

use std::sync::Arc;

use axum::{Router, http::header, response::IntoResponse, routing::get};
use utoipa::{
    OpenApi,
    openapi::{
        ContentBuilder, Ref, RefOr, ResponseBuilder,
        path::Operation,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use crate::{
    problem::{FieldError, Problem},
    state::App,
};

/// What the routes do not say themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Word Is Bond",
        description = "Durable outreach for collection agencies. JSON in `snake_case`, times in RFC 3339 UTC, money in \
                       integer cents, ids as bare lower-case UUIDs. Errors are RFC 9457 problems. A POST that creates \
                       takes an `Idempotency-Key`. Lists are `{\"items\": [...], \"next\": cursor}`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(Problem, FieldError))
)]
pub struct Base;

/// The whole document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    finish(crate::api::router().split_for_parts().1)
}

/// As it is printed, committed and served.
#[must_use]
pub fn text() -> String {
    let mut text = document().to_pretty_json().expect("the document is plain data");
    text.push('\n');
    text
}

/// `GET /openapi.json`.
pub fn router(document: utoipa::openapi::OpenApi) -> Router<App> {
    let text: Arc<str> = finish(document).to_json().expect("the document is plain data").into();
    Router::new().route(
        "/openapi.json",
        get(move || async move { ([(header::CONTENT_TYPE, "application/json")], text.to_string()).into_response() }),
    )
}

/// Every operation asks who you are, and answers problems.
fn finish(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let components = document.components.get_or_insert_default();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme("key", SecurityScheme::Http(bearer));
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("wib_session")));
    components.add_security_scheme("session", cookie);
    for (path, item) in &mut document.paths.paths {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        operations.into_iter().flatten().for_each(|operation| complete(operation, path.starts_with("/api/")));
    }
    document
}

fn complete(operation: &mut Operation, guarded: bool) {
    let schema = RefOr::Ref(Ref::from_schema_name("Problem"));
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let problem = ResponseBuilder::new().description("What went wrong").content("application/problem+json", content);
    operation.responses.responses.insert("default".to_owned(), RefOr::T(problem.build()));
    if guarded {
        let either = ["key", "session"].map(|name| SecurityRequirement::new(name, Vec::<String>::new()));
        operation.security = Some(either.to_vec());
    }
}
