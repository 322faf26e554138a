use std::{
    collections::BTreeMap,
    io::{Cursor, Write},
};

use chrono::DateTime;
use rand::{Rng, SeedableRng, rngs::StdRng};
use rstest::rstest;
use serde_json::json;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{
    archive::Archive,
    manifest::{FORMAT, MANIFEST, SIGNATURE},
    verify::chain::{AUDIT, Row},
    *,
};
use crate::audit::{Bytes, Entry, Line, Link, PublicKey, Signer, hash};

const TAMPERINGS: usize = 1_000;

fn signer() -> Signer {
    Signer::parse(&"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=".into()).unwrap()
}

fn another() -> PublicKey {
    Signer::parse(&"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=".into()).unwrap().public()
}

/// An archive as the builder writes one; every third line of its chain is somebody else's.
fn sample(spoil: impl Fn(&mut Vec<Row>)) -> Vec<u8> {
    let org = OrgId::new();
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        export: ExportId::new(),
        org,
        org_name: "Acme Recovery".to_owned(),
        scope: Scope::Account { account_id: AccountId::new() },
        requested_by: "Cora Compliance".to_owned(),
        requested_at: DateTime::UNIX_EPOCH,
        made_at: DateTime::UNIX_EPOCH,
        rules_version: "1".to_owned(),
        counts: BTreeMap::new(),
        files: Vec::new(),
        public_key: signer().public().to_string(),
    };
    let mut rows = chain(org);
    spoil(&mut rows);
    let mut archive = Archive::new(Cursor::new(Vec::new()));
    for (name, words) in [("summary.html", "<h1>Evidence</h1>"), ("decisions.jsonl", "{}\n"), ("contacts.csv", "a,b\n")]
    {
        archive.begin(name).unwrap();
        archive.write_all(words.repeat(40).as_bytes()).unwrap();
    }
    archive.begin(AUDIT).unwrap();
    for row in rows {
        writeln!(archive, "{}", serde_json::to_string(&row).unwrap()).unwrap();
    }
    archive.finish(manifest, &signer()).unwrap().into_inner()
}

fn chain(org: OrgId) -> Vec<Row> {
    let (mut rows, mut prev) = (Vec::new(), Bytes([7; 32]));
    for seq in 5..25 {
        let (actor, action, subject, payload) = ("system", "call.dialed", "a", "{}");
        let [actor, action, subject, payload] = [actor, action, subject, payload].map(str::to_owned);
        let line = Line { org, id: seq * 2, at: DateTime::UNIX_EPOCH, actor, action, subject, payload };
        let link = Link { seq, prev_hash: prev, hash: hash(&prev, &line) };
        prev = link.hash;
        rows.push(if seq % 3 == 0 { Row::Others(link) } else { Row::Mine(Entry { link, line }) });
    }
    let checkpoint = signer().sign(org, 24, prev, DateTime::UNIX_EPOCH);
    rows.push(Row::Signed { checkpoint });
    rows
}

fn check(bytes: &[u8]) -> Result<Report, Broken> {
    verify(Cursor::new(bytes), Some(&signer().public()))
}

#[test]
fn an_untouched_archive_verifies() {
    let report = check(&sample(|_| ())).unwrap();
    assert_eq!((report.links, report.lines, report.key_given), (20, 13, true));
    assert!(!verify(Cursor::new(sample(|_| ())), None).unwrap().key_given);
}

#[test]
fn another_key_is_told_from_a_wrong_signature() {
    let broken = verify(Cursor::new(sample(|_| ())), Some(&another())).unwrap_err();
    assert_eq!(broken.fault, Fault::OtherKey);
}

#[rstest]
#[case::a_line_changed(|rows: &mut Vec<Row>| if let Row::Mine(entry) = &mut rows[2] { entry.line.actor = "user:1".into() })]
#[case::a_line_removed(|rows: &mut Vec<Row>| { rows.remove(3); })]
#[case::lines_swapped(|rows: &mut Vec<Row>| rows.swap(3, 4))]
#[case::the_end_cut_off(|rows: &mut Vec<Row>| rows.truncate(12))]
fn a_chain_that_breaks_is_found_though_we_signed_the_archive(#[case] spoil: fn(&mut Vec<Row>)) {
    let broken = check(&sample(spoil)).unwrap_err();
    assert!(broken.entry == AUDIT && matches!(broken.fault, Fault::Chain(_)), "{broken}");
}

/// The same archive with its entries as the function leaves them.
fn rewritten(bytes: &[u8], change: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut entries: Vec<(String, Vec<u8>)> = (0..zip.len())
        .map(|at| {
            let mut entry = zip.by_index(at).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        })
        .collect();
    change(&mut entries);
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        out.start_file(name, SimpleFileOptions::default()).unwrap();
        out.write_all(&bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// One tampering, and what has to be said of it; nothing where only the bytes tell.
fn tamper(dice: &mut StdRng, whole: &[u8]) -> (Vec<u8>, Option<Broken>) {
    let names = ["summary.html", "decisions.jsonl", "contacts.csv", AUDIT];
    let at = dice.random_range(0..names.len());
    let named = |fault| Some(Broken { entry: names[at].to_owned(), fault });
    match dice.random_range(0..6) {
        0 => {
            let mut bytes = whole.to_vec();
            let at = dice.random_range(0..bytes.len());
            bytes[at] ^= 1 << dice.random_range(0..8);
            (bytes, None)
        }
        1 => (whole[..dice.random_range(0..whole.len())].to_vec(), None),
        2 => (rewritten(whole, |entries| drop(entries.remove(at))), named(Fault::Removed)),
        3 => {
            let to = dice.random_range(0..=4);
            let added = Broken { entry: "planted.txt".to_owned(), fault: Fault::Added };
            (rewritten(whole, |entries| entries.insert(to, ("planted.txt".to_owned(), vec![1]))), Some(added))
        }
        4 => (
            rewritten(whole, |entries| entries[at].0 = "other.txt".to_owned()),
            named(Fault::Renamed("other.txt".to_owned())),
        ),
        _ => {
            let other = (at + 1) % names.len();
            let first = Broken { entry: names[at.max(other)].to_owned(), fault: Fault::Reordered };
            (rewritten(whole, |entries| entries.swap(at, other)), Some(first))
        }
    }
}

#[test]
fn a_thousand_random_tamperings_are_found_and_named() {
    let whole = sample(|_| ());
    let mut dice = StdRng::seed_from_u64(4);
    for n in 0..TAMPERINGS {
        let (bytes, said) = tamper(&mut dice, &whole);
        let broken = check(&bytes).expect_err(&format!("tampering {n} was not found"));
        assert!(said.is_none_or(|said| said == broken), "tampering {n}: {broken}");
    }
}

#[test]
fn no_byte_of_an_archive_can_be_flipped_unseen() {
    let whole = sample(|_| ());
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        assert!(check(&bytes).is_err(), "byte {at} of {}", whole.len());
    }
}

#[rstest]
#[case::a_file("contacts.csv", Fault::Changed)]
#[case::the_chain(AUDIT, Fault::Changed)]
#[case::the_signature(SIGNATURE, Fault::Changed)]
fn content_that_was_changed_is_named(#[case] name: &str, #[case] fault: Fault) {
    let bytes = rewritten(&sample(|_| ()), |entries| {
        let entry = entries.iter_mut().find(|(entry, _)| entry == name).unwrap();
        entry.1[0] ^= 0x80;
    });
    assert_eq!(check(&bytes).unwrap_err(), Broken { entry: name.to_owned(), fault });
}

#[test]
fn a_manifest_that_lists_something_else_is_not_signed() {
    let bytes = rewritten(&sample(|_| ()), |entries| {
        let manifest = &mut entries.iter_mut().find(|(entry, _)| entry == MANIFEST).unwrap().1;
        let mut value: serde_json::Value = serde_json::from_slice(manifest).unwrap();
        value["requested_by"] = json!("Somebody Else");
        *manifest = serde_json::to_vec_pretty(&value).unwrap();
    });
    assert_eq!(check(&bytes).unwrap_err(), Broken { entry: MANIFEST.to_owned(), fault: Fault::Unsigned });
}
