//! From the read models to the view.

use chrono::{DateTime, Utc};
use web::{
    format::counted,
    pages::{
        campaign::{Because, CampaignView},
        campaigns::Progress,
    },
    state::RecipientState,
};
use workflows::{
    campaign::{self, Campaign, Delivery, Failed, Kind, Outlook, Panel, Stats},
    db::Tx,
    id::CampaignId,
    identity::{Principal, Right},
    recipient::{self, Tally},
};

use super::{Asked, outcomes, outlook, recipients, settings};
use crate::{
    pages::{campaigns::channel, frame, voice},
    problem::Problem,
    state::App,
};

const REASONS: i64 = 12;

/// All that was read of a campaign.
pub(super) struct Read {
    pub(super) campaign: Campaign,
    pub(super) panel: Panel,
    pub(super) stats: Stats,
    pub(super) delivery: Delivery,
    pub(super) failures: Vec<Failed>,
    pub(super) words: Option<campaign::Words>,
    pub(super) outlook: Option<Outlook>,
    pub(super) now: DateTime<Utc>,
}

/// Reads everything on the page.
pub(super) async fn load(app: &App, caller: &Principal, asked: &Asked) -> Result<CampaignView, Problem> {
    let mut tx = app.db.tenant(caller.org).await?;
    let read = read(&mut tx, caller, asked.id).await?;
    let (state, after) = (asked.state(), asked.after.unwrap_or(0));
    let people = recipient::listed(&mut tx, asked.id, state.map(domain), after, recipients::ROWS).await?;
    tx.commit().await?;
    Ok(CampaignView {
        recipients: people.iter().map(|person| recipients::row(&read, caller, person)).collect(),
        after: recipients::next(&people),
        later: asked.after.is_some(),
        filter: state,
        ..view(&read, caller)
    })
}

async fn read(tx: &mut Tx, caller: &Principal, id: CampaignId) -> Result<Read, Problem> {
    let campaign = campaign::find(tx, caller.org, id).await?.ok_or_else(|| Problem::not_found("campaign"))?;
    let stats = campaign::stats(tx, id).await?;
    Ok(Read {
        panel: campaign::panel(tx, caller.org, &campaign).await?,
        outlook: campaign::outlook(tx, caller.org, &campaign, &stats.recipients).await?,
        now: tx.now().await?,
        stats,
        delivery: campaign::delivery(tx, id).await?,
        failures: campaign::failures(tx, id, REASONS).await?,
        words: campaign::words(tx, &campaign).await?,
        campaign,
    })
}

/// All but the page of the list.
fn view(read: &Read, caller: &Principal) -> CampaignView {
    let (campaign, tally) = (&read.campaign, &read.stats.recipients);
    CampaignView {
        id: campaign.id.0,
        name: campaign.name.clone(),
        channel: channel(campaign.kind),
        state: voice::state(campaign.state),
        since: read.panel.since,
        because: voice::because(campaign, &read.panel),
        reachable: read.panel.callable,
        may_operate: caller.may(Right::RunCampaigns),
        progress: progress(tally),
        outlook: read.outlook.and_then(|ahead| outlook::words(&ahead, read.now, frame::zone(caller))),
        because_of: because_of(read),
        rates: outcomes::rates(read),
        failures: read.failures.iter().map(|failed| outcomes::failure(campaign.kind, failed)).collect(),
        settings: settings::of(campaign, frame::zone(caller)),
        template: read.words.as_ref().map(|words| settings::template(campaign.kind, words)),
        recipients: Vec::new(),
        states: states(tally),
        filter: None,
        later: false,
        after: None,
    }
}

fn progress(tally: &Tally) -> Progress {
    Progress {
        planned: tally.planned,
        done: tally.done,
        failed: tally.failed,
        suppressed: tally.suppressed,
        skipped: tally.skipped,
        in_flight: tally.claimed,
        waiting: tally.queued + tally.retry_wait,
    }
}

fn because_of(read: &Read) -> Because {
    let (tally, delivery) = (&read.stats.recipients, &read.delivery);
    let said = |n: i64, words: String| if n > 0 { words } else { String::new() };
    let voice = read.campaign.kind == Kind::Voice;
    let in_flight = if voice {
        counted(read.stats.live, "line out", "lines out")
    } else {
        format!("{} sent, {} queued", delivery.under_way, delivery.queued)
    };
    Because {
        done: said(tally.done, share(tally.done, tally.planned)),
        in_flight: said(tally.claimed, in_flight),
        failed: said(tally.failed, if voice { "after every try" } else { "by reason below" }.to_owned()),
        suppressed: said(tally.suppressed, "until a person acts".to_owned()),
        skipped: said(tally.skipped, skipped(&read.campaign).to_owned()),
        waiting: said(tally.retry_wait, counted(tally.retry_wait, "for a retry", "for a retry")),
    }
}

fn share(n: i64, of: i64) -> String {
    if of > 0 { format!("{} % of the list", n * 100 / of) } else { String::new() }
}

fn skipped(campaign: &Campaign) -> &'static str {
    match (campaign.state, campaign.kind) {
        (campaign::State::Stopped | campaign::State::Draining, _) => "left out when it stopped",
        (_, Kind::Voice) => "left out without a rule",
        _ => "share an address with another",
    }
}

fn states(tally: &Tally) -> Vec<(RecipientState, i64)> {
    use RecipientState as S;
    vec![
        (S::Done, tally.done),
        (S::Claimed, tally.claimed),
        (S::Failed, tally.failed),
        (S::Suppressed, tally.suppressed),
        (S::Skipped, tally.skipped),
        (S::RetryWait, tally.retry_wait),
        (S::Queued, tally.queued),
    ]
}

/// The same state as the domain knows it.
fn domain(state: RecipientState) -> recipient::State {
    let same = recipient::State::ALL.into_iter().find(|s| s.as_str() == state.name());
    same.expect("the lexicon has every state of a recipient")
}
