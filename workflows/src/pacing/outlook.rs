//! What a campaign's pacing knows, and what other settings would do.

use serde::Serialize;

use super::{Invalid, Learned, Rehearsed, Settings, rehearse, store};
use crate::{db::Tx, id::CampaignId};

/// What was learned of a campaign's calls.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Habits {
    /// The share of calls that a person answers.
    pub answer_rate: f64,
    /// The share that a machine answers.
    pub machine_rate: f64,
    /// The share of people whom detection takes for machines, as inferred.
    pub mistaken_rate: f64,
    /// Seconds until half of the people who answer have.
    pub rings: f64,
    /// Seconds of half of all wrap-ups.
    pub wraps_up: f64,
    /// People who answered within thirty days, and those left without an agent.
    pub live: f64,
    pub abandoned: f64,
}

impl Habits {
    fn of(learned: &Learned) -> Self {
        let total = learned.budget.total();
        Self {
            answer_rate: learned.answer_rate(),
            machine_rate: learned.machine_rate(),
            mistaken_rate: learned.mistaken_rate(),
            rings: learned.person.quantile(0.5),
            wraps_up: learned.wrap.quantile(0.5),
            live: total.live,
            abandoned: total.abandoned,
        }
    }
}

/// A campaign's settings, and what was learned of its calls.
#[derive(Clone, Debug)]
pub struct Known {
    pub settings: Settings,
    learned: Learned,
    /// Nothing was learned yet: what follows is what the engine believes of any campaign.
    pub guessed: bool,
}

impl Known {
    /// # Errors
    /// When the database is away.
    pub async fn read(tx: &mut Tx, campaign: CampaignId) -> Result<Self, sqlx::Error> {
        let settings = store::settings(tx, campaign).await?;
        let stored = store::learned(tx, campaign).await?.and_then(|stored| Learned::restore(&stored).ok());
        Ok(Self { settings, guessed: stored.is_none(), learned: stored.unwrap_or_default() })
    }

    /// What was learned.
    #[must_use]
    pub fn habits(&self) -> Habits {
        Habits::of(&self.learned)
    }

    /// An hour of so many agents under these settings. Takes a processor for up to seconds.
    ///
    /// # Errors
    /// The setting that makes no sense.
    pub fn rehearse(&self, settings: Settings, agents: usize) -> Result<Rehearsed, Invalid> {
        rehearse(settings, &self.learned, agents)
    }
}
