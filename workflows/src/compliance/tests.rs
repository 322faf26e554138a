//! The rules, sentence by sentence, and the search for the next lawful moment against one that looks at every minute.

mod limits;
mod persons;
mod samples;
mod wishes;
mod words;

use chrono::NaiveTime;
use chrono_tz::Tz;
use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::{
    phone::E164,
    place::{State, Zip, candidate_zones},
};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn person(phone: &str, state: &str, zip: &str) -> Facts {
    let mut facts = Facts::new(Channel::Call);
    facts.phone = E164::parse(phone).ok();
    facts.state = State::parse(state).ok();
    facts.zip = Zip::parse(zip).ok();
    facts
}

fn chicagoan() -> Facts {
    person("+13125550123", "IL", "60601")
}

fn codes(verdict: &Verdict) -> Vec<&'static str> {
    verdict.reasons.iter().map(|reason| reason.code.as_str()).collect()
}

#[rstest]
#[case::last_second_in_denver("+13035550123", "CO", "80202", "2026-06-17T02:59:59Z")]
#[case::last_second_in_los_angeles("+12135550123", "CA", "90012", "2026-06-17T03:59:59Z")]
#[case::eight_in_anchorage("+19075550123", "AK", "99501", "2026-06-16T16:00:00Z")]
#[case::last_second_in_adak("+19075550123", "AK", "99546", "2026-06-17T05:59:59Z")]
#[case::eight_in_hopi_country("+19285550123", "AZ", "86039", "2026-07-01T15:00:00Z")]
#[case::hawaii_never_changes("+18085550123", "HI", "96813", "2026-03-08T18:00:00Z")]
#[case::evening_of_the_short_day("+12135550123", "CA", "90012", "2026-03-09T03:59:59Z")]
#[case::east_of_michigan_by_zip("+19065550123", "MI", "49855", "2026-09-15T12:00:00Z")]
#[case::winter_phoenix_is_denver("+16025550123", "CO", "80202", "2026-01-15T15:30:00Z")]
#[case::toll_free_eight_in_honolulu("+18005550123", "", "", "2026-09-15T18:00:00Z")]
#[case::toll_free_winter("+18005550123", "", "", "2026-01-15T18:00:00Z")]
fn a_consumer_may_be_called_within_the_hours(
    #[case] phone: &str,
    #[case] state: &str,
    #[case] zip: &str,
    #[case] now: &str,
) {
    let verdict = decide(&person(phone, state, zip), at(now));
    assert!(verdict.allowed(), "{:?}", verdict.reasons);
    assert_eq!(verdict.earliest_next, None);
}

#[rstest]
#[case::new_york_at_night("+12125550123", "NY", "10001", "2026-06-17T03:59:59Z", "2026-06-17T12:00:00Z")]
#[case::arizona_by_928("+19285550123", "", "", "2026-07-01T14:30:00Z", "2026-07-01T15:00:00Z")]
#[case::west_of_florida("+18505550123", "FL", "32401", "2026-09-15T12:30:00Z", "2026-09-15T13:00:00Z")]
#[case::split_florida("+18505550123", "FL", "", "2026-09-16T01:30:00Z", "2026-09-16T13:00:00Z")]
#[case::split_indiana("+18125550123", "IN", "", "2026-09-16T01:30:00Z", "2026-09-16T13:00:00Z")]
#[case::indiana_without_zip("+15745550123", "IN", "", "2026-09-15T12:30:00Z", "2026-09-15T13:00:00Z")]
#[case::kentucky("+12705550123", "KY", "", "2026-09-16T01:30:00Z", "2026-09-16T13:00:00Z")]
#[case::nebraska("+13085550123", "NE", "", "2026-09-15T13:30:00Z", "2026-09-15T14:00:00Z")]
#[case::el_paso("+19155550123", "TX", "79901", "2026-09-15T13:30:00Z", "2026-09-15T14:00:00Z")]
#[case::phoenix_phone_in_chicago("+16025550123", "IL", "60601", "2026-09-15T13:30:00Z", "2026-09-15T15:00:00Z")]
#[case::nine_sharp("+13125550123", "IL", "60601", "2026-06-17T02:00:00Z", "2026-06-17T13:00:00Z")]
#[case::night_of_the_spring_change("+13125550123", "IL", "60601", "2026-03-08T07:30:00Z", "2026-03-08T13:00:00Z")]
#[case::night_of_the_autumn_change("+13125550123", "IL", "60601", "2026-11-01T06:30:00Z", "2026-11-01T14:00:00Z")]
fn a_consumer_is_not_called_outside_the_hours_of_any_candidate_zone(
    #[case] phone: &str,
    #[case] state: &str,
    #[case] zip: &str,
    #[case] now: &str,
    #[case] next: &str,
) {
    let verdict = decide(&person(phone, state, zip), at(now));
    assert_eq!(codes(&verdict), ["OUT_OF_WINDOW"]);
    assert_eq!(verdict.earliest_next, Some(at(next)));
}

#[test]
fn a_consumer_is_not_called_before_eight_local_time() {
    let verdict = decide(&chicagoan(), at("2026-06-16T12:59:59.500Z"));
    let reason = verdict.primary().unwrap();
    assert_eq!(reason.sentence, "It is 07:59 in Chicago; calls are lawful from 08:00 to 21:00.");
    assert_eq!(reason.citation, "12 CFR 1006.6(b)(1)(i)");
    assert_eq!(verdict.earliest_next, Some(at("2026-06-16T13:00:00Z")));
}

#[rstest]
#[case::a_whole_second_is_itself("2026-06-16T13:00:00Z", "2026-06-16T13:00:00Z")]
#[case::a_part_is_the_next("2026-06-16T13:00:00.001Z", "2026-06-16T13:00:01Z")]
fn moments_are_told_in_whole_seconds(#[case] moment: &str, #[case] told: &str) {
    assert_eq!(whole_second(at(moment)), at(told));
}

#[rstest]
#[case::open("2026-06-16T17:00:00Z", "2026-06-17T02:00:00Z", false)]
#[case::closed("2026-06-17T04:00:00Z", "2026-06-17T13:00:00Z", true)]
fn the_next_edge_of_the_day_is_told(#[case] now: &str, #[case] edge: &str, #[case] opens: bool) {
    let zones = chicagoan();
    let zones = candidate_zones(zones.phone.as_ref(), zones.state, zones.zip, None);
    assert_eq!(calling_edge(zones, at(now)), Some((at(edge), opens, Tz::America__Chicago)));
}

#[test]
fn a_confirmed_location_settles_the_clock() {
    let mut facts = person("+12135550123", "CA", "90012");
    assert!(!decide(&facts, at("2026-09-15T12:00:00Z")).allowed());
    facts.confirmed_zone = Some(Tz::America__New_York);
    assert!(decide(&facts, at("2026-09-15T12:00:00Z")).allowed());
}

const NOON: &str = "2026-06-16T17:00:00Z";

#[rstest]
#[case::our_list("internal", None, Channel::Call, &["DNC_NUMBER"])]
#[case::our_list_texts("internal", None, Channel::Sms, &["DNC_NUMBER"])]
#[case::our_list_is_of_numbers("internal", None, Channel::Email, &[])]
#[case::litigator("litigator", Some(Channel::Call), Channel::Call, &["DNC_NUMBER"])]
#[case::wrong_number("wrong_number", None, Channel::Call, &["WRONG_NUMBER"])]
#[case::reassigned("reassigned", None, Channel::Call, &["WRONG_NUMBER"])]
#[case::wrong_number_texts("wrong_number", None, Channel::Sms, &["WRONG_NUMBER"])]
#[case::wrong_number_leaves_email("wrong_number", None, Channel::Email, &[])]
#[case::stop_by_text("stop", Some(Channel::Sms), Channel::Sms, &["CHANNEL_OPTOUT"])]
#[case::stop_by_text_leaves_calls("stop", Some(Channel::Sms), Channel::Call, &[])]
#[case::no_calls("stop", Some(Channel::Call), Channel::Call, &["CHANNEL_OPTOUT"])]
#[case::unsubscribed("unsubscribe", Some(Channel::Email), Channel::Email, &["CHANNEL_OPTOUT"])]
#[case::unsubscribed_leaves_texts("unsubscribe", Some(Channel::Email), Channel::Sms, &[])]
fn a_suppression_stops_what_it_is_for(
    #[case] kind: &str,
    #[case] channel: Option<Channel>,
    #[case] contact: Channel,
    #[case] expected: &[&str],
) {
    let mut facts = chicagoan();
    facts.channel = contact;
    facts.consented = true;
    facts.suppressions = vec![Suppression { kind: kind.parse().unwrap(), channel }];
    let verdict = decide(&facts, at(NOON));
    assert_eq!(codes(&verdict), expected);
    assert_eq!(verdict.earliest_next, None);
}

#[rstest]
#[case::texts_need_consent(Channel::Sms, false, &["NO_CONSENT"])]
#[case::and_have_it(Channel::Sms, true, &[])]
#[case::calls_dialed_one_by_one_need_none(Channel::Call, false, &[])]
#[case::nor_do_emails(Channel::Email, false, &[])]
fn consent_is_asked_of_texts(#[case] channel: Channel, #[case] consented: bool, #[case] expected: &[&str]) {
    let mut facts = chicagoan();
    (facts.channel, facts.consented) = (channel, consented);
    assert_eq!(codes(&decide(&facts, at(NOON))), expected);
}

#[test]
fn every_reason_is_told_and_a_person_must_act_first() {
    let mut facts = chicagoan();
    facts.suppressions = ["stop", "internal", "wrong_number"]
        .map(|kind| Suppression { kind: kind.parse().unwrap(), channel: None })
        .to_vec();
    facts.window = Some(hours("09:00", "17:00", Days::ALL));
    let verdict = decide(&facts, at("2026-06-17T03:00:00Z"));
    let expected = ["WRONG_NUMBER", "DNC_NUMBER", "CHANNEL_OPTOUT", "OUT_OF_WINDOW", "CAMPAIGN_HOURS"];
    assert_eq!(codes(&verdict), expected);
    assert_eq!(verdict.earliest_next, None);
    assert!(verdict.reasons.is_sorted_by_key(|reason| reason.code));
}

fn hours(from: &str, to: &str, days: Days) -> Window {
    let time = |text: &str| text.parse::<NaiveTime>().unwrap();
    Window::new(time(from), time(to), days).unwrap()
}

#[rstest]
#[case::inside("2026-06-16T17:00:00Z", &[], None)]
#[case::before("2026-06-16T13:30:00Z", &["CAMPAIGN_HOURS"], Some("2026-06-16T14:00:00Z"))]
#[case::after("2026-06-16T22:00:00Z", &["CAMPAIGN_HOURS"], Some("2026-06-17T14:00:00Z"))]
#[case::over_the_weekend("2026-06-20T17:00:00Z", &["CAMPAIGN_HOURS"], Some("2026-06-22T14:00:00Z"))]
fn a_campaigns_own_hours_tighten_the_law(#[case] now: &str, #[case] expected: &[&str], #[case] next: Option<&str>) {
    use chrono::Weekday::{Fri, Mon, Thu, Tue, Wed};
    let mut facts = chicagoan();
    facts.window = Some(hours("09:00", "17:00", [Mon, Tue, Wed, Thu, Fri].into_iter().collect()));
    let verdict = decide(&facts, at(now));
    assert_eq!(codes(&verdict), expected);
    assert_eq!(verdict.earliest_next, next.map(at));
}

#[test]
fn a_campaigns_own_hours_never_widen_the_law() {
    let mut facts = chicagoan();
    facts.window = Some(hours("06:00", "00:00", Days::ALL));
    assert_eq!(codes(&decide(&facts, at("2026-06-17T03:00:00Z"))), ["OUT_OF_WINDOW"]);
}

#[test]
fn hours_that_never_come_are_a_matter_for_a_person() {
    let mut facts = chicagoan();
    facts.window = Some(hours("21:30", "22:00", Days::ALL));
    let verdict = decide(&facts, at(NOON));
    assert_eq!(codes(&verdict), ["CAMPAIGN_HOURS"]);
    assert_eq!(verdict.earliest_next, None);
}

/// Obviously right, and slow: asks every whole minute whether all is well. Every bound here is a whole minute.
fn slowly(facts: &Facts, now: DateTime<Utc>, open: (u32, u32)) -> Option<DateTime<Utc>> {
    let lawful = |moment: DateTime<Utc>| {
        candidate_zones(facts.phone.as_ref(), facts.state, facts.zip, facts.confirmed_zone).iter().all(|zone| {
            let local = moment.with_timezone(&zone).time();
            let minute = local.hour() * 60 + local.minute();
            (8 * 60..21 * 60).contains(&minute) && (open.0..open.1).contains(&minute)
        })
    };
    let first_minute = now + TimeDelta::seconds((60 - now.timestamp().rem_euclid(60)) % 60);
    let minutes = (0..4 * 24 * 60).map(|n| first_minute + TimeDelta::minutes(n));
    std::iter::once(now).chain(minutes).find(|moment| lawful(*moment))
}

/// Any second of 2026 and 2027, half of them within two days of a change of the clocks.
fn seconds() -> impl Strategy<Value = DateTime<Utc>> {
    let changes = ["2026-03-08T10:00:00Z", "2026-11-01T09:00:00Z", "2027-03-14T10:00:00Z", "2027-11-07T09:00:00Z"];
    prop_oneof![
        (0i64..2 * 365 * 86_400).prop_map(|second| at("2026-01-01T00:00:00Z") + TimeDelta::seconds(second)),
        (proptest::sample::select(changes.to_vec()), -172_800i64..172_800)
            .prop_map(|(change, second)| at(change) + TimeDelta::seconds(second)),
    ]
}

fn people() -> impl Strategy<Value = Facts> {
    let people = [
        ("+13125550123", "IL", "60601"),
        ("+16025550123", "IL", "60601"),
        ("+18505550123", "FL", ""),
        ("+19285550123", "", ""),
        ("+19075550123", "AK", ""),
        ("+18085550123", "NY", "10001"),
        ("+16715550123", "ME", "04101"),
        ("+18005550123", "", ""),
    ];
    proptest::sample::select(people.to_vec()).prop_map(|(phone, state, zip)| person(phone, state, zip))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_next_lawful_moment_is_the_first_one(facts in people(), now in seconds(), from in 0u32..23, length in 1u32..15) {
        let open = (from * 60, (from + length).min(24) * 60);
        let mut facts = facts;
        let midnight_is_the_end = NaiveTime::from_hms_opt(open.1 / 60 % 24, 0, 0).unwrap();
        facts.window = Window::new(NaiveTime::from_hms_opt(from, 0, 0).unwrap(), midnight_is_the_end, Days::ALL).ok();
        let verdict = decide(&facts, now);
        let slow = slowly(&facts, now, open);
        prop_assert_eq!(verdict.allowed(), slow == Some(now));
        match slow {
            Some(next) => prop_assert_eq!(verdict.earliest_next, Some(next).filter(|_| next != now)),
            // Clocks that are never both within these hours, or only after the next change of the clocks.
            None => prop_assert!(verdict.earliest_next.is_none_or(|next| next > now + TimeDelta::days(3))),
        }
    }

    #[test]
    fn no_second_is_lawful_while_any_clock_is_out(facts in people(), now in seconds()) {
        let verdict = decide(&facts, now);
        let out = verdict.zones.iter().any(|zone| !(8..21).contains(&now.with_timezone(&zone).hour()));
        prop_assert_eq!(verdict.allowed(), !out);
    }
}
