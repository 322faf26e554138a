//! Files of worked cases.

use rstest::rstest;

use super::super::{
    decide,
    sample::{self, Answer},
};

const HEADER: &str =
    "id,now_utc,channel,debt_id,phone,addr_state,addr_zip,known_tz,attempts_json,flags,prefs_json,opts_json";

fn answer(line: &str) -> Result<Answer, String> {
    let file = format!("{HEADER}\n{line}\n");
    let mut lines = sample::read(file.as_bytes()).map_err(|error| error.to_string())?;
    let case = lines.remove(0).case.map_err(|error| error.to_string())?;
    let (facts, now) = case.facts().map_err(|error| error.to_string())?;
    Ok(Answer::of(&decide(&facts, now)))
}

const CHICAGO: &str = "D1,+13125550123,IL,60601,";

#[rstest]
#[case::allowed("A,2026-06-16T17:00:00Z,call", ",[],,[],{}", "allowed", "", "")]
#[case::too_early("A,2026-06-16T12:59:59Z,call", ",[],,[],{}", "blocked", "OUT_OF_WINDOW", "2026-06-16T13:00:00Z")]
#[case::empty_cells("A,2026-06-16T17:00:00Z,call", ",,,,", "allowed", "", "")]
#[case::flags("A,2026-06-16T17:00:00Z,sms", ",[],stop; ceased,[],{}", "blocked", "CEASE|CHANNEL_OPTOUT|NO_CONSENT", "")]
#[case::no_calls("A,2026-06-16T17:00:00Z,call", ",[],no_call,[],{}", "blocked", "CHANNEL_OPTOUT", "")]
#[case::no_calls_is_of_calls("A,2026-06-16T17:00:00Z,email", ",[],no_call;stop,[],{}", "allowed", "", "")]
#[case::no_emails("A,2026-06-16T17:00:00Z,email", ",[],no_email,[],{}", "blocked", "CHANNEL_OPTOUT", "")]
#[case::somebody_else("A,2026-06-16T17:00:00Z,call", ",[],wrong_number,[],{}", "blocked", "WRONG_NUMBER", "")]
#[case::listed("A,2026-06-16T17:00:00Z,call", ",[],dnc_number,[],{}", "blocked", "DNC_NUMBER", "")]
#[case::agreed("A,2026-06-16T17:00:00Z,sms", ",[],consent_sms;disputed_verified,[],{}", "allowed", "", "")]
#[case::agreed_to_calls_only("A,2026-06-16T17:00:00Z,sms", ",[],consent_call,[],{}", "blocked", "NO_CONSENT", "")]
#[case::stale(
    "A,2026-06-16T17:00:00Z,sms",
    r#",[],consent_sms,[],"{""sms_verified_days"": 61}""#,
    "blocked",
    "CONSENT_STALE",
    ""
)]
#[case::machine("A,2026-06-16T17:00:00Z,call", r#",[],,[],"{""mode"": ""atds""}""#, "blocked", "NO_CONSENT", "")]
#[case::machine_agreed(
    "A,2026-06-16T17:00:00Z,call",
    r#",[],consent_call,[],"{""mode"": ""atds""}""#,
    "allowed",
    "",
    ""
)]
#[case::wish(
    "A,2026-06-16T17:00:00Z,call",
    r#",[],,"[{""days"":""Tue"",""from"":""12:00"",""to"":""13:30:00""}]",{}"#,
    "blocked",
    "PREF_TIME",
    "2026-06-16T18:30:00Z"
)]
#[case::talked(
    "A,2026-06-16T17:00:00Z,call",
    r#","[{""t"":""2026-06-16T15:00:00Z"",""k"":""conversation""}]",,[],{}"#,
    "blocked",
    "CONV_7DAY",
    "2026-06-23T13:00:00Z"
)]
#[case::of_another(
    "A,2026-06-16T17:00:00Z,call",
    r#","[{""t"":""2026-06-16T15:00:00Z"",""k"":""conversation"",""debts"":[""D2""]}]",,[],{}"#,
    "allowed",
    "",
    ""
)]
fn a_case_is_read_and_answered(
    #[case] start: &str,
    #[case] end: &str,
    #[case] word: &str,
    #[case] reasons: &str,
    #[case] next: &str,
) {
    let found = answer(&format!("{start},{CHICAGO}{end}")).unwrap();
    assert_eq!((found.word, found.all_reasons.as_str(), found.earliest_next_utc.as_str()), (word, reasons, next));
    assert_eq!(found.reason, reasons.split('|').next().unwrap());
}

#[rstest]
#[case::no_date("A,2026-02-30T17:00:00Z,call,D1,,,,,[],,[],{}", "now_utc")]
#[case::no_channel("A,2026-06-16T17:00:00Z,fax,D1,,,,,[],,[],{}", "channel")]
#[case::no_zone("A,2026-06-16T17:00:00Z,call,D1,,,,America/Gotham,[],,[],{}", "known_tz")]
#[case::no_json("A,2026-06-16T17:00:00Z,call,D1,,,,,[,,[],{}", "attempts_json")]
#[case::no_flag("A,2026-06-16T17:00:00Z,call,D1,,,,,[],sleepy,[],{}", "flags")]
#[case::no_day(
    r#"A,2026-06-16T17:00:00Z,call,D1,,,,,[],,"[{""days"":""Someday"",""from"":""09:00"",""to"":""10:00""}]",{}"#,
    "prefs_json"
)]
#[case::no_time(r#"A,2026-06-16T17:00:00Z,call,D1,,,,,[],,"[{""from"":""24:01"",""to"":""10:00""}]",{}"#, "prefs_json")]
#[case::no_length(
    r#"A,2026-06-16T17:00:00Z,call,D1,,,,,[],,"[{""from"":""09:00"",""to"":""09:00""}]",{}"#,
    "prefs_json"
)]
#[case::no_mode(r#"A,2026-06-16T17:00:00Z,call,D1,,,,,[],,[],"{""mode"":""robot""}""#, "opts_json")]
fn what_cannot_be_names_its_column(#[case] line: &str, #[case] column: &str) {
    let told = answer(line).unwrap_err();
    assert!(told.starts_with(&format!("{column}: ")), "{told}");
}

#[test]
fn missing_columns_are_named() {
    let told = sample::read(b"id,now_utc,channel\n").unwrap_err().to_string();
    assert!(
        told.ends_with("debt_id, phone, addr_state, addr_zip, known_tz, attempts_json, flags, prefs_json, opts_json")
    );
}

#[test]
fn a_number_a_state_or_a_zip_that_is_none_is_no_clue() {
    let found = answer("A,2026-09-15T17:59:59Z,call,D1,12,ZZ,1,,[],,[],{}").unwrap();
    // Eight in Honolulu is the last eight there is.
    assert_eq!((found.reason, found.earliest_next_utc.as_str()), ("OUT_OF_WINDOW", "2026-09-15T18:00:00Z"));
}

#[test]
fn a_short_line_is_told_of_in_its_place() {
    let file = format!("\u{feff}{HEADER}\nA,2026-06-16T17:00:00Z\nB,2026-06-16T17:00:00Z,call,{CHICAGO},[],,[],{{}}\n");
    let lines = sample::read(file.as_bytes()).unwrap();
    assert_eq!(lines.iter().map(|line| (line.number, line.case.is_ok())).collect::<Vec<_>>(), [(2, false), (3, true)]);
}

#[test]
fn an_answer_is_compared_with_what_the_case_is_sure_of() {
    let file = format!(
        "{HEADER},expected,all_reasons,earliest_next_utc,confidence\n\
         A,2026-06-16T17:00:00Z,call,{CHICAGO},[],,[],{{}},blocked,CEASE,,sure\n\
         B,2026-06-16T17:00:00Z,call,{CHICAGO},[],,[],{{}},blocked,CEASE,,doubt\n\
         C,2026-06-16T17:00:00Z,call,{CHICAGO},[],,[],{{}},allowed,,,sure\n"
    );
    let differ = sample::read(file.as_bytes()).unwrap().into_iter().filter_map(|line| {
        let case = line.case.unwrap();
        let (facts, now) = case.facts().unwrap();
        case.differs(&Answer::of(&decide(&facts, now)))
    });
    assert_eq!(differ.collect::<Vec<_>>(), ["A: expected blocked CEASE , found allowed  "]);
}

/// The cases that an examiner of the field wrote, where they are at hand.
#[test]
fn the_worked_cases_beside_the_project_are_answered_as_their_author_would() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/compliance/sample_cases.csv");
    let Ok(bytes) = std::fs::read(beside) else {
        eprintln!("skipped: there is no {beside}");
        return;
    };
    for line in sample::read(&bytes).unwrap() {
        let case = line.case.unwrap();
        let (facts, now) = case.facts().unwrap();
        assert_eq!(case.differs(&Answer::of(&decide(&facts, now))), None);
    }
}
