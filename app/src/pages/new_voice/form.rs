//! From the fields as typed to a campaign, with every fault by the field's own name.

use std::collections::BTreeMap;

use axum::extract::Request;
use web::pages::new_voice::{NewVoiceValues, RetryValue};
use workflows::{
    campaign::{New, Schedule},
    phone::E164,
};

use crate::{
    api::imports::Sent,
    pages::typed::{self, audience, keep, moment, number, percent},
    problem::{FieldError, Problem},
};

/// The form as it was sent.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) values: NewVoiceValues,
    file: Option<Sent>,
}

impl Form {
    pub(super) async fn read(request: Request) -> Result<Self, Problem> {
        let mut form = Self { values: NewVoiceValues::default(), file: None };
        form.file = typed::fields(request, |name, text| form.set(name, text)).await?;
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
            "abandon_cap" => &mut v.abandon_cap,
            "max_lines" => &mut v.max_lines,
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
        typed::list(&self.values.audience, self.file.as_ref())
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
        new.abandon_cap = percent(&mut wrong, "abandon_cap", &v.abandon_cap);
        new.max_lines = (!v.max_lines.trim().is_empty()).then(|| number(&mut wrong, "max_lines", &v.max_lines));
        new.amd.clone_from(&v.amd);
        new.ring_timeout_secs = number(&mut wrong, "ring_timeout_secs", &v.ring_timeout_secs);
        new.wrap_up_secs = number(&mut wrong, "wrap_up_secs", &v.wrap_up_secs);
        new.max_attempts = number(&mut wrong, "max_attempts", &v.max_attempts);
        new.retry_minutes = waits(&mut wrong, &v.retry);
        new.audience = audience(&mut wrong, &v.audience, &v.creditor);
        new.schedule = schedule(&mut wrong, v);
        typed::faultless(wrong, new.faults())?;
        Ok(new)
    }
}

fn wait<'a>(retry: &'a mut [RetryValue], outcome: &str) -> Option<&'a mut String> {
    retry.iter_mut().find(|wait| wait.outcome == outcome).map(|wait| &mut wait.minutes)
}

fn waits(wrong: &mut Vec<FieldError>, retry: &[RetryValue]) -> BTreeMap<String, i64> {
    let given = retry.iter().filter(|wait| !wait.minutes.trim().is_empty());
    given
        .map(|wait| {
            let field = format!("retry_{}", wait.outcome);
            let minutes: i64 = number(wrong, &field, &wait.minutes);
            if !(1..=60 * 24 * 30).contains(&minutes) {
                wrong.push(FieldError::new(field, "must be between 1 and 43200"));
                return (wait.outcome.clone(), 1);
            }
            (wait.outcome.clone(), minutes)
        })
        .collect()
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
