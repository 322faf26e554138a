//! What was said on calls, for those who may hear it.

use std::collections::HashMap;

use uuid::Uuid;
use web::parts::listen::{Line, ListenView, Sound, Speaker, Words};
use workflows::{
    db::Tx,
    id::CallId,
    identity::{Principal, Right},
    recording::{self, Recording},
    transcript::{self, Transcript},
};

/// The sound and the words of those of these calls that have any; none for whoever may not hear them.
pub(super) async fn of_calls(
    tx: &mut Tx,
    caller: &Principal,
    calls: &[CallId],
) -> Result<HashMap<Uuid, ListenView>, sqlx::Error> {
    if calls.is_empty() || !caller.may(Right::HearCalls) {
        return Ok(HashMap::new());
    }
    let mut views = HashMap::new();
    for recording in recording::of_calls(tx, caller.org, calls).await? {
        let call = recording.call;
        of(&mut views, call).sound = sound(recording);
    }
    for transcript in transcript::of_calls(tx, caller.org, calls).await? {
        let call = transcript.call;
        of(&mut views, call).words = words(transcript);
    }
    Ok(views)
}

fn of(views: &mut HashMap<Uuid, ListenView>, call: CallId) -> &mut ListenView {
    views.entry(call.0).or_insert(ListenView { call: call.0, sound: Sound::None, words: Words::None })
}

fn sound(recording: Recording) -> Sound {
    match recording.state {
        recording::State::Stored => Sound::Here { secs: recording.secs, size: recording.size.unwrap_or(0) },
        recording::State::Failed => Sound::Failed(recording.failure.unwrap_or_default()),
        recording::State::Erased => Sound::Erased,
        recording::State::Asked | recording::State::Recording | recording::State::Saved => Sound::Coming,
    }
}

fn words(transcript: Transcript) -> Words {
    let line = |line: transcript::Line| Line { at: line.at, speaker: Speaker::named(&line.speaker), text: line.text };
    match transcript.state {
        transcript::State::Failed => Words::Failed(transcript.failure.unwrap_or_default()),
        transcript::State::Erased => Words::Erased,
        state => Words::Lines { lines: transcript.lines.into_iter().map(line).collect(), going_on: !state.is_over() },
    }
}
