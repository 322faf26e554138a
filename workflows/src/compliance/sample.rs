//! Worked cases in a CSV, a line each: what is known, and what the answer should be.
//!
//! ```text
//! id,now_utc,channel,debt_id,phone,addr_state,addr_zip,known_tz,attempts_json,flags,prefs_json,opts_json[,expected,…]
//! ```
//!
//! Whoever checks the rules, an examiner as much as a test, writes cases in a spreadsheet and reads the answers there.
//! A number, state or ZIP that is none is no clue, as it is on an account; anything else that cannot be is an error.

use chrono::{DateTime, SecondsFormat, Utc, Weekday};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Attempt, AttemptKind, Channel, Circumstance, Days, Facts, Mode, Place, Preference, Suppression,
    SuppressionKind as Kind, Verdict, window::DAY,
};
use crate::{
    phone::E164,
    place::{State, Zip},
};

/// One case as it is written. Columns that it does not know are left alone.
#[derive(Clone, Debug, Deserialize)]
pub struct Sample {
    pub id: String,
    now_utc: String,
    channel: String,
    debt_id: String,
    phone: String,
    addr_state: String,
    addr_zip: String,
    known_tz: String,
    attempts_json: String,
    flags: String,
    prefs_json: String,
    opts_json: String,
    #[serde(default)]
    expected: String,
    #[serde(default)]
    all_reasons: String,
    #[serde(default)]
    earliest_next_utc: String,
    #[serde(default)]
    confidence: String,
}

/// A case that cannot be, by its column.
#[derive(Debug, thiserror::Error)]
#[error("{column}: {message}")]
pub struct BadSample {
    pub column: &'static str,
    pub message: String,
}

/// The answer to a case, in the words of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// `allowed` or `blocked`.
    pub word: &'static str,
    /// The first of the reasons.
    pub reason: &'static str,
    pub all_reasons: String,
    /// Empty where it is allowed, and where a person must act first.
    pub earliest_next_utc: String,
}

#[derive(Deserialize)]
struct Contact {
    t: DateTime<Utc>,
    k: String,
    #[serde(default)]
    ch: Option<String>,
    #[serde(default)]
    debts: Option<Vec<String>>,
    #[serde(default)]
    place: Option<String>,
}

#[derive(Deserialize)]
struct Wish {
    #[serde(default)]
    days: String,
    from: String,
    to: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Options {
    mode: Option<String>,
    place: Option<String>,
    consent_until: Option<DateTime<Utc>>,
    sms_verified_days: Option<i64>,
    mini_tcpa: Value,
}

impl Sample {
    /// The moment, and what is known at it.
    ///
    /// # Errors
    /// With the column that cannot be.
    pub fn facts(&self) -> Result<(Facts, DateTime<Utc>), BadSample> {
        let now = self.now_utc.parse().map_err(bad("now_utc"))?;
        let mut facts = Facts::new(self.channel.parse().map_err(bad("channel"))?);
        facts.phone = E164::parse(&self.phone).ok();
        facts.state = State::parse(&self.addr_state).ok();
        facts.zip = Zip::parse(&self.addr_zip).ok();
        if !self.known_tz.is_empty() {
            facts.confirmed_zone = Some(self.known_tz.parse().map_err(bad("known_tz"))?);
        }
        facts.attempts = self.attempts()?;
        facts.preferences = self.preferences()?;
        self.options(&mut facts)?;
        for flag in self.flags.split(';').map(str::trim).filter(|flag| !flag.is_empty()) {
            apply(flag, &mut facts)?;
        }
        Ok((facts, now))
    }

    fn attempts(&self) -> Result<Vec<Attempt>, BadSample> {
        let contacts: Vec<Contact> = json("attempts_json", &self.attempts_json)?;
        contacts.into_iter().map(|contact| contact.attempt(&self.debt_id)).collect()
    }

    fn preferences(&self) -> Result<Vec<Preference>, BadSample> {
        let wishes: Vec<Wish> = json("prefs_json", &self.prefs_json)?;
        wishes.iter().map(Wish::preference).collect()
    }

    fn options(&self, facts: &mut Facts) -> Result<(), BadSample> {
        let options: Options = json("opts_json", &self.opts_json)?;
        let word = |word: &Option<String>, usual: &str| word.as_deref().unwrap_or(usual).to_owned();
        facts.mode = word(&options.mode, "manual").parse::<Mode>().map_err(bad("opts_json"))?;
        facts.place = word(&options.place, "home").parse::<Place>().map_err(bad("opts_json"))?;
        facts.more_calls_until = options.consent_until;
        facts.verified_days = options.sms_verified_days;
        facts.policy.mini_tcpa = match options.mini_tcpa {
            Value::Bool(on) => on,
            Value::Number(number) => number.as_i64() == Some(1),
            Value::String(word) => matches!(word.as_str(), "1" | "true"),
            _ => false,
        };
        Ok(())
    }

    /// What is wrong with an answer, if the case says what is right and is sure of it.
    #[must_use]
    pub fn differs(&self, answer: &Answer) -> Option<String> {
        if self.expected.is_empty() || self.confidence == "doubt" {
            return None;
        }
        let wanted = [self.expected.as_str(), &self.all_reasons, &self.earliest_next_utc].join(" ");
        let found = [answer.word, &answer.all_reasons, &answer.earliest_next_utc].join(" ");
        (wanted != found).then(|| format!("{}: expected {wanted}, found {found}", self.id))
    }
}

impl Answer {
    /// A verdict in the words of the file.
    #[must_use]
    pub fn of(verdict: &Verdict) -> Self {
        let codes: Vec<&str> = verdict.reasons.iter().map(|reason| reason.code.as_str()).collect();
        let next = verdict.earliest_next.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
        Self {
            word: if verdict.allowed() { "allowed" } else { "blocked" },
            reason: codes.first().copied().unwrap_or(""),
            all_reasons: codes.join("|"),
            earliest_next_utc: next.unwrap_or_default(),
        }
    }
}

impl Contact {
    fn attempt(self, debt: &str) -> Result<Attempt, BadSample> {
        let bad = bad::<super::UnknownWord>("attempts_json");
        let channel = self.ch.map_or(Ok(Channel::Call), |word| word.parse()).map_err(bad)?;
        let place = self.place.map_or(Ok(Place::Home), |word| word.parse());
        let debts = self.debts.unwrap_or_else(|| vec!["D1".to_owned()]);
        Ok(Attempt {
            at: self.t,
            kind: AttemptKind::parse(&self.k),
            channel,
            // A mobile is no place of its own.
            place: place.unwrap_or(Place::Home),
            this_debt: debts.iter().any(|other| other == debt),
        })
    }
}

impl Wish {
    fn preference(&self) -> Result<Preference, BadSample> {
        let wrong = |message: &str| BadSample { column: "prefs_json", message: message.to_owned() };
        let days: Result<Vec<Weekday>, _> = self.days.split_whitespace().map(str::parse).collect();
        let days = days.map_err(|_| wrong("days are Mon Tue Wed Thu Fri Sat Sun"))?;
        let days = if days.is_empty() { Days::ALL } else { days.into_iter().collect() };
        let times =
            second(&self.from).zip(second(&self.to)).ok_or_else(|| wrong("times are like 18:00, up to 24:00"))?;
        Preference::new(times.0, times.1, days).map_err(|error| wrong(&error.to_string()))
    }
}

/// The second of the day that `18:00` is; `24:00` is its end.
fn second(text: &str) -> Option<u32> {
    let mut parts = text.split(':').map(|part| part.parse::<u32>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    let possible = parts.next().is_none() && hour <= 24 && minute < 60 && second < 60;
    possible.then(|| hour * 3_600 + minute * 60 + second).filter(|whole| *whole <= DAY)
}

fn apply(flag: &str, facts: &mut Facts) -> Result<(), BadSample> {
    let mut suppress = |kind, channel| facts.suppressions.push(Suppression { kind, channel });
    match flag {
        "wrong_number" => suppress(Kind::WrongNumber, None),
        "dnc_number" => suppress(Kind::Internal, None),
        "stop" | "no_sms" => suppress(Kind::Stop, Some(Channel::Sms)),
        "unsubscribed" | "no_email" => suppress(Kind::Unsubscribe, Some(Channel::Email)),
        "no_call" => suppress(Kind::Stop, Some(Channel::Call)),
        "consent_call" => facts.consented |= facts.channel == Channel::Call,
        "consent_sms" => facts.consented |= facts.channel == Channel::Sms,
        // Verification was sent: the dispute holds nothing up.
        "disputed_verified" => {}
        other => facts.circumstances.push(other.parse::<Circumstance>().map_err(bad("flags"))?),
    }
    Ok(())
}

fn json<T: for<'a> Deserialize<'a>>(column: &'static str, text: &str) -> Result<T, BadSample> {
    let empty = if column == "opts_json" { "{}" } else { "[]" };
    serde_json::from_str(if text.trim().is_empty() { empty } else { text }).map_err(bad(column))
}

fn bad<E: std::fmt::Display>(column: &'static str) -> impl Fn(E) -> BadSample {
    move |error| BadSample { column, message: error.to_string() }
}

/// A line of the file.
#[derive(Debug)]
pub struct Line {
    pub number: u64,
    /// The case, or why it is none.
    pub case: Result<Sample, csv::Error>,
}

/// Reads a file of cases.
///
/// # Errors
/// When the columns are not those of cases. A line that is no case is told of in its place.
pub fn read(bytes: &[u8]) -> Result<Vec<Line>, MissingColumns> {
    let mut reader = csv::Reader::from_reader(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    let columns = reader.headers().cloned().unwrap_or_default();
    let missing: Vec<&str> = COLUMNS.into_iter().filter(|name| !columns.iter().any(|column| column == *name)).collect();
    if !missing.is_empty() {
        return Err(MissingColumns(missing.join(", ")));
    }
    let mut number = 1;
    let lines = reader.records().map(|record| {
        number = record.as_ref().ok().and_then(|record| record.position()).map_or(number + 1, csv::Position::line);
        Line { number, case: record.and_then(|record| record.deserialize(Some(&columns))) }
    });
    Ok(lines.collect())
}

const COLUMNS: [&str; 12] = [
    "id",
    "now_utc",
    "channel",
    "debt_id",
    "phone",
    "addr_state",
    "addr_zip",
    "known_tz",
    "attempts_json",
    "flags",
    "prefs_json",
    "opts_json",
];

/// Columns that a file of cases has not.
#[derive(Debug, thiserror::Error)]
#[error("the file lacks the columns {0}")]
pub struct MissingColumns(String);
