//! What we are built from: licences we may ship under Apache-2.0, and one of each kind of thing.

use std::{collections::BTreeSet, process::Command};

use rstest::rstest;
use serde_json::Value;

/// Permissive, or weak copyleft on files we do not change. Take one in here with the reason in the commit.
const LICENCES: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Zlib",
];

#[test]
fn every_dependency_has_a_licence_we_may_ship() {
    let refused: Vec<String> = packages()
        .iter()
        .filter(|package| !may_ship(package["license"].as_str().unwrap_or("none given")))
        .map(|package| format!("{} {}: {}", package["name"], package["version"], package["license"]))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

/// Two of these in one binary are two pools, two root stores or two runtimes that do not know each other.
#[rstest]
#[case::database("sqlx-core")]
#[case::http_client("reqwest")]
#[case::http_server("axum")]
#[case::runtime("tokio")]
#[case::tls("rustls")]
#[case::time("chrono")]
fn there_is_one_of_its_kind(#[case] name: &str) {
    let versions: BTreeSet<String> = packages()
        .iter()
        .filter(|package| package["name"] == name)
        .map(|package| package["version"].to_string())
        .collect();
    assert_eq!(versions.len(), 1, "{name} {versions:?}");
}

#[rstest]
#[case::no_system_tls("openssl-sys")]
#[case::no_second_tls("native-tls")]
fn it_is_not_there(#[case] name: &str) {
    assert!(packages().iter().all(|package| package["name"] != name));
}

/// `A OR B` needs one of them, `A AND B` both; `MIT/Apache-2.0` is an old way to write OR.
fn may_ship(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
    plain.split(" AND ").all(|part| part.split(" OR ").any(|licence| LICENCES.contains(&licence.trim())))
}

fn packages() -> Vec<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = Command::new(cargo)
        .args(["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", &platform])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    metadata["packages"].as_array().expect("packages").clone()
}
