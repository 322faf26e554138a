//! A file of numbers, taken as it arrives: never more of it in memory than a batch.

use axum::{
    Json,
    extract::{
        DefaultBodyLimit, FromRequest, Multipart, Request, State,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use workflows::{
    account::Import,
    identity::Principal,
    ledger::Provenance,
    suppression::{
        Channel, Kind,
        import::{File, Taking},
    },
};

use crate::{
    api::{
        imports::{named, truth},
        ledger::{moment, zone},
        shapes::ImportOut,
    },
    extract::{Allowed, KeepSuppressions, Params},
    problem::Problem,
    state::App,
};

/// Ten million numbers and whatever stands beside them. Only a batch of it is ever in memory.
pub(crate) const BODY: usize = 1024 * 1024 * 1024;

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create)).layer(DefaultBodyLimit::max(BODY))
}

/// How every line of the file is meant. A form may send all but `dry_run` as fields before the file.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct How {
    /// `internal`, `federal`, `state`, `litigator`, `wrong_number`, `reassigned`, `stop` or `unsubscribe`.
    kind: String,
    /// `call`, `sms`, `email` or `all`; the kind's usual one unless given.
    channel: String,
    /// A moment or a day; at once unless given.
    effective_at: String,
    /// A moment or a day; never unless given.
    expires_at: String,
    /// Where the file comes from; `file` unless given.
    source: String,
    reason: String,
    evidence_ref: String,
    /// Only look: nothing but the report is written.
    dry_run: String,
}

/// The form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes the form")]
struct SuppressionFile {
    /// One number or address a line, or a column of them with a header; comma, semicolon or tab. The national registry's
    /// own files, area code and number in two columns, too.
    #[schema(content_media_type = "text/csv")]
    file: Vec<u8>,
}

/// Bring in a file of numbers or addresses, up to ten million
///
/// It is read as it arrives, and each number holds as soon as its batch is stored. What is in effect already for as long
/// is skipped, so that a file that broke off can be sent again.
#[utoipa::path(post, path = "/api/suppressions/import", tag = "compliance", params(How),
    request_body(content = SuppressionFile, content_type = "multipart/form-data"),
    responses((status = 201, body = ImportOut), (status = 200, body = ImportOut, description = "A dry run's report")))]
async fn create(
    State(app): State<App>,
    caller: Allowed<KeepSuppressions>,
    Params(how): Params<How>,
    request: Request,
) -> Result<Response, Problem> {
    let import = Box::pin(take(&app, &caller, how, request)).await?;
    let status = if import.dry_run { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(ImportOut::from(import))).into_response())
}

/// Takes the file of a form, as its address and the fields before it say.
pub(crate) async fn take(app: &App, caller: &Principal, mut how: How, request: Request) -> Result<Import, Problem> {
    let mut form = Multipart::from_request(request, &()).await?;
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            let import = stream(app, caller, &how, field).await?;
            return last(form).await.map(|()| import);
        }
        how.set(&name, field.text().await?)?;
    }
    Err(Problem::field("file", "is missing; send the file in a field of that name, after all others"))
}

/// Nothing comes after the file: it would have been meant for it.
async fn last(mut form: Multipart) -> Result<(), Problem> {
    match form.next_field().await?.map(|field| field.name().unwrap_or_default().to_owned()) {
        None => Ok(()),
        Some(name) => Err(Problem::field(&name, "came after the file, which was taken without it: send it before")),
    }
}

async fn stream(app: &App, caller: &Principal, how: &How, mut field: Field<'_>) -> Result<Import, Problem> {
    let file = how.file(caller, field.file_name().unwrap_or_default())?;
    let mut taking = Taking::begin(&app.db, caller.org, file).await?;
    while let Some(bytes) = field.chunk().await.map_err(|error: MultipartError| Problem::from(error))? {
        taking.feed(&bytes).await?;
    }
    Ok(taking.finish().await?)
}

impl How {
    fn set(&mut self, name: &str, text: String) -> Result<(), Problem> {
        if text.contains('\0') {
            return Err(Problem::field(name, "must not contain NUL"));
        }
        let known = match name {
            "kind" => &mut self.kind,
            "channel" => &mut self.channel,
            "effective_at" => &mut self.effective_at,
            "expires_at" => &mut self.expires_at,
            "source" => &mut self.source,
            "reason" => &mut self.reason,
            "evidence_ref" => &mut self.evidence_ref,
            // The address is read before the file; a field may come after it, when the file is taken already.
            "dry_run" => return Err(Problem::field("dry_run", "belongs in the address: ?dry_run=true")),
            other => return Err(Problem::field(other, "is not a field of this form")),
        };
        *known = text;
        Ok(())
    }

    fn file(&self, caller: &Principal, name: &str) -> Result<File, Problem> {
        let zone = zone(caller);
        let source = if self.source.trim().is_empty() { "file" } else { &self.source };
        Ok(File {
            name: named(name),
            kind: self.kind()?,
            channel: self.channel()?,
            effective_at: moment("effective_at", &self.effective_at, zone)?,
            expires_at: moment("expires_at", &self.expires_at, zone)?,
            provenance: Provenance {
                source: source.to_owned(),
                reason: self.reason.clone(),
                evidence_ref: Some(self.evidence_ref.clone()),
                actor: caller.actor,
            },
            dry_run: truth(&self.dry_run)?,
        })
    }

    fn kind(&self) -> Result<Kind, Problem> {
        let known = Kind::ALL.into_iter().find(|kind| kind.as_str() == self.kind && !kind.is_wish());
        let all = Kind::ALL.into_iter().filter(|kind| !kind.is_wish()).map(Kind::as_str).collect::<Vec<_>>().join(", ");
        known.ok_or_else(|| Problem::field("kind", format!("is one of {all}")))
    }

    fn channel(&self) -> Result<Option<Channel>, Problem> {
        let all = [Channel::Call, Channel::Sms, Channel::Email, Channel::All];
        match self.channel.as_str() {
            "" => Ok(None),
            word => all.into_iter().find(|channel| channel.as_str() == word).map(Some).ok_or_else(|| {
                Problem::field("channel", "is one of call, sms, email, all; leave it out for the kind's usual one")
            }),
        }
    }
}
