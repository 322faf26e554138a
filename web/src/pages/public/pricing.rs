//! `/pricing`: three sizes of agency, and what a given one pays. The question is a form, the answer the same page.

mod plan;

pub use self::plan::Plan;

use super::frame::{self, Head};
use crate::icon::Icon;
use leptos::prelude::*;

const HEAD: Head = Head {
    path: "/pricing",
    title: "Pricing",
    description: "Starter $299, Professional $799, Enterprise by contract, a month for the whole agency. Open source: running it yourself has no licence fee.",
};

/// What was asked of the page.
#[derive(Clone, Debug, Default)]
pub struct PricingView {
    /// How many agents, as typed; none when nobody asked.
    pub asked: Option<String>,
}

impl PricingView {
    fn agents(&self) -> Option<u32> {
        self.asked.as_deref()?.trim().parse().ok().filter(|agents| *agents > 0)
    }
}

/// The page.
pub fn page(view: &PricingView) -> String {
    let view = view.clone();
    frame::document(HEAD, "site-page", move || {
        let plans = Plan::ALL.map(plan).collect_view();
        (title(), view! { <ul class="plans">{plans}{own_machine()}</ul> }, included(), calculator(&view), others())
            .into_any()
    })
}

fn title() -> AnyView {
    view! {
        <section class="p-hero">
            <h1>"One price per agency,"<br/>"not per call attempt."</h1>
            <p class="lead">"The plans differ in how many agents you have and in nothing else: no rule and no channel is an extra."</p>
        </section>
    }
    .into_any()
}

fn plan(plan: Plan) -> AnyView {
    let price = match plan.monthly() {
        Some(dollars) => view! { <p class="price">{format!("${dollars}")}<small>"a month"</small></p> }.into_any(),
        None => view! { <p class="price">"Custom"<small>"by contract"</small></p> }.into_any(),
    };
    let each = plan.most().and_then(|agents| Some(format!("{} an agent, with {agents}", plan.each(agents)?)));
    view! {
        <li>
            <h2>{plan.name()}</h2>{price}
            <p class="muted">{plan.size()}</p>
            <p class="hint">{each.unwrap_or_else(|| "one contract for the agency".to_owned())}</p>
        </li>
    }
    .into_any()
}

fn own_machine() -> AnyView {
    view! {
        <li class="own">
            <h2>"On your own machine"</h2>
            <p class="price">"$0"<small>"licence fee"</small></p>
            <p class="muted">"Any number of agents. The code is Apache-2.0."</p>
            <a class="btn lg" href="/#run">"Run it on your laptop"</a>
        </li>
    }
    .into_any()
}

/// What every plan has, and what none has yet.
fn included() -> AnyView {
    let today = [
        "Voice campaigns from a CSV file, a filter or the API",
        "Machine detection, recording, retries per outcome",
        "Text and email campaigns, replies to texts, opt-outs by word and by link",
        "Calling hours, do-not-call and opt-outs checked before each dial, each decision stored",
        "Live pages for supervisors and operations; the same over a documented API",
    ];
    let next = [
        "Regulation F frequency limits: next",
        "Inbox page, reports, payments, predictive pacing: later",
        "Sign-up and billing on this site: later; until then nobody is charged",
    ];
    view! {
        <section class="p-two even" aria-label="In every plan">
            {list("In every plan today", Icon::Check, today)}
            {list("In no plan yet", Icon::CircleDashed, next)}
        </section>
    }
    .into_any()
}

fn list<const N: usize>(title: &'static str, icon: Icon, lines: [&'static str; N]) -> AnyView {
    let lines = lines.map(|line| view! { <li>{icon.small()}<span>{line}</span></li> }).collect_view();
    view! { <div><h2>{title}</h2><ul class="ticks">{lines}</ul></div> }.into_any()
}

fn calculator(view: &PricingView) -> AnyView {
    view! {
        <section class="p-two" aria-labelledby="calc">
            <div>
                <h2 id="calc">"What would you pay?"</h2>
                <form class="seatf" action="/pricing#calc" method="get">
                    <div class="field">
                        <label for="agents">"Agents"</label>
                        <input class="input" id="agents" name="agents" inputmode="numeric" autocomplete="off" value=view.asked.clone().unwrap_or_default() aria-describedby="answer"/>
                    </div>
                    <button class="btn primary" type="submit">"Work it out"</button>
                </form>
                <p class="muted" id="answer">{answer(view)}</p>
            </div>
            {table(view.agents())}
        </section>
    }
    .into_any()
}

fn answer(view: &PricingView) -> String {
    let Some(agents) = view.agents() else {
        let wrong = view.asked.as_ref().is_some_and(|asked| !asked.trim().is_empty());
        return if wrong { "A whole number of agents, 1 or more." } else { "Type a number; the answer is this page." }
            .to_owned();
    };
    let (plan, people) = (Plan::of(agents), if agents == 1 { "agent" } else { "agents" });
    match plan.monthly() {
        Some(dollars) => format!("{agents} {people}: {}, ${dollars} a month.", plan.name()),
        None => format!("{agents} {people}: {}, by contract.", plan.name()),
    }
}

/// The edges of the plans, and the size that was asked for.
fn table(asked: Option<u32>) -> AnyView {
    let mut sizes = vec![1, 5, 6, 20];
    sizes.extend(asked.filter(|agents| *agents <= 20));
    sizes.sort_unstable();
    sizes.dedup();
    let rows = sizes.into_iter().map(|agents| row(agents, asked == Some(agents))).collect_view();
    let large = asked.filter(|agents| *agents > 20);
    view! {
        <div class="panel clipx">
            <table class="tbl dense2">
                <caption>"Price by number of agents"</caption>
                <thead><tr><th scope="col">"Agents"</th><th scope="col">"Plan"</th><th scope="col" class="num">"A month"</th><th scope="col" class="num">"Each agent"</th></tr></thead>
                <tbody>
                    {rows}
                    <tr class=large.map(|_| "on")>
                        <th scope="row">{large.map_or_else(|| "21 and more".to_owned(), |agents| agents.to_string())}</th>
                        <td>{Plan::Enterprise.name()}</td><td class="num">"by contract"</td><td class="num dim">"by contract"</td>
                    </tr>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(agents: u32, on: bool) -> AnyView {
    let plan = Plan::of(agents);
    let total = plan.monthly().map(|dollars| format!("${dollars}"));
    let total = if on { view! { <b class="total">{total}</b> }.into_any() } else { total.into_any() };
    view! {
        <tr class=on.then_some("on")>
            <th scope="row">{agents}</th><td>{plan.name()}</td><td class="num">{total}</td><td class="num dim">{plan.each(agents)}</td>
        </tr>
    }
    .into_any()
}

fn others() -> AnyView {
    view! {
        <section class="p-two" aria-labelledby="others">
            <div><h2 id="others">"What you pay others"</h2><p class="muted">"Whoever carries your calls bills you, on your own account."</p></div>
            <dl class="plain-dl">
                <div><dt>"Calls"</dt><dd>"Telnyx, with your own key. A contact that a rule forbids never reaches it."</dd></div>
                <div><dt>"A machine"</dt><dd>"One Postgres, 15 or later, and the two processes; any number of each may share it."</dd></div>
            </dl>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_answered_and_nonsense_is_not() {
        let ask = |asked: &str| answer(&PricingView { asked: Some(asked.to_owned()) });
        assert_eq!(ask(" 12 "), "12 agents: Professional, $799 a month.");
        assert_eq!(ask("21"), "21 agents: Enterprise, by contract.");
        assert_eq!(
            [ask("0"), ask("-3"), ask("many")],
            [(); 3].map(|()| "A whole number of agents, 1 or more.".to_owned())
        );
    }
}
