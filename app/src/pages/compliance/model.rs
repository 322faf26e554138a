//! What the page shows, read in one transaction.

use chrono::{DateTime, TimeZone, Utc};
use chrono_tz::Tz;
use web::pages::compliance::{ComplianceView, NearRow, PolicyView, RuleRow, Today, WindowRow};
use workflows::{
    account::Account,
    compliance::{Code, RULES_VERSION, calling_edge},
    decision::{self, Explanation},
    identity::{Principal, Right},
    place::Zones,
    policy::{self, Saved},
    refusal::{self, Tally},
};

use crate::{api::shapes::clock, pages::frame, problem::Problem, state::App};

/// The country's clocks, from east to west.
const CLOCKS: [(&str, Tz); 7] = [
    ("Eastern", Tz::America__New_York),
    ("Central", Tz::America__Chicago),
    ("Mountain", Tz::America__Denver),
    ("Arizona", Tz::America__Phoenix),
    ("Pacific", Tz::America__Los_Angeles),
    ("Alaska", Tz::America__Anchorage),
    ("Hawaii", Tz::Pacific__Honolulu),
];

pub(super) async fn load(app: &App, caller: &Principal) -> Result<ComplianceView, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let now = tx.now().await?;
    let tally = refusal::tally(&mut tx, caller.org, midnight(now, frame::zone(caller))).await?;
    let saved = policy::find(&mut tx, caller.org).await?;
    let most = saved.as_ref().and_then(|saved| saved.policy.calls_per_week).unwrap_or(policy::LAWFUL_CALLS);
    let near = decision::near_limit(&mut tx, caller.org, most.into(), now).await?;
    tx.commit().await?;
    Ok(ComplianceView {
        today: today(tally),
        near: near.iter().filter_map(near_row).collect(),
        windows: CLOCKS.iter().filter_map(|(name, zone)| window(name, *zone, now)).collect(),
        rules: Code::ALL.iter().map(|code| rule(*code)).collect(),
        version: RULES_VERSION.to_owned(),
        policy: policy_view(saved, caller.may(Right::SetPolicy)),
        ..ComplianceView::default()
    })
}

/// When this day began by that clock.
pub(super) fn midnight(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let day = now.with_timezone(&zone).date_naive().and_time(chrono::NaiveTime::MIN);
    zone.from_local_datetime(&day).earliest().map_or_else(|| day.and_utc(), |at| at.to_utc())
}

fn today(tally: Tally) -> Today {
    let titled = |(code, n): (String, i64)| (code.clone(), title(&code), n);
    Today { allowed: tally.allowed, refused: tally.refused.into_iter().map(titled).collect() }
}

/// A rule of an older edition keeps its name.
pub(super) fn title(code: &str) -> String {
    let known = Code::ALL.iter().find(|known| known.as_str() == code);
    known.map_or(code, |known| known.title()).to_owned()
}

fn near_row((account, explained): &(Account, Explanation)) -> Option<NearRow> {
    let calls = explained.budget.counts.first()?;
    Some(NearRow {
        account: account.id.0,
        reference: account.account_number.clone(),
        used: calls.used,
        most: calls.most,
        next: explained.budget.next,
        allowed: explained.verdict.allowed(),
    })
}

fn window(name: &'static str, zone: Tz, now: DateTime<Utc>) -> Option<WindowRow> {
    let (edge, opens, _) = calling_edge(Zones::of(zone), now)?;
    Some(WindowRow { name, zone, open: !opens, edge })
}

fn rule(code: Code) -> RuleRow {
    RuleRow { code: code.as_str(), title: code.title(), sentence: code.sentence(), citation: code.citation() }
}

fn policy_view(saved: Option<Saved>, may_set: bool) -> PolicyView {
    let Some(Saved { policy, changed_by, changed_at }) = saved else {
        return PolicyView { may_set, ..PolicyView::default() };
    };
    PolicyView {
        opens: policy.opens.map(clock).unwrap_or_default(),
        closes: policy.closes.map(clock).unwrap_or_default(),
        days: policy.days,
        calls: policy.calls_per_week.map(|most| most.to_string()).unwrap_or_default(),
        mini_tcpa: policy.mini_tcpa,
        changed: Some((changed_by, changed_at)),
        may_set,
        errors: Vec::new(),
    }
}
