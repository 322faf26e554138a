//! What the libraries say, in our words.

use axum::extract::{
    multipart::{MultipartError, MultipartRejection},
    rejection::{BytesRejection, FormRejection, JsonRejection, QueryRejection},
};
use axum::http::StatusCode;
use workflows::{fault, identity};

use super::{FieldError, Kind, Problem};

/// A NUL reached the database: Postgres text cannot hold one.
const NUL_IN_TEXT: &str = "22021";
/// Somebody else holds the row for longer than we wait.
const LOCK_TIMEOUT: &str = "55P03";
/// A unique key stands against it.
const TAKEN: &str = "23505";

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        fault::count(&error);
        let code = error.as_database_error().and_then(|e| e.code().map(|c| c.into_owned()));
        match (&error, code.as_deref()) {
            (_, Some(NUL_IN_TEXT)) => Self::new(Kind::InvalidBody).detail("text must not contain NUL"),
            (_, Some(LOCK_TIMEOUT)) => Self::new(Kind::InProgress).detail("somebody else is changing it; try again"),
            (_, Some(TAKEN)) => Self::new(Kind::ChangedMeanwhile).detail("it was made a moment ago; look again"),
            // 57P0x: the server is shutting down or starting
            (_, Some(code)) if code.starts_with("57P") => Self::away(&error),
            (sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::PoolClosed, _) => Self::away(&error),
            _ => Self::internal(error),
        }
    }
}

impl Problem {
    fn away(error: &sqlx::Error) -> Self {
        tracing::warn!(%error, "the database is away");
        Self::new(Kind::Unavailable).detail("the database is away; try again in a moment")
    }
}

impl From<identity::Error> for Problem {
    fn from(error: identity::Error) -> Self {
        use identity::Error;
        match error {
            Error::NotLetIn => Self::new(Kind::WrongCredentials),
            Error::SlugTaken(_) | Error::EmailTaken => Self::new(Kind::AlreadyExists).detail(error),
            Error::NoSuchOrg(_) => Self::new(Kind::NotFound).detail(error),
            Error::BadSlug => Self::field("slug", error.to_string()),
            Error::BadEmail(_) => Self::field("email", error.to_string()),
            Error::ShortPassword => Self::field("password", error.to_string()),
            Error::Hash(cause) => Self::internal(cause),
            Error::Database(error) => error.into(),
        }
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        match rejection {
            JsonRejection::JsonDataError(e) => Self::new(Kind::InvalidBody).fields(vec![field_of(&e.body_text())]),
            JsonRejection::JsonSyntaxError(e) => Self::new(Kind::MalformedBody).detail(plain(&e.body_text())),
            JsonRejection::MissingJsonContentType(_) => {
                Self::new(Kind::UnsupportedMediaType).detail("send JSON with Content-Type: application/json")
            }
            other => Self::of_status(other.status(), &other.body_text()),
        }
    }
}

impl From<FormRejection> for Problem {
    fn from(rejection: FormRejection) -> Self {
        match rejection {
            FormRejection::FailedToDeserializeFormBody(e) => {
                Self::new(Kind::InvalidBody).fields(vec![field_of(&e.body_text())])
            }
            FormRejection::FailedToDeserializeForm(e) => {
                Self::new(Kind::InvalidQuery).fields(vec![field_of(&e.body_text())])
            }
            other => Self::of_status(other.status(), &other.body_text()),
        }
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(Kind::InvalidQuery).fields(vec![field_of(&rejection.body_text())])
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        Self::of_status(rejection.status(), &rejection.body_text())
    }
}

impl From<MultipartRejection> for Problem {
    fn from(_: MultipartRejection) -> Self {
        Self::new(Kind::UnsupportedMediaType)
            .detail("send a form with Content-Type: multipart/form-data and its boundary")
    }
}

impl From<MultipartError> for Problem {
    fn from(error: MultipartError) -> Self {
        Self::of_status(error.status(), &error.body_text())
    }
}

impl Problem {
    fn of_status(status: StatusCode, text: &str) -> Self {
        let kind = match status {
            StatusCode::PAYLOAD_TOO_LARGE => Kind::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Kind::UnsupportedMediaType,
            StatusCode::UNPROCESSABLE_ENTITY => Kind::InvalidBody,
            _ => Kind::MalformedBody,
        };
        Self::new(kind).detail(plain(text))
    }
}

/// axum says "Failed to deserialize the JSON body into the target type: a.b: invalid type: …"; serde says of an
/// unknown or missing field which it is, in backticks.
fn field_of(text: &str) -> FieldError {
    let message = plain(text);
    if let Some((path, rest)) = message.split_once(": ") {
        let is_path = !path.is_empty() && !path.contains(' ') && !path.contains('`');
        // `a.b: unknown field` already carries the field's name as its path
        if is_path {
            return FieldError::new(path, rest);
        }
    }
    let quoted = message.split('`').nth(1).unwrap_or("body").to_owned();
    FieldError::new(quoted, message)
}

fn plain(text: &str) -> String {
    let text = text.strip_prefix("Failed to ").map_or(text, |t| t.split_once(": ").map_or(t, |(_, rest)| rest));
    // where in the line it was helps nobody who sent one line
    text.split(" at line 1 column").next().unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_wrong_type(
        "Failed to deserialize the JSON body into the target type: caps.daily: invalid type: string \"x\", expected i64 at line 1 column 9",
        "caps.daily"
    )]
    #[case::a_missing_field(
        "Failed to deserialize the JSON body into the target type: missing field `name` at line 1 column 2",
        "name"
    )]
    #[case::an_unknown_field(
        "Failed to deserialize the JSON body into the target type: nmae: unknown field `nmae`, expected `name`",
        "nmae"
    )]
    fn the_field_is_named(#[case] text: &str, #[case] field: &str) {
        assert_eq!(field_of(text).field, field);
    }
}
