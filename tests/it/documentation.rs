//! What is written about the code, held to the code.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use workflows::compliance::{self, Channel, Facts};

/// Decisions are left out: they tell of the day they were made.
#[test]
fn every_path_in_the_documents_exists() {
    for document in documents().iter().filter(|document| !document.starts_with("docs/adr")) {
        let text = read(document);
        let named: Vec<String> = quoted(&text).flat_map(paths).collect();
        let gone: Vec<&String> = named.iter().filter(|path| !root().join(path).exists()).collect();
        assert!(gone.is_empty(), "{document} names {gone:?}");
    }
}

#[test]
fn every_link_in_the_documents_leads_somewhere() {
    for document in documents() {
        let text = read(&document);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let pictures = text.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let here = root().join(&document);
        for target in links.chain(pictures).filter(|target| !target.starts_with("http")) {
            assert!(here.with_file_name(target).exists(), "{document} links to {target}");
        }
    }
}

#[test]
fn every_picture_is_shown_and_small() {
    let guide = read("docs/USER_GUIDE.md");
    for picture in fs::read_dir(root().join("docs/pictures")).unwrap().flatten() {
        let name = picture.file_name().into_string().unwrap();
        assert!(
            guide.contains(&format!("pictures/{name}\"")) || guide.contains(&format!("(pictures/{name})")),
            "{name}"
        );
        assert!(picture.metadata().unwrap().len() <= 120 * 1024, "{name} is larger than 120 KB");
    }
}

#[test]
fn every_rule_is_in_the_book_with_its_file() {
    let book = read("docs/COMPLIANCE.md");
    let rows: Vec<&str> = book.lines().filter(|line| line.starts_with("| `")).collect();
    let told = compliance::explain(&Facts::new(Channel::Call), chrono::Utc::now());
    assert_eq!(rows.len(), told.len());
    for ((code, _), row) in told.iter().zip(rows) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells[1], format!("`{code}`"));
        for file in quoted(cells[4]) {
            assert!(root().join("workflows/src/compliance").join(file).exists(), "{code}: {file}");
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

/// What is said to be in this repository: `app/src/stage.rs`, or several, `workers/src/{pacer,reconcile}.rs`.
fn paths(word: &str) -> Vec<String> {
    let ours = ["app/", "web/", "workers/", "workflows/", "migrations/", "tests/", "docs/", "bin/"];
    let named = ours.iter().any(|start| word.starts_with(start)) && !word.contains([' ', '*', '<']);
    match word.split_once('{').zip(word.split_once('}')) {
        _ if !named => Vec::new(),
        Some(((before, _), (list, after))) => {
            let names = list[before.len() + 1..].split(',');
            names.map(|name| format!("{before}{name}{after}")).collect()
        }
        None => vec![word.to_owned()],
    }
}

/// Everything written for people, from the root and from `docs`.
fn documents() -> Vec<String> {
    let pages = |folder: &str| {
        let files = fs::read_dir(root().join(folder)).unwrap().flatten();
        let names = files.filter_map(|file| file.file_name().into_string().ok());
        let names = names.filter(|name| name.ends_with(".md"));
        names.map(|name| Path::new(folder).join(name).to_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    ["", "docs", "docs/adr"].into_iter().flat_map(pages).collect()
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
