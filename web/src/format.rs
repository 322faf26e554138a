//! Numbers, money and times the way a page shows them: commas, cents, zones.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;

/// `1842` as `1,842`.
pub fn count(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if n < 0 { format!("−{out}") } else { out }
}

/// `1 person`, `1,842 people`: a count with its noun.
pub fn counted(n: i64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// `840 kB`: the size of a file, in decimal units.
pub fn bytes(n: i64) -> String {
    match n {
        ..1_000 => counted(n, "byte", "bytes"),
        1_000..1_000_000 => format!("{} kB", n / 1_000),
        _ => format!("{:.1} MB", n as f64 / 1e6),
    }
}

/// Cents of US dollars as `$1,284.60`.
pub fn dollars(cents: i64) -> String {
    let sign = if cents < 0 { "−" } else { "" };
    let cents = cents.unsigned_abs();
    format!("{sign}${}.{:02}", count((cents / 100) as i64), cents % 100)
}

/// A share as `1.84`, of a hundred.
pub fn percent(share: f64) -> String {
    format!("{:.2}", share * 100.0)
}

/// A running time as a clock shows it: `07:31`, `1:07:31`.
pub fn timer(seconds: i64) -> String {
    let s = seconds.max(0);
    match s / 3600 {
        0 => format!("{:02}:{:02}", s / 60, s % 60),
        h => format!("{h}:{:02}:{:02}", s / 60 % 60, s % 60),
    }
}

/// A length of time in words: `22 s`, `4 min 12 s`, `5 h 27 min`, `3 days`.
pub fn span(seconds: i64) -> String {
    let s = seconds.max(0);
    match s {
        0..60 => format!("{s} s"),
        60..3600 if s % 60 == 0 || s >= 600 => format!("{} min", s / 60),
        60..3600 => format!("{} min {} s", s / 60, s % 60),
        3600..172_800 if s / 60 % 60 == 0 => format!("{} h", s / 3600),
        3600..172_800 => format!("{} h {} min", s / 3600, s / 60 % 60),
        _ => format!("{} days", s / 86_400),
    }
}

/// A length of time to the millisecond, while that is worth telling: `17 ms`, `10.003 s`, `5 min 31 s`.
pub fn lapse(ms: i64) -> String {
    match ms.max(0) {
        ms @ 0..1_000 => format!("{ms} ms"),
        ms @ 1_000..60_000 => format!("{}.{:03} s", ms / 1_000, ms % 1_000),
        ms => span(ms / 1_000),
    }
}

/// `14:32:41 CST`.
pub fn clock_time(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%H:%M:%S %Z").to_string()
}

/// `14:32 CST`, or with the day when it is not the same local day as `now`: `Wed 18 Nov, 09:00 CST`.
pub fn near(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let (at, now) = (at.with_timezone(&zone), now.with_timezone(&zone));
    let format = if at.date_naive() == now.date_naive() { "%H:%M %Z" } else { "%a %-d %b, %H:%M %Z" };
    at.format(format).to_string()
}

/// The day, as a heading: `Tuesday 17 November`.
pub fn day(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%A %-d %B").to_string()
}

/// The machine form for `datetime`.
pub fn iso(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// A `<time>` whose words are given.
pub fn time(at: DateTime<Utc>, zone: Tz, words: String) -> AnyView {
    view! { <time datetime=iso(at, zone)>{words}</time> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn counts_have_commas() {
        assert_eq!(
            [count(0), count(999), count(1_000), count(1_234_567), count(-4_390)],
            ["0", "999", "1,000", "1,234,567", "−4,390"]
        );
    }

    #[test]
    fn money_keeps_its_cents() {
        assert_eq!([dollars(128_460), dollars(5), dollars(-10_000)], ["$1,284.60", "$0.05", "−$100.00"]);
    }

    #[test]
    fn lengths_of_time_are_words() {
        assert_eq!(
            [span(22), span(252), span(660), span(19_620), span(3_600), span(259_200)],
            ["22 s", "4 min 12 s", "11 min", "5 h 27 min", "1 h", "3 days"]
        );
    }

    #[test]
    fn short_lapses_keep_their_milliseconds() {
        assert_eq!([lapse(17), lapse(10_003), lapse(331_000)], ["17 ms", "10.003 s", "5 min 31 s"]);
    }

    #[test]
    fn timers_count_past_an_hour() {
        assert_eq!([timer(451), timer(4_051), timer(-3)], ["07:31", "1:07:31", "00:00"]);
    }

    #[test]
    fn a_time_of_another_day_says_the_day() {
        let now = Utc.with_ymd_and_hms(2026, 11, 17, 20, 32, 41).unwrap();
        let later = Utc.with_ymd_and_hms(2026, 11, 18, 15, 0, 0).unwrap();
        assert_eq!(near(now, now, chrono_tz::America::Chicago), "14:32 CST");
        assert_eq!(near(later, now, chrono_tz::America::Chicago), "Wed 18 Nov, 09:00 CST");
    }
}
