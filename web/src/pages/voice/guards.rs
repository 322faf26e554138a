//! The guards: value, limit in words, a meter with a tick at the limit, one sentence of headroom.

use super::{Guards, LegalEdge};
use crate::{
    format,
    icon::Icon,
    parts::bar::meter,
    shell::Clock,
    state::{Form, Tone, chip},
};
use leptos::prelude::*;

/// One guard tile.
struct Tile {
    label: &'static str,
    value: String,
    limit: String,
    meter: AnyView,
    headroom: String,
}

impl Tile {
    fn view(self) -> AnyView {
        view! {
            <div><dt>{self.label}</dt><dd class="v">{self.value}<small>{format!(" {}", self.limit)}</small></dd><dd>{self.meter}</dd><dd class="sub">{self.headroom}</dd></div>
        }
        .into_any()
    }
}

/// The panel: `#guards`.
pub(super) fn panel(clock: &Clock, guards: &Guards) -> AnyView {
    view! {
        <section class="panel" id="guards" aria-labelledby="guards-h">
            <header><h2 id="guards-h">"Guards"</h2>{inside(guards)}</header>
            <dl class="strip guards">
                {abandon(guards).view()}
                {lines(guards).view()}
                {waiting(guards).view()}
                {rate(guards).view()}
                {edge(clock, guards.next_edge.as_ref()).view()}
            </dl>
        </section>
    }
    .into_any()
}

impl Guards {
    /// The abandon rate as a share.
    fn abandon_rate(&self) -> f64 {
        if self.answered == 0 { 0.0 } else { self.abandoned as f64 / self.answered as f64 }
    }

    /// How many more abandoned calls reach the cap, were nobody else answered.
    fn abandons_left(&self) -> i64 {
        ((self.abandon_cap * self.answered as f64).floor() as i64 - self.abandoned).max(0)
    }
}

fn inside(guards: &Guards) -> AnyView {
    if guards.abandon_rate() < guards.abandon_cap || guards.abandoned == 0 {
        chip(Tone::Live, Icon::ShieldCheck, "All inside limits", Form::Settled)
    } else {
        view! { <span role="alert">{chip(Tone::Fail, Icon::TriangleAlert, "Abandon rate at its cap", Form::Settled)}</span> }.into_any()
    }
}

fn abandon(guards: &Guards) -> Tile {
    let (rate, cap) = (guards.abandon_rate(), guards.abandon_cap.max(0.0001));
    let scale = cap / 0.75;
    let tone = if rate < cap { Tone::Live } else { Tone::Fail };
    let headroom = match guards.answered {
        0 => "nobody has answered yet".to_owned(),
        n => format!(
            "{} of {} answered; {} more would reach the cap",
            format::count(guards.abandoned),
            format::count(n),
            format::count(guards.abandons_left())
        ),
    };
    Tile {
        label: "Abandon rate, 30 days",
        value: format::percent(rate),
        limit: format!("% of {} %", format::percent(cap)),
        meter: meter(
            rate / scale,
            Some(0.75),
            Some(tone),
            format!("{} % against a cap of {} %", format::percent(rate), format::percent(cap)),
        ),
        headroom,
    }
}

fn lines(guards: &Guards) -> Tile {
    let (now, max) = (guards.lines_per_agent, guards.max_lines_per_agent.max(0.1));
    let scale = max / 0.78;
    Tile {
        label: "Lines per agent",
        value: format!("{now:.1}"),
        limit: format!("max {max:.1}"),
        meter: meter(now / scale, Some(0.78), None, format!("{now:.1} of at most {max:.1}")),
        headroom: guards.lines_because.clone(),
    }
}

fn waiting(guards: &Guards) -> Tile {
    let (n, all) = (guards.agents_waiting, guards.agents_total);
    let share = if all == 0 { 0.0 } else { n as f64 / all as f64 };
    let headroom = match (all, guards.average_wait_secs) {
        (0, _) => "no agent is signed in".to_owned(),
        (_, Some(secs)) => format!("{} average wait", format::span(secs)),
        (_, None) => "nobody has waited yet".to_owned(),
    };
    Tile {
        label: "Agents waiting",
        value: format::count(n),
        limit: format!("of {}", format::count(all)),
        meter: meter(share, None, None, format!("{n} of {all} agents waiting")),
        headroom,
    }
}

fn rate(guards: &Guards) -> Tile {
    /// A full meter: more than any floor reaches.
    const SCALE: f64 = 60.0;
    let rate = guards.calls_per_agent_hour;
    Tile {
        label: "Calls per agent-hour",
        value: rate.map_or("none yet".to_owned(), |r| format!("{r:.1}")),
        limit: String::new(),
        meter: meter(
            rate.unwrap_or_default() / SCALE,
            None,
            None,
            format!("{:.1} on a scale of 60", rate.unwrap_or_default()),
        ),
        headroom: format!("{} ended", format::counted(guards.calls_ended, "call", "calls")),
    }
}

fn edge(clock: &Clock, edge: Option<&LegalEdge>) -> Tile {
    /// Calling hours last from 8:00 to 21:00, 12 CFR 1006.6(b)(1)(i).
    const DAY: f64 = 13.0 * 3600.0;
    let Some(edge) = edge else {
        return Tile {
            label: "Next legal edge",
            value: "none".to_owned(),
            limit: String::new(),
            meter: meter(0.0, None, None, "no edge ahead".to_owned()),
            headroom: "nobody is left to call".to_owned(),
        };
    };
    let left = (edge.at - clock.now).num_seconds();
    let verb = if edge.opens { "opens" } else { "closes" };
    let used = 1.0 - left as f64 / DAY;
    Tile {
        label: "Next legal edge",
        value: format::span(left),
        limit: String::new(),
        meter: meter(used, None, Some(Tone::Hold), format!("{} until it {verb}", format::span(left))),
        headroom: format!(
            "{} {verb} {}; {}",
            edge.place,
            format::near(edge.at, clock.now, edge.zone),
            format::counted(edge.accounts, "account", "accounts")
        ),
    }
}
