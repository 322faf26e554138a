//! The rules themselves, in the order in which their reasons are told.

use super::{ComplianceView, RuleRow};
use crate::parts::table;
use leptos::prelude::*;

pub(super) fn panel(view: &ComplianceView) -> AnyView {
    view! {
        <section class="panel" id="rules" aria-labelledby="rules-h">
            <header><h2 id="rules-h">"The rules"</h2><span class="end">{format!("{} rules, edition ", view.rules.len())}<span class="mono">{view.version.clone()}</span></span></header>
            <table class="tbl cards rules">
                <caption>"Every rule with its source, in the order in which reasons are told"</caption>
                {table::head(&[("Rule", ""), ("What it asks", ""), ("Source", "hs")])}
                <tbody>{view.rules.iter().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(rule: &RuleRow) -> AnyView {
    view! {
        <tr>
            <th scope="row"><span class="two">{rule.title}<small class="mono">{rule.code}</small></span></th>
            <td class="muted">{rule.sentence}</td>
            <td class="dim small hs">{rule.citation}</td>
        </tr>
    }
    .into_any()
}
