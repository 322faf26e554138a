//! The numbered panels of the form. What belongs to an option not chosen is hidden by the style sheet (`data-for`).

use super::NewVoiceView;
use crate::{
    icon::Icon,
    parts::{
        field::{Choice, Field, error_line, message_of, option_card, section, select},
        table,
    },
};
use leptos::prelude::*;

pub(super) fn audience(view: &NewVoiceView) -> AnyView {
    let csv = view.values.audience == "csv";
    let file = Field::text("file", "CSV file", "", &view.errors)
        .kind("file")
        .hint("Account number, name, phone and balance. New accounts are made, known ones brought up to date.");
    let body = view! {
        <fieldset class="opts c2">
            <legend class="sr">"Where the accounts come from"</legend>
            {option_card("audience", "filter", !csv, Icon::ListFilter, "Accounts already here", "Choose by creditor")}
            {option_card("audience", "csv", csv, Icon::FileSpreadsheet, "A CSV file", "Imported, then put on the list")}
        </fieldset>
        <div class="pad2" data-for="filter">{select("creditor", "Creditor", &view.values.creditor, &view.creditors, "Paid, closed and disputed accounts are left out.", &view.errors)}</div>
        <div class="pad2" data-for="csv">{file.view()}</div>
    };
    section(1, "audience-h", "Audience", "who may be called", body.into_any())
}

pub(super) fn schedule(view: &NewVoiceView) -> AnyView {
    let (values, errors) = (&view.values, &view.errors[..]);
    let at = Field::text("starts_at", "Starts", &values.starts_at, errors)
        .kind("datetime-local")
        .hint("In the clock chosen beside it.");
    let cron = Field::text("cron", "Opens, as cron", &values.cron, errors)
        .mono()
        .hint("Minute, hour, day, month, weekday: 0 9 * * 1-5 is 9:00 from Monday to Friday.");
    let window = Field::text("window_minutes", "Closes after, minutes", &values.window_minutes, errors)
        .number()
        .hint("1 to 1440; 480 minutes are 8 hours.");
    let zone = |id| zone(view, id);
    let body = view! {
        <fieldset class="opts c3">
            <legend class="sr">"When"</legend>
            {option_card("when", "now", values.when != "at" && values.when != "recurring", Icon::Play, "Now", "from the moment you confirm")}
            {option_card("when", "at", values.when == "at", Icon::CalendarClock, "At a time", "once, then until the list is done")}
            {option_card("when", "recurring", values.when == "recurring", Icon::Repeat, "Recurring window", "opens and closes by itself")}
        </fieldset>
        <div class="pad2 fgrid" data-for="at">{at.view()}</div>
        <div class="pad2 fgrid" data-for="recurring">{cron.view()}{window.view()}</div>
        <div class="pad2 fgrid" data-for="timed">{zone("timezone")}</div>
        <p class="foot-p">{Icon::Info.small()}<span>"Whatever is chosen here: nobody is called before 8:00 or after 21:00 where they may be. That is checked again at every dial."</span></p>
    };
    section(2, "schedule-h", "Schedule", "when lines open", body.into_any())
}

fn zone(view: &NewVoiceView, name: &'static str) -> AnyView {
    select(name, "In whose clock", &view.values.timezone, &view.zones, "", &view.errors)
}

pub(super) fn dialing(view: &NewVoiceView) -> AnyView {
    let (values, errors) = (&view.values, &view.errors[..]);
    let amd = [
        Choice::new("detect", "Hang up, no message"),
        Choice::new("premium", "Hang up, better detection"),
        Choice::new("off", "Do not detect: an agent hears it"),
    ];
    let ring = Field::text("ring_timeout_secs", "Ring for, seconds", &values.ring_timeout_secs, errors)
        .number()
        .hint("5 to 120; 25 seconds are about 5 rings.");
    let wrap_up = Field::text("wrap_up_secs", "Wrap-up, at most, seconds", &values.wrap_up_secs, errors)
        .number()
        .hint("1 to 3600; then the next call may come.");
    let cap = Field::text("abandon_cap", "Left without an agent, at most, percent", &values.abandon_cap, errors)
        .hint("0 to 3, over 30 days, people taken for machines included. The dialer slows down long before.");
    let lines = Field::text("max_lines", "Lines at once, at most", &values.max_lines, errors)
        .number()
        .hint("Empty: as many as your account has.");
    let mode = |word: &str| values.mode == word;
    let body = view! {
        <fieldset class="opts c3">
            <legend class="sr">"Who dials"</legend>
            {option_card("mode", "progressive", !mode("power") && !mode("predictive"), Icon::AudioLines, "Progressive", "The dialer calls one line for every agent who is free.")}
            {option_card("mode", "predictive", mode("predictive"), Icon::Gauge, "Predictive", "It foresees who will be free, and calls so many that agents hardly wait. From 3 agents on.")}
            {option_card("mode", "power", values.mode == "power", Icon::Headphones, "Power", "Each agent calls one person after the other, and is there when they answer.")}
        </fieldset>
        <div class="pad2 fgrid">
            {select("caller_id", "Caller ID", &values.caller_id, &view.caller_ids, "The number people see. Only numbers you own.", errors)}
            {select("amd", "When a machine answers", &values.amd, &amd, "When detection is unsure, it is treated as a person.", errors)}
            {ring.view()}
            {wrap_up.view()}
            {cap.view()}
            {lines.view()}
        </div>
    };
    section(3, "dialing-h", "Dialing", "how, and how fast", body.into_any())
}

pub(super) fn retries(view: &NewVoiceView) -> AnyView {
    let attempts =
        Field::text("max_attempts", "Tries for each person, at most", &view.values.max_attempts, &view.errors)
            .number()
            .hint("1 to 20, whatever the outcomes.");
    let rows = view.values.retry.iter().map(|retry| row(view, &retry.outcome, &retry.minutes));
    let body = view! {
        <div class="pad2 fgrid">{attempts.view()}</div>
        <table class="tbl cards dense2 mx">
            <caption>"How long to wait after each outcome"</caption>
            {table::head(&[("Outcome", ""), ("Wait, minutes", ""), ("Then", "hs")])}
            <tbody>{rows.collect_view()}</tbody>
        </table>
        <p class="foot-p">{Icon::Info.small()}<span>"Leave a wait empty and that outcome is final. A call whose outcome is unknown is never dialled again until the carrier has answered."</span></p>
    };
    section(4, "retries-h", "Retries", "what happens when nobody talks", body.into_any())
}

fn row(view: &NewVoiceView, outcome: &str, minutes: &str) -> AnyView {
    let name = format!("retry_{outcome}");
    let error = message_of(&view.errors, &name).map(|m| error_line(&name, m));
    let class = if error.is_some() { "field bad" } else { "field" };
    let described = error.is_some().then(|| format!("{name}-error"));
    let (icon, word, then) = words(outcome);
    view! {
        <tr>
            <th scope="row"><span class="who">{icon.small()}{word}</span></th>
            <td>
                <div class=class>
                    <label class="sr" for=name.clone()>{format!("Minutes after {}", word.to_lowercase())}</label>
                    <input class="input mins" id=name.clone() name=name.clone() inputmode="numeric" value=minutes.to_owned()
                        aria-invalid=described.is_some().then_some("true") aria-describedby=described/>
                    {error}
                </div>
            </td>
            <td class="hide hs muted">{then}</td>
        </tr>
    }
    .into_any()
}

fn words(outcome: &str) -> (Icon, &'static str, &'static str) {
    match outcome {
        "no_answer" => (Icon::PhoneMissed, "No answer", "called again at that time, inside the window"),
        "busy" => (Icon::PhoneOff, "Busy", "called again soon"),
        "voicemail" => (Icon::Voicemail, "Voicemail", "no message is left"),
        "failed" => (Icon::TriangleAlert, "Carrier failed", "a try that never rang does not count against the person"),
        "abandoned" => (Icon::CircleSlash, "Abandoned by us", "counts towards the abandon rate"),
        "declined" => (Icon::Ban, "Declined", "they pressed the button"),
        _ => (Icon::RotateCw, "Other", ""),
    }
}
