//! The settings somebody asks about: from the fields as typed, with every fault by the field's own name.

use serde::Deserialize;
use web::{pages::pacing::PacingValues, parts::field::Choice};
use workflows::{
    campaign::{Campaign, Mode as Dials, Patch},
    id::CampaignId,
    pacing::{LEAST_CAP, MOST_LINES, Mode, Settings},
};

use crate::{
    pages::typed::{keep, number, percent},
    problem::{FieldError, Kind, Problem},
};

/// More than one rehearsal is to wait for.
const MOST_AGENTS: usize = 200;
/// Where nobody is signed in.
const SOME_AGENTS: usize = 10;

/// The form as it was sent; absent fields are those in force.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    pub(super) campaign: CampaignId,
    mode: Option<String>,
    #[serde(default)]
    abandon_cap: String,
    #[serde(default)]
    lines_per_agent: String,
    #[serde(default)]
    max_lines: String,
    #[serde(default)]
    agents: String,
}

/// What it asks for.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    mode: Dials,
    cap: f32,
    lines_per_agent: f32,
    max_lines: Option<i32>,
    pub(super) agents: usize,
}

impl Asked {
    /// Whether anything is asked at all.
    pub(super) fn wants(&self) -> bool {
        self.mode.is_some()
    }

    pub(super) fn values(&self) -> PacingValues {
        PacingValues {
            mode: self.mode.clone().unwrap_or_default(),
            abandon_cap: self.abandon_cap.clone(),
            lines_per_agent: self.lines_per_agent.clone(),
            max_lines: self.max_lines.clone(),
            agents: self.agents.clone(),
        }
    }

    /// The settings, or everything that is wrong with them.
    pub(super) fn wanted(&self) -> Result<Wanted, Problem> {
        let mut wrong = Vec::new();
        let mode = Dials::parse(self.mode.as_deref().unwrap_or_default());
        let wanted = Wanted {
            mode: keep(&mut wrong, "mode", mode.ok_or_else(|| "choose one of the list".to_owned()))
                .unwrap_or(Dials::Progressive),
            cap: percent(&mut wrong, "abandon_cap", &self.abandon_cap),
            lines_per_agent: keep(&mut wrong, "lines_per_agent", lines(&self.lines_per_agent)).unwrap_or(1.0),
            max_lines: (!self.max_lines.trim().is_empty()).then(|| number(&mut wrong, "max_lines", &self.max_lines)),
            agents: usize::from(number::<u16>(&mut wrong, "agents", &self.agents)),
        };
        if !(1..=MOST_AGENTS).contains(&wanted.agents) {
            wrong.push(FieldError::new("agents", "must be between 1 and 200"));
        }
        if wanted.max_lines.is_some_and(|lines| !(1..=10_000).contains(&lines)) {
            wrong.push(FieldError::new("max_lines", "must be between 1 and 10000"));
        }
        if wrong.is_empty() { Ok(wanted) } else { Err(Problem::new(Kind::InvalidBody).fields(wrong)) }
    }
}

fn lines(typed: &str) -> Result<f32, String> {
    let lines = typed.trim().parse::<f32>().map_err(|_| "give a number, such as 1.5".to_owned())?;
    if (1.0..=10.0).contains(&lines) { Ok(lines) } else { Err("must be between 1 and 10".to_owned()) }
}

impl Wanted {
    pub(super) fn cap(&self) -> f64 {
        f64::from(self.cap)
    }

    /// The engine's settings, as if this were in force.
    pub(super) fn settings(&self, now: Settings) -> Settings {
        Settings {
            mode: Mode::of(self.mode, f64::from(self.lines_per_agent)),
            cap: self.cap().max(LEAST_CAP),
            max_lines: self.max_lines.and_then(|lines| u32::try_from(lines).ok()).unwrap_or(MOST_LINES),
            ..now
        }
    }

    pub(super) fn patch(&self) -> Patch {
        Patch {
            mode: Some(self.mode.as_str().to_owned()),
            abandon_cap: Some(self.cap),
            lines_per_agent: Some(self.lines_per_agent),
            max_lines: Some(self.max_lines),
            ..Patch::default()
        }
    }
}

/// The settings in force, as they would be typed.
pub(super) fn in_force(campaign: &Campaign, here: usize) -> PacingValues {
    PacingValues {
        mode: campaign.mode.clone(),
        abandon_cap: trimmed(campaign.abandon_cap * 100.0),
        lines_per_agent: trimmed(campaign.lines_per_agent),
        max_lines: campaign.max_lines.map(|lines| lines.to_string()).unwrap_or_default(),
        agents: if here == 0 { SOME_AGENTS } else { here.min(MOST_AGENTS) }.to_string(),
    }
}

fn trimmed(value: f32) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

pub(super) fn modes() -> Vec<Choice> {
    [
        (Dials::Progressive, "Progressive: a line for each free agent"),
        (Dials::Predictive, "Predictive: foresees who will be free"),
        (Dials::Power, "Power: agents dial themselves"),
    ]
    .map(|(mode, words)| Choice::new(mode.as_str(), words))
    .to_vec()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use uuid::Uuid;

    use super::*;

    fn asked(change: impl FnOnce(&mut Asked)) -> Asked {
        let mut asked = Asked {
            campaign: CampaignId(Uuid::nil()),
            mode: Some("predictive".into()),
            abandon_cap: "2.5 %".into(),
            lines_per_agent: "1".into(),
            max_lines: String::new(),
            agents: "25".into(),
        };
        change(&mut asked);
        asked
    }

    #[test]
    fn what_is_typed_is_what_is_asked_for() {
        let wanted = asked(|_| {}).wanted().unwrap();
        assert_eq!((wanted.mode, wanted.cap, wanted.max_lines, wanted.agents), (Dials::Predictive, 0.025, None, 25));
    }

    #[rstest]
    #[case::a_mode_nobody_offers("mode", |a: &mut Asked| a.mode = Some("magic".into()))]
    #[case::everybody_abandoned("abandon_cap", |a: &mut Asked| a.abandon_cap = "100".into())]
    #[case::a_negative_cap("abandon_cap", |a: &mut Asked| a.abandon_cap = "-1".into())]
    #[case::no_number("lines_per_agent", |a: &mut Asked| a.lines_per_agent = "NaN".into())]
    #[case::fewer_than_one_line("lines_per_agent", |a: &mut Asked| a.lines_per_agent = "-2".into())]
    #[case::no_lines_at_all("max_lines", |a: &mut Asked| a.max_lines = "0".into())]
    #[case::nobody("agents", |a: &mut Asked| a.agents = "0".into())]
    #[case::more_than_a_rehearsal_takes("agents", |a: &mut Asked| a.agents = "2000".into())]
    fn a_fault_is_told_by_its_field(#[case] field: &str, #[case] change: fn(&mut Asked)) {
        let problem = asked(change).wanted().unwrap_err();
        assert_eq!(problem.errors().iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), [field]);
    }
}
