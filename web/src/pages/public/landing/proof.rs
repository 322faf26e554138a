//! Two things to look at: the sums of a demonstration, and a call whose outcome was not known.

use crate::icon::Icon;
use leptos::prelude::*;

/// The demonstration that [`OUTCOMES`] is of. Its simulated carrier is seeded, so that it comes out the same elsewhere; only what
/// the people who were reached said may differ.
const COMMAND: &str = "cargo run -- demo --calls 50 --seed 7";

/// What became of its fifty people.
const OUTCOMES: [(Icon, &str, u32, &str); 6] = [
    (Icon::PhoneCall, "Talked to an agent", 23, "23 recordings, ours and the carrier’s"),
    (Icon::Voicemail, "Voicemail", 10, "let go, no agent listened"),
    (Icon::PhoneMissed, "No answer", 9, "the ring time ran out"),
    (Icon::PhoneOff, "Busy or not taken", 6, "2 busy, 2 declined, 2 hung up"),
    (Icon::CircleX, "Not a working number", 1, "as the carrier found"),
    (Icon::ShieldBan, "Blocked", 1, "on the do-not-call list, never dialed"),
];

pub(super) fn ledger() -> AnyView {
    let total: u32 = OUTCOMES.iter().map(|(_, _, people, _)| people).sum();
    let rows = OUTCOMES.map(|(icon, what, people, why)| {
        view! { <tr><th scope="row">{icon.view()}{what}</th><td>{people}</td><td class="why-c">{why}</td></tr> }
    });
    view! {
        <figure class="ledger" aria-labelledby="ledger">
            <figcaption id="ledger"><span>"A demonstration, fifty people"</span><span class="dim">"simulated carrier"</span></figcaption>
            <table>
                <caption class="sr">"What became of everybody on the list"</caption>
                <tbody>{rows.collect_view()}</tbody>
                <tfoot><tr><th scope="row">"On the list"</th><td>{total}</td><td class="why-c">{Icon::Check.small()}"it balances, or the page says no"</td></tr></tfoot>
            </table>
            <p class="hint">"See it come out: "<code>{COMMAND}</code></p>
        </figure>
    }
    .into_any()
}

/// A call whose outcome was not known for a while, as its timeline tells it.
pub(super) fn unknown() -> AnyView {
    view! {
        <section class="proof" aria-labelledby="unknown">
            <div>
                <h2 id="unknown">"A timeout is not a guess."</h2>
                <p class="lead">"When the carrier goes silent it is tempting to dial again, or to write “failed”. Word Is Bond writes "<b>"Unknown"</b>" beside the call, asks the carrier, and never dials on suspicion."</p>
                <p class="hint">"An example. The mechanism, line by line: "<code>"docs/CRASH_POINTS.md"</code></p>
            </div>
            <div class="panel">
                <ol class="events">
                    {step("ring", "", "14:18:02", Icon::PhoneOutgoing, "The carrier is asked to dial", "The intent and its verdict were committed first.")}
                    {step("unknown", "gap", "14:18:07", Icon::CircleHelp, "Unknown: no answer in 5 s", "The phone may be ringing. It is not dialed again.")}
                    {step("live", "hero", "14:18:08", Icon::CircleCheck, "Resolved: one call, placed once", "Asked, the carrier knew the call by the id we had sent along.")}
                </ol>
            </div>
        </section>
    }
    .into_any()
}

fn step(
    state: &'static str,
    class: &'static str,
    at: &'static str,
    icon: Icon,
    what: &'static str,
    why: &'static str,
) -> AnyView {
    view! {
        <li data-s=state class=class>
            <time>{at}</time><span class="node">{icon.small()}</span>
            <div><p class="ev"><b>{what}</b></p><p class="muted">{why}</p></div>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ledger_adds_up_to_what_the_command_asks_for() {
        let total: u32 = OUTCOMES.iter().map(|(_, _, people, _)| people).sum();
        assert!(COMMAND.contains(&format!("--calls {total}")));
    }
}
