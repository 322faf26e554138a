//! The house's floor plan, held by `cargo metadata`: an arrow between crates only points down.
//!
//! "No contact without a recorded decision" is a property of this graph: the crate that decides cannot reach a
//! carrier, and the crates that reach one cannot decide.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use rstest::rstest;
use serde_json::Value;

/// Everything each of our crates may use of ours. Change it together with `docs/ARCHITECTURE.md`.
const ARROWS: [(&str, &[&str]); 7] = [
    ("app", &["resend", "simulator", "telnyx", "web", "workers", "workflows"]),
    ("web", &[]),
    ("workers", &["resend", "telnyx", "workflows"]),
    ("resend", &[]),
    ("simulator", &["telnyx"]),
    ("telnyx", &[]),
    ("workflows", &[]),
];

#[test]
fn every_crate_is_on_the_plan() {
    let planned: BTreeSet<String> = ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let built: BTreeSet<String> = dependencies().into_keys().collect();
    assert_eq!(built, planned);
}

#[rstest]
#[case::app("app")]
#[case::web("web")]
#[case::workers("workers")]
#[case::resend("resend")]
#[case::simulator("simulator")]
#[case::telnyx("telnyx")]
#[case::workflows("workflows")]
fn a_crate_uses_only_what_is_below_it(#[case] name: &str) {
    let below = ARROWS.iter().find(|(planned, _)| *planned == name).expect("a planned crate").1;
    let ours: Vec<&str> = ARROWS.iter().map(|(planned, _)| *planned).collect();
    let all = dependencies();
    let up: Vec<&String> =
        all[name].iter().filter(|used| ours.contains(&used.as_str()) && !below.contains(&used.as_str())).collect();
    assert!(up.is_empty(), "{name} may not use {up:?}");
}

/// What a crate must not be able to do, told by the libraries that would let it. Holds for tests and build scripts
/// too: a rule that needs HTTP to be tested is not a rule.
#[rstest]
#[case::the_rules_speak_no_http("workflows", &["reqwest", "axum", "hyper", "tower", "tower-http"])]
#[case::the_rules_draw_no_page("workflows", &["leptos"])]
#[case::the_rules_run_no_job("workflows", &["apalis", "apalis-core"])]
#[case::a_page_asks_nobody("web", &["sqlx", "reqwest", "axum", "hyper", "tokio"])]
#[case::workers_serve_nothing("workers", &["axum", "leptos"])]
#[case::the_client_remembers_nothing("telnyx", &["sqlx", "leptos", "apalis", "apalis-core"])]
#[case::nor_does_the_other_client("resend", &["sqlx", "leptos", "apalis", "apalis-core"])]
#[case::the_carrier_shares_no_memory_with_us("simulator", &["sqlx", "leptos", "apalis", "apalis-core"])]
fn a_crate_cannot_do_what_is_not_its_business(#[case] name: &str, #[case] forbidden: &[&str]) {
    let all = dependencies();
    let found: Vec<&&str> = forbidden.iter().filter(|used| all[name].contains(**used)).collect();
    assert!(found.is_empty(), "{name} may not use {found:?}");
}

#[test]
fn a_bare_cargo_run_starts_the_product() {
    let metadata = metadata();
    let default = metadata["workspace_default_members"].as_array().expect("default members");
    assert_eq!(default.len(), 1);
    assert!(default[0].as_str().is_some_and(|id| id.contains("/app#")), "{default:?}");
}

/// The names each of our crates declares, for the build, its tests and its build script alike.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    packages.iter().map(|package| (text(&package["name"]), declared(package))).collect()
}

fn declared(package: &Value) -> BTreeSet<String> {
    let dependencies = package["dependencies"].as_array().expect("dependencies");
    dependencies.iter().map(|dependency| text(&dependency["name"])).collect()
}

fn metadata() -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a string").to_owned()
}
