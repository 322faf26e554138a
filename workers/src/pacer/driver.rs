//! A campaign's engine in this process, and what it has been told of the floor. It is told only what is new: the
//! database is compared with what was told, so nothing is lost with a hint or a process.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use uuid::Uuid;
use workflows::{
    db::Tx,
    id::{AgentId, CallId, CampaignId},
    pacing::{self, AgentState, AtWork, CallEvent, Decided, Engine, Id, Learned, Line, Mode, Present, Settings, TICK},
};

use crate::error::Error;

/// What was learned is kept so often. Who loses the rest learns it again within minutes.
const KEEP: Duration = Duration::from_secs(2);

pub(super) struct Driver {
    campaign: CampaignId,
    /// Of the lease it was made under: another pacer may have learned more since.
    fence: i64,
    settings: Settings,
    engine: Engine,
    agents: HashMap<AgentId, Present>,
    told: HashMap<CallId, Told>,
    decided: f64,
    kept: Instant,
}

/// How much of a call the engine has heard.
struct Told {
    own: bool,
    rank: u8,
}

/// Something the engine has not heard of.
enum News {
    Agent(AgentId, AgentState),
    Call(CallId, bool, CallEvent),
}

impl Driver {
    /// Goes on from what was learned by whoever paced the campaign last.
    pub(super) async fn start(tx: &mut Tx, campaign: &AtWork, fence: i64) -> Result<Self, Error> {
        let settings = pacing::settings(tx, campaign.id).await?;
        let engine = Engine::new(settings, restored(pacing::learned(tx, campaign.id).await?, campaign.id))?;
        let (agents, told) = (HashMap::new(), HashMap::new());
        Ok(Self { campaign: campaign.id, fence, settings, engine, agents, told, decided: 0.0, kept: Instant::now() })
    }

    /// It is the engine of this lease.
    pub(super) fn is_of(&self, fence: i64) -> bool {
        self.fence == fence
    }

    /// Tells the engine what happened, and asks it how many lines to add. None: not yet.
    pub(super) async fn decide(&mut self, tx: &mut Tx, campaign: &AtWork) -> Result<Option<Decided>, Error> {
        let now = tx.now().await?;
        let early = secs(now) - self.decided < TICK;
        if self.settings.mode == Mode::Predictive && early {
            return Ok(None);
        }
        self.follow(pacing::settings(tx, campaign.id).await?);
        let known: Vec<Uuid> = self.told.keys().map(|call| call.0).collect();
        // In this order: whoever is joined between the two is seen twice, as a line out and as an agent who talks. The
        // other way round a free agent would be seen whose call is not.
        let lines = pacing::lines(tx, campaign.org, &known).await?;
        let present = pacing::present(tx, campaign.org).await?;
        let in_use = lines.iter().filter(|line| line.campaign == self.campaign && line.ended_at.is_none()).count();
        self.hear(&present, &lines, now);
        self.decided = secs(now);
        Ok(Some(self.engine.decide(secs(now), u32::try_from(in_use).unwrap_or(u32::MAX))))
    }

    /// Somebody changed the campaign. What makes no sense is not followed.
    fn follow(&mut self, settings: Settings) {
        if settings != self.settings
            && let Err(error) = self.engine.adjust(settings)
        {
            tracing::warn!(%error, campaign.id = %self.campaign, "a pacing setting is not followed");
        }
        self.settings = settings;
    }

    fn hear(&mut self, present: &[Present], lines: &[Line], now: DateTime<Utc>) {
        let mut news = Vec::new();
        self.hear_agents(present, now, &mut news);
        self.hear_calls(lines, now, &mut news);
        news.sort_by_key(|(at, _)| *at);
        for (at, news) in news {
            self.tell(secs(at), &news);
        }
    }

    fn tell(&mut self, t: f64, news: &News) {
        match *news {
            News::Agent(agent, state) => self.engine.agent(t, id(agent.0), state),
            News::Call(call, true, event) => self.engine.call(t, id(call.0), event),
            News::Call(call, false, event) => self.engine.call_elsewhere(t, id(call.0), event),
        }
    }

    fn hear_agents(&mut self, present: &[Present], now: DateTime<Utc>, news: &mut Vec<(DateTime<Utc>, News)>) {
        for agent in present {
            let before = self.agents.insert(agent.id, *agent);
            // Two talks, and what came between them was not seen.
            if before.is_some_and(|before| before.state == agent.state && before.since < agent.since) {
                news.push((agent.since, News::Agent(agent.id, AgentState::Idle)));
            }
            news.push((agent.since, News::Agent(agent.id, agent.state)));
        }
        let here: HashSet<AgentId> = present.iter().map(|agent| agent.id).collect();
        let gone = self.agents.extract_if(|agent, _| !here.contains(agent));
        news.extend(gone.map(|(agent, _)| (now, News::Agent(agent, AgentState::Gone))));
    }

    fn hear_calls(&mut self, lines: &[Line], now: DateTime<Utc>, news: &mut Vec<(DateTime<Utc>, News)>) {
        for line in lines {
            let own = line.campaign == self.campaign;
            let told = self.told.entry(line.id).or_insert_with(|| {
                news.push((line.intent_at.unwrap_or(now), News::Call(line.id, own, CallEvent::Dialed)));
                Told { own, rank: 0 }
            });
            let heard = told.rank;
            for (at, event) in line.events().into_iter().filter(|(_, event)| rank(*event) > heard) {
                told.rank = told.rank.max(rank(event));
                news.push((at, News::Call(line.id, own, event)));
            }
        }
        let out: HashSet<CallId> = lines.iter().filter(|line| line.ended_at.is_none()).map(|line| line.id).collect();
        let over = self.told.extract_if(|call, _| !out.contains(call));
        news.extend(over.map(|(call, told)| (now, News::Call(call, told.own, CallEvent::Ended))));
    }

    /// These are being dialed now.
    pub(super) fn dialed(&mut self, calls: impl Iterator<Item = CallId>) {
        for call in calls {
            self.told.insert(call, Told { own: true, rank: 0 });
            self.engine.call(self.decided, id(call.0), CallEvent::Dialed);
        }
    }

    /// Keeps what was learned, every now and then.
    pub(super) async fn keep(&mut self, tx: &mut Tx) -> Result<(), sqlx::Error> {
        if self.kept.elapsed() >= KEEP {
            self.keep_now(tx).await?;
            self.kept = Instant::now();
        }
        Ok(())
    }

    pub(super) async fn keep_now(&self, tx: &mut Tx) -> Result<(), sqlx::Error> {
        pacing::remember(tx, self.campaign, self.fence, self.engine.learned()).await
    }
}

/// How far a call has come with an event; what comes before it tells nothing new after it.
fn rank(event: CallEvent) -> u8 {
    match event {
        CallEvent::Dialed => 0,
        CallEvent::Answered => 1,
        CallEvent::AmdHuman => 2,
        _ => 3,
    }
}

/// A state that cannot be used is no reason not to pace: it is learned anew.
fn restored(stored: Option<String>, campaign: CampaignId) -> Learned {
    let Some(stored) = stored else { return Learned::default() };
    Learned::restore(&stored).unwrap_or_else(|error| {
        tracing::warn!(%error, campaign.id = %campaign, "what was learned of its calls is not used");
        Learned::default()
    })
}

fn id(uuid: Uuid) -> Id {
    uuid.as_u128()
}

fn secs(at: DateTime<Utc>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a quarter of a microsecond, in this era")]
    let micros = at.timestamp_micros() as f64;
    micros / 1e6
}
