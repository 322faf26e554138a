//! The budget, as an agent reads it.

use rstest::rstest;

use super::*;
use crate::{
    compliance::{Attempt, AttemptKind, Place, decide},
    phone::E164,
    place::{State, Zip},
};

/// A Monday, ten in the morning in Chicago.
const MONDAY: &str = "2026-06-15T15:00:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn person(channel: Channel, phone: &str, state: &str, zip: &str, contacts: &[&str]) -> Facts {
    let mut facts = Facts::new(channel);
    (facts.phone, facts.state, facts.zip) = (E164::parse(phone).ok(), State::parse(state).ok(), Zip::parse(zip).ok());
    let attempt = |when: &&str| Attempt {
        at: at(when),
        kind: AttemptKind::NoAnswer,
        channel: Channel::Call,
        place: Place::Home,
        this_debt: true,
    };
    facts.attempts = contacts.iter().map(attempt).collect();
    facts
}

fn chicagoan(contacts: &[&str]) -> Facts {
    person(Channel::Call, "+13125550123", "IL", "60601", contacts)
}

fn words(facts: &Facts, now: &str) -> String {
    budget(facts, &decide(facts, at(now))).to_string()
}

const TWICE: [&str; 2] = ["2026-06-12T15:00:00Z", "2026-06-13T15:00:00Z"];
const SEVEN_TIMES: [&str; 7] = [
    "2026-06-09T15:00:00Z",
    "2026-06-10T15:00:00Z",
    "2026-06-11T15:00:00Z",
    "2026-06-12T15:00:00Z",
    "2026-06-12T16:00:00Z",
    "2026-06-13T15:00:00Z",
    "2026-06-14T15:00:00Z",
];

#[rstest]
#[case::nothing_used(&[], MONDAY, "0 of 7 calls in 7 days")]
#[case::two_used(&TWICE, MONDAY, "2 of 7 calls in 7 days")]
#[case::two_used_at_night(&TWICE, "2026-06-16T02:30:00Z", "2 of 7 calls in 7 days; next allowed Tue 08:00 CDT")]
#[case::a_call_of_the_eighth_day_is_gone(&["2026-06-08T15:00:00Z"], MONDAY, "0 of 7 calls in 7 days")]
#[case::spent(&SEVEN_TIMES, MONDAY, "7 of 7 calls in 7 days; next allowed Tue 08:00 CDT")]
#[case::in_winter(&["2026-12-12T16:00:00Z"], "2026-12-15T03:30:00Z", "1 of 7 calls in 7 days; next allowed Tue 08:00 CST")]
fn what_is_used_and_when_the_next_call_is_allowed(#[case] calls: &[&str], #[case] now: &str, #[case] said: &str) {
    assert_eq!(words(&chicagoan(calls), now), said);
}

#[rstest]
#[case::massachusetts(
    Channel::Call,
    "+16175550123",
    "MA",
    "02108",
    "2 of 7 calls in 7 days; Massachusetts: 2 of 2 contacts in 7 days; next allowed Fri 08:00 EDT"
)]
#[case::a_text_there(Channel::Sms, "+16175550123", "MA", "02108", "Massachusetts: 2 of 2 contacts in 7 days")]
#[case::an_email_there(Channel::Email, "+16175550123", "MA", "02108", "")]
#[case::washington(
    Channel::Call,
    "+12065550123",
    "WA",
    "98101",
    "2 of 7 calls in 7 days; Washington: 2 of 3 contacts in 7 days"
)]
#[case::new_york_city(
    Channel::Email,
    "+12125550123",
    "NY",
    "10001",
    "New York City: 2 of 2 contacts in 7 days; next allowed Fri 08:00 EDT"
)]
#[case::elsewhere_in_new_york(Channel::Call, "+15185550123", "NY", "12207", "2 of 7 calls in 7 days")]
fn a_states_own_limit_is_told_where_it_applies(
    #[case] channel: Channel,
    #[case] phone: &str,
    #[case] state: &str,
    #[case] zip: &str,
    #[case] said: &str,
) {
    assert_eq!(
        words(&person(channel, phone, state, zip, &["2026-06-12T15:00:00Z", "2026-06-12T17:00:00Z"]), MONDAY),
        said
    );
}

#[test]
fn the_next_moment_is_told_by_the_clock_that_is_waited_for() {
    let moved = person(Channel::Call, "+12125550123", "CA", "90012", &[]);
    let lines = words(&moved, "2026-06-15T13:00:00Z");
    assert!(lines.ends_with("next allowed Mon 08:00 PDT"), "{lines}");
}

#[test]
fn an_agencys_lower_limit_is_the_one_told() {
    let mut facts = chicagoan(&TWICE);
    facts.policy.calls_per_week = Some(3);
    assert_eq!(words(&facts, MONDAY), "2 of 3 calls in 7 days");
    assert!(budget(&facts, &decide(&facts, at(MONDAY))).counts[0].near());
}

#[rstest]
#[case::many_left(&[], false)]
#[case::the_last_but_one(&SEVEN_TIMES[..5], false)]
#[case::the_last(&SEVEN_TIMES[..6], true)]
#[case::none_left(&SEVEN_TIMES, true)]
fn one_contact_before_the_limit_is_near_it(#[case] calls: &[&str], #[case] near: bool) {
    let facts = chicagoan(calls);
    assert_eq!(budget(&facts, &decide(&facts, at(MONDAY))).counts[0].near(), near);
}

#[test]
fn what_is_used_is_told_without_the_next_moment() {
    let facts = chicagoan(&SEVEN_TIMES);
    let budget = budget(&facts, &decide(&facts, at(MONDAY)));
    assert_eq!(budget.used(), "7 of 7 calls in 7 days");
}

#[rstest]
#[case::within_six_days("2026-06-21T14:59:59Z", "Sun 09:59 CDT")]
#[case::six_days_on("2026-06-21T15:00:00Z", "Sun 21 Jun 2026 10:00 CDT")]
fn a_day_of_the_week_is_enough_within_six_days(#[case] told_of: &str, #[case] said: &str) {
    assert_eq!(moment(at(told_of), at(MONDAY), Tz::America__Chicago), said);
}

#[test]
fn who_agreed_to_more_calls_has_no_limit_while_that_lasts() {
    let mut facts = chicagoan(&SEVEN_TIMES);
    facts.more_calls_until = Some(at("2026-06-20T00:00:00Z"));
    assert_eq!(words(&facts, MONDAY), "7 calls in 7 days; more were agreed to");
    assert!(!budget(&facts, &decide(&facts, at(MONDAY))).counts[0].near());
}

#[test]
fn a_wait_of_more_than_a_week_is_told_with_its_date() {
    let mut facts = chicagoan(&[]);
    let spoke = Attempt { at: at(MONDAY), kind: AttemptKind::Conversation, ..person_called() };
    facts.attempts.push(spoke);
    assert_eq!(words(&facts, "2026-06-15T16:00:00Z"), "1 of 7 calls in 7 days; next allowed Mon 22 Jun 2026 08:00 CDT");
}

fn person_called() -> Attempt {
    let facts = chicagoan(&[MONDAY]);
    facts.attempts[0].clone()
}
