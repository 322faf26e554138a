//! The account's fixtures: its numbers and its Call Control application.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Answer, page};
use crate::reply::Reply;
use crate::world::World;

impl World {
    pub(super) fn get_phone_numbers(&self, query: &HashMap<String, String>) -> Answer {
        let wanted = query.get("filter[phone_number]");
        let numbers = self.config.numbers.iter();
        let found = numbers.filter(|number| wanted.is_none_or(|wanted| number.contains(wanted.as_str())));
        let all: Vec<(usize, &String)> = (1..).zip(found).collect();
        let page = page::numbered(&all, query, |(id, number)| phone_number(*id, number));
        Ok(Reply::json(200, page).into())
    }

    pub(super) fn get_application(&self, id: &str) -> Answer {
        let url = self.addresses.voice.as_deref();
        let application = json!({
            "record_type": "call_control_application",
            "id": id,
            "application_name": "simulator",
            "active": true,
            "anchorsite_override": "Latency",
            "call_cost_in_webhooks": false,
            "dtmf_type": "RFC 2833",
            "first_command_timeout": false,
            "first_command_timeout_secs": 30,
            "webhook_api_version": "2",
            "webhook_event_url": url.unwrap_or("https://example.com/webhooks"),
            "webhook_event_failover_url": null,
            "webhook_timeout_secs": null,
            "created_at": "2026-01-05T15:00:00.000Z",
            "updated_at": "2026-01-05T15:00:00.000Z",
        });
        Ok(Reply::data(application).into())
    }
}

fn phone_number(id: usize, number: &str) -> Value {
    json!({
        "record_type": "phone_number",
        "id": id.to_string(),
        "phone_number": number,
        "country_iso_alpha2": "US",
        "status": "active",
        "phone_number_type": "local",
        "tags": [],
        "external_pin": null,
        "connection_id": null,
        "deletion_lock_enabled": false,
        "created_at": "2026-01-05T15:00:00.000Z",
        "purchased_at": "2026-01-05T15:00:00.000Z",
    })
}
