//! What was said on a call: the browser's own player, and the words beside it.
//!
//! Nothing is fetched before somebody presses play: that a recording was heard is written down.

use crate::{
    format,
    icon::Icon,
    shell::Clock,
    state::{Form, Tone, chip},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use uuid::Uuid;

/// The sound and the words of one call.
#[derive(Clone, Debug)]
pub struct ListenView {
    /// The call.
    pub call: Uuid,
    /// Its sound.
    pub sound: Sound,
    /// Its words.
    pub words: Words,
}

/// How it is with the sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sound {
    /// It can be played.
    Here {
        /// How long it is, where the carrier said so.
        secs: Option<i64>,
        /// In bytes.
        size: i64,
    },
    /// It is still being recorded, or fetched.
    Coming,
    /// It could not be had; why.
    Failed(String),
    /// Its retention is over.
    Erased,
    /// None was made.
    None,
}

/// How it is with the words.
#[derive(Clone, Debug)]
pub enum Words {
    /// What was said, in order.
    Lines {
        /// The lines.
        lines: Vec<Line>,
        /// There may be more.
        going_on: bool,
    },
    /// There are none; why.
    Failed(String),
    /// Their retention is over.
    Erased,
    /// None were written down.
    None,
}

/// One line.
#[derive(Clone, Debug)]
pub struct Line {
    /// When it was said.
    pub at: DateTime<Utc>,
    /// Who said it.
    pub speaker: Speaker,
    /// What.
    pub text: String,
}

/// Who said a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// Whoever was called.
    Consumer,
    /// Whoever called.
    Agent,
    /// The carrier did not say.
    Unknown,
}

impl Speaker {
    /// The one of that name.
    pub fn named(name: &str) -> Speaker {
        match name {
            "consumer" => Speaker::Consumer,
            "agent" => Speaker::Agent,
            _ => Speaker::Unknown,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Speaker::Consumer => "Consumer",
            Speaker::Agent => "Agent",
            Speaker::Unknown => "Somebody",
        }
    }
}

impl ListenView {
    /// Below a line of a timeline: the player, and the words folded away.
    pub fn folded(&self, clock: &Clock) -> AnyView {
        view! { <div class="listen" id=format!("listen-{}", self.call)>{self.player()}{self.said(clock, false)}</div> }
            .into_any()
    }

    /// On the call's own page: a panel, the words open.
    pub fn panel(&self, clock: &Clock) -> AnyView {
        view! {
            <section class="panel" id="listen" aria-labelledby="listen-h">
                <header><h2 id="listen-h">"What was said"</h2></header>
                <div class="body listen">{self.player()}{self.said(clock, true)}</div>
            </section>
        }
        .into_any()
    }

    fn player(&self) -> AnyView {
        match &self.sound {
            Sound::Here { secs, size } => {
                let long = secs.map(|secs| format!("{}, ", format::span(secs))).unwrap_or_default();
                let label = format!("Recording of the call, {long}{}", format::bytes(*size));
                view! {
                    <audio id=format!("sound-{}", self.call) controls preload="none" aria-label=label src=format!("/api/calls/{}/recording", self.call)></audio>
                }
                .into_any()
            }
            Sound::Coming => chip(Tone::Ring, Icon::Loader, "The recording comes a moment after the call", Form::Plain),
            Sound::Failed(why) => chip(Tone::Fail, Icon::TriangleAlert, format!("No recording: {why}"), Form::Plain),
            Sound::Erased => {
                chip(Tone::Idle, Icon::Archive, "The recording was deleted, its retention is over", Form::Plain)
            }
            Sound::None => chip(Tone::Idle, Icon::Mic, "Not recorded", Form::Plain),
        }
    }

    fn said(&self, clock: &Clock, open: bool) -> AnyView {
        let (lines, going_on) = match &self.words {
            Words::Lines { lines, going_on } => (lines, *going_on),
            Words::Failed(why) => {
                return chip(Tone::Fail, Icon::TriangleAlert, format!("No transcript: {why}"), Form::Plain);
            }
            Words::Erased => {
                return chip(
                    Tone::Idle,
                    Icon::Archive,
                    "The transcript was deleted, its retention is over",
                    Form::Plain,
                );
            }
            Words::None => return ().into_any(),
        };
        if lines.is_empty() {
            let words = if going_on { "Nothing was said yet." } else { "Nobody said a word." };
            return view! { <p class="small dim">{words}</p> }.into_any();
        }
        let count = format::counted(i64::try_from(lines.len()).unwrap_or(i64::MAX), "line", "lines");
        let so_far = if going_on { " so far" } else { "" };
        let rows = lines.iter().map(|line| row(clock, line));
        view! {
            <details id=format!("said-{}", self.call) open=open>
                <summary>{format!("Transcript, {count}{so_far}")}</summary>
                <ol class="said">{rows.collect_view()}</ol>
            </details>
        }
        .into_any()
    }
}

fn row(clock: &Clock, line: &Line) -> AnyView {
    let words = line.at.with_timezone(&clock.zone).format("%H:%M:%S").to_string();
    let class = if line.speaker == Speaker::Agent { "ours" } else { "" };
    view! {
        <li class=class>{format::time(line.at, clock.zone, words)}<b>{line.speaker.word()}</b><p>{line.text.clone()}</p></li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(sound: Sound, words: Words) -> String {
        let clock = Clock {
            now: DateTime::UNIX_EPOCH,
            zone: chrono_tz::America::New_York,
            simulated_rate: None,
            stale_since: None,
        };
        crate::render::html(move || ListenView { call: Uuid::nil(), sound, words }.folded(&clock))
    }

    #[test]
    fn a_player_fetches_nothing_before_it_is_asked() {
        let html = view(Sound::Here { secs: Some(61), size: 240_044 }, Words::None);
        assert!(html.contains("preload=\"none\"") && html.contains("1 min 1 s, 240 kB"), "{html}");
    }

    #[test]
    fn what_somebody_said_is_words_and_never_markup() {
        let line = Line { at: DateTime::UNIX_EPOCH, speaker: Speaker::Consumer, text: "<b>no</b>".to_owned() };
        let html = view(Sound::Coming, Words::Lines { lines: vec![line], going_on: true });
        assert!(html.contains("&lt;b&gt;no&lt;/b&gt;") && html.contains("Transcript, 1 line so far"), "{html}");
        assert!(!html.contains("<audio"), "{html}");
    }
}
