//! The jobs a campaign asks for.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{id::CampaignId, job::Job};

/// Fixes the list of a campaign that has just started.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlanCampaign {
    pub campaign: CampaignId,
}

impl Job for PlanCampaign {
    const KIND: &'static str = "plan_campaign";
    const QUEUE: &'static str = "default";

    fn run_id(&self) -> Option<Uuid> {
        Some(self.campaign.0)
    }

    fn unique_key(&self) -> Option<String> {
        Some(format!("plan:{}", self.campaign))
    }
}

/// Starts a scheduled campaign, or opens its next window.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StartCampaign {
    pub campaign: CampaignId,
}

impl Job for StartCampaign {
    const KIND: &'static str = "start_campaign";
    const QUEUE: &'static str = "default";

    fn run_id(&self) -> Option<Uuid> {
        Some(self.campaign.0)
    }
}

/// Closes the window that a cron opened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WindowCloses {
    pub campaign: CampaignId,
}

impl Job for WindowCloses {
    const KIND: &'static str = "close_window";
    const QUEUE: &'static str = "default";

    fn run_id(&self) -> Option<Uuid> {
        Some(self.campaign.0)
    }
}
