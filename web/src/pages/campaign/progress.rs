//! The strip, the bar and the balance line: `#campaign-counts`.

use super::CampaignView;
use crate::{
    channel::Channel,
    format,
    icon::Icon,
    parts::{bar::stack, stat::Stat},
    shell::Clock,
    state::Tone,
};
use leptos::prelude::*;

pub(super) fn counts(clock: &Clock, view: &CampaignView) -> AnyView {
    let (p, why) = (&view.progress, &view.because_of);
    let done = match view.channel {
        Channel::Call => "Completed",
        Channel::Text | Channel::Email => "Delivered",
    };
    let words = format!("Balances at {}", format::clock_time(clock.now, clock.zone));
    view! {
        <section class="panel" id="campaign-counts" aria-labelledby="counts-h">
            <h2 id="counts-h" class="sr">"Where everybody is"</h2>
            <dl class="strip bars">
                {stat(Tone::Live, Icon::CheckCheck, done, p.done, &why.done)}
                {stat(Tone::Ring, Icon::Loader, "In flight", p.in_flight, &why.in_flight)}
                {stat(Tone::Fail, Icon::TriangleAlert, "Failed", p.failed, &why.failed)}
                {stat(Tone::Block, Icon::ShieldBan, "Blocked by rule", p.suppressed, &why.suppressed)}
                {stat(Tone::Idle, Icon::SkipForward, "Skipped", p.skipped, &why.skipped)}
                {stat(Tone::Idle, Icon::List, "Waiting", p.waiting, &why.waiting)}
            </dl>
            <div class="progress">{stack(&p.shares(view.channel.done()), "")}</div>
            {p.balance(view.channel.done()).line(&words)}
            {view.outlook.clone().map(|outlook| view! { <p class="outlook small muted">{Icon::Hourglass.small()}{outlook}</p> })}
        </section>
    }
    .into_any()
}

fn stat(tone: Tone, icon: Icon, label: &'static str, n: i64, because: &str) -> AnyView {
    Stat { tone, icon, label, value: format::count(n), because: because.to_owned() }.view()
}
