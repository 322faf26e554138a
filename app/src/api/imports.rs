//! Imports: a CSV of accounts, tried or taken.

use axum::{
    Json,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State},
    http::StatusCode,
    response::Response,
};
use bytes::Bytes;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    account::{self, Import, Upload},
    blob,
    db::Tx,
    id::{BlobId, ImportId},
    identity::Principal,
    import::{self, MAX_BYTES, Sheet},
};

use super::shapes::ImportOut;
use crate::{
    extract::{Allowed, Id, ManageAccounts, Params, SeeAccounts},
    idempotency::{Key, Once},
    problem::{FieldError, Kind, Problem},
    state::App,
};

/// The file, and some room for what the form adds.
pub(crate) const BODY: usize = MAX_BYTES + 64 * 1024;

pub(super) fn router() -> OpenApiRouter<App> {
    let upload = OpenApiRouter::new().routes(routes!(create)).layer(DefaultBodyLimit::max(BODY));
    OpenApiRouter::new().merge(upload).routes(routes!(get))
}

impl From<import::Error> for Problem {
    fn from(error: import::Error) -> Self {
        match error {
            import::Error::TooLarge | import::Error::TooManyRows => Self::new(Kind::BodyTooLarge).detail(error),
            _ => Self::new(Kind::InvalidBody).fields(vec![FieldError::new("file", error.to_string())]),
        }
    }
}

/// A CSV as it was sent.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    pub(crate) file_name: String,
    pub(crate) bytes: Bytes,
    pub(crate) dry_run: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct How {
    /// Only look: nothing but the report is written.
    #[serde(default)]
    dry_run: bool,
}

/// The form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes the form")]
struct ImportForm {
    /// Comma, semicolon or tab; UTF-8, UTF-16 or windows-1252; the first line names the columns.
    #[schema(content_media_type = "text/csv")]
    file: Vec<u8>,
    /// May be given here instead.
    dry_run: Option<bool>,
}

/// Take in a CSV of accounts: all of its good lines or none, with a report of the others
#[utoipa::path(post, path = "/api/accounts/import", tag = "accounts",
    params(How, ("idempotency-key" = Option<String>, Header)),
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses((status = 201, body = ImportOut), (status = 200, body = ImportOut, description = "A dry run's report")))]
async fn create(
    State(app): State<App>,
    caller: Allowed<ManageAccounts>,
    Params(how): Params<How>,
    key: Key,
    request: Request,
) -> Result<Response, Problem> {
    let mut sent = Sent::read(request).await?;
    sent.dry_run |= how.dry_run;
    let sheet = sheet(sent.bytes.clone()).await?;
    let mut tx = app.db.tenant(caller.org).await?;
    let route = if sent.dry_run { "POST /api/accounts/import?dry_run" } else { "POST /api/accounts/import" };
    let first = match key.claim(&mut tx, caller.org, route, &Sha256::digest(&sent.bytes).into()).await? {
        Once::First(first) => first,
        Once::Again(answer) => return Ok(answer),
    };
    let import = take(&mut tx, &caller, &sent, &sheet).await?;
    let status = if sent.dry_run { StatusCode::OK } else { StatusCode::CREATED };
    first.answer(tx, status, &ImportOut::from(import)).await
}

impl Sent {
    /// A file with the name a browser gave it.
    pub(crate) fn new(name: &str, bytes: Bytes) -> Self {
        Self { file_name: named(name), bytes, dry_run: false }
    }

    /// Reads the form. Fields that mean nothing to us are refused, so that a typo is no silent real run.
    pub(crate) async fn read(request: Request) -> Result<Self, Problem> {
        let mut form = Multipart::from_request(request, &()).await?;
        let (mut sent, mut found) = (Self::default(), false);
        while let Some(field) = form.next_field().await? {
            match field.name().unwrap_or_default() {
                "file" => {
                    let name = field.file_name().unwrap_or_default().to_owned();
                    sent = Self { dry_run: sent.dry_run, ..Self::new(&name, field.bytes().await?) };
                    found = true;
                }
                "dry_run" => sent.dry_run = truth(&field.text().await?)?,
                other => return Err(Problem::field(other, "is not a field of this form; send file and dry_run")),
            }
        }
        if found { Ok(sent) } else { Err(Problem::field("file", "is missing; send the CSV in a field of that name")) }
    }
}

/// Reads the file away from the async threads: a quarter of a million lines take a while.
pub(crate) async fn sheet(bytes: Bytes) -> Result<Sheet, Problem> {
    let read = tokio::task::spawn_blocking(move || import::read(&bytes)).await;
    Ok(read.map_err(Problem::internal)??)
}

/// Keeps the file and takes its good lines.
pub(crate) async fn take(tx: &mut Tx, caller: &Principal, sent: &Sent, sheet: &Sheet) -> Result<Import, Problem> {
    let blob = blob::put(tx, caller.org, &sent.file_name, "text/csv", &sent.bytes).await?;
    apply(tx, caller, &sent.file_name, blob, sheet, sent.dry_run).await
}

/// Takes the good lines of a file that is kept.
pub(crate) async fn apply(
    tx: &mut Tx,
    caller: &Principal,
    file_name: &str,
    blob: BlobId,
    sheet: &Sheet,
    dry_run: bool,
) -> Result<Import, Problem> {
    let upload = Upload { file_name, blob: Some(blob), dry_run, actor: caller.actor };
    Ok(account::import(tx, caller.org, sheet, &upload).await?)
}

/// The last part of the name, without anything a database or a terminal could stumble over.
pub(super) fn named(given: &str) -> String {
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    if name.is_empty() { "accounts.csv".to_owned() } else { name }
}

pub(super) fn truth(text: &str) -> Result<bool, Problem> {
    match text.trim() {
        "true" | "1" | "on" => Ok(true),
        "false" | "0" | "" => Ok(false),
        _ => Err(Problem::field("dry_run", "is true or false")),
    }
}

/// An import and its report
#[utoipa::path(get, path = "/api/imports/{id}", tag = "accounts", params(("id" = Uuid, Path)),
    responses((status = 200, body = ImportOut)))]
async fn get(
    State(app): State<App>,
    caller: Allowed<SeeAccounts>,
    Id(id): Id<ImportId>,
) -> Result<Json<ImportOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let import = account::find_import(&mut tx, caller.org, id).await?;
    tx.commit().await?;
    import.map(|import| Json(import.into())).ok_or_else(|| Problem::not_found("import"))
}
