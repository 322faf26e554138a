//! The body of a message, field by field.

use super::{Kind::*, Shape, may, must};

pub(crate) const SEND: Shape = &[
    may("auto_detect", Flag),
    may("encoding", Word(&["auto", "gsm7", "ucs2"])),
    may("from", Text),
    may("media_urls", Texts),
    may("messaging_profile_id", Text),
    may("send_at", Any),
    may("subject", Text),
    may("text", Text),
    must("to", Text),
    may("type", Word(&["SMS", "MMS"])),
    may("use_profile_webhooks", Flag),
    may("webhook_failover_url", Text),
    may("webhook_url", Text),
];
