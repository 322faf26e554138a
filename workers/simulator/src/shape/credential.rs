//! The bodies of the telephony credential requests.

use super::{Kind::*, Shape, may, must};

pub(crate) const CREDENTIAL_CREATE: Shape =
    &[must("connection_id", Text), may("expires_at", Text), may("name", Text), may("tag", Text)];

pub(crate) const CREDENTIAL_UPDATE: Shape =
    &[may("connection_id", Text), may("expires_at", Text), may("name", Text), may("tag", Text)];
