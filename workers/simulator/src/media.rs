//! A recording to listen to: a quiet tone, one pitch per side of the call.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use chrono::TimeDelta;
use futures::stream;

const RATE: u32 = 8_000;

/// Long enough to try a player, short enough to store by the thousand.
const LONGEST_SECS: i64 = 15;

/// What goes wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Missing,
    Over,
    Broken,
    Half,
    Page,
}

/// The answer to whoever follows a link.
pub(crate) fn served(length: TimeDelta, dual: bool, fault: Option<Fault>) -> Option<Response> {
    let wav = || tone(length, dual);
    Some(match fault {
        None => ([(header::CONTENT_TYPE, "audio/wav")], wav()).into_response(),
        Some(Fault::Missing) => StatusCode::NOT_FOUND.into_response(),
        Some(Fault::Over) => StatusCode::FORBIDDEN.into_response(),
        Some(Fault::Broken) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Some(Fault::Half) => half(wav())?,
        Some(Fault::Page) => Html("<!DOCTYPE html><title>Busy</title><p>Try again later.").into_response(),
    })
}

/// Its length is told, and half of it comes before the connection breaks.
fn half(wav: Vec<u8>) -> Option<Response> {
    let length = wav.len();
    let first = Bytes::from(wav).slice(..length / 2);
    let pieces = [Ok(first), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
    let response = Response::builder().header(header::CONTENT_TYPE, "audio/wav").header(header::CONTENT_LENGTH, length);
    response.body(Body::from_stream(stream::iter(pieces))).ok()
}

/// A WAV file, eight bits, of the given length but no longer than fifteen seconds.
pub(crate) fn tone(length: TimeDelta, dual: bool) -> Vec<u8> {
    let secs = u32::try_from(length.num_seconds().clamp(1, LONGEST_SECS)).unwrap_or(1);
    let channels: u16 = if dual { 2 } else { 1 };
    let samples = RATE * secs;
    let mut wav = header(channels, samples * u32::from(channels));
    for sample in 0..samples {
        wav.push(wave(sample, 440));
        if dual {
            wav.push(wave(sample, 550));
        }
    }
    wav
}

fn header(channels: u16, bytes: u32) -> Vec<u8> {
    let mut wav = Vec::with_capacity(44 + bytes as usize);
    wav.extend(b"RIFF");
    wav.extend((36 + bytes).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    wav.extend(1_u16.to_le_bytes());
    wav.extend(channels.to_le_bytes());
    wav.extend(RATE.to_le_bytes());
    wav.extend((RATE * u32::from(channels)).to_le_bytes());
    wav.extend(channels.to_le_bytes());
    wav.extend(8_u16.to_le_bytes());
    wav.extend(b"data");
    wav.extend(bytes.to_le_bytes());
    wav
}

/// A triangle: no floating point, and softer than a square.
fn wave(sample: u32, pitch: u32) -> u8 {
    let phase = (sample * pitch) % RATE;
    let rising = phase.min(RATE - phase);
    112 + u8::try_from(rising * 32 / (RATE / 2)).unwrap_or(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_as_long_as_its_header_says() {
        let wav = tone(TimeDelta::seconds(2), true);
        assert_eq!(&wav[..4], b"RIFF");
        assert_eq!(wav.len(), 44 + 2 * 2 * 8_000);
        assert_eq!(u32::from_le_bytes(wav[40..44].try_into().unwrap()), 32_000);
    }

    #[test]
    fn a_long_call_makes_a_short_file() {
        assert_eq!(tone(TimeDelta::hours(1), false).len(), 44 + 15 * 8_000);
    }
}
