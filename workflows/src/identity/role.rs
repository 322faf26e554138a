//! Roles, and the table of what each may do.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What somebody is here for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "user_role", rename_all = "lowercase")]
pub enum Role {
    Owner,
    Admin,
    Supervisor,
    Agent,
    Compliance,
    Ops,
    Readonly,
}

/// What a door asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// Look at campaigns, their numbers and the agent pool.
    SeeCampaigns,
    /// Make, change, start, pause and stop campaigns.
    RunCampaigns,
    /// Look at accounts, and so at the people who owe.
    SeeAccounts,
    /// Import and change accounts.
    ManageAccounts,
    /// Call people: the dialer, dispositions.
    WorkCalls,
    /// Hear recordings of calls, and read what was said.
    HearCalls,
    /// Write down what a person said: suppressions, consents, flags, preferences.
    WriteLedgers,
    /// Lift what was written down there.
    LiftEntries,
    /// Look through all suppressions, and bring in files of them.
    KeepSuppressions,
    /// Look at queues, jobs and workflows.
    SeeJobs,
    /// Pause and resume queues.
    ManageJobs,
    /// Look at the audit trail.
    SeeAudit,
    /// Look at the rules, at what they refused, and ask them.
    SeeCompliance,
    /// Tighten the agency's own policy.
    SetPolicy,
}

impl Role {
    /// Every role there is.
    pub const ALL: [Self; 7] =
        [Self::Owner, Self::Admin, Self::Supervisor, Self::Agent, Self::Compliance, Self::Ops, Self::Readonly];

    /// The table.
    #[must_use]
    pub fn may(self, right: Right) -> bool {
        use Right::{
            HearCalls, KeepSuppressions, LiftEntries, ManageAccounts, ManageJobs, RunCampaigns, SeeAccounts, SeeAudit,
            SeeCampaigns, SeeCompliance, SeeJobs, SetPolicy, WorkCalls, WriteLedgers,
        };
        match self {
            Self::Owner | Self::Admin => true,
            Self::Supervisor => {
                let runs =
                    matches!(right, SeeCampaigns | RunCampaigns | SeeAccounts | ManageAccounts | WorkCalls | SeeJobs);
                runs || matches!(right, HearCalls | WriteLedgers | KeepSuppressions | SeeCompliance)
            }
            Self::Agent => matches!(right, SeeAccounts | WorkCalls | WriteLedgers),
            Self::Compliance => {
                let keeps = matches!(right, HearCalls | WriteLedgers | LiftEntries | KeepSuppressions);
                keeps || matches!(right, SeeCampaigns | SeeAccounts | SeeAudit | SeeCompliance | SetPolicy)
            }
            Self::Ops => matches!(right, SeeCampaigns | SeeJobs | ManageJobs),
            Self::Readonly => matches!(right, SeeCampaigns | SeeAccounts | SeeJobs | SeeCompliance),
        }
    }

    /// As it is written everywhere.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Supervisor => "supervisor",
            Self::Agent => "agent",
            Self::Compliance => "compliance",
            Self::Ops => "ops",
            Self::Readonly => "readonly",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// There is no such role.
#[derive(Debug, thiserror::Error)]
#[error("a role is one of owner, admin, supervisor, agent, compliance, ops, readonly")]
pub struct NoSuchRole;

impl FromStr for Role {
    type Err = NoSuchRole;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.word() == s).ok_or(NoSuchRole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_who_run_campaigns_may_start_them() {
        let may: Vec<_> = Role::ALL.into_iter().filter(|r| r.may(Right::RunCampaigns)).map(Role::word).collect();
        assert_eq!(may, ["owner", "admin", "supervisor"]);
    }

    #[test]
    fn what_an_agent_writes_down_only_others_lift() {
        let may: Vec<_> = Role::ALL.into_iter().filter(|r| r.may(Right::LiftEntries)).map(Role::word).collect();
        assert_eq!(may, ["owner", "admin", "compliance"]);
        assert!(Role::Agent.may(Right::WriteLedgers));
    }

    #[test]
    fn what_people_said_is_heard_by_those_who_answer_for_it() {
        let may: Vec<_> = Role::ALL.into_iter().filter(|r| r.may(Right::HearCalls)).map(Role::word).collect();
        assert_eq!(may, ["owner", "admin", "supervisor", "compliance"]);
    }

    #[test]
    fn operations_sees_no_consumer() {
        assert!(!Role::Ops.may(Right::SeeAccounts));
    }

    #[test]
    fn a_role_reads_back_as_it_is_written() {
        for role in Role::ALL {
            assert_eq!(role.word().parse::<Role>().ok(), Some(role));
        }
    }
}
