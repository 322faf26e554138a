//! An email as it is read back.

use serde_json::{Value, json};

use crate::email::Email;
use crate::event::stamp;

impl Email {
    pub(crate) fn json(&self) -> Value {
        let mut json = json!({
            "object": "email",
            "id": self.id,
            "message_id": format!("<{}@simulator.invalid>", self.id),
            "from": self.from,
            "to": self.to,
            "cc": self.cc,
            "bcc": self.bcc,
            "reply_to": self.reply_to,
            "subject": self.subject,
            "created_at": stamp(self.created_at),
            "last_event": self.last_event,
        });
        for (name, part) in [("html", &self.html), ("text", &self.text)] {
            if let Some(part) = part {
                json[name] = part.as_str().into();
            }
        }
        json
    }
}
