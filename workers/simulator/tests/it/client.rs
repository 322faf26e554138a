//! Our own client against the simulator: two readings of one API that must agree.

use std::time::Duration;

use serde_json::json;
use telnyx::client::CallEvents;
use telnyx::event::Kind;
use telnyx::wire::conference::{ConferenceCreate, Join};
use telnyx::wire::credential::CredentialCreate;
use telnyx::wire::dial::Dial;
use telnyx::wire::record::RecordStart;
use telnyx::{Client, ClientState, Event, Outcome};
use uuid::Uuid;

use crate::harness::{FROM, Sim};

fn client(sim: &Sim) -> Client {
    let config = telnyx::Config {
        base_url: sim.running.base_url.clone(),
        api_key: "KEY".into(),
        connection_id: "1".to_owned(),
        timeout: Duration::from_secs(5),
    };
    Client::new(config).unwrap()
}

fn dial(to: &str, state: ClientState) -> Dial {
    Dial { client_state: Some(state.encode()), ..Dial::new("1", FROM.to_owned(), to.to_owned()) }
}

#[tokio::test]
async fn a_whole_call_is_understood_by_our_client() {
    let sim = Sim::standing().await;
    let client = client(&sim);
    let attempt = ClientState::Attempt(Uuid::from_u128(1));
    let agent = client.dial(&dial("+12125559999", ClientState::Agent(Uuid::from_u128(2)))).await.accepted().unwrap();
    let customer = client.dial(&dial("+12125550100", attempt)).await.accepted().unwrap();
    sim.advance(30.0).await;
    let make = ConferenceCreate {
        call_control_id: agent.call_control_id.clone(),
        name: "as-1".to_owned(),
        ..ConferenceCreate::default()
    };
    let conference = client.create_conference(&make).await.accepted().unwrap();
    let join = Join { call_control_id: customer.call_control_id.clone(), ..Join::default() };
    assert!(matches!(client.join(&conference.id, &join).await, Outcome::Accepted(())));
    assert!(matches!(client.join(&conference.id, &join).await, Outcome::AlreadyDone));
    let record = RecordStart::default();
    assert!(client.record_start(&customer.call_control_id, &record).await.is_done());
    assert_eq!(client.active_calls().await.accepted().unwrap().len(), 2);
    sim.advance(100.0).await;
    assert!(client.hang_up(&customer.call_control_id, &Default::default()).await.is_done());
    for webhook in sim.receiver.received() {
        let event = Event::parse(&webhook.raw).unwrap();
        assert!(!matches!(event.kind, Kind::Other(_)), "{}", event.event_type);
        assert!(event.occurred_at.is_some(), "{}", event.event_type);
        assert!(event.client_state().is_some(), "{}", event.event_type);
    }
    let events = client.call_events(&CallEvents::default()).await.accepted().unwrap();
    assert!(events.len() > 8);
}

#[tokio::test]
async fn a_softphone_login_is_understood_by_our_client() {
    let sim = Sim::standing().await;
    let client = client(&sim);
    let body = CredentialCreate { connection_id: "1".to_owned(), ..CredentialCreate::default() };
    let credential = client.create_credential(&body).await.accepted().unwrap();
    assert!(client.create_token(&credential.id).await.accepted().is_some());
    assert!(client.delete_credential(&credential.id).await.is_done());
    assert!(client.probe().await.is_done());
}

#[tokio::test]
async fn a_dial_in_trouble_is_told_apart_by_our_client() {
    let sim = Sim::standing().await;
    let client = client(&sim);
    let attempt = dial("+12125550121", ClientState::Attempt(Uuid::from_u128(1)));
    sim.faults(json!({"http": {"p500": 1.0}})).await;
    assert!(matches!(client.dial(&attempt).await, Outcome::Unknown(_)));
    sim.faults(json!({"http": {"p500": 0.0, "p429": 1.0}})).await;
    assert!(matches!(client.dial(&attempt).await, Outcome::RateLimited { .. }));
    sim.faults(json!({"http": {"p429": 0.0}})).await;
    let foreign = Dial { from: "+19995550100".to_owned().into(), ..attempt };
    assert!(matches!(client.dial(&foreign).await, Outcome::Refused(_)));
}
