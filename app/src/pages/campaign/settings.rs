//! The settings in words, and what is sent.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use web::{format, pages::campaign::TemplatePreview};
use workflows::{
    campaign::{Campaign, Kind, Words},
    template,
};

use crate::pages::{accounts::national, voice::capital};

pub(super) fn of(campaign: &Campaign, zone: Tz) -> Vec<(String, String)> {
    let own = if campaign.kind == Kind::Voice { dialer(campaign) } else { sending(campaign) };
    let moment =
        |at: Option<DateTime<Utc>>| at.map(|at| at.with_timezone(&zone).format("%-d %b, %H:%M %Z").to_string());
    let all = [
        ("Tries", Some(campaign.max_attempts.to_string())),
        ("Starts", moment(campaign.starts_at)),
        ("Opens", campaign.cron.clone().map(|cron| format!("{cron}, {}", campaign.timezone))),
        ("Open for", campaign.window_minutes.map(|minutes| format::span(i64::from(minutes) * 60))),
        ("Made", moment(Some(campaign.created_at))),
        ("Started", moment(campaign.started_at)),
        ("Ended", moment(campaign.ended_at)),
    ];
    let all = own.into_iter().chain(all);
    all.filter_map(|(name, value)| value.map(|value| (name.to_owned(), value))).collect()
}

fn dialer(campaign: &Campaign) -> Vec<(&'static str, Option<String>)> {
    vec![
        ("Caller ID", campaign.caller_id.as_deref().map(national)),
        ("Mode", Some(capital(&campaign.mode))),
        ("Answering machines", Some(amd(&campaign.amd).to_owned())),
        ("Rings for", Some(format!("{} s", campaign.ring_timeout_secs))),
        ("Wrap-up", Some(format!("{} s", campaign.wrap_up_secs))),
        ("Abandoned at most", Some(format!("{:.1} %", campaign.abandon_cap * 100.0))),
    ]
}

fn sending(campaign: &Campaign) -> Vec<(&'static str, Option<String>)> {
    let from = campaign.sender.clone().or_else(|| campaign.caller_id.as_deref().map(national));
    let pace = campaign.rate_per_minute.map_or_else(
        || "As fast as the provider allows".to_owned(),
        |rate| format!("{} a minute", format::count(rate.into())),
    );
    vec![("From", from), ("Pace", Some(pace))]
}

fn amd(word: &str) -> &str {
    match word {
        "detect" | "premium" => "Hung up on",
        "off" => "Not listened for",
        other => other,
    }
}

/// The words as written; of an e-mail, without its markup.
pub(super) fn template(kind: Kind, words: &Words) -> TemplatePreview {
    TemplatePreview {
        // Its own words go by the campaign's name, which is above, and its id, which is nobody's to read.
        name: format!("Version {}", words.version),
        subject: Some(words.subject.clone()).filter(|subject| !subject.is_empty()),
        text: if kind == Kind::EmailBlast { template::plain(&words.body) } else { words.body.clone() },
    }
}
