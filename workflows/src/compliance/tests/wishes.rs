//! Times that people called inconvenient, and what agencies ask beyond the law.

use chrono::Weekday::{Fri, Mon, Sun};
use rstest::rstest;

use super::{super::*, at, chicagoan, codes, hours};

const HOUR: u32 = 3_600;

fn wish(from: u32, to: u32, days: Days) -> Facts {
    let mut facts = chicagoan();
    facts.preferences = vec![Preference::new(from * HOUR, to * HOUR, days).unwrap()];
    facts
}

fn monday() -> Days {
    [Mon].into_iter().collect()
}

/// 2026-06-15 is a Monday; Chicago is five hours behind.
#[rstest]
#[case::in_the_evening(wish(18, 24, Days::ALL), "2026-06-15T23:30:00Z", Some("2026-06-16T13:00:00Z"))]
#[case::just_before(wish(18, 24, Days::ALL), "2026-06-15T22:59:59Z", None)]
#[case::from_six_sharp(wish(18, 24, Days::ALL), "2026-06-15T23:00:00Z", Some("2026-06-16T13:00:00Z"))]
#[case::until_ten_not_at_ten(wish(0, 10, Days::ALL), "2026-06-15T15:00:00Z", None)]
#[case::before_ten(wish(0, 10, Days::ALL), "2026-06-15T14:59:59Z", Some("2026-06-15T15:00:00Z"))]
#[case::on_its_day(wish(9, 12, monday()), "2026-06-15T15:00:00Z", Some("2026-06-15T17:00:00Z"))]
#[case::not_on_another(wish(9, 12, monday()), "2026-06-16T15:00:00Z", None)]
#[case::overnight_evening(wish(19, 9, monday()), "2026-06-16T00:30:00Z", Some("2026-06-16T14:00:00Z"))]
#[case::overnight_morning_after(wish(19, 9, monday()), "2026-06-16T13:30:00Z", Some("2026-06-16T14:00:00Z"))]
#[case::not_the_morning_of(wish(19, 9, monday()), "2026-06-15T13:30:00Z", None)]
#[case::nor_the_evening_after(wish(19, 9, monday()), "2026-06-17T00:30:00Z", None)]
#[case::all_day(wish(0, 24, monday()), "2026-06-15T15:00:00Z", Some("2026-06-16T13:00:00Z"))]
fn an_inconvenient_time_is_left_alone(#[case] facts: Facts, #[case] now: &str, #[case] next: Option<&str>) {
    let verdict = decide(&facts, at(now));
    assert_eq!(codes(&verdict), if next.is_some() { vec!["PREF_TIME"] } else { vec![] });
    assert_eq!(verdict.earliest_next, next.map(at));
}

#[test]
fn wishes_that_overlap_and_touch_hold_one_after_the_other() {
    let mut facts = wish(9, 12, Days::ALL);
    facts.preferences.extend(wish(11, 14, Days::ALL).preferences);
    facts.preferences.extend(wish(14, 15, Days::ALL).preferences);
    assert_eq!(decide(&facts, at("2026-06-15T15:00:00Z")).earliest_next, Some(at("2026-06-15T20:00:00Z")));
}

#[rstest]
#[case::its_channel(Some(Channel::Sms), None, &[])]
#[case::this_channel(Some(Channel::Call), None, &["PREF_TIME"])]
#[case::its_place(None, Some(Place::Work), &[])]
#[case::this_place(None, Some(Place::Home), &["PREF_TIME"])]
fn a_wish_may_be_about_one_channel_or_place(
    #[case] channel: Option<Channel>,
    #[case] place: Option<Place>,
    #[case] expected: &[&str],
) {
    let mut facts = wish(9, 12, Days::ALL);
    (facts.preferences[0].channel, facts.preferences[0].place) = (channel, place);
    assert_eq!(codes(&decide(&facts, at("2026-06-15T15:00:00Z"))), expected);
}

#[test]
fn a_wish_is_kept_by_every_clock_the_person_may_live_by() {
    let mut facts = super::person("+18505550123", "FL", "");
    facts.preferences = vec![Preference::new(9 * HOUR, 10 * HOUR, Days::ALL).unwrap()];
    // 10:30 in New York, 09:30 in Chicago.
    let verdict = decide(&facts, at("2026-06-15T14:30:00Z"));
    assert_eq!(codes(&verdict), ["PREF_TIME"]);
    assert!(verdict.reasons[0].sentence.ends_with("from 09:00 to 10:00."), "{}", verdict.reasons[0].sentence);
    assert_eq!(verdict.earliest_next, Some(at("2026-06-15T15:00:00Z")));
}

#[rstest]
#[case::no_time(9 * HOUR, 9 * HOUR, Days::ALL)]
#[case::no_day(9 * HOUR, 10 * HOUR, [].into_iter().collect())]
#[case::past_the_day(24 * HOUR, 9 * HOUR, Days::ALL)]
#[case::a_longer_day(9 * HOUR, 24 * HOUR + 1, Days::ALL)]
fn hours_that_hold_no_moment_are_refused(#[case] from: u32, #[case] to: u32, #[case] days: Days) {
    assert_eq!(Preference::new(from, to, days), Err(BadPreference));
}

#[test]
fn an_agency_tightens_the_hours_and_the_limit_and_never_loosens_them() {
    let mut facts = chicagoan();
    facts.policy.hours = Some(hours("10:00", "22:00", [Mon, Fri, Sun].into_iter().collect()));
    assert_eq!(codes(&decide(&facts, at("2026-06-15T14:30:00Z"))), ["CAMPAIGN_HOURS"]);
    assert_eq!(codes(&decide(&facts, at("2026-06-16T02:30:00Z"))), ["OUT_OF_WINDOW"]);
    facts.policy = Policy { calls_per_week: Some(9), ..Policy::default() };
    facts.attempts = (8..15).map(|day| super::limits::call(&format!("2026-06-{day:02}T15:00:00Z"))).collect();
    assert_eq!(codes(&decide(&facts, at("2026-06-14T18:00:00Z"))), ["FREQ_7IN7"]);
    facts.policy.calls_per_week = Some(2);
    facts.attempts.truncate(2);
    let verdict = decide(&facts, at("2026-06-14T18:00:00Z"));
    assert_eq!(verdict.reasons[0].sentence, "2 of 2 calls about this debt in seven days are used.");
    assert_eq!(verdict.reasons[0].citation, "policy: calls in seven days");
}

#[test]
fn a_wish_is_stored_whole() {
    let stored = serde_json::to_value(wish(18, 24, [Mon, Fri].into_iter().collect()).preferences).unwrap();
    let whole = serde_json::json!({ "from": 64_800, "to": 86_400, "days": "Mon, Fri", "channel": null, "place": null });
    assert_eq!(stored, serde_json::json!([whole]));
}
