//! `/case-studies/pilot-agency`: the form of a case study before there is a case. Every box is empty, and says so.

use super::frame::{self, Head};
use crate::icon::Icon;
use leptos::prelude::*;

const HEAD: Head = Head {
    path: "/case-studies/pilot-agency",
    title: "Pilot agency, a template",
    description: "A template of a case study: no agency has been studied yet. What would be measured, and where the figures would come from.",
};

/// What would be measured, and where the figure comes from.
const MEASURES: [(&str, &str); 6] = [
    ("Calls an agent talked on, an hour", "the campaign’s own count: connected calls over agents’ time"),
    ("Abandoned calls", "people who answered and got no agent in time, over all who answered"),
    ("Talk time, an hour", "the campaign’s talk seconds over agents’ time"),
    ("Calls a rule refused", "stored verdicts that refused, each with its reason"),
    ("Calls whose outcome is not known", "counted as such, never left out"),
    ("People the list did not account for", "planned less done, failed, blocked and skipped; it has to be 0"),
];

/// The page.
pub fn page() -> String {
    frame::document(HEAD, "site-page", || (notice(), title(), measures(), story(), way_on()).into_any())
}

fn notice() -> AnyView {
    view! {
        <div class="tmpl" role="note">
            {Icon::FilePen.large()}
            <p><b>"This is a template. No agency has been studied yet. "</b>"There is no customer behind this page, no quote and no result. A dashed box is a place where something real will stand, or nothing will."</p>
        </div>
    }
    .into_any()
}

fn title() -> AnyView {
    view! {
        <section class="p-hero">
            <p class="muted">"Case study, pilot agency"</p>
            <h1><span class="ph">"Agency name"</span>", "<span class="ph">"n"</span>" agents:"<br/>"what changed"</h1>
            <p class="lead"><span class="ph">"One sentence in the agency’s own words, with the name of who said it."</span></p>
        </section>
    }
    .into_any()
}

fn measures() -> AnyView {
    let rows = MEASURES.map(|(what, how)| {
        view! {
            <tr>
                <th scope="row">{what}</th>
                <td data-l="Before"><span class="ph">"not measured"</span></td>
                <td data-l="With Word Is Bond"><span class="ph">"not measured"</span></td>
                <td class="dim">{how}</td>
            </tr>
        }
    });
    view! {
        <section class="panel cs-t" aria-labelledby="measures">
            <header><h2 id="measures">"What would be measured"</h2><span class="end">"the product counts each of these today"</span></header>
            <table class="tbl dense2">
                <caption>"Measures, before and with Word Is Bond"</caption>
                <thead><tr><th scope="col">"Measure"</th><th scope="col">"Before"</th><th scope="col">"With Word Is Bond"</th><th scope="col">"From where"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            <footer>"The figures before come from the agency’s old dialer, which may count differently; where it does, the page will say so."</footer>
        </section>
    }
    .into_any()
}

fn story() -> AnyView {
    let parts = [
        ("The agency", "Kind of debt, states, agents, calls a day."),
        ("What they used", "Dialer, its age, what it cost, what was wrong with it."),
        ("How they moved", "Weeks, people, what was imported, what was left behind."),
        ("What got worse", "At least one thing. A study without it is an advertisement."),
        ("What they would tell another agency", "Their words, not ours."),
    ];
    let parts = parts.map(|(title, ask)| view! { <div><dt>{title}</dt><dd><span class="ph">{ask}</span></dd></div> });
    view! {
        <section class="p-two" aria-labelledby="story">
            <div><h2 id="story">"What it would tell"</h2><p class="muted">"Five answers, from the agency."</p></div>
            <dl class="plain-dl">{parts.collect_view()}</dl>
        </section>
    }
    .into_any()
}

fn way_on() -> AnyView {
    view! {
        <section class="p-cta">
            <h2>"Until there is one, measure it yourself"</h2>
            <p class="muted">"A demo campaign of fifty people, a simulated carrier, and a summary that checks its own sums."</p>
            <p class="row"><a class="btn primary lg" href="/#run">"Run it on your laptop"</a></p>
        </section>
    }
    .into_any()
}
