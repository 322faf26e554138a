//! The agency's own policy: it tightens the law.

use super::PolicyView;
use crate::{
    format,
    icon::Icon,
    parts::field::{self, Choice, Field, error_line, message_of, select},
    shell::Clock,
};
use leptos::prelude::*;

const WEEK: [(&str, &str); 7] = [
    ("Mon", "Monday"),
    ("Tue", "Tuesday"),
    ("Wed", "Wednesday"),
    ("Thu", "Thursday"),
    ("Fri", "Friday"),
    ("Sat", "Saturday"),
    ("Sun", "Sunday"),
];

/// What is wrong with what was typed, before anything else.
pub(super) fn wrong(policy: &PolicyView) -> Option<AnyView> {
    field::summary(&policy.errors, "The policy is as it was.")
}

pub(super) fn panel(clock: &Clock, policy: &PolicyView) -> AnyView {
    let changed = policy.changed.as_ref().map(|(who, at)| {
        view! { {who.clone()}", "{format::time(*at, clock.zone, format::near(*at, clock.now, clock.zone))} }
    });
    let body = if policy.may_set { form(policy) } else { words(policy) };
    view! {
        <section class="panel" id="policy" aria-labelledby="policy-h">
            <header><h2 id="policy-h">"Our own policy"</h2><span class="end">{changed}</span></header>
            {body}
            <p class="foot-p">{Icon::Info.small()}<span>"It can only tighten. The rules take the stricter of the law and this, by the person's clock, from the next decision on."</span></p>
        </section>
    }
    .into_any()
}

fn form(policy: &PolicyView) -> AnyView {
    let calls: Vec<_> = std::iter::once(Choice::new("", "7, the law's"))
        .chain((1..7).rev().map(|n| Choice::new(n.to_string(), n.to_string())))
        .collect();
    view! {
        <form class="policy" method="post" action="/compliance/policy">
            <div class="fgrid">
                {Field::text("opens", "From", &policy.opens, &policy.errors).kind("time").hint("Law: 08:00").view()}
                {Field::text("closes", "Until", &policy.closes, &policy.errors).kind("time").hint("Law: 21:00").view()}
            </div>
            {days(policy)}
            {select("calls_per_week", "Calls about one debt in seven days", &policy.calls, &calls, "", &policy.errors)}
            <label class="tick"><input type="checkbox" name="mini_tcpa" value="yes" checked=policy.mini_tcpa/><span>"Heed the solicitation laws of Florida, Oklahoma and Maryland"<small>"Three calls and texts a day, until 20:00. Pure collection is outside them."</small></span></label>
            <div><button class="btn primary" type="submit">"Save policy"</button></div>
        </form>
    }
    .into_any()
}

fn days(policy: &PolicyView) -> AnyView {
    let day = |(value, word): (&'static str, &'static str)| {
        let on = policy.days.is_empty() || policy.days.iter().any(|day| day == value);
        view! { <label class="day-t"><input type="checkbox" name="days" value=value checked=on aria-label=word/><span aria-hidden="true">{value}</span></label> }
    };
    let error = message_of(&policy.errors, "days").map(|message| error_line("days", message));
    view! { <fieldset class="days" id="days"><legend>"Days"</legend><div>{WEEK.map(day).collect_view()}</div>{error}</fieldset> }.into_any()
}

/// For those who only read.
fn words(policy: &PolicyView) -> AnyView {
    let or = |value: &str, law: &str| if value.is_empty() { law.to_owned() } else { value.to_owned() };
    let days = if policy.days.is_empty() { "Every day".to_owned() } else { policy.days.join(", ") };
    view! {
        <dl class="body kv">
            <dt>"Hours"</dt><dd>{format!("{} to {}", or(&policy.opens, "08:00"), or(&policy.closes, "21:00"))}</dd>
            <dt>"Days"</dt><dd>{days}</dd>
            <dt>"Calls in seven days"</dt><dd>{or(&policy.calls, "7")}</dd>
            <dt>"Solicitation laws"</dt><dd>{if policy.mini_tcpa { "Heeded" } else { "Not heeded" }}</dd>
        </dl>
    }
    .into_any()
}
