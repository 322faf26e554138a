//! What is known of each product, `web/data/compare.csv`: a line a fact, with where it was read and when. What is not in the
//! file is unknown.
//!
//! Our own facts name the file of this repository that shows them.

use chrono::NaiveDate;
use std::sync::LazyLock;

/// The products, in the order of the columns; ours first.
pub const VENDORS: [&str; 8] =
    ["Word Is Bond", "TCN", "Balto", "Skit.ai", "VICIdial", "Convoso", "Five9", "NICE CXone"];

const FILE: &str = include_str!("../../../../data/compare.csv");

static FACTS: LazyLock<Vec<Fact>> = LazyLock::new(|| read(FILE).expect("the file in the repository is well-formed"));

/// One thing known of one product.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What the feature belongs to.
    pub group: String,
    /// The feature.
    pub feature: String,
    /// Whose.
    pub vendor: String,
    /// What kind of answer it is.
    pub value: Value,
    /// The answer in words.
    pub words: String,
    /// The name of what was read; of ours, a path in the repository.
    pub source: String,
    /// Where that is; empty for ours.
    pub url: String,
    /// The day it was read.
    pub checked: NaiveDate,
}

/// A kind of answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// It has it.
    Yes,
    /// In part.
    Partial,
    /// It has not.
    No,
    /// Ours, and worked on now.
    Next,
    /// Ours, and planned.
    Later,
    /// Neither yes nor no: a figure, a way of charging.
    Stated,
}

impl Fact {
    /// Is it about us?
    pub fn ours(&self) -> bool {
        self.vendor == VENDORS[0]
    }
}

/// Every fact, in the order of the file.
pub fn all() -> &'static [Fact] {
    &FACTS
}

fn read(text: &str) -> Option<Vec<Fact>> {
    let mut lines = csv::Reader::from_reader(text.as_bytes());
    lines.records().map(|line| fact(&line.ok()?)).collect()
}

fn fact(line: &csv::StringRecord) -> Option<Fact> {
    let field = |at: usize| line.get(at).map(str::to_owned);
    Some(Fact {
        group: field(0)?,
        feature: field(1)?,
        vendor: field(2)?,
        value: value(line.get(3)?)?,
        words: field(4)?,
        source: field(5)?,
        url: field(6)?,
        checked: line.get(7)?.parse().ok()?,
    })
}

fn value(word: &str) -> Option<Value> {
    Some(match word {
        "yes" => Value::Yes,
        "partial" => Value::Partial,
        "no" => Value::No,
        "next" => Value::Next,
        "later" => Value::Later,
        "fact" => Value::Stated,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, path::Path};

    use super::*;

    #[test]
    fn every_known_cell_has_its_source_and_its_day() {
        let beginning = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        for fact in all() {
            let what = format!("{} of {}", fact.feature, fact.vendor);
            assert!(VENDORS.contains(&fact.vendor.as_str()), "{what}");
            assert!(!fact.words.is_empty() && !fact.source.is_empty() && fact.checked >= beginning, "{what}");
            let linked = fact.url.starts_with("https://") || fact.url.starts_with("http://");
            assert_eq!(linked, !fact.ours(), "{what}: {}", fact.url);
        }
    }

    #[test]
    fn what_we_say_of_ourselves_can_be_opened_in_the_repository() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for fact in all().iter().filter(|fact| fact.ours()) {
            assert!(root.join(&fact.source).is_file(), "{}: {} is not there", fact.feature, fact.source);
        }
    }

    #[test]
    fn no_cell_is_filled_twice_and_each_feature_says_where_we_stand() {
        let cells: HashSet<_> = all().iter().map(|fact| (&fact.feature, &fact.vendor)).collect();
        assert_eq!(cells.len(), all().len());
        for fact in all() {
            assert!(cells.contains(&(&fact.feature, &VENDORS[0].to_owned())), "{}", fact.feature);
        }
    }

    #[test]
    fn only_we_may_promise() {
        let promised = |fact: &&Fact| matches!(fact.value, Value::Next | Value::Later);
        assert!(all().iter().filter(promised).all(Fact::ours));
    }
}
