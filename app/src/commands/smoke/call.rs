//! One call: dialed, watched until it ends or its time is over, hung up.

use std::time::Duration;

use telnyx::{
    Client, HangupClass, Outcome as Answer, classify_hangup,
    client::CallEvents,
    refusal::Kind,
    wire::{
        call::{Call, CallEvent, Hangup},
        dial::Dial,
    },
};
use uuid::Uuid;
use workflows::phone::E164;

use super::tried::{Fault, Tried, by_carrier, watch};

/// Seconds it may ring.
const RING: u32 = 20;
/// Seconds after which the carrier ends it, should we be gone.
const LIMIT: u32 = 60;
const PATIENCE: Duration = Duration::from_secs(25);

pub(super) async fn call(carrier: &Client, from: &E164, to: &E164) -> Tried {
    let dial = Dial {
        command_id: Some(Uuid::new_v4().to_string()),
        retry_on_timeout: Some(false),
        time_limit_secs: Some(LIMIT),
        timeout_secs: Some(RING),
        ..Dial::new(carrier.connection_id(), from.as_str(), to.as_str())
    };
    let leg = by_carrier(carrier.dial(&dial).await)?;
    match watch(PATIENCE, async || is_over(carrier, &leg).await.then_some(())).await {
        Some(()) => how(carrier, &leg).await,
        None => hang_up(carrier, &leg).await,
    }
}

/// The carrier forgets a leg ten minutes after its end. Where it gives no answer, it is asked again.
async fn is_over(carrier: &Client, leg: &Call) -> bool {
    match carrier.call_status(&leg.call_control_id).await {
        Answer::Accepted(now) => now.is_alive == Some(false),
        Answer::Refused(refusal) => matches!(refusal.kind, Kind::UnknownCall | Kind::NotFound | Kind::CallEnded),
        _ => false,
    }
}

async fn hang_up(carrier: &Client, leg: &Call) -> Tried {
    let hangup = Hangup { command_id: Some(Uuid::new_v4().to_string()), ..Hangup::default() };
    match carrier.hang_up(&leg.call_control_id, &hangup).await.is_done() {
        true => Ok("up after 25 s, hung up".to_owned()),
        false => Err(Fault::Unknown("up after 25 s and could not be hung up; the carrier ends it at 60 s".to_owned())),
    }
}

/// How it ended, by the carrier's log, which may be a moment behind.
async fn how(carrier: &Client, leg: &Call) -> Tried {
    let wanted = CallEvents { leg_id: leg.call_leg_id.clone(), ..CallEvents::default() };
    let log = carrier.call_events(&wanted).await.accepted().unwrap_or_default();
    match log.iter().find(|event| event.name == "call.hangup") {
        Some(hangup) => said(hangup, log.iter().any(|event| event.name == "call.answered")),
        None => Ok("over; the carrier's log does not say how yet".to_owned()),
    }
}

fn said(hangup: &CallEvent, answered: bool) -> Tried {
    let word = |key| hangup.text(key).and_then(|word| serde_json::from_value(word.into()).ok());
    let (cause, sip) = (hangup.text("hangup_cause"), hangup.text("sip_hangup_cause"));
    let class = classify_hangup(word("hangup_cause").as_ref(), None, sip, answered);
    let told = format!("cause {}, SIP {}", cause.unwrap_or("none"), sip.unwrap_or("none"));
    match class {
        HangupClass::Completed => Ok(format!("answered, then ended ({told})")),
        HangupClass::Busy | HangupClass::NoAnswer | HangupClass::Declined | HangupClass::Cancelled => {
            Ok(format!("not answered ({told})"))
        }
        HangupClass::Blocked => Err(Fault::Refused(format!("their side blocks our number ({told})"))),
        HangupClass::Invalid => Err(Fault::Refused(format!("no such number ({told})"))),
        HangupClass::CallerIdProblem => Err(Fault::Refused(format!("our number or account is the trouble ({told})"))),
        HangupClass::CarrierFailure => Err(Fault::Refused(format!("the network failed ({told})"))),
    }
}
