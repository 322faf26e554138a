//! What is written about the code, held to the code.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

#[test]
fn every_path_on_the_map_exists() {
    let map = read("docs/ARCHITECTURE.md");
    let gone: Vec<&str> = quoted(&map).filter(|word| is_path(word) && !root().join(word).exists()).collect();
    assert!(gone.is_empty(), "docs/ARCHITECTURE.md names {gone:?}");
}

#[test]
fn every_link_in_the_documents_leads_somewhere() {
    let documents = ["README.md", "CHANGELOG.md", "docs/ARCHITECTURE.md", "docs/OPERATIONS.md"];
    for document in documents {
        let text = read(document);
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let here = root().join(document);
        for target in targets.filter(|target| !target.starts_with("http")) {
            assert!(here.with_file_name(target).exists(), "{document} links to {target}");
        }
    }
}

#[test]
fn every_variable_the_code_reads_is_in_the_example() {
    let example = read(".env.example");
    let mut read_by_code = BTreeSet::new();
    for source in sources("app/src").into_iter().chain(sources("workers")).chain(sources("workflows")) {
        let text = fs::read_to_string(source).unwrap();
        read_by_code.extend(text.split('"').filter(|word| is_variable(word)).map(str::to_owned));
    }
    let undocumented: Vec<&String> =
        read_by_code.iter().filter(|name| !example.contains(&format!("{name}="))).collect();
    assert!(!read_by_code.is_empty());
    assert!(undocumented.is_empty(), ".env.example lacks {undocumented:?}");
}

#[test]
fn the_example_shows_every_timer_with_its_default() {
    let example = read(".env.example");
    for (name, millis) in app::config::Timers::VARIABLES {
        assert!(example.contains(&format!("#{name}={millis}\n")), ".env.example lacks #{name}={millis}");
    }
}

fn is_variable(word: &str) -> bool {
    let ours = ["WIB_", "TELNYX_", "RESEND_", "SIM_", "SMTP_", "OTEL_"].iter().any(|start| word.starts_with(start));
    let shouted = word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    (ours && shouted && !word.ends_with('_')) || word == "DATABASE_URL"
}

fn is_path(word: &str) -> bool {
    word.contains('/') && [".rs", ".sql", ".md"].iter().any(|end| word.ends_with(end))
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn sources(directory: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(directory)];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace is around the crate")
}
