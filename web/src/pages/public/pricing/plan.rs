//! The price list: three sizes of agency.

use crate::format::dollars;

/// A size of agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// One to five agents.
    Starter,
    /// Six to twenty.
    Professional,
    /// More than that.
    Enterprise,
}

impl Plan {
    /// From small to large.
    pub const ALL: [Plan; 3] = [Plan::Starter, Plan::Professional, Plan::Enterprise];

    /// The plan of an agency with so many agents.
    pub fn of(agents: u32) -> Self {
        match agents {
            ..=5 => Plan::Starter,
            6..=20 => Plan::Professional,
            _ => Plan::Enterprise,
        }
    }

    /// Dollars a month for the whole agency; none where it is a matter of contract.
    pub fn monthly(self) -> Option<u32> {
        match self {
            Plan::Starter => Some(299),
            Plan::Professional => Some(799),
            Plan::Enterprise => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Plan::Starter => "Starter",
            Plan::Professional => "Professional",
            Plan::Enterprise => "Enterprise",
        }
    }

    pub(super) fn size(self) -> &'static str {
        match self {
            Plan::Starter => "1 to 5 agents",
            Plan::Professional => "6 to 20 agents",
            Plan::Enterprise => "21 agents and more",
        }
    }

    /// The most agents it is for.
    pub(super) fn most(self) -> Option<u32> {
        match self {
            Plan::Starter => Some(5),
            Plan::Professional => Some(20),
            Plan::Enterprise => None,
        }
    }

    /// What each of so many agents comes to in a month.
    pub(super) fn each(self, agents: u32) -> Option<String> {
        let cents = i64::from(self.monthly()?) * 100;
        let agents = i64::from(agents);
        Some(dollars((cents + agents / 2) / agents))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plans_meet_where_the_price_list_says() {
        let names = [1, 5, 6, 20, 21, 500].map(|agents| Plan::of(agents).name());
        assert_eq!(names, ["Starter", "Starter", "Professional", "Professional", "Enterprise", "Enterprise"]);
    }
}
