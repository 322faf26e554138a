//! `/compare`: what each product is known to do, each cell with its source and its day. Where nothing public was found, it says
//! unknown.

mod facts;

pub use self::facts::{Fact, VENDORS, Value, all};

use super::frame::{self, Head};
use crate::icon::Icon;
use leptos::prelude::*;

const HEAD: Head = Head {
    path: "/compare",
    title: "Compare",
    description: "Word Is Bond beside TCN, Balto, Skit.ai, VICIdial, Convoso, Five9 and NICE CXone: each cell with its source and the day it was read.",
};

/// The page, of the facts it is given, in their order.
pub fn page(facts: &[Fact]) -> String {
    let facts = facts.to_vec();
    frame::document(HEAD, "site-page", move || (title(&facts), table(&facts), choices()).into_any())
}

fn title(facts: &[Fact]) -> AnyView {
    let features = features(facts).len();
    let others = features * (VENDORS.len() - 1);
    let known = facts.iter().filter(|fact| !fact.ours()).count();
    let last = facts
        .iter()
        .map(|fact| fact.checked)
        .max()
        .map(|day| format!(" All were read by {}.", day.format("%-d %B %Y")));
    view! {
        <section class="p-hero">
            <h1>"Compared, with sources."</h1>
            <p class="lead">"Each cell about others names the page it was read on, and the day. Where we found nothing public it says Unknown, which does not mean No."{last}</p>
            <p class="row">
                <span class="tally"><b>{known}</b>"sourced"</span>
                <span class="tally"><b>{others - known}</b>"unknown"</span>
                <span class="tally"><b>{others}</b>"cells about others"</span>
            </p>
        </section>
    }
    .into_any()
}

/// The features with their group, in the order of the facts.
fn features(facts: &[Fact]) -> Vec<(&str, &str)> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for fact in facts {
        let feature = (fact.group.as_str(), fact.feature.as_str());
        if !found.contains(&feature) {
            found.push(feature);
        }
    }
    found
}

fn table(facts: &[Fact]) -> AnyView {
    let features = features(facts);
    let columns = VENDORS.iter().enumerate().map(|(at, vendor)| {
        let class = (at == 0).then_some("c-us");
        view! { <th scope="col" class=class>{*vendor}</th> }
    });
    let bodies = features.chunk_by(|a, b| a.0 == b.0).map(|group| {
        let rows = group.iter().map(|(_, feature)| row(facts, feature)).collect_view();
        let span = (VENDORS.len() + 1).to_string();
        view! { <tbody><tr class="grp"><th colspan=span scope="rowgroup">{group[0].0.to_owned()}</th></tr>{rows}</tbody> }
    });
    view! {
        <section class="panel cmp-p" aria-labelledby="cmp-h">
            <h2 id="cmp-h" class="sr">"The comparison"</h2>
            <div class="scroll" tabindex="0" role="region" aria-label="Comparison, scrolls sideways">
                <table class="cmp">
                    <caption class="sr">"What each product is known to do"</caption>
                    <thead><tr><td></td>{columns.collect_view()}</tr></thead>
                    {bodies.collect_view()}
                </table>
            </div>
            <footer>"In our own column stands the file of the repository that shows it, so that you can look. Next is being built, Later is planned; neither is there today."</footer>
        </section>
    }
    .into_any()
}

fn row(facts: &[Fact], feature: &str) -> AnyView {
    let known = |vendor: &str| facts.iter().find(|fact| fact.feature == feature && fact.vendor == vendor);
    let unknown: Vec<&str> = VENDORS.into_iter().filter(|vendor| known(vendor).is_none()).collect();
    let sum = (!unknown.is_empty()).then(|| format!("Unknown: {}", unknown.join(", ")));
    let cells = VENDORS.map(|vendor| known(vendor).map_or_else(|| not_known(vendor), cell)).collect_view();
    view! { <tr><th scope="row">{feature.to_owned()}</th>{cells}{sum.map(|sum| view! { <td class="c-sum" aria-hidden="true">{sum}</td> })}</tr> }
        .into_any()
}

fn not_known(vendor: &'static str) -> AnyView {
    view! { <td data-l=vendor class="c-unk"><span class="unk">"Unknown"</span></td> }.into_any()
}

fn cell(fact: &Fact) -> AnyView {
    let mark = match fact.value {
        Value::Yes => Some(Icon::Check),
        Value::Partial | Value::Next | Value::Later => Some(Icon::CircleDashed),
        Value::No => Some(Icon::X),
        Value::Stated => None,
    };
    let class = fact.ours().then_some("c-us");
    view! {
        <td data-l=fact.vendor.clone() class=class>
            <span class="cv">{mark.map(Icon::small)}{fact.words.clone()}</span>
            <small>{source(fact)}</small>
        </td>
    }
    .into_any()
}

/// A page of somebody else with the day it was read; of ours the file that shows it.
fn source(fact: &Fact) -> AnyView {
    if fact.ours() {
        let promised = matches!(fact.value, Value::Next | Value::Later | Value::No);
        return (!promised).then(|| breakable(&fact.source)).into_any();
    }
    let (day, iso) = (fact.checked.format("%-d %b").to_string(), fact.checked.to_string());
    view! { <a class="link" href=fact.url.clone() rel="noopener nofollow">{fact.source.clone()}</a>", "<time datetime=iso>{day}</time> }
        .into_any()
}

/// A path that may be broken after its slashes only.
fn breakable(path: &str) -> AnyView {
    let parts = path.split_inclusive('/').map(|part| view! { {part.to_owned()}<wbr/> });
    view! { <code>{parts.collect_view()}</code> }.into_any()
}

/// When somebody else is the better choice.
fn choices() -> AnyView {
    let choices = [
        ("VICIdial", "You have people who know it, and need predictive dialing today."),
        ("Five9", "You need a published uptime target and help day and night."),
        ("Balto", "You keep your dialer and want prompts for your agents while they talk."),
        ("Skit.ai", "You want a bot to hold the conversation instead of an agent."),
        ("NICE CXone", "Your supervisors must listen, whisper and barge today."),
    ];
    let choices = choices.map(|(vendor, when)| view! { <div><dt>{vendor}</dt><dd>{when}</dd></div> }).collect_view();
    view! {
        <section class="p-two" aria-labelledby="other">
            <div><h2 id="other">"When another is the better choice"</h2></div>
            <dl class="plain-dl">{choices}</dl>
        </section>
    }
    .into_any()
}
