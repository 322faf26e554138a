//! Every type of problem there is: its path, its status, its title. The paths are stable.

use axum::http::StatusCode;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $path:literal $status:ident $title:literal,)+) => {
        /// A type of problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])* $name,)+
        }

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable `type`.
            #[must_use]
            pub fn path(self) -> &'static str {
                match self { $(Self::$name => concat!("/problems/", $path),)+ }
            }

            /// The HTTP status it goes with.
            #[must_use]
            pub fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            /// The same for every occurrence.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }
        }
    };
}

kinds! {
    MalformedBody = "malformed-body" BAD_REQUEST "The body cannot be read",
    InvalidQuery = "invalid-query" BAD_REQUEST "The address's parameters are wrong",
    NotSignedIn = "not-signed-in" UNAUTHORIZED "Sign in first",
    WrongCredentials = "wrong-credentials" UNAUTHORIZED "The email address or the password is wrong",
    Forbidden = "forbidden" FORBIDDEN "Your role may not do this",
    CrossSite = "cross-site" FORBIDDEN "The request came from another site",
    NotFound = "not-found" NOT_FOUND "Not found",
    MethodNotAllowed = "method-not-allowed" METHOD_NOT_ALLOWED "This address takes other methods",
    IllegalTransition = "illegal-transition" CONFLICT "Not possible in the present state",
    ChangedMeanwhile = "changed-meanwhile" CONFLICT "Somebody changed it meanwhile",
    AlreadyExists = "already-exists" CONFLICT "It exists already",
    NotReady = "not-ready" CONFLICT "Something is missing first",
    ContactNotAllowed = "contact-not-allowed" CONFLICT "A rule forbids this contact now",
    InProgress = "in-progress" CONFLICT "The same request is still at work",
    BodyTooLarge = "body-too-large" PAYLOAD_TOO_LARGE "The body is too large",
    RangeOutside = "range-outside" RANGE_NOT_SATISFIABLE "The file has no such piece",
    UnsupportedMediaType = "unsupported-media-type" UNSUPPORTED_MEDIA_TYPE "The body has another media type",
    InvalidBody = "invalid-body" UNPROCESSABLE_ENTITY "Some fields are wrong",
    KeyReused = "idempotency-key-reused" UNPROCESSABLE_ENTITY "The idempotency key belongs to another request",
    Internal = "internal" INTERNAL_SERVER_ERROR "Something failed on our side",
    Provider = "provider" BAD_GATEWAY "The provider did not do it",
    Unavailable = "unavailable" SERVICE_UNAVAILABLE "Not available for the moment",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_documented() {
        let documented = include_str!("../../../docs/problems.md");
        for kind in Kind::ALL {
            assert!(documented.contains(&format!("## `{}` ({})", kind.path(), kind.status().as_u16())), "{kind:?}");
        }
    }
}
