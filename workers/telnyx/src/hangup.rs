//! How a call ended, in our words.

use crate::wire::webhook::{HangupCause, HangupSource};

/// What a hangup says about the attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HangupClass {
    /// It was answered; who hung up, and when, decides the rest.
    Completed,
    /// We hung up before anybody answered.
    Cancelled,
    /// The line was busy.
    Busy,
    /// It rang and nobody answered.
    NoAnswer,
    /// There is no such number.
    Invalid,
    /// The consumer pressed decline.
    Declined,
    /// The consumer or their carrier blocks our number as unwanted.
    Blocked,
    /// Our caller id, account or channels are the problem: the consumer was never rung.
    CallerIdProblem,
    /// The network failed: the consumer was never rung.
    CarrierFailure,
}

/// The first rule that matches.
///
/// Causes: <https://developers.telnyx.com/docs/voice/programmable-voice/voice-api-webhooks>. SIP statuses: RFC 3261 section 21,
/// 607 "Unwanted" RFC 8197, 608 "Rejected" RFC 8688; what the carrier itself means by 403 and 503:
/// <https://developers.telnyx.com/docs/voice/sip-trunking/troubleshooting/response-codes>. That page also gives 404 to a blocked
/// account and an inactive connection (D18, D19), so a sudden run of [`HangupClass::Invalid`] may not be the numbers' fault.
///
/// A status says more than `call_rejected` does, and a named cause more than a status. What nobody can name is a carrier's
/// failure: it is tried again later, and it is not held against the consumer's number.
pub fn classify_hangup(
    cause: Option<&HangupCause>,
    source: Option<&HangupSource>,
    sip: Option<&str>,
    answered: bool,
) -> HangupClass {
    use HangupCause as Cause;
    let sip: Option<u16> = sip.and_then(|text| text.trim().parse().ok());
    match (cause, sip) {
        _ if answered => HangupClass::Completed,
        (Some(Cause::OriginatorCancel), _) => HangupClass::Cancelled,
        (Some(Cause::UserBusy), _) | (_, Some(486 | 600)) => HangupClass::Busy,
        (Some(Cause::Timeout | Cause::NoAnswer), _) | (_, Some(408 | 480 | 487)) => HangupClass::NoAnswer,
        (Some(Cause::NotFound), _) | (_, Some(404 | 410 | 484 | 604)) => HangupClass::Invalid,
        (_, Some(607 | 608)) => HangupClass::Blocked,
        (_, Some(403)) => HangupClass::CallerIdProblem,
        (_, Some(500..=599)) => HangupClass::CarrierFailure,
        (Some(Cause::CallRejected), _) | (_, Some(603)) => HangupClass::Declined,
        (Some(Cause::NormalClearing), _) if source == Some(&HangupSource::Caller) => HangupClass::Cancelled,
        (Some(Cause::NormalClearing | Cause::TimeLimit), _) => HangupClass::NoAnswer,
        _ => HangupClass::CarrierFailure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use HangupCause::*;
    use rstest::rstest;

    #[rstest]
    #[case::cancelled_by_us(OriginatorCancel, "487", HangupClass::Cancelled)]
    #[case::busy(UserBusy, "486", HangupClass::Busy)]
    #[case::busy_everywhere(CallRejected, "600", HangupClass::Busy)]
    #[case::rang_out(Timeout, "487", HangupClass::NoAnswer)]
    #[case::rang_out_without_a_status(NoAnswer, "unspecified", HangupClass::NoAnswer)]
    #[case::switched_off(CallRejected, "480", HangupClass::NoAnswer)]
    #[case::request_timed_out(Unspecified, "408", HangupClass::NoAnswer)]
    #[case::no_such_number(NotFound, "404", HangupClass::Invalid)]
    #[case::number_gone(Unspecified, "410", HangupClass::Invalid)]
    #[case::number_incomplete(CallRejected, "484", HangupClass::Invalid)]
    #[case::number_nowhere(Unspecified, "604", HangupClass::Invalid)]
    #[case::declined(CallRejected, "603", HangupClass::Declined)]
    #[case::rejected_without_a_status(CallRejected, "unspecified", HangupClass::Declined)]
    #[case::unwanted(CallRejected, "607", HangupClass::Blocked)]
    #[case::blocked_by_analytics(CallRejected, "608", HangupClass::Blocked)]
    #[case::caller_id_refused(CallRejected, "403", HangupClass::CallerIdProblem)]
    #[case::congestion(Unspecified, "503", HangupClass::CarrierFailure)]
    #[case::rejected_by_a_broken_network(CallRejected, "503", HangupClass::CarrierFailure)]
    #[case::unnamed(Unspecified, "unspecified", HangupClass::CarrierFailure)]
    #[case::new_word(Other("solar_flare".into()), "", HangupClass::CarrierFailure)]
    fn an_unanswered_call_is_classified_by_cause_and_status(
        #[case] cause: HangupCause,
        #[case] sip: &str,
        #[case] expected: HangupClass,
    ) {
        let class = classify_hangup(Some(&cause), Some(&HangupSource::Callee), Some(sip), false);
        assert_eq!(class, expected);
    }

    #[rstest]
    #[case::consumer_hung_up(NormalClearing, HangupSource::Callee)]
    #[case::we_hung_up(NormalClearing, HangupSource::Caller)]
    #[case::the_limit_did(TimeLimit, HangupSource::Unknown)]
    #[case::strangely(UserBusy, HangupSource::Callee)]
    fn an_answered_call_is_completed_whatever_ended_it(#[case] cause: HangupCause, #[case] source: HangupSource) {
        let class = classify_hangup(Some(&cause), Some(&source), Some("486"), true);
        assert_eq!(class, HangupClass::Completed);
    }

    #[rstest]
    #[case::by_us(HangupSource::Caller, HangupClass::Cancelled)]
    #[case::by_them(HangupSource::Callee, HangupClass::NoAnswer)]
    fn an_ordinary_end_before_the_answer_depends_on_who_ended_it(
        #[case] source: HangupSource,
        #[case] expected: HangupClass,
    ) {
        assert_eq!(classify_hangup(Some(&NormalClearing), Some(&source), None, false), expected);
    }

    #[test]
    fn an_end_without_any_reason_is_the_carriers_failure() {
        assert_eq!(classify_hangup(None, None, None, false), HangupClass::CarrierFailure);
    }
}
