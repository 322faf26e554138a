//! What became of the calls or messages: rates, and the failures by reason.

use super::{CampaignView, Failure, Rate};
use crate::{
    channel::Channel,
    format::{count, counted},
    icon::Icon,
    parts::table,
    state::{Form, Tone, chip},
};
use leptos::prelude::*;

/// The rates: `#campaign-rates`.
pub(super) fn rates(view: &CampaignView) -> AnyView {
    let (title, unit) = match view.channel {
        Channel::Call => ("What came of the calls", "Calls"),
        Channel::Text => ("What came of the texts", "Texts"),
        Channel::Email => ("What came of the emails", "Emails"),
    };
    let body = if view.rates.is_empty() {
        view! { <p class="body dim">"Nothing yet. Each outcome will be here as a share of what it is a part of."</p> }
            .into_any()
    } else {
        view! {
            <table class="tbl dense2 fun">
                <caption>"Outcomes as shares"</caption>
                {table::head(&[("Outcome", ""), (unit, "num"), ("Share", "num"), ("Bar", "hs"), ("Of", "hide")])}
                <tbody>{view.rates.iter().map(rate).collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    let guessed = view.rates.iter().any(|rate| rate.estimate);
    let foot = guessed.then(|| view! { <footer class="small">"Opens are an estimate: mail programs also load images by themselves, or never."</footer> });
    view! { <section class="panel" id="campaign-rates" aria-labelledby="rates-h"><header><h2 id="rates-h">{title}</h2></header>{body}{foot}</section> }.into_any()
}

fn rate(rate: &Rate) -> AnyView {
    let share = (rate.of > 0).then(|| rate.n as f64 / rate.of as f64);
    let guess = rate.estimate.then(|| chip(Tone::Unknown, Icon::CircleHelp, "estimate", Form::Settled));
    let note = if rate.note.is_empty() { String::new() } else { format!(", {}", rate.note) };
    view! {
        <tr>
            <th scope="row"><span class="who">{rate.word.clone()}{guess}</span></th>
            <td class="num"><b>{count(rate.n)}</b></td>
            <td class="num dim">{share.map_or("none yet".to_owned(), |share| format!("{:.1} %", share * 100.0))}</td>
            <td class="fb hs">{share.map(|share| bar(rate, share))}</td>
            <td class="dim small hide">{format!("{} {}{note}", count(rate.of), rate.of_word)}</td>
        </tr>
    }
    .into_any()
}

fn bar(rate: &Rate, share: f64) -> AnyView {
    let width = format!("{:.1}%", share.clamp(0.0, 1.0) * 100.0);
    let hue = if rate.estimate { "2" } else { "1" };
    let label = format!("{} {} of {}", rate.word, count(rate.n), count(rate.of));
    view! { <svg class="stack fbar" role="img" aria-label=label><rect data-v=hue width=width height="100%" rx="2"></rect></svg> }.into_any()
}

/// The failures by reason: `#campaign-failures`.
pub(super) fn failures(view: &CampaignView) -> AnyView {
    let named: i64 = view.failures.iter().map(|f| f.n).sum();
    let title = format!("{} failed, by reason", count(view.progress.failed));
    let body = if view.failures.is_empty() {
        view! { <p class="body dim">"Nobody failed. Whoever does will be here with the reason in words."</p> }
            .into_any()
    } else {
        view! { <ul class="fails">{view.failures.iter().map(failure).collect_view()}</ul> }.into_any()
    };
    let rest = view.progress.failed - named;
    let rest = (rest > 0 && named > 0).then(
        || view! { <footer class="small">{counted(rest, "other is", "others are")}" in the list below."</footer> },
    );
    view! { <section class="panel" id="campaign-failures" aria-labelledby="failures-h"><header><h2 id="failures-h">{title}</h2></header>{body}{rest}</section> }.into_any()
}

fn failure(failure: &Failure) -> AnyView {
    let verdict = if failure.can_retry {
        chip(Tone::Hold, Icon::RotateCw, "Can retry", Form::Settled)
    } else {
        chip(Tone::Fail, Icon::TriangleAlert, "Final", Form::Plain)
    };
    view! { <li><b>{count(failure.n)}</b><span>{failure.reason.clone()}</span><span class="mono dim">{failure.code.clone()}</span>{verdict}</li> }.into_any()
}
