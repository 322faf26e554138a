//! The reference documents beside the workspace, if they are there.

use std::path::Path;

use serde_json::Value;

/// One of the provider's documents. Absent ones skip their test, visibly.
pub(crate) fn document(name: &str) -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/telnyx").join(name);
    let Ok(text) = std::fs::read(&path) else {
        eprintln!("skipped: {name} is not beside the workspace");
        return None;
    };
    Some(serde_json::from_slice(&text).expect("reference documents are json"))
}
