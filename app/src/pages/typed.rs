//! What people typed into a campaign's form: read whole, kept as it was, every fault by the field's own name.

use std::str::FromStr;

use axum::extract::{FromRequest, Multipart, Request};
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use workflows::campaign::{Audience, Invalid};

use crate::{
    api::imports::Sent,
    problem::{FieldError, Kind, Problem},
};

/// Hands every field to `set`; the file, if one was chosen.
pub(super) async fn fields(request: Request, mut set: impl FnMut(&str, String)) -> Result<Option<Sent>, Problem> {
    let mut parts = Multipart::from_request(request, &()).await?;
    let mut file = None;
    while let Some(part) = parts.next_field().await? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            let file_name = part.file_name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await?;
            file = (!bytes.is_empty()).then(|| Sent::new(&file_name, bytes));
        } else {
            let text = part.text().await?;
            if text.contains('\0') {
                return Err(Problem::field(&name, "must not contain NUL"));
            }
            set(&name, text);
        }
    }
    Ok(file)
}

/// The list, where the form asks for one.
pub(super) fn list<'a>(audience: &str, file: Option<&'a Sent>) -> Result<Option<&'a Sent>, Problem> {
    match (audience, file) {
        ("csv", None) => Err(Problem::field("file", "choose a CSV file")),
        ("csv", sent) => Ok(sent),
        _ => Ok(None),
    }
}

pub(super) fn keep<T>(wrong: &mut Vec<FieldError>, field: &str, value: Result<T, String>) -> Option<T> {
    value.map_err(|message| wrong.push(FieldError::new(field, message))).ok()
}

/// A number, or a fault and 1, which is within every bound.
pub(super) fn number<T: FromStr + From<u8>>(wrong: &mut Vec<FieldError>, field: &str, text: &str) -> T {
    let number = text.trim().parse().map_err(|_| "write a whole number".to_owned());
    keep(wrong, field, number).unwrap_or_else(|| T::from(1))
}

/// A share, typed in percent.
pub(super) fn percent(wrong: &mut Vec<FieldError>, field: &'static str, typed: &str) -> f32 {
    let typed = typed.trim().trim_end_matches('%').trim_end();
    let share = typed.parse::<f32>().map_err(|_| "give a number of percent, such as 3".to_owned());
    let share = share.and_then(|percent| match (0.0..=3.0).contains(&percent) {
        true => Ok(percent / 100.0),
        false => Err("must be between 0 and 3".to_owned()),
    });
    keep(wrong, field, share).unwrap_or(0.03)
}

/// Everybody, or those of the creditor chosen.
pub(super) fn audience(wrong: &mut Vec<FieldError>, audience: &str, creditor: &str) -> Audience {
    let chosen = audience != "csv" && !creditor.is_empty();
    let creditor = chosen.then(|| creditor.parse().map_err(|_| "choose one of the list".to_owned()));
    Audience { creditor_id: creditor.and_then(|id| keep(wrong, "creditor", id)), ..Audience::default() }
}

pub(super) fn moment(wall: &str, zone: &str) -> Result<DateTime<Utc>, String> {
    let zone: Tz = zone.parse().map_err(|_| "choose a time zone".to_owned())?;
    let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    let wall = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(wall.trim(), format).ok());
    let wall = wall.ok_or("give a day and a time")?;
    // In the hour that comes twice the first is meant; the hour that is left out is refused.
    let at = zone.from_local_datetime(&wall).earliest().ok_or("clocks skip this time on that day; choose another")?;
    Ok(at.to_utc())
}

/// What is wrong in reading, then what the domain says of the fields that could be read.
pub(super) fn faultless(mut wrong: Vec<FieldError>, faults: Vec<Invalid>) -> Result<(), Problem> {
    let known: Vec<String> = wrong.iter().map(|error| error.field.clone()).collect();
    let faults = faults.into_iter().filter(|fault| !known.iter().any(|field| field == fault.field));
    wrong.extend(faults.map(|fault| FieldError::new(fault.field, fault.message)));
    if wrong.is_empty() { Ok(()) } else { Err(Problem::new(Kind::InvalidBody).fields(wrong)) }
}
