//! A limit as it stands in Postgres, and the rule by which it gives permits (a GCRA): pure, in microseconds of the story.
//!
//! Each permit has a moment of its own, evenly spaced: whoever uses it at its moment, not earlier and hardly later, is
//! never over the limit in any window of the period. A hundredth more than the even space is kept, so that a permit may be
//! used late by no more than a hundredth of the period; after that it is void.

use chrono::{DateTime, Utc};

/// More than the even space, and how late a permit may be used.
const SPARE: f64 = 0.01;

/// A limit, with what was taken from it here.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Limit {
    /// As it was seen, to compare with.
    pub(super) seen: DateTime<Utc>,
    pub(super) every: f64,
    pub(super) slack: f64,
    /// When the next permit is to be had, but for a pause.
    next: f64,
    paused: f64,
}

/// A permit: to be used from one moment, and until another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) from: f64,
    pub(super) until: f64,
}

impl Limit {
    pub(super) fn new(permits: i32, period_ms: i32, next: DateTime<Utc>, paused: Option<DateTime<Utc>>) -> Self {
        let period = f64::from(period_ms) * 1e3;
        Self {
            seen: next,
            every: period * (1.0 + SPARE) / f64::from(permits),
            slack: period * SPARE,
            next: micros(next),
            paused: paused.map_or(0.0, micros),
        }
    }

    /// The moment of the next permit. One that is hardly late is still the one it was: asking takes a while, and each
    /// such while would be lost from the limit.
    fn base(&self, now: f64) -> f64 {
        let due = self.next.max(self.paused);
        if now - due <= self.slack / 2.0 { due } else { now }
    }

    /// Takes a permit for `at`, and tells until when it is good.
    fn take(&mut self, at: f64, now: f64) -> f64 {
        let base = self.base(now);
        let moment = if at - base <= self.slack / 2.0 { base } else { at };
        self.next = moment + self.every;
        moment + self.slack
    }

    /// Where the limit stands now. Rounded up: a microsecond less would be too early.
    pub(super) fn next_at(&self) -> DateTime<Utc> {
        #[expect(clippy::cast_possible_truncation, reason = "a moment of this era")]
        let moment = DateTime::from_timestamp_micros(self.next.ceil() as i64);
        moment.map_or(self.seen, |moment| moment.max(self.seen))
    }

    /// It stands in Postgres as it stands here.
    pub(super) fn written(mut self) -> Self {
        self.seen = self.next_at();
        self
    }
}

/// How far ahead permits are taken: what has one limit, and what has several.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    pub(super) ahead: f64,
    pub(super) near: f64,
}

/// A permit of all these limits at once, the widest first; else the place of the one that is free last, and when.
///
/// It is for one moment that suits all. Where a wide limit could give one sooner than a narrow one, the moments between
/// are lost to everybody else who draws on the wide one, so that is only done for the near future: a campaign of ten a
/// minute would else hold the account's permits while it has none of its own.
pub(super) fn permit(limits: &mut [&mut Limit], now: f64, reach: Reach) -> Result<Span, (usize, f64)> {
    let bases: Vec<f64> = limits.iter().map(|limit| limit.base(now)).collect();
    let Some((last, at)) = bases.iter().copied().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b)) else {
        return Ok(Span { from: now, until: f64::INFINITY });
    };
    let wide = &bases[..bases.len() - 1];
    let reach = if wide.iter().all(|base| *base >= at) { reach.ahead } else { reach.near };
    if at - now > reach {
        return Err((last, at));
    }
    let from = at.max(now);
    let until = limits.iter_mut().map(|limit| limit.take(from, now)).fold(f64::INFINITY, f64::min);
    Ok(Span { from, until })
}

#[expect(clippy::cast_precision_loss, reason = "a quarter of a microsecond, in this era")]
pub(super) fn micros(moment: DateTime<Utc>) -> f64 {
    moment.timestamp_micros() as f64
}

#[cfg(test)]
mod tests;
