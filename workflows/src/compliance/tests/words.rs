//! What each refusal says, and the source it names: agents and courts read these.

use rstest::rstest;

use super::{super::*, NOON, at, chicagoan, hours, person};
use crate::phone::E164;

fn by(channel: Channel) -> Facts {
    let mut facts = chicagoan();
    (facts.channel, facts.consented) = (channel, true);
    facts
}

fn who_is(circumstance: Circumstance) -> Facts {
    let mut facts = by(Channel::Call);
    facts.circumstances = vec![circumstance];
    facts
}

fn sending(channel: Channel, circumstance: Circumstance) -> Facts {
    Facts { channel, ..who_is(circumstance) }
}

fn listed(channel: Channel, kind: SuppressionKind) -> Facts {
    let mut facts = by(channel);
    facts.suppressions = vec![Suppression { kind, channel: None }];
    facts
}

fn at_work() -> Facts {
    Facts { place: Place::Work, ..who_is(Circumstance::EmployerProhibits) }
}

fn unasked(channel: Channel, mode: Mode) -> Facts {
    Facts { mode, consented: false, ..by(channel) }
}

fn last_known(days: i64) -> Facts {
    Facts { verified_days: Some(days), ..by(Channel::Sms) }
}

/// Contacts of this kind at these moments.
fn after(facts: Facts, kind: AttemptKind, moments: &[&str]) -> Facts {
    let attempt =
        |moment: &&str| Attempt { at: at(moment), kind, channel: Channel::Call, place: Place::Home, this_debt: true };
    Facts { attempts: moments.iter().map(attempt).collect(), ..facts }
}

fn called(times: usize) -> Facts {
    after(by(Channel::Call), AttemptKind::NoAnswer, &["2026-06-15T15:00:00Z"].repeat(times))
}

fn spoken_to(moment: &str) -> Facts {
    after(by(Channel::Call), AttemptKind::Conversation, &[moment])
}

fn spoken_to_then_not_reached() -> Facts {
    let mut facts = spoken_to("2026-06-12T16:00:00Z");
    facts.attempts.extend(called(1).attempts);
    facts
}

fn agency(policy: Policy, facts: Facts) -> Facts {
    Facts { policy, ..facts }
}

fn at_most(calls: usize) -> Policy {
    Policy { calls_per_week: Some(calls), ..Policy::default() }
}

fn solicitation() -> Policy {
    Policy { mini_tcpa: true, ..Policy::default() }
}

fn floridian() -> Facts {
    person("+13055550123", "FL", "33101")
}

fn bostonian() -> Facts {
    person("+16175550123", "MA", "02108")
}

fn evenings_off() -> Facts {
    let mut facts = by(Channel::Call);
    facts.preferences = vec![Preference::new(12 * 3_600, 24 * 3_600, Days::ALL).unwrap()];
    facts
}

fn campaign_until(closes: &str) -> Facts {
    Facts { window: Some(hours("09:00", closes, Days::ALL)), ..by(Channel::Call) }
}

fn agency_until(closes: &str) -> Facts {
    agency(Policy { hours: Some(hours("09:00", closes, Days::ALL)), ..Policy::default() }, by(Channel::Call))
}

fn nobody_knows_where() -> Facts {
    Facts { phone: E164::parse("+16025550123").ok(), ..chicagoan() }
}

const NIGHT: &str = "2026-06-17T02:30:00Z";
const MORNING: &str = "2026-06-16T14:30:00Z";

#[rstest]
#[case::deceased(who_is(Circumstance::Deceased), NOON, "The consumer has died.", "12 CFR 1006.6(a)(4)")]
#[case::bankrupt(who_is(Circumstance::Bankrupt), NOON, "The consumer is in bankruptcy.", "11 USC 362(a)(6)")]
#[case::attorney(who_is(Circumstance::Attorney), NOON, "An attorney represents the consumer.", "12 CFR 1006.6(b)(2)")]
#[case::ceased(
    who_is(Circumstance::Ceased),
    NOON,
    "The consumer asked in writing that communication cease.",
    "12 CFR 1006.6(c)(1)"
)]
#[case::disputed(
    who_is(Circumstance::DisputeOpen),
    NOON,
    "The debt is disputed, and no verification was sent yet.",
    "12 CFR 1006.38(d)(2)"
)]
#[case::somebody_elses(
    listed(Channel::Call, SuppressionKind::Reassigned),
    NOON,
    "The number belongs to somebody else.",
    "12 CFR 1006.6(d)(1)"
)]
#[case::do_not_call(
    listed(Channel::Call, SuppressionKind::Federal),
    NOON,
    "The number is on a do-not-call list.",
    "12 CFR 1006.14(h)(1)"
)]
#[case::no_texts(
    listed(Channel::Sms, SuppressionKind::Stop),
    NOON,
    "The consumer has opted out of texts.",
    "12 CFR 1006.14(h)(1)"
)]
#[case::no_emails(
    listed(Channel::Email, SuppressionKind::Unsubscribe),
    NOON,
    "The consumer has opted out of e-mails.",
    "12 CFR 1006.14(h)(1)"
)]
#[case::a_machine(
    unasked(Channel::Call, Mode::Prerecorded),
    NOON,
    "The consumer has not agreed to calls by a machine.",
    "47 CFR 64.1200(a)(1)"
)]
#[case::a_text(
    unasked(Channel::Sms, Mode::Manual),
    NOON,
    "The consumer has not agreed to texts.",
    "12 CFR 1006.6(d)(5)"
)]
#[case::an_old_consent(
    last_known(61),
    NOON,
    "The number was last confirmed 61 days ago; texts need that within 60.",
    "12 CFR 1006.6(d)(5)"
)]
#[case::at_work(at_work(), NOON, "The employer does not allow calls at work.", "12 CFR 1006.6(b)(3)")]
#[case::to_work(
    sending(Channel::Email, Circumstance::WorkEmail),
    NOON,
    "The address is the employer's.",
    "12 CFR 1006.22(f)(3)"
)]
#[case::no_way_out(
    sending(Channel::Sms, Circumstance::NoOptoutNotice),
    NOON,
    "The message does not say how to opt out.",
    "12 CFR 1006.6(e)"
)]
#[case::seven_calls(
    called(7),
    NOON,
    "7 of 7 calls about this debt in seven days are used.",
    "12 CFR 1006.14(b)(2)(i)(A)"
)]
#[case::as_many_as_the_law(
    agency(at_most(7), called(7)),
    NOON,
    "7 of 7 calls about this debt in seven days are used.",
    "12 CFR 1006.14(b)(2)(i)(A)"
)]
#[case::fewer_by_policy(
    agency(at_most(3), called(4)),
    NOON,
    "4 of 3 calls about this debt in seven days are used.",
    "policy: calls in seven days"
)]
#[case::spoken_to_today(
    spoken_to("2026-06-16T16:00:00Z"),
    NOON,
    "We spoke with the consumer about this debt within the last day; calls rest for seven days.",
    "12 CFR 1006.14(b)(2)(i)(B)"
)]
#[case::yesterday(
    spoken_to("2026-06-15T16:00:00Z"),
    NOON,
    "We spoke with the consumer about this debt a day ago; calls rest for seven days.",
    "12 CFR 1006.14(b)(2)(i)(B)"
)]
#[case::days_ago(
    spoken_to("2026-06-12T16:00:00Z"),
    NOON,
    "We spoke with the consumer about this debt 4 days ago; calls rest for seven days.",
    "12 CFR 1006.14(b)(2)(i)(B)"
)]
#[case::not_when_nobody_answered(
    spoken_to_then_not_reached(),
    NOON,
    "We spoke with the consumer about this debt 4 days ago; calls rest for seven days.",
    "12 CFR 1006.14(b)(2)(i)(B)"
)]
#[case::the_state(
    after(bostonian(), AttemptKind::NoAnswer, &["2026-06-15T15:00:00Z"; 2]),
    NOON,
    "Massachusetts: not more than 2 contacts in 7 days.",
    "209 CMR 18.16(1)(d)"
)]
#[case::solicitation(
    agency(solicitation(), after(floridian(), AttemptKind::NoAnswer, &["2026-06-16T15:00:00Z"; 3])),
    NOON,
    "3 calls and texts within a day are used.",
    "Fla. Stat. 501.616(6)"
)]
#[case::a_wish(
    evenings_off(),
    NOON,
    "The consumer does not want to be contacted from 12:00 to 24:00.",
    "12 CFR 1006.6(b)(1)"
)]
#[case::at_night(
    by(Channel::Email),
    NIGHT,
    "It is 21:30 in Chicago; e-mails are lawful from 08:00 to 21:00.",
    "12 CFR 1006.6(b)(1)(i)"
)]
#[case::early_in_one_of_two(
    nobody_knows_where(),
    MORNING,
    "It is 07:30 in Phoenix; calls are lawful from 08:00 to 21:00.",
    "12 CFR 1006.6(b)(1)(i)"
)]
#[case::the_solicitors_evening(
    agency(solicitation(), floridian()),
    "2026-06-17T00:30:00Z",
    "It is 20:30 in New York; calls are lawful from 08:00 to 20:00.",
    "Fla. Stat. 501.616(6)"
)]
#[case::the_campaigns_hours(
    campaign_until("11:00"),
    NOON,
    "It is 12:00 in Chicago; this campaign keeps to 09:00 to 11:00.",
    "policy: campaign hours"
)]
#[case::the_agencys_hours(
    agency_until("11:00"),
    NOON,
    "It is 12:00 in Chicago; the agency keeps to 09:00 to 11:00.",
    "policy: agency hours"
)]
fn a_refusal_says_why_in_a_sentence_and_names_its_source(
    #[case] facts: Facts,
    #[case] now: &str,
    #[case] sentence: &str,
    #[case] citation: &str,
) {
    let verdict = decide(&facts, at(now));
    let said: Vec<_> = verdict.reasons.iter().map(|reason| (reason.sentence.as_str(), reason.citation)).collect();
    assert_eq!(said, [(sentence, citation)]);
}

#[test]
fn every_rule_is_a_sentence_of_its_own() {
    let sentences = Code::ALL.map(Code::sentence);
    let distinct: std::collections::BTreeSet<_> = sentences.iter().collect();
    assert_eq!(distinct.len(), RULES_COUNT);
    assert!(sentences.iter().all(|sentence| sentence.len() > 20 && sentence.ends_with('.')), "{sentences:?}");
}

#[rstest]
#[case::no_answer("noanswer", AttemptKind::NoAnswer)]
#[case::a_machine("voicemail", AttemptKind::Voicemail)]
#[case::hung_up_on_it("machine_hangup", AttemptKind::MachineHangup)]
#[case::the_same("amd_hangup", AttemptKind::MachineHangup)]
#[case::abandoned("abandoned", AttemptKind::Abandoned)]
#[case::spoken("conversation", AttemptKind::Conversation)]
#[case::busy("busy", AttemptKind::Busy)]
#[case::invalid("invalid", AttemptKind::Invalid)]
#[case::consented("consented", AttemptKind::Consented)]
#[case::to_an_attorney("third_party_excluded", AttemptKind::ThirdPartyExcluded)]
#[case::they_called_and_spoke("inbound_conversation", AttemptKind::InboundConversation)]
#[case::they_wrote("inbound_text", AttemptKind::Inbound)]
#[case::nobody_knows("outcome lost", AttemptKind::Other)]
fn a_word_of_a_log_is_a_kind_of_contact(#[case] word: &str, #[case] kind: AttemptKind) {
    assert_eq!(AttemptKind::parse(word), kind);
}
