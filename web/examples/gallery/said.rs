//! What was said on the gallery's calls.

use super::{ago, id};
use web::parts::listen::{Line, ListenView, Sound, Speaker, Words};

const SAID: [(Speaker, &str); 6] = [
    (Speaker::Consumer, "Hello?"),
    (Speaker::Agent, "Good afternoon, this call is being recorded. May I speak with the account holder?"),
    (Speaker::Consumer, "Speaking."),
    (
        Speaker::Agent,
        "This is an attempt to collect a debt, and any information obtained will be used for that purpose.",
    ),
    (Speaker::Consumer, "Right. I get paid on Friday, I can pay <all> of it then."),
    (Speaker::Unknown, "Thanks, that helps."),
];

fn lines(began: i64) -> Vec<Line> {
    let line = |(n, (speaker, text)): (usize, &(Speaker, &str))| Line {
        at: ago(began - 3 * n as i64),
        speaker: *speaker,
        text: (*text).to_owned(),
    };
    SAID.iter().enumerate().map(line).collect()
}

/// A call that was recorded and written down.
pub(crate) fn whole(call: u128) -> ListenView {
    ListenView {
        call: id(call),
        sound: Sound::Here { secs: Some(331), size: 2_648_044 },
        words: Words::Lines { lines: lines(860), going_on: false },
    }
}

/// One that has just ended.
pub(crate) fn coming(call: u128) -> ListenView {
    ListenView { call: id(call), sound: Sound::Coming, words: Words::Lines { lines: lines(40), going_on: true } }
}

/// One whose recording could not be had.
pub(crate) fn lost(call: u128) -> ListenView {
    ListenView {
        call: id(call),
        sound: Sound::Failed("the carrier lists no recording of the call".to_owned()),
        words: Words::Failed("the call was over before the carrier listened".to_owned()),
    }
}
