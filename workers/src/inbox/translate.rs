//! The carrier's words into ours. The only place where an event type of the carrier's decides anything.

use chrono::{DateTime, TimeDelta, Utc};
use telnyx::{
    Event, HangupClass, classify_hangup,
    event::Kind,
    wire::{
        call::CallEvent,
        record::Urls,
        transcription::TranscriptionData,
        webhook::{AmdResult, GreetingResult, Hangup, RecordingSaved},
    },
};
use workflows::{
    call::{Answer, Event as Happened, Fact, Release},
    transcript::Speaker,
};

/// A link to a recording is good for so long from the event on (telnyx FACTS §2).
pub(crate) const LINK_LASTS: TimeDelta = TimeDelta::minutes(10);

/// What an event tells about a call.
pub(crate) enum Heard {
    Happened(Happened, Fact),
    RecordingSaved(Saved),
    RecordingLost,
    Said(Words),
    Nothing,
}

/// The carrier has a recording whole.
#[derive(Debug, Default)]
pub(crate) struct Saved {
    pub(crate) recording: Option<String>,
    pub(crate) link: Option<(String, DateTime<Utc>)>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
}

/// One line of a conversation.
pub(crate) struct Words {
    pub(crate) speaker: Speaker,
    pub(crate) text: String,
    pub(crate) confidence: Option<f64>,
    pub(crate) at: Option<DateTime<Utc>>,
}

/// Translates one event.
pub(crate) fn translate(event: &Event) -> Heard {
    let fact = Fact {
        at: event.occurred_at,
        call_control_id: event.leg.call_control_id.clone(),
        call_leg_id: event.leg.call_leg_id.clone(),
        call_session_id: event.leg.call_session_id.clone(),
        ..Fact::default()
    };
    let happened = match &event.kind {
        Kind::CallInitiated(_) => Happened::Initiated,
        Kind::CallAnswered(_) => Happened::Answered,
        Kind::AmdEnded(verdict) | Kind::PremiumAmdEnded(verdict) => Happened::Detected(answer(verdict.result.as_ref())),
        // A beep before any verdict is the only event of that machine (telnyx FACTS §2).
        Kind::PremiumGreetingEnded(greeting) if greeting.result == Some(GreetingResult::BeepDetected) => {
            Happened::Detected(Answer::Machine)
        }
        Kind::ConferenceParticipantJoined(_) => Happened::Joined,
        Kind::CallHangup(hangup) => {
            let (happened, fact) = hung_up(hangup, fact);
            return Heard::Happened(happened, fact);
        }
        Kind::RecordingSaved(saved) => return Heard::RecordingSaved(whole(saved, event.occurred_at)),
        Kind::RecordingError(_) => return Heard::RecordingLost,
        Kind::Transcription(line) => {
            let words = line.transcription_data.as_ref().and_then(|data| words(data, event.occurred_at));
            return words.map_or(Heard::Nothing, Heard::Said);
        }
        _ => return Heard::Nothing,
    };
    Heard::Happened(happened, fact)
}

fn whole(saved: &RecordingSaved, at: Option<DateTime<Utc>>) -> Saved {
    let link = saved.recording_urls.as_ref().and_then(link);
    Saved {
        recording: saved.recording_id.clone(),
        // Without a time nobody can tell when it ends: a fresh one is asked for.
        link: link.zip(at.map(|at| at + LINK_LASTS)),
        started_at: saved.recording_started_at,
        ended_at: saved.recording_ended_at.or(at),
    }
}

/// Where a recording is: we ask for the smaller format, and take what there is.
pub(crate) fn link(urls: &Urls) -> Option<String> {
    urls.mp3.as_ref().or(urls.wav.as_ref()).map(|link| link.0.clone())
}

/// What a line says: only what the carrier will not change any more. *Inbound* is the leg that was to be written down, the
/// person's; *outbound* is whoever they talk to.
fn words(data: &TranscriptionData, at: Option<DateTime<Utc>>) -> Option<Words> {
    let text = data.transcript.as_ref().filter(|_| data.is_final != Some(false))?.0.clone();
    let speaker = match data.transcription_track.as_deref() {
        Some("inbound") => Speaker::Consumer,
        Some("outbound") => Speaker::Agent,
        _ => Speaker::Unknown,
    };
    Some(Words { speaker, text, confidence: data.confidence, at })
}

/// Silence and doubt are treated as a person, who must not be left without an answer (CALLFLOW B5).
fn answer(result: Option<&AmdResult>) -> Answer {
    match result {
        Some(AmdResult::Human | AmdResult::HumanResidence | AmdResult::HumanBusiness) => Answer::Human,
        Some(AmdResult::Machine | AmdResult::FaxDetected) => Answer::Machine,
        _ => Answer::NotSure,
    }
}

/// Translates one webhook as the carrier's log keeps it: the names are the same, the shape is not published.
pub(crate) fn translate_logged(logged: &CallEvent) -> Option<(Happened, Fact)> {
    let read = |key: &str| logged.text(key).map(str::to_owned);
    let fact = Fact { at: logged.event_timestamp, call_leg_id: logged.call_leg_id.clone(), ..Fact::default() };
    let happened = match logged.name.as_str() {
        "call.initiated" => Happened::Initiated,
        "call.answered" => Happened::Answered,
        "call.machine.detection.ended" | "call.machine.premium.detection.ended" => {
            Happened::Detected(answer(parse(read("result")).as_ref()))
        }
        "conference.participant.joined" => Happened::Joined,
        "call.hangup" => {
            let hangup = Hangup {
                hangup_cause: parse(read("hangup_cause")),
                hangup_source: parse(read("hangup_source")),
                sip_hangup_cause: read("sip_hangup_cause"),
                ..Hangup::default()
            };
            let (happened, fact) = hung_up(&hangup, fact);
            return Some((happened, fact));
        }
        _ => return None,
    };
    Some((happened, fact))
}

fn parse<T: serde::de::DeserializeOwned>(word: Option<String>) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word?)).ok()
}

/// The state machine knows whether it was answered; the class is for the case that it was not.
fn hung_up(hangup: &Hangup, fact: Fact) -> (Happened, Fact) {
    let sip = hangup.sip_hangup_cause.as_deref();
    let release = match classify_hangup(hangup.hangup_cause.as_ref(), hangup.hangup_source.as_ref(), sip, false) {
        HangupClass::Completed => Release::Completed,
        HangupClass::Cancelled => Release::Cancelled,
        HangupClass::Busy => Release::Busy,
        HangupClass::NoAnswer => Release::NoAnswer,
        HangupClass::Invalid => Release::Invalid,
        HangupClass::Declined => Release::Declined,
        HangupClass::Blocked => Release::Blocked,
        HangupClass::CallerIdProblem => Release::OurProblem,
        HangupClass::CarrierFailure => Release::CarrierFailure,
    };
    let fact = Fact {
        hangup_cause: hangup.hangup_cause.as_ref().map(word),
        hangup_source: hangup.hangup_source.as_ref().map(word),
        sip_code: hangup.sip_hangup_cause.clone(),
        ..fact
    };
    (Happened::HungUp { release }, fact)
}

/// The carrier's own word, for the record.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    fn event(event_type: &str, payload: &Value) -> Event {
        let data = json!({ "record_type": "event", "event_type": event_type, "id": "0ccc7b54",
                           "occurred_at": "2026-11-17T19:00:00Z", "payload": payload });
        Event::parse(json!({ "data": data }).to_string().as_bytes()).unwrap()
    }

    fn said(data: Value) -> Option<(Speaker, String)> {
        match translate(&event("call.transcription", &json!({ "transcription_data": data }))) {
            Heard::Said(words) => Some((words.speaker, words.text)),
            _ => None,
        }
    }

    #[rstest]
    #[case::the_person(json!({ "transcript": "Hello?", "is_final": true, "transcription_track": "inbound" }), Speaker::Consumer)]
    #[case::the_agent(json!({ "transcript": "Hello?", "is_final": true, "transcription_track": "outbound" }), Speaker::Agent)]
    #[case::nobody_says_who(json!({ "transcript": "Hello?", "is_final": true }), Speaker::Unknown)]
    #[case::a_track_nobody_knows(json!({ "transcript": "Hello?", "transcription_track": "sideways" }), Speaker::Unknown)]
    fn a_line_is_somebodys(#[case] data: Value, #[case] speaker: Speaker) {
        assert_eq!(said(data), Some((speaker, "Hello?".to_owned())));
    }

    #[rstest]
    #[case::what_may_still_change(json!({ "transcript": "Hel", "is_final": false, "transcription_track": "inbound" }))]
    #[case::no_words(json!({ "is_final": true }))]
    #[case::words_that_are_a_number(json!({ "transcript": 7, "is_final": true }))]
    #[case::nothing(json!(null))]
    fn what_is_no_line_is_not_written_down(#[case] data: Value) {
        assert_eq!(said(data), None);
    }

    #[rstest]
    #[case::the_smaller_one(json!({ "mp3": "https://one", "wav": "https://two" }), Some("https://one"))]
    #[case::what_there_is(json!({ "mp3": null, "wav": "https://two" }), Some("https://two"))]
    #[case::neither(json!({}), None)]
    #[case::no_urls(json!("https://one"), None)]
    fn a_saved_recording_has_a_link_for_ten_minutes(#[case] urls: Value, #[case] link: Option<&str>) {
        let payload = json!({ "call_leg_id": "leg", "recording_urls": urls });
        let Heard::RecordingSaved(saved) = translate(&event("call.recording.saved", &payload)) else {
            panic!("it is saved")
        };
        let until = "2026-11-17T19:10:00Z".parse::<DateTime<Utc>>().unwrap();
        assert_eq!(saved.link, link.map(|link| (link.to_owned(), until)));
    }
}
