//! Extractors do the proving: who, with which right, a well-formed id, a valid body.

mod body;
mod caller;
mod id;
mod query;

pub use body::{Check, Submitted, Valid};
pub use caller::{
    Allowed, Caller, HearCalls, KeepSuppressions, LiftEntries, ManageAccounts, ManageJobs, RunCampaigns, SeeAccounts,
    SeeAudit, SeeCampaigns, SeeCompliance, SeeJobs, SetPolicy, WorkCalls, WriteLedgers,
};
pub use id::Id;
pub use query::{Page, Params, at_most};
