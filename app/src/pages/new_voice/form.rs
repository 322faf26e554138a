//! From the fields as typed to a campaign, with every fault by the field's own name.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, Multipart, Request};
use chrono::{NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use web::pages::new_voice::{NewVoiceValues, RetryValue};
use workflows::{
    campaign::{Audience, New, Schedule},
    phone::E164,
};

use crate::{
    api::imports::Sent,
    problem::{FieldError, Kind, Problem},
};

/// The form as it was sent.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) values: NewVoiceValues,
    file: Option<Sent>,
}

impl Form {
    pub(super) async fn read(request: Request) -> Result<Self, Problem> {
        let mut parts = Multipart::from_request(request, &()).await?;
        let mut form = Self { values: NewVoiceValues::default(), file: None };
        while let Some(part) = parts.next_field().await? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == "file" {
                let file_name = part.file_name().unwrap_or_default().to_owned();
                let bytes = part.bytes().await?;
                form.file = (!bytes.is_empty()).then(|| Sent::new(&file_name, bytes));
            } else {
                let text = part.text().await?;
                if text.contains('\0') {
                    return Err(Problem::field(&name, "must not contain NUL"));
                }
                form.set(&name, text);
            }
        }
        Ok(form)
    }

    /// A name that is none of the form's is left alone: the form is ours.
    fn set(&mut self, name: &str, text: String) {
        let v = &mut self.values;
        let field = match name {
            "name" => &mut v.name,
            "audience" => &mut v.audience,
            "creditor" => &mut v.creditor,
            "caller_id" => &mut v.caller_id,
            "when" => &mut v.when,
            "starts_at" => &mut v.starts_at,
            "cron" => &mut v.cron,
            "window_minutes" => &mut v.window_minutes,
            "timezone" => &mut v.timezone,
            "mode" => &mut v.mode,
            "amd" => &mut v.amd,
            "ring_timeout_secs" => &mut v.ring_timeout_secs,
            "wrap_up_secs" => &mut v.wrap_up_secs,
            "max_attempts" => &mut v.max_attempts,
            other => match other.strip_prefix("retry_").and_then(|outcome| wait(&mut v.retry, outcome)) {
                Some(wait) => wait,
                None => return,
            },
        };
        *field = text;
    }

    /// The list, where the form asks for one.
    pub(super) fn list(&self) -> Result<Option<&Sent>, Problem> {
        match (self.values.audience.as_str(), &self.file) {
            ("csv", Some(sent)) => Ok(Some(sent)),
            ("csv", None) => Err(Problem::field("file", "choose a CSV file")),
            _ => Ok(None),
        }
    }

    /// The campaign, or everything that is wrong with it.
    pub(super) fn campaign(&self) -> Result<New, Problem> {
        let v = &self.values;
        let mut wrong = Vec::new();
        let caller_id = keep(&mut wrong, "caller_id", E164::parse(&v.caller_id).map_err(|e| e.to_string()));
        // Any number does while the others are read; a wrong one ends it below.
        let stand_in = || E164::parse("+12015550100").expect("an example number");
        let mut new = New::named(&v.name, caller_id.unwrap_or_else(stand_in));
        new.mode.clone_from(&v.mode);
        new.amd.clone_from(&v.amd);
        new.ring_timeout_secs = number(&mut wrong, "ring_timeout_secs", &v.ring_timeout_secs);
        new.wrap_up_secs = number(&mut wrong, "wrap_up_secs", &v.wrap_up_secs);
        new.max_attempts = number(&mut wrong, "max_attempts", &v.max_attempts);
        new.retry_minutes = waits(&mut wrong, &v.retry);
        new.audience = audience(&mut wrong, v);
        new.schedule = schedule(&mut wrong, v);
        let known: Vec<String> = wrong.iter().map(|e| e.field.clone()).collect();
        let faults = new.faults().into_iter().filter(|f| !known.iter().any(|k| k == f.field));
        wrong.extend(faults.map(|fault| FieldError::new(fault.field, fault.message)));
        if wrong.is_empty() { Ok(new) } else { Err(Problem::new(Kind::InvalidBody).fields(wrong)) }
    }
}

fn wait<'a>(retry: &'a mut [RetryValue], outcome: &str) -> Option<&'a mut String> {
    retry.iter_mut().find(|wait| wait.outcome == outcome).map(|wait| &mut wait.minutes)
}

fn keep<T>(wrong: &mut Vec<FieldError>, field: &str, value: Result<T, String>) -> Option<T> {
    value.map_err(|message| wrong.push(FieldError::new(field, message))).ok()
}

/// A number, or a fault and 1, which is within every bound.
fn number(wrong: &mut Vec<FieldError>, field: &str, text: &str) -> i32 {
    keep(wrong, field, text.trim().parse().map_err(|_| "write a whole number".to_owned())).unwrap_or(1)
}

fn waits(wrong: &mut Vec<FieldError>, retry: &[RetryValue]) -> BTreeMap<String, i64> {
    let given = retry.iter().filter(|wait| !wait.minutes.trim().is_empty());
    given
        .map(|wait| {
            let field = format!("retry_{}", wait.outcome);
            let minutes: i64 = number(wrong, &field, &wait.minutes).into();
            if !(1..=60 * 24 * 30).contains(&minutes) {
                wrong.push(FieldError::new(field, "must be between 1 and 43200"));
                return (wait.outcome.clone(), 1);
            }
            (wait.outcome.clone(), minutes)
        })
        .collect()
}

fn audience(wrong: &mut Vec<FieldError>, v: &NewVoiceValues) -> Audience {
    let chosen = v.audience != "csv" && !v.creditor.is_empty();
    let creditor = chosen.then(|| v.creditor.parse().map_err(|_| "choose one of the list".to_owned()));
    Audience { creditor_id: creditor.and_then(|id| keep(wrong, "creditor", id)), ..Audience::default() }
}

fn schedule(wrong: &mut Vec<FieldError>, v: &NewVoiceValues) -> Schedule {
    match v.when.as_str() {
        "at" => match keep(wrong, "starts_at", moment(&v.starts_at, &v.timezone)) {
            Some(starts_at) => Schedule::At { starts_at },
            None => Schedule::Now,
        },
        "recurring" => Schedule::Recurring {
            cron: v.cron.trim().to_owned(),
            timezone: v.timezone.clone(),
            window_minutes: number(wrong, "window_minutes", &v.window_minutes),
        },
        _ => Schedule::Now,
    }
}

fn moment(wall: &str, zone: &str) -> Result<chrono::DateTime<Utc>, String> {
    let zone: Tz = zone.parse().map_err(|_| "choose a time zone".to_owned())?;
    let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    let wall = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(wall.trim(), format).ok());
    let wall = wall.ok_or("give a day and a time")?;
    // In the hour that comes twice the first is meant; the hour that is left out is refused.
    let at = zone.from_local_datetime(&wall).earliest().ok_or("clocks skip this time on that day; choose another")?;
    Ok(at.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(change: impl FnOnce(&mut NewVoiceValues)) -> Form {
        let mut values =
            NewVoiceValues { name: "November".into(), caller_id: "+13035550199".into(), ..Default::default() };
        change(&mut values);
        Form { values, file: None }
    }

    #[test]
    fn the_form_as_it_is_offered_makes_a_campaign() {
        assert!(form(|_| {}).campaign().is_ok());
    }

    #[test]
    fn whoever_is_chosen_to_dial_dials() {
        assert_eq!(form(|v| v.mode = "power".into()).campaign().unwrap().mode, "power");
        let faults = form(|v| v.mode = "by magic".into()).campaign().unwrap_err();
        assert_eq!(faults.errors()[0].field, "mode");
    }

    #[test]
    fn every_fault_is_told_by_its_own_field() {
        let problem = form(|v| {
            v.name.clear();
            v.ring_timeout_secs = "long".into();
            v.retry[0].minutes = "-1".into();
            v.when = "at".into();
            v.starts_at = "2026-03-08T02:30".into();
        })
        .campaign()
        .unwrap_err();
        let fields: Vec<_> = problem.errors().iter().map(|e| e.field.as_str()).collect();
        for field in ["name", "ring_timeout_secs", "retry_no_answer", "starts_at"] {
            assert!(fields.contains(&field), "{field} is not in {fields:?}");
        }
    }
}
