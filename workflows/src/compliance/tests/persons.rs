//! What only a person can lift.

use rstest::rstest;

use super::{super::*, NOON, at, chicagoan, codes};

#[rstest]
#[case::deceased(Circumstance::Deceased, "DECEASED")]
#[case::bankrupt(Circumstance::Bankrupt, "BANKRUPTCY")]
#[case::represented(Circumstance::Attorney, "ATTORNEY")]
#[case::ceased(Circumstance::Ceased, "CEASE")]
#[case::disputed(Circumstance::DisputeOpen, "DISPUTE_HOLD")]
fn some_things_end_every_channel(
    #[case] circumstance: Circumstance,
    #[case] code: &str,
    #[values(Channel::Call, Channel::Sms, Channel::Email)] channel: Channel,
) {
    let mut facts = chicagoan();
    (facts.channel, facts.consented) = (channel, true);
    facts.circumstances = vec![circumstance];
    let verdict = decide(&facts, at(NOON));
    assert_eq!(codes(&verdict), [code]);
    assert_eq!(verdict.earliest_next, None);
}

#[rstest]
#[case::calls_at_work(Channel::Call, Place::Work, &[Circumstance::EmployerProhibits], &["WORKPLACE"])]
#[case::not_at_home(Channel::Call, Place::Home, &[Circumstance::EmployerProhibits], &[])]
#[case::nor_texts(Channel::Sms, Place::Work, &[Circumstance::EmployerProhibits], &[])]
#[case::calls_at_work_that_nobody_forbids(Channel::Call, Place::Work, &[], &[])]
#[case::the_employers_address(Channel::Email, Place::Home, &[Circumstance::WorkEmail], &["WORKPLACE"])]
#[case::agreed_to(Channel::Email, Place::Home, &[Circumstance::WorkEmail, Circumstance::WorkEmailConsented], &[])]
#[case::an_address_is_no_number(Channel::Call, Place::Home, &[Circumstance::WorkEmail], &[])]
#[case::a_text_without_a_way_out(Channel::Sms, Place::Home, &[Circumstance::NoOptoutNotice], &["NO_OPTOUT_NOTICE"])]
#[case::an_email_without_one(Channel::Email, Place::Home, &[Circumstance::NoOptoutNotice], &["NO_OPTOUT_NOTICE"])]
#[case::a_call_needs_none(Channel::Call, Place::Home, &[Circumstance::NoOptoutNotice], &[])]
fn where_and_how_it_would_be_said_matters(
    #[case] channel: Channel,
    #[case] place: Place,
    #[case] circumstances: &[Circumstance],
    #[case] expected: &[&str],
) {
    let mut facts = chicagoan();
    (facts.channel, facts.place, facts.consented) = (channel, place, true);
    facts.circumstances = circumstances.to_vec();
    assert_eq!(codes(&decide(&facts, at(NOON))), expected);
}

#[rstest]
#[case::by_hand(Mode::Manual, false, &[])]
#[case::from_a_list(Mode::Predictive, false, &[])]
#[case::numbers_made_up(Mode::Atds, false, &["NO_CONSENT"])]
#[case::a_recorded_voice(Mode::Prerecorded, false, &["NO_CONSENT"])]
#[case::agreed_to(Mode::Prerecorded, true, &[])]
fn machines_that_call_need_consent(#[case] mode: Mode, #[case] consented: bool, #[case] expected: &[&str]) {
    let mut facts = chicagoan();
    (facts.mode, facts.consented) = (mode, consented);
    let verdict = decide(&facts, at(NOON));
    assert_eq!(codes(&verdict), expected);
    assert!(verdict.reasons.iter().all(|reason| reason.sentence.contains("machine")));
}

#[rstest]
#[case::sixty_days(Channel::Sms, true, Some(60), &[])]
#[case::a_day_more(Channel::Sms, true, Some(61), &["CONSENT_STALE"])]
#[case::never_dated(Channel::Sms, true, None, &[])]
#[case::no_consent_is_worse(Channel::Sms, false, Some(61), &["NO_CONSENT"])]
#[case::calls_keep(Channel::Call, true, Some(61), &[])]
fn a_number_is_confirmed_for_sixty_days(
    #[case] channel: Channel,
    #[case] consented: bool,
    #[case] days: Option<i64>,
    #[case] expected: &[&str],
) {
    let mut facts = chicagoan();
    (facts.channel, facts.consented, facts.verified_days) = (channel, consented, days);
    assert_eq!(codes(&decide(&facts, at(NOON))), expected);
}

#[test]
fn an_explanation_goes_through_every_rule_in_order() {
    let mut facts = chicagoan();
    facts.circumstances = vec![Circumstance::Ceased];
    let told = explain(&facts, at("2026-06-17T03:00:00Z"));
    assert_eq!(told.len(), RULES_COUNT);
    assert!(told.is_sorted_by_key(|(code, _)| *code));
    let refused: Vec<_> = told.iter().filter(|(_, reason)| reason.is_some()).map(|(code, _)| code.as_str()).collect();
    assert_eq!(refused, ["CEASE", "OUT_OF_WINDOW"]);
    assert!(told.iter().all(|(code, reason)| reason.as_ref().is_none_or(|reason| reason.code == *code)));
}
