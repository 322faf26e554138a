//! `/`, to whoever is not signed in: what the product promises, and where to see it kept.

mod proof;

use super::frame::{self, Head};
use crate::icon::Icon;
use leptos::prelude::*;

const HEAD: Head = Head {
    path: "/",
    title: "Every contact, accounted for",
    description: "A dialer for collection agencies. Each call is checked before it is placed, is placed once, and leaves a record of why. Open source, on one Postgres.",
};

/// The page.
pub fn page() -> String {
    frame::document(HEAD, "site-main", || {
        (hero(), proof::ledger(), promises(), proof::unknown(), desks(), stages(), run()).into_any()
    })
}

fn hero() -> AnyView {
    view! {
        <section class="hero-s">
            <h1>"Every contact,"<br/>"accounted for."</h1>
            <p class="lead">"A dialer for collection agencies, where each call is checked before it is placed, is placed once, and leaves a record of why it was allowed."</p>
            <p class="row"><a class="btn primary lg" href="#run">"Run it on your laptop"</a><a class="btn lg" href="/login">"Sign in"</a></p>
            <p class="hint">"Open source. Runs on one Postgres. Try it with no account and no keys: its carrier is a simulator."</p>
        </section>
    }
    .into_any()
}

fn promises() -> AnyView {
    let promises = [
        (
            Icon::ShieldCheck,
            "Checked at the moment of dialing",
            "Calling hours in every zone the person may be in, do-not-call, opt-outs, wrong numbers: one engine, in the transaction that records the attempt. The verdict is stored with its reason and its source.",
            "workflows/src/compliance.rs",
        ),
        (
            Icon::Layers,
            "Durable to the last step",
            "Every dial, retry and timer is a job in your Postgres, written in the same commit as what caused it. A worker that dies is replaced, and what it still writes is refused.",
            "docs/CRASH_POINTS.md",
        ),
        (
            Icon::Check,
            "Everybody ends explained",
            "Done, failed, blocked or skipped: the parts of a list add up to what was planned, on the page, over the API and in the database, or the page says that they do not.",
            "tests/it/invariants.rs",
        ),
    ];
    let promises = promises.map(|(icon, title, words, file)| {
        view! { <li>{icon.large()}<h3>{title}</h3><p>{words}</p><p class="hint"><code>{file}</code></p></li> }
    });
    view! {
        <section class="three" aria-labelledby="promises">
            <h2 id="promises">"Kill any process. Nothing is lost, nobody is called twice."</h2>
            <ul>{promises.collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn desks() -> AnyView {
    let desks = [
        ("Supervisors", "build a campaign from a CSV file, start, pause and stop it, and see why it dials or waits"),
        (
            "Agents",
            "are connected to whoever answers, not to a machine that the carrier recognised, and disposition the call",
        ),
        (
            "Compliance",
            "see on each account what was allowed or refused, by which rule, and from when it is lawful again",
        ),
        ("Operations", "watch queues live, retry and cancel jobs, and scale by adding processes"),
    ];
    let desks = desks.map(|(who, what)| view! { <li><b>{who}</b><span>{what}</span></li> });
    view! {
        <section class="roles" aria-labelledby="desks">
            <h2 id="desks">"One system, four desks"</h2>
            <ul>{desks.collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// What is there, and what is not.
fn stages() -> AnyView {
    let stages = [
        (
            "Today",
            "Voice campaigns, one line per free agent or by the agent's own key; machine detection; recording; retries per outcome; text and email campaigns; replies in the cockpit; a check before every contact; live pages; an API.",
        ),
        (
            "Next",
            "Regulation F frequency limits, seven calls in seven days. Until they are in, calls to real people must be switched on by hand.",
        ),
        (
            "Later",
            "Email replies, one inbox page, predictive pacing, coaching, payments, reports, signed evidence, sign-up.",
        ),
    ];
    let stages = stages.map(|(when, what)| view! { <li><b>{when}</b><span>{what}</span></li> });
    view! {
        <section class="roles" aria-labelledby="stages">
            <h2 id="stages">"What is in it, and what is not"</h2>
            <ul>{stages.collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn run() -> AnyView {
    view! {
        <section class="run" id="run" aria-labelledby="run-h">
            <div>
                <h2 id="run-h">"Two commands"</h2>
                <p class="lead">"In a clone of the repository. It needs Rust, a C compiler and an installed PostgreSQL; no server has to run. The first build takes some minutes."</p>
            </div>
            <div class="panel">
                <pre tabindex="0" role="region" aria-label="Commands"><code>"# installs what is missing, or says what to\n"<b>"bin/setup"</b>"\n# prints a URL; a campaign is dialing\n"<b>"cargo run"</b></code></pre>
                <footer>"The tests kill processes while they dial, and check the sums: "<code>"tests/it/faults.rs"</code></footer>
            </div>
        </section>
    }
    .into_any()
}
