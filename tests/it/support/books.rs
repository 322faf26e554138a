//! The carrier's own books: what the simulator was asked, and what it did.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::Value;
use telnyx::ClientState;
use uuid::Uuid;

/// Journal and state, as of one moment.
pub(crate) struct Books {
    entries: Vec<Value>,
    state: Value,
}

impl Books {
    /// Opens the books of the simulator at that origin.
    pub(crate) async fn open(simulator: &str) -> Self {
        let read = async |what: &str| -> Value {
            reqwest::get(format!("{simulator}/sim/{what}")).await.unwrap().json().await.unwrap()
        };
        // The journal last: whatever the state tells of is in it.
        let (state, journal) = (read("state").await, read("journal").await);
        let Value::Array(entries) = journal else { panic!("the journal is a list") };
        Self { entries, state }
    }

    /// How many legs were placed for each attempt; agents' legs are not among them.
    pub(crate) fn dials(&self) -> BTreeMap<Uuid, usize> {
        let mut dials = BTreeMap::new();
        for attempt in self.of("leg").filter(|entry| note(entry).starts_with("dialled")).filter_map(attempt) {
            *dials.entry(attempt).or_default() += 1;
        }
        dials
    }

    /// When, in real time, each request to dial for an attempt came, whatever it was answered.
    pub(crate) fn requests(&self) -> Vec<DateTime<Utc>> {
        let dials = self.of("request").filter(|entry| entry["method"] == "POST" && entry["path"] == "/calls");
        let ours = dials.filter(|entry| attempt(entry).is_some());
        ours.map(|entry| entry["real_at"].as_str().unwrap().parse().unwrap()).collect()
    }

    /// When, in real time, each request that contacts somebody came, on any channel, whatever it was answered.
    pub(crate) fn contacts(&self) -> Vec<DateTime<Utc>> {
        let asks = self.of("request").filter(|entry| entry["method"] == "POST");
        let contacts = asks.filter(|entry| match entry["path"].as_str().unwrap_or_default() {
            "/calls" => attempt(entry).is_some(),
            path => path == "/messages" || path.contains("/emails"),
        });
        contacts.map(|entry| entry["real_at"].as_str().unwrap().parse().unwrap()).collect()
    }

    /// The attempts whose recording was saved.
    pub(crate) fn recorded(&self) -> BTreeSet<Uuid> {
        self.of("webhook").filter(|entry| entry["event_type"] == "call.recording.saved").filter_map(attempt).collect()
    }

    /// The attempts whose leg was put into a conference.
    pub(crate) fn joined(&self) -> BTreeSet<Uuid> {
        self.of("leg").filter(|entry| note(entry).starts_with("joined")).filter_map(attempt).collect()
    }

    /// Events that at least one attempt of delivering was answered 2xx.
    pub(crate) fn taken(&self) -> BTreeSet<String> {
        let taken = self.of("webhook_attempt").filter(|entry| entry["status"].as_u64().is_some_and(|s| s / 100 == 2));
        taken.filter_map(|entry| entry["event_id"].as_str().map(str::to_owned)).collect()
    }

    /// Legs alive now.
    pub(crate) fn live_legs(&self) -> u64 {
        self.state["counts"]["live_legs"].as_u64().unwrap()
    }

    /// Webhooks that nobody has taken yet.
    pub(crate) fn webhooks_under_way(&self) -> u64 {
        self.state["webhooks"]["under_way"].as_u64().unwrap()
    }

    /// Recordings begun that are not saved yet.
    pub(crate) fn recordings_open(&self) -> u64 {
        let count = |name: &str| self.state["counts"][name].as_u64().unwrap();
        count("recordings") - count("recordings_saved")
    }

    /// Commands that placed more than one call.
    pub(crate) fn doubled(&self) -> usize {
        self.state["doubled_command_ids"].as_array().unwrap().len()
    }

    /// The attempts whose text was taken, and how often.
    pub(crate) fn texts(&self) -> BTreeMap<Uuid, usize> {
        let mut texts = BTreeMap::new();
        for entry in self.of("message").filter(|entry| note(entry).starts_with("accepted")) {
            if let Some(id) = entry["idempotency_key"].as_str().and_then(|key| key.parse().ok()) {
                *texts.entry(id).or_default() += 1;
            }
        }
        texts
    }

    /// The attempts whose e-mail was taken, and how often, by our tag.
    pub(crate) fn mails(&self) -> BTreeMap<Uuid, usize> {
        let mut mails = BTreeMap::new();
        for entry in self.of("email").filter(|entry| note(entry).starts_with("accepted")) {
            let tags = entry["reference"].as_str().unwrap_or_default();
            if let Some(id) = tags.split(['=', '&', ',', ' ', '"', ':', '}']).find_map(|word| word.parse().ok()) {
                *mails.entry(id).or_default() += 1;
            }
        }
        mails
    }

    /// Every attempt that the providers took, on every channel, and how often.
    pub(crate) fn attempts(&self) -> BTreeMap<Uuid, usize> {
        self.dials().into_iter().chain(self.texts()).chain(self.mails()).collect()
    }

    /// What was sent twice under one key.
    pub(crate) fn keys_doubled(&self) -> &Value {
        &self.state["doubled_idempotency_keys"]
    }

    fn of(&self, kind: &'static str) -> impl Iterator<Item = &Value> {
        self.entries.iter().filter(move |entry| entry["kind"] == kind)
    }
}

fn note(entry: &Value) -> &str {
    entry["note"].as_str().unwrap_or_default()
}

fn attempt(entry: &Value) -> Option<Uuid> {
    match ClientState::parse(entry["client_state"].as_str()?)? {
        ClientState::Attempt(id) => Some(id),
        ClientState::Agent(_) | ClientState::Supervisor(_) => None,
    }
}
