//! The balance line: terms, `=`, and a total over a double rule, which means *checked, and it balances*.

use crate::{
    format::count,
    icon::Icon,
    state::{Form, Tone, chip},
};
use leptos::prelude::*;

/// The terms and the total they should add up to.
#[derive(Clone, Debug)]
pub struct Balance {
    /// `(1842, "pending")`, in the order they are read.
    pub terms: Vec<(i64, &'static str)>,
    /// What was planned.
    pub total: i64,
    /// Of what: `planned`.
    pub noun: &'static str,
}

impl Balance {
    /// Do the terms add up to the total?
    pub fn holds(&self) -> bool {
        self.terms.iter().map(|(n, _)| n).sum::<i64>() == self.total
    }

    /// The line, with `words` beside the check mark when it holds, and a red note when it does not.
    pub fn line(&self, words: &str) -> AnyView {
        let terms = self.terms.iter().enumerate().map(|(i, (n, word))| {
            let plus = (i > 0).then(|| view! { <span class="op">"+"</span> });
            view! { {plus}<span>{format!("{} {word}", count(*n))}</span> }
        });
        let holds = self.holds();
        let total_class = if holds { "total" } else { "untotal" };
        view! {
            <p class="balance">
                {terms.collect_view()}
                <span class="op">{if holds { "=" } else { "is not" }}</span>
                <span class=total_class>{format!("{} {}", count(self.total), self.noun)}</span>
                <span class="ok">{verdict(holds, words)}</span>
            </p>
        }
        .into_any()
    }
}

fn verdict(holds: bool, words: &str) -> AnyView {
    if holds {
        chip(Tone::Live, Icon::Check, words, Form::Plain)
    } else {
        chip(Tone::Fail, Icon::TriangleAlert, "Does not balance", Form::Settled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_that_does_not_add_up_has_no_double_rule() {
        let wrong = Balance { terms: vec![(3, "done"), (1, "waiting")], total: 5, noun: "planned" };
        let html = crate::render::html(move || wrong.line("Balances"));
        assert!(html.contains("Does not balance") && !html.contains("class=\"total\""), "{html}");
    }
}
