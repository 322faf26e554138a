//! Telephony credentials: an agent's login to the softphone.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::event::stamp;
use crate::shape::Body;

#[derive(Debug)]
pub(crate) struct Credential {
    pub(crate) id: Uuid,
    pub(crate) connection_id: String,
    pub(crate) name: Option<String>,
    pub(crate) sip_username: String,
    pub(crate) expires_at: Option<DateTime<Utc>>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

impl Credential {
    pub(crate) fn new(id: Uuid, number: u64, body: &Body, now: DateTime<Utc>) -> Self {
        let mut credential = Self {
            id,
            connection_id: String::new(),
            name: None,
            sip_username: format!("gencred{number}"),
            expires_at: None,
            created_at: now,
            updated_at: now,
        };
        credential.update(body, now);
        credential
    }

    pub(crate) fn update(&mut self, body: &Body, now: DateTime<Utc>) {
        if let Some(connection) = body.owned("connection_id") {
            self.connection_id = connection;
        }
        self.name = body.owned("name").or(self.name.take());
        let expires = body.text("expires_at").and_then(|at| at.parse().ok());
        self.expires_at = expires.or(self.expires_at);
        self.updated_at = now;
    }

    pub(crate) fn has_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    pub(crate) fn json(&self, now: DateTime<Utc>) -> Value {
        let mut json = json!({
            "record_type": "credential",
            "id": self.id,
            "resource_id": format!("connection:{}", self.connection_id),
            "sip_username": self.sip_username,
            "sip_password": self.id.simple().to_string(),
            "expired": self.has_expired(now),
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.updated_at),
        });
        if let Some(name) = &self.name {
            json["name"] = name.as_str().into();
        }
        if let Some(at) = self.expires_at {
            json["expires_at"] = stamp(at).into();
        }
        json
    }
}
