//! What others write to us, and where we want to hear of it.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Refused, Sim};
use crate::address::Addresses;
use crate::number::is_e164;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    from: String,
    to: String,
    text: String,
}

/// Somebody writes to one of our numbers.
pub(super) async fn message(State(sim): Sim, Json(text): Json<Text>) -> Result<Json<Value>, Refused> {
    if !is_e164(&text.from) || !is_e164(&text.to) {
        return Err(Refused::bad("from and to must be in +E.164 format"));
    }
    let mut world = sim.world();
    world.catch_up();
    let id = world.receive_message(text.from, text.to, &text.text);
    sim.moved();
    Ok(Json(json!({ "id": id })))
}

/// Patches where webhooks go that name no address of their own.
pub(super) async fn set_addresses(State(sim): Sim, Json(patch): Json<Addresses>) -> Json<Addresses> {
    let mut world = sim.world();
    world.addresses.patch(patch);
    world.note_control("webhook addresses set".to_owned());
    Json(world.addresses.clone())
}
