//! What was disclosed on a call.

use axum::{Json, extract::State, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{disclosure, id::CallId};

use super::{
    calls::reach,
    shapes::{DisclosureIn, DisclosureOut},
};
use crate::{
    extract::{Allowed, Id, Valid, WorkCalls},
    problem::Problem,
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(note))
}

/// Write down that the disclosure was given: an agent on their own call, a supervisor on any; again changes nothing
#[utoipa::path(post, path = "/api/calls/{id}/disclosures", tag = "dialer", params(("id" = Uuid, Path)),
    request_body = DisclosureIn, responses((status = 201, body = DisclosureOut)))]
async fn note(
    State(app): State<App>,
    caller: Allowed<WorkCalls>,
    Id(id): Id<CallId>,
    said: Valid<DisclosureIn>,
) -> Result<(StatusCode, Json<DisclosureOut>), Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let given = disclosure::note(&mut tx, id, said.body.how, reach(&caller), caller.actor).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(given.into())))
}
