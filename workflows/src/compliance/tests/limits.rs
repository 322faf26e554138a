//! So many contacts in so many days, against an evaluator that looks at every day and counts.

use chrono::{Days as CalendarDays, NaiveDate};
use proptest::{prelude::*, sample::select};
use rstest::rstest;

use super::{super::*, at, chicagoan, codes, person, seconds};

pub(super) fn call(moment: &str) -> Attempt {
    Attempt { at: at(moment), kind: AttemptKind::NoAnswer, channel: Channel::Call, place: Place::Home, this_debt: true }
}

fn of(kind: AttemptKind, moment: &str) -> Attempt {
    Attempt { kind, ..call(moment) }
}

fn week(kind: AttemptKind) -> Vec<Attempt> {
    (10..17).map(|day| of(kind, &format!("2026-06-{day}T15:00:00Z"))).collect()
}

#[rstest]
#[case::unanswered(AttemptKind::NoAnswer, true)]
#[case::machines(AttemptKind::MachineHangup, true)]
#[case::voicemails(AttemptKind::Voicemail, true)]
#[case::dropped(AttemptKind::Abandoned, true)]
#[case::nobody_knows(AttemptKind::Other, true)]
#[case::busy(AttemptKind::Busy, false)]
#[case::not_connected(AttemptKind::Invalid, false)]
#[case::agreed_to(AttemptKind::Consented, false)]
#[case::to_the_attorney(AttemptKind::ThirdPartyExcluded, false)]
#[case::theirs(AttemptKind::Inbound, false)]
fn seven_calls_in_seven_days_are_the_most(#[case] kind: AttemptKind, #[case] counts: bool) {
    let mut facts = chicagoan();
    facts.attempts = week(kind);
    let verdict = decide(&facts, at("2026-06-16T20:00:00Z"));
    assert_eq!(codes(&verdict), if counts { vec!["FREQ_7IN7"] } else { vec![] });
    assert_eq!(verdict.earliest_next, counts.then(|| at("2026-06-17T13:00:00Z")));
}

#[test]
fn six_calls_leave_one_and_texts_spend_none() {
    let mut facts = chicagoan();
    facts.attempts = week(AttemptKind::NoAnswer);
    facts.attempts[3].channel = Channel::Sms;
    assert!(decide(&facts, at("2026-06-16T20:00:00Z")).allowed());
    facts.attempts[3] = Attempt { this_debt: false, ..call("2026-06-13T15:00:00Z") };
    assert!(decide(&facts, at("2026-06-16T20:00:00Z")).allowed());
}

#[test]
fn texts_and_emails_are_not_limited_by_calls() {
    let mut facts = chicagoan();
    (facts.attempts, facts.consented) = (week(AttemptKind::Conversation), true);
    for channel in [Channel::Sms, Channel::Email] {
        facts.channel = channel;
        assert!(decide(&facts, at("2026-06-16T20:00:00Z")).allowed());
    }
}

#[test]
fn the_order_of_the_log_does_not_matter_and_what_comes_later_does_not_count() {
    let mut facts = chicagoan();
    facts.attempts = week(AttemptKind::NoAnswer);
    facts.attempts.reverse();
    assert_eq!(codes(&decide(&facts, at("2026-06-16T20:00:00Z"))), ["FREQ_7IN7"]);
    assert!(decide(&facts, at("2026-06-16T14:59:59Z")).allowed());
}

#[rstest]
#[case::the_day_itself(AttemptKind::Conversation, "2026-06-10T20:00:00Z", true)]
#[case::the_seventh_day(AttemptKind::Conversation, "2026-06-16T20:00:00Z", true)]
#[case::the_eighth(AttemptKind::Conversation, "2026-06-17T13:00:00Z", false)]
#[case::they_called(AttemptKind::InboundConversation, "2026-06-16T20:00:00Z", true)]
#[case::they_called_in_vain(AttemptKind::Inbound, "2026-06-10T20:00:00Z", false)]
fn after_a_conversation_calls_rest_for_seven_days(#[case] kind: AttemptKind, #[case] now: &str, #[case] rests: bool) {
    let mut facts = chicagoan();
    facts.attempts = vec![of(kind, "2026-06-10T15:00:00Z")];
    let verdict = decide(&facts, at(now));
    assert_eq!(codes(&verdict), if rests { vec!["CONV_7DAY"] } else { vec![] });
    assert_eq!(verdict.earliest_next, rests.then(|| at("2026-06-17T13:00:00Z")));
}

#[rstest]
#[case::just_now("2026-06-10T15:30:00Z", "within the last day")]
#[case::yesterday("2026-06-11T15:30:00Z", "a day ago")]
#[case::longer("2026-06-13T15:30:00Z", "3 days ago")]
fn how_long_ago_it_was_is_told(#[case] now: &str, #[case] when: &str) {
    let mut facts = chicagoan();
    facts.attempts = vec![of(AttemptKind::Conversation, "2026-06-10T15:00:00Z")];
    let sentence = &decide(&facts, at(now)).reasons[0].sentence;
    assert_eq!(*sentence, format!("We spoke with the consumer about this debt {when}; calls rest for seven days."));
}

#[test]
fn consent_to_more_calls_lifts_what_is_presumed_and_nothing_else_to_its_last_second() {
    let mut facts = person("+16175550123", "MA", "02108");
    facts.attempts = week(AttemptKind::Conversation);
    facts.more_calls_until = Some(at("2026-06-16T20:00:00Z"));
    assert_eq!(codes(&decide(&facts, at("2026-06-16T20:00:00Z"))), ["STATE_FREQ"]);
    assert_eq!(codes(&decide(&facts, at("2026-06-16T20:00:01Z"))), ["FREQ_7IN7", "CONV_7DAY", "STATE_FREQ"]);
}

fn made(channel: Channel, place: Place, n: usize) -> Vec<Attempt> {
    let days = ["2026-10-10T16:00:00Z", "2026-10-11T16:00:00Z", "2026-10-12T16:00:00Z", "2026-10-13T16:00:00Z"];
    days.iter().cycle().take(n).map(|day| Attempt { channel, place, ..call(day) }).collect()
}

const HOME: Place = Place::Home;
const WORK: Place = Place::Work;

/// Friday, 2026-10-16, around noon in each of these places.
#[rstest]
#[case::two_in_massachusetts("MA", "02108", Channel::Call, HOME, made(Channel::Call, HOME, 2), true)]
#[case::one_in_massachusetts("MA", "02108", Channel::Call, HOME, made(Channel::Call, HOME, 1), false)]
#[case::texts_count_there("MA", "02108", Channel::Call, HOME, made(Channel::Sms, HOME, 2), true)]
#[case::emails_do_not("MA", "02108", Channel::Call, HOME, made(Channel::Email, HOME, 2), false)]
#[case::nor_are_they_limited("MA", "02108", Channel::Email, HOME, made(Channel::Call, HOME, 2), false)]
#[case::work_is_apart("MA", "02108", Channel::Call, HOME, made(Channel::Call, WORK, 2), false)]
#[case::work_has_its_own("MA", "02108", Channel::Call, WORK, made(Channel::Call, WORK, 2), true)]
#[case::home_is_not_work("MA", "02108", Channel::Call, WORK, made(Channel::Call, HOME, 2), false)]
#[case::three_in_washington("WA", "98101", Channel::Email, HOME, made(Channel::Sms, HOME, 3), true)]
#[case::two_in_washington("WA", "98101", Channel::Email, HOME, made(Channel::Sms, HOME, 2), false)]
#[case::one_at_work_in_washington("WA", "98101", Channel::Call, WORK, made(Channel::Call, WORK, 1), true)]
#[case::one_at_home_in_washington("WA", "98101", Channel::Call, WORK, made(Channel::Call, HOME, 1), false)]
#[case::three_in_new_york_city("NY", "10001", Channel::Email, HOME, made(Channel::Call, HOME, 3), true)]
#[case::two_in_new_york_city("NY", "10001", Channel::Email, HOME, made(Channel::Call, HOME, 2), false)]
#[case::queens("NY", "11004", Channel::Email, HOME, made(Channel::Call, HOME, 3), true)]
#[case::the_last_of_queens("NY", "11697", Channel::Email, HOME, made(Channel::Call, HOME, 3), true)]
#[case::nassau("NY", "11010", Channel::Email, HOME, made(Channel::Call, HOME, 3), false)]
#[case::albany("NY", "12207", Channel::Email, HOME, made(Channel::Call, HOME, 3), false)]
#[case::four_calls_in_the_district("DC", "20001", Channel::Call, HOME, made(Channel::Call, HOME, 4), true)]
#[case::three_calls_in_the_district("DC", "20001", Channel::Call, HOME, made(Channel::Call, HOME, 3), false)]
#[case::five_messages_there("DC", "20001", Channel::Email, HOME, made(Channel::Sms, HOME, 5), true)]
#[case::four_messages_there("DC", "20001", Channel::Sms, HOME, made(Channel::Email, HOME, 4), false)]
#[case::messages_are_no_calls_there("DC", "20001", Channel::Call, HOME, made(Channel::Sms, HOME, 5), false)]
#[case::elsewhere("OH", "43004", Channel::Sms, HOME, made(Channel::Sms, HOME, 6), false)]
fn states_allow_less(
    #[case] state: &str,
    #[case] zip: &str,
    #[case] channel: Channel,
    #[case] place: Place,
    #[case] attempts: Vec<Attempt>,
    #[case] reached: bool,
) {
    let mut facts = person("+18005550123", state, zip);
    (facts.channel, facts.place, facts.consented, facts.attempts) = (channel, place, true, attempts);
    let verdict = decide(&facts, at("2026-10-16T19:00:00Z"));
    assert_eq!(codes(&verdict), if reached { vec!["STATE_FREQ"] } else { vec![] });
}

#[rstest]
#[case::of_another_debt("MA", "02108", false)]
#[case::of_another_debt_in_the_city("NY", "10001", false)]
#[case::of_another_debt_in_the_district("DC", "20001", false)]
#[case::a_person_is_one_in_washington("WA", "98101", true)]
fn limits_are_per_debt_but_for_washington(#[case] state: &str, #[case] zip: &str, #[case] reached: bool) {
    let mut facts = person("+18005550123", state, zip);
    facts.attempts = made(Channel::Call, HOME, 4).into_iter().map(|a| Attempt { this_debt: false, ..a }).collect();
    assert_eq!(codes(&decide(&facts, at("2026-10-16T19:00:00Z"))), if reached { vec!["STATE_FREQ"] } else { vec![] });
}

#[rstest]
#[case::by_area_code("+16175550123", "OH", "43004")]
#[case::by_zip("+18005550123", "OH", "02108")]
#[case::by_state("+18005550123", "MA", "")]
fn a_state_applies_wherever_a_clue_points_to_it(#[case] phone: &str, #[case] state: &str, #[case] zip: &str) {
    let mut facts = person(phone, state, zip);
    facts.attempts = made(Channel::Call, HOME, 2);
    facts.confirmed_zone = Some(chrono_tz::America::Denver);
    let verdict = decide(&facts, at("2026-10-16T19:00:00Z"));
    assert_eq!(codes(&verdict), ["STATE_FREQ"]);
    assert_eq!(verdict.reasons[0].sentence, "Massachusetts: not more than 2 contacts in 7 days.");
    assert_eq!(verdict.reasons[0].citation, "209 CMR 18.16(1)(d)");
}

#[rstest]
#[case::two_before_september("2026-08-31T16:00:00Z", &["2026-08-29T16:00:00Z", "2026-08-30T16:00:00Z"], Some("2026-09-01T12:00:00Z"))]
#[case::two_in_september("2026-09-01T16:00:00Z", &["2026-08-29T16:00:00Z", "2026-08-30T16:00:00Z"], None)]
#[case::three_in_september(
    "2026-09-01T16:00:00Z",
    &["2026-08-29T16:00:00Z", "2026-08-30T16:00:00Z", "2026-08-31T16:00:00Z"],
    Some("2026-09-05T12:00:00Z")
)]
fn new_york_city_allows_three_from_september_2026(
    #[case] now: &str,
    #[case] calls: &[&str],
    #[case] next: Option<&str>,
) {
    let mut facts = person("+12125550123", "NY", "10001");
    facts.attempts = calls.iter().map(|moment| call(moment)).collect();
    let verdict = decide(&facts, at(now));
    assert_eq!(codes(&verdict), if next.is_some() { vec!["STATE_FREQ"] } else { vec![] });
    assert_eq!(verdict.earliest_next, next.map(at));
}

#[rstest]
#[case::three_within_a_day(true, "FL", "33101", "2026-06-16T17:00:00Z", &["MINI_TCPA"])]
#[case::a_day_later(true, "FL", "33101", "2026-06-17T15:00:00Z", &[])]
#[case::turned_off(false, "FL", "33101", "2026-06-16T17:00:00Z", &[])]
#[case::elsewhere(true, "GA", "30301", "2026-06-16T17:00:00Z", &[])]
#[case::oklahoma(true, "OK", "73101", "2026-06-16T17:00:00Z", &["MINI_TCPA"])]
#[case::maryland(true, "MD", "21201", "2026-06-16T17:00:00Z", &["MINI_TCPA"])]
#[case::an_hour_less(true, "FL", "33101", "2026-06-19T00:00:00Z", &["OUT_OF_WINDOW"])]
fn laws_of_solicitation_are_kept_by_who_chooses_to(
    #[case] on: bool,
    #[case] state: &str,
    #[case] zip: &str,
    #[case] now: &str,
    #[case] expected: &[&str],
) {
    let mut facts = person("+18005550123", state, zip);
    facts.policy.mini_tcpa = on;
    facts.attempts = ["2026-06-16T14:00:00Z", "2026-06-16T15:00:00Z", "2026-06-16T16:00:00Z"].map(call).to_vec();
    facts.attempts[0].this_debt = false;
    facts.attempts[1].kind = AttemptKind::Consented;
    facts.attempts[2].channel = Channel::Sms;
    let verdict = decide(&facts, at(now));
    assert_eq!(codes(&verdict), expected);
    if expected == ["MINI_TCPA"] {
        assert_eq!(verdict.earliest_next, Some(at("2026-06-17T14:00:00Z")));
    }
}

#[test]
fn emails_spend_nothing_of_a_law_of_solicitation() {
    let mut facts = person("+18005550123", "FL", "33101");
    facts.policy.mini_tcpa = true;
    facts.attempts = ["2026-06-16T14:00:00Z", "2026-06-16T15:00:00Z", "2026-06-16T16:00:00Z"].map(call).to_vec();
    facts.channel = Channel::Email;
    assert!(decide(&facts, at("2026-06-16T17:00:00Z")).allowed());
    (facts.channel, facts.attempts[0].channel) = (Channel::Call, Channel::Email);
    assert!(decide(&facts, at("2026-06-16T17:00:00Z")).allowed());
}

/// Obviously right, and slow: goes through the days one by one and counts.
fn slowly(facts: &Facts, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let first = now + TimeDelta::seconds((3_600 - now.timestamp().rem_euclid(3_600)) % 3_600);
    let hours = (0..40 * 24).map(|hour| first + TimeDelta::hours(hour));
    std::iter::once(now).chain(hours).find(|moment| lawful(facts, now, *moment))
}

fn lawful(facts: &Facts, now: DateTime<Utc>, moment: DateTime<Utc>) -> bool {
    let zones = crate::place::candidate_zones(facts.phone.as_ref(), facts.state, facts.zip, facts.confirmed_zone);
    zones.iter().all(|zone| {
        let day_of = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
        let today = day_of(moment);
        let last: Vec<NaiveDate> = (0..7).map(|n| today - CalendarDays::new(n)).collect();
        let heard = facts.attempts.iter().filter(|a| a.at <= now && last.contains(&day_of(a.at)));
        let ours: Vec<&Attempt> = heard.filter(|a| a.channel == Channel::Call && a.this_debt).collect();
        let calls = ours.iter().filter(|a| {
            !matches!(
                a.kind,
                AttemptKind::Busy
                    | AttemptKind::Invalid
                    | AttemptKind::Consented
                    | AttemptKind::ThirdPartyExcluded
                    | AttemptKind::Inbound
                    | AttemptKind::InboundConversation
            )
        });
        let talked =
            ours.iter().any(|a| matches!(a.kind, AttemptKind::Conversation | AttemptKind::InboundConversation));
        let hour = moment.with_timezone(&zone).hour();
        (8..21).contains(&hour) && calls.count() < 7 && !talked
    })
}

fn logs() -> impl Strategy<Value = Vec<(i64, AttemptKind, Channel, bool)>> {
    let kinds = [
        AttemptKind::NoAnswer,
        AttemptKind::NoAnswer,
        AttemptKind::NoAnswer,
        AttemptKind::Voicemail,
        AttemptKind::Abandoned,
        AttemptKind::Busy,
        AttemptKind::Consented,
        AttemptKind::Inbound,
        AttemptKind::InboundConversation,
        AttemptKind::Conversation,
    ];
    let channels = select(vec![Channel::Call, Channel::Call, Channel::Call, Channel::Sms]);
    prop::collection::vec(
        (-3_600..11 * 24 * 3_600i64, select(kinds.to_vec()), channels, prop::bool::weighted(0.8)),
        0..24,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_budget_of_calls_is_counted_as_one_who_counts_every_day_would(
        log in logs(),
        now in seconds(),
        place in select(vec![
            ("+13125550123", "IL", "60601"),
            ("+18505550123", "FL", ""),
            ("+16025550123", "IL", "60601"),
            ("+18005550123", "", ""),
        ]),
    ) {
        let mut facts = person(place.0, place.1, place.2);
        let attempt = |(ago, kind, channel, this_debt)| {
            Attempt { at: now - TimeDelta::seconds(ago), kind, channel, place: Place::Home, this_debt }
        };
        facts.attempts = log.into_iter().map(attempt).collect();
        let verdict = decide(&facts, now);
        let slow = slowly(&facts, now);
        prop_assert_eq!(verdict.allowed(), slow == Some(now));
        prop_assert_eq!(verdict.earliest_next, slow.filter(|next| *next != now));
    }
}
