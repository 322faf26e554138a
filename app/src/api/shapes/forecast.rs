//! When what is left is worked off.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use workflows::{campaign::Outlook, queue::Forecast};

/// When the backlog is worked off.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct ForecastOut {
    /// `clear`, `clears`, `grows`, `stands`, `paused` or `unknown`.
    state: &'static str,
    /// Of `clears`: when.
    at: Option<DateTime<Utc>>,
    /// Of `clears` and `grows`: by how many jobs a minute.
    per_minute: Option<f64>,
}

impl From<Forecast> for ForecastOut {
    fn from(forecast: Forecast) -> Self {
        use Forecast as F;
        let state = |state| Self { state, ..Self::default() };
        match forecast {
            F::Clear => state("clear"),
            F::Paused => state("paused"),
            F::Unknown => state("unknown"),
            F::Stands => state("stands"),
            F::Grows { per_minute } => Self { per_minute: Some(per_minute), ..state("grows") },
            F::Clears { at, per_minute } => Self { at: Some(at), per_minute: Some(per_minute), ..state("clears") },
        }
    }
}

/// What is ahead of a campaign at work.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OutlookOut {
    #[serde(flatten)]
    forecast: ForecastOut,
    /// When the hours end before the list does: when, and about how many people are left then.
    left_over: Option<LeftOverOut>,
}

#[derive(Debug, Serialize, ToSchema)]
struct LeftOverOut {
    at: DateTime<Utc>,
    left: i64,
}

impl From<Outlook> for OutlookOut {
    fn from(outlook: Outlook) -> Self {
        let left_over = outlook.left_over.map(|over| LeftOverOut { at: over.at, left: over.left });
        Self { forecast: outlook.forecast.into(), left_over }
    }
}
