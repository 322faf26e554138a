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
        ((self.abandon_cap * self.answered as f64).ceil() as i64 - self.abandoned).max(0)
    }

    /// From so many answered calls on, one abandoned call alone is within the cap.
    fn tellable_from(&self) -> i64 {
        (1.0 / self.abandon_cap.max(0.0001)).floor() as i64 + 1
    }

    /// How the abandon rate stands to its cap. Of a handful of calls one is always too many: that tells nothing yet.
    fn standing(&self) -> Tone {
        if self.abandon_rate() < self.abandon_cap {
            Tone::Live
        } else if self.answered < self.tellable_from() {
            Tone::Hold
        } else {
            Tone::Fail
        }
    }
}

fn inside(guards: &Guards) -> AnyView {
    let abandoned = format!(
        "{} of {} answered",
        format::count(guards.abandoned),
        format::counted(guards.answered, "call", "calls")
    );
    match guards.standing() {
        Tone::Live => chip(Tone::Live, Icon::ShieldCheck, "All inside limits", Form::Settled),
        Tone::Hold => chip(Tone::Hold, Icon::Clock, format!("Abandoned {abandoned}: too few to judge"), Form::Settled),
        _ => {
            let words = format!("Abandon rate at its cap: {abandoned}");
            view! { <span role="alert">{chip(Tone::Fail, Icon::TriangleAlert, words, Form::Settled)}</span> }.into_any()
        }
    }
}

fn abandon(guards: &Guards) -> Tile {
    let (rate, cap) = (guards.abandon_rate(), guards.abandon_cap.max(0.0001));
    let scale = cap / 0.75;
    let tone = guards.standing();
    let so_far = format!("{} of {} answered", format::count(guards.abandoned), format::count(guards.answered));
    let headroom = match (guards.answered, tone) {
        (0, _) => "nobody has answered yet".to_owned(),
        (_, Tone::Live) => format!("{so_far}; {} more would reach the cap", format::count(guards.abandons_left())),
        (_, Tone::Hold) => format!("{so_far}; from {} on, one is within the cap", guards.tellable_from()),
        (_, _) => format!("{so_far}; the cap is reached"),
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
    const SCALE: f64 = 120.0;
    let (calls, agents, secs) = (guards.calls_ended, guards.calls_agents, guards.calls_secs);
    let rate = (agents > 0 && secs > 0).then(|| calls as f64 * 3600.0 / (agents * secs) as f64);
    let headroom = match rate {
        None => "no conversation has ended yet".to_owned(),
        Some(_) => {
            let (calls, agents) = (format::counted(calls, "call", "calls"), format::counted(agents, "agent", "agents"));
            format!("{calls} ended in {} by {agents}", format::span(secs))
        }
    };
    Tile {
        label: "Calls per agent-hour",
        value: rate.map_or("none yet".to_owned(), |r| format!("{r:.1}")),
        limit: String::new(),
        meter: meter(
            rate.unwrap_or_default() / SCALE,
            None,
            None,
            format!("{:.1} on a scale of 120", rate.unwrap_or_default()),
        ),
        headroom,
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
            headroom: "nobody waits to be called".to_owned(),
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
            "{} {verb} {}; {} of {}",
            edge.place,
            format::near(edge.at, clock.now, edge.zone),
            format::count(edge.accounts),
            format::counted(edge.of, "account", "accounts")
        ),
    }
}
