//! What if: settings, an hour of them beside an hour of those in force, and the button that applies them.

use leptos::prelude::*;

use super::{HourRow, PacingView};
use crate::{
    icon::Icon,
    parts::{
        field::{Field, select},
        table,
    },
};

pub(super) fn panel(view: &PacingView) -> AnyView {
    view! {
        <section class="panel" id="rehearsal" aria-labelledby="rehearsal-h">
            <header><h2 id="rehearsal-h">"What if"</h2><span class="end">"nothing changes until you apply it"</span></header>
            {form(view)}
            {view.rehearsed.as_ref().map(hours_table)}
        </section>
    }
    .into_any()
}

fn form(view: &PacingView) -> AnyView {
    let (values, errors) = (&view.values, &view.errors[..]);
    let cap = Field::text("abandon_cap", "Left without an agent, at most, percent", &values.abandon_cap, errors);
    let lines = Field::text("lines_per_agent", "Lines for each free agent", &values.lines_per_agent, errors);
    let most = Field::text("max_lines", "Lines at once, at most", &values.max_lines, errors);
    let agents = Field::text("agents", "Agents", &values.agents, errors);
    let apply = view.may_change.then(|| {
        let action = format!("/campaigns/{}/pacing", view.campaign);
        view! { <button class="btn" type="submit" formmethod="post" formaction=action>{Icon::Check.view()}"Apply"</button> }
    });
    view! {
        <form class="body" method="get" action="/voice/pacing">
            <input type="hidden" name="campaign" value=view.campaign.to_string()/>
            <div class="fgrid">
                {select("mode", "Who dials", &values.mode, &view.modes, "Predictive foresees who will be free; it needs 3 agents.", errors)}
                {cap.hint("0 to 3, over 30 days.").view()}
                {lines.hint("1 to 10; of progressive only.").view()}
                {most.number().hint("Empty: as many as your account has.").view()}
                {agents.number().hint("1 to 200: for how many to rehearse.").view()}
            </div>
            <div class="row acts-v">
                <button class="btn primary" type="submit">{Icon::Play.view()}"Rehearse an hour"</button>{apply}
            </div>
        </form>
    }
    .into_any()
}

fn hours_table(hours: &[HourRow; 2]) -> AnyView {
    let head = [("", ""), ("Talks an hour", "num"), ("Wait", "num"), ("Lines", "num"), ("Left", "num")];
    let row = |hour: &HourRow| {
        view! {
            <tr>
                <th scope="row">{hour.name}</th>
                <td class="num" data-l="talks an hour">{hour.talks.clone()}</td>
                <td class="num" data-l="wait">{hour.wait.clone()}</td>
                <td class="num" data-l="lines">{hour.lines.clone()}</td>
                <td class=if hour.over { "num bad" } else { "num" } data-l="left">{hour.left.clone()}</td>
            </tr>
        }
    };
    view! {
        <table class="tbl cards dense2"><caption>"An hour, rehearsed"</caption>{table::head(&head)}
            <tbody>{hours.iter().map(row).collect_view()}</tbody>
        </table>
        <p class="foot-p">{Icon::Info.small()}<span>"The dialer itself, with this campaign's people as they were learned. Each figure is of one agent, or of everybody who answers."</span></p>
    }
    .into_any()
}
