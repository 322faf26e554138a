//! What was said on a call: its sound, in pieces as a player asks for them, and its words.

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::{Stream, stream};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use workflows::{
    account, blob, call,
    db::{Db, Tx},
    id::{BlobId, CallId, OrgId},
    identity::Principal,
    recording::{self, Sound},
    transcript::{self, Line, Transcript},
};

use crate::{
    extract::{Allowed, HearCalls, Id},
    problem::{Kind, Problem},
    range::Asked,
    state::App,
};

pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(sound)).routes(routes!(words))
}

/// The sound of a call, or a piece of it
///
/// One listening is one line of the audit log, however many pieces a player asks for.
#[utoipa::path(get, path = "/api/calls/{id}/recording", tag = "dialer",
    params(("id" = Uuid, Path), ("range" = Option<String>, Header, description = "`bytes=0-65535`")),
    responses((status = 200, body = Vec<u8>, content_type = "audio/mpeg"),
        (status = 206, body = Vec<u8>, content_type = "audio/mpeg"), (status = 304), (status = 416)))]
async fn sound(
    State(app): State<App>,
    caller: Allowed<HearCalls>,
    Id(id): Id<CallId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let sound = find(&mut tx, &caller, id).await?;
    let etag = etag(&sound);
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| *known == etag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
    }
    let asked = Asked::of(&headers, &etag, sound.size);
    if asked == Asked::Outside {
        let problem = Problem::new(Kind::RangeOutside).detail(format!("the recording has {} bytes", sound.size));
        return Ok(([(header::CONTENT_RANGE, format!("bytes */{}", sound.size))], problem).into_response());
    }
    recording::heard(&mut tx, caller.org, id, &sound, &caller.actor).await?;
    tx.commit().await?;
    answer(app.db, caller.org, &sound, &etag, asked).map_err(Problem::internal)
}

/// The sound; or why there is none, as far as somebody may know.
async fn find(tx: &mut Tx, caller: &Principal, id: CallId) -> Result<Sound, Problem> {
    if let Some(sound) = recording::sound(tx, caller.org, id).await? {
        return Ok(sound);
    }
    call::find(tx, id).await?.ok_or_else(|| Problem::not_found("call"))?;
    let state = recording::find(tx, caller.org, id).await?.map(|recording| recording.state);
    Err(Problem::new(Kind::NotFound).detail(match state {
        None => "the call was not connected, and not recorded",
        Some(recording::State::Failed) => "the recording could not be had from the carrier",
        Some(recording::State::Erased) => "the recording is past its retention, and gone",
        Some(_) => "the recording is not here yet: it comes a moment after the call",
    }))
}

/// The same bytes are the same file, whatever they are called.
fn etag(sound: &Sound) -> String {
    let sum: String = sound.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{sum}\"")
}

fn answer(db: Db, org: OrgId, sound: &Sound, etag: &str, asked: Asked) -> Result<Response, axum::http::Error> {
    let (first, last) = match asked {
        Asked::Piece(first, last) => (first, last),
        Asked::Whole | Asked::Outside => (0, sound.size.saturating_sub(1)),
    };
    let length = if sound.size == 0 { 0 } else { last - first + 1 };
    let response = Response::builder()
        .header(header::CONTENT_TYPE, &sound.media_type)
        .header(header::CONTENT_LENGTH, length)
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::ETAG, etag)
        // Kept by nobody in between, and asked for again each time: a right may have been taken back.
        .header(header::CACHE_CONTROL, "private, no-cache")
        .header(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    let response = match asked {
        Asked::Piece(..) => response
            .status(StatusCode::PARTIAL_CONTENT)
            .header(header::CONTENT_RANGE, format!("bytes {first}-{last}/{}", sound.size)),
        Asked::Whole | Asked::Outside => response,
    };
    response.body(Body::from_stream(pieces(db, org, sound.blob, first, length)))
}

/// A chunk at a time, each in a transaction of its own: a slow listener holds nothing. The first is cut at its
/// beginning, the last at its end.
fn pieces(db: Db, org: OrgId, id: BlobId, first: u64, length: u64) -> impl Stream<Item = Result<Bytes, sqlx::Error>> {
    const CHUNK: u64 = blob::CHUNK as u64;
    stream::try_unfold((first, length), move |(at, left)| {
        let db = db.clone();
        async move {
            if left == 0 {
                return Ok(None);
            }
            let mut tx = db.tenant(org).await?;
            let seq = i32::try_from(at / CHUNK).unwrap_or(i32::MAX);
            let chunk = blob::chunk(&mut tx, org, id, seq).await?;
            tx.commit().await?;
            let mut bytes = Bytes::from(chunk.ok_or(sqlx::Error::RowNotFound)?);
            let before = usize::try_from(at % CHUNK).unwrap_or(usize::MAX).min(bytes.len());
            bytes = bytes.split_off(before);
            bytes.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            let given = bytes.len() as u64;
            // A file that is shorter than its size said would be asked for for ever.
            if given == 0 {
                return Err(sqlx::Error::RowNotFound);
            }
            Ok(Some((bytes, (at + given, left - given))))
        }
    })
}

/// What was said on a call, line by line, in the order in which it was said.
#[derive(Debug, Serialize, ToSchema)]
struct TranscriptOut {
    call_id: Uuid,
    /// `asked`, `running`, `done`, `failed` or `erased`.
    #[schema(value_type = String)]
    state: transcript::State,
    /// Why there is none.
    failure: Option<String>,
    lines: Vec<LineOut>,
}

/// One line.
#[derive(Debug, Serialize, ToSchema)]
struct LineOut {
    at: DateTime<Utc>,
    /// `consumer`, `agent`, or `unknown` where the carrier does not say.
    speaker: String,
    text: String,
    /// How sure the carrier is, from 0 to 1.
    confidence: Option<f32>,
}

impl From<Transcript> for TranscriptOut {
    fn from(t: Transcript) -> Self {
        let line =
            |line: Line| LineOut { at: line.at, speaker: line.speaker, text: line.text, confidence: line.confidence };
        Self { call_id: t.call.0, state: t.state, failure: t.failure, lines: t.lines.into_iter().map(line).collect() }
    }
}

/// What was said on a call, in words
#[utoipa::path(get, path = "/api/calls/{id}/transcript", tag = "dialer", params(("id" = Uuid, Path)),
    responses((status = 200, body = TranscriptOut)))]
async fn words(
    State(app): State<App>,
    caller: Allowed<HearCalls>,
    Id(id): Id<CallId>,
) -> Result<Json<TranscriptOut>, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let call = call::find(&mut tx, id).await?.ok_or_else(|| Problem::not_found("call"))?;
    let transcript = transcript::find(&mut tx, caller.org, id).await?;
    let transcript = transcript.ok_or_else(|| Problem::not_found("transcript"))?;
    account::viewed(&mut tx, caller.org, call.account_id, &caller.actor).await?;
    tx.commit().await?;
    Ok(Json(transcript.into()))
}
