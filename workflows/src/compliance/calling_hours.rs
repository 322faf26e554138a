//! The hours of the day, by every clock the person may live by.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{Case, Code, Rule, Until, Window, mini_tcpa};
use crate::place::Zones;

/// From eight in the morning until before nine in the evening.
const LAWFUL: Window = Window::every_day(8, 21);
/// An hour less, where a state's law of solicitation is heeded.
const SOLICITATION: Window = Window::every_day(8, 20);

/// The next moment at which the law opens or closes calling for somebody in any of these zones: when, whether it opens,
/// and by which clock.
#[must_use]
pub fn calling_edge(zones: Zones, at: DateTime<Utc>) -> Option<(DateTime<Utc>, bool, Tz)> {
    LAWFUL.edge(zones, at)
}

/// No contact before 8:00 or from 21:00 on, local time, in any zone in which the person may be.
///
/// 15 USC 1692c(a)(1) ("after 8 o'clock antemeridian and before 9 o'clock postmeridian") and 12 CFR 1006.6(b)(1)(i),
/// for calls, texts and e-mails by the time of sending. Half-open: 21:00:00 is out. Where [`mini_tcpa`] applies, 20:00.
pub(super) const RULE: Rule = Rule { code: Code::OutOfWindow, refuses, words };

fn window(case: &Case<'_>) -> (Window, &'static str) {
    if mini_tcpa::applies(case) {
        (SOLICITATION, Code::MiniTcpa.citation())
    } else {
        (LAWFUL, Code::OutOfWindow.citation())
    }
}

fn refuses(case: &Case<'_>, at: DateTime<Utc>) -> Option<Until> {
    window(case).0.closed_until(case.zones, at).map(Until::Moment)
}

fn words(case: &Case<'_>, at: DateTime<Utc>) -> (String, &'static str) {
    let (window, citation) = window(case);
    let what = case.facts.channel.plural();
    (format!("It is {}; {what} are lawful from {window}.", window.clocks_closed(case.zones, at)), citation)
}
