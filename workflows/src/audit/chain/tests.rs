//! A thousand tamperings, each found and each named.

use rand::{Rng, SeedableRng, rngs::StdRng};
use rstest::rstest;
use uuid::Uuid;

use super::*;
use crate::audit::{checkpoint::Signer, follow, verify};

const LINES: i64 = 60;
/// A checkpoint every so many links; the last link has one.
const EVERY: i64 = 20;

/// A chain with its checkpoints, and whose signatures count.
#[derive(Clone)]
struct Book {
    entries: Vec<Entry>,
    checkpoints: Vec<Checkpoint>,
    keys: Vec<PublicKey>,
}

impl Book {
    fn written() -> Self {
        let (org, signer) = (OrgId(Uuid::from_u128(7)), Signer::parse(&SEED.into()).unwrap());
        let mut book = Self { entries: Vec::new(), checkpoints: Vec::new(), keys: vec![signer.public()] };
        for seq in 1..=LINES {
            let line = line(org, seq);
            let prev_hash = book.entries.last().map_or(Hash::ZERO, |entry| entry.link.hash);
            let hash = hash(&prev_hash, &line);
            book.entries.push(Entry { link: Link { seq, prev_hash, hash }, line });
            if seq % EVERY == 0 {
                book.checkpoints.push(signer.sign(org, seq, hash, moment(seq)));
            }
        }
        book
    }

    fn verify(&self) -> Result<Proof, Broken> {
        verify(&self.entries, &self.checkpoints, &self.keys)
    }

    /// As somebody does who knows how the chain is made.
    fn hash_anew(&mut self, from: usize) {
        for n in from..self.entries.len() {
            let prev_hash = if n == 0 { Hash::ZERO } else { self.entries[n - 1].link.hash };
            let entry = &mut self.entries[n];
            entry.link.prev_hash = prev_hash;
            entry.link.hash = hash(&prev_hash, &entry.line);
        }
    }

    fn number_anew(&mut self) {
        (1..).zip(&mut self.entries).for_each(|(seq, entry)| entry.link.seq = seq);
    }
}

const SEED: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

fn moment(seq: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_763_402_400_000_000 + seq * 1_001).unwrap()
}

fn line(org: OrgId, seq: i64) -> Line {
    Line {
        org,
        // Ids are handed out before a commit: the chain is not in their order.
        id: 100 + (seq ^ 1),
        at: moment(seq),
        actor: "user:0199b7a0-0000-7000-8000-000000000001".to_owned(),
        action: "call.ended".to_owned(),
        subject: format!("0199b7a0-0000-7000-8000-{seq:012}"),
        payload: format!(r#"{{"seq": {seq}, "share": 1.10, "to": "ended"}}"#),
    }
}

fn flip(text: &mut String, dice: &mut StdRng) {
    let at = dice.random_range(0..text.len());
    let mut bytes = std::mem::take(text).into_bytes();
    bytes[at] ^= 1;
    *text = String::from_utf8(bytes).unwrap();
}

/// One bit of one column of one row.
fn change(entry: &mut Entry, dice: &mut StdRng) {
    let (bit, byte) = (1_u8 << dice.random_range(0..8), dice.random_range(0..32));
    let Entry { link, line } = entry;
    match dice.random_range(0..10) {
        0 => line.org = OrgId(Uuid::from_u128(line.org.0.as_u128() ^ 1 << dice.random_range(0..128))),
        1 => line.id ^= 1 << dice.random_range(0..63),
        // Down to what Postgres does not even hold.
        2 => line.at += chrono::TimeDelta::nanoseconds(1 << dice.random_range(0..40)),
        3 => flip(&mut line.actor, dice),
        4 => flip(&mut line.action, dice),
        5 => flip(&mut line.subject, dice),
        6 => flip(&mut line.payload, dice),
        7 => link.prev_hash.0[byte] ^= bit,
        8 => link.hash.0[byte] ^= bit,
        _ => link.seq += LINES << dice.random_range(0..20),
    }
}

/// Another line in a place where nothing was chained, hashed as it ought to be.
fn add(book: &mut Book, at: usize) {
    let mut entry = book.entries[at].clone();
    entry.line.id += 10_000;
    entry.link.hash = hash(&entry.link.prev_hash, &entry.line);
    book.entries.insert(at, entry);
}

fn alter(checkpoint: &mut Checkpoint, dice: &mut StdRng) {
    match dice.random_range(0..5) {
        0 => checkpoint.org = OrgId(Uuid::from_u128(8)),
        1 => checkpoint.seq += dice.random_range(1..3 * LINES),
        2 => checkpoint.root.0[dice.random_range(0..32)] ^= 1,
        3 => checkpoint.at += chrono::TimeDelta::nanoseconds(1),
        _ => checkpoint.signature.0[dice.random_range(0..64)] ^= 1,
    }
}

/// Tampers, and says what has to be found.
fn tamper(book: &mut Book, dice: &mut StdRng) -> (i64, Fault) {
    let at = dice.random_range(0..book.entries.len());
    let seq = book.entries[at].link.seq;
    let other = dice.random_range(0..book.entries.len());
    match dice.random_range(0..9) {
        0..3 => change(&mut book.entries[at], dice),
        3 => {
            book.entries.remove(at);
            return (seq, Fault::Removed);
        }
        4 => {
            add(book, at);
            return (seq, Fault::Added);
        }
        5 if at != other => {
            book.entries.swap(at, other);
            return (1 + i64::try_from(at.min(other)).unwrap(), Fault::Reordered);
        }
        5 | 6 => {
            let which = dice.random_range(0..book.checkpoints.len());
            alter(&mut book.checkpoints[which], dice);
            return (book.checkpoints[which].seq, Fault::Forged);
        }
        7 => {
            book.entries[at].line.actor = "system".to_owned();
            book.hash_anew(at);
            return ((seq + EVERY - 1) / EVERY * EVERY, Fault::Rewritten);
        }
        _ if at > 0 => {
            book.entries.remove(at - 1);
            book.number_anew();
            return (seq - 1, Fault::Removed);
        }
        _ => change(&mut book.entries[at], dice),
    }
    (seq, Fault::Changed)
}

#[test]
fn a_chain_that_nobody_touched_holds_and_is_signed_to_its_end() {
    let book = Book::written();
    let proof = book.verify().unwrap();
    assert_eq!((proof.seq, proof.signed, proof.hash), (LINES, LINES, book.entries.last().unwrap().link.hash));
    // In two pieces as in one.
    let half = follow(Proof::default(), &book.entries[..30], &book.checkpoints[..1], &book.keys).unwrap();
    assert_eq!(follow(half, &book.entries[30..], &book.checkpoints[1..], &book.keys).unwrap(), proof);
    assert_eq!(verify(&[], &[], &book.keys).unwrap(), Proof::default());
}

#[test]
fn each_of_a_thousand_tamperings_is_found_and_its_row_named() {
    for seed in 0..1_000 {
        let (mut book, mut dice) = (Book::written(), StdRng::seed_from_u64(seed));
        let (seq, fault) = tamper(&mut book, &mut dice);
        let broken = book.verify().expect_err(&format!("tampering {seed} was not found"));
        assert_eq!((broken.seq, broken.fault), (seq, fault), "tampering {seed}: {broken}");
    }
}

#[rstest]
#[case::put_between_and_numbered_anew(|book: &mut Book| { add(book, 30); book.number_anew(); }, 31, Fault::Added)]
#[case::two_swapped_with_their_numbers(|book: &mut Book| { book.entries.swap(30, 40); book.number_anew(); }, 31, Fault::Reordered)]
#[case::the_end_cut_off(|book: &mut Book| book.entries.truncate(45), 46, Fault::Removed)]
#[case::everything_cut_off(|book: &mut Book| book.entries.clear(), 1, Fault::Removed)]
#[case::a_line_without_a_true_hash(|book: &mut Book| { add(book, 30); book.entries[30].link.hash = Hash::ZERO; }, 31, Fault::Added)]
#[case::another_organisations_line(|book: &mut Book| { book.entries[30].line.org = OrgId(Uuid::from_u128(8)); book.hash_anew(30); }, 31, Fault::Added)]
#[case::a_strangers_signature(|book: &mut Book| {
    let stranger = Signer::parse(&"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=".into()).unwrap();
    let was = book.checkpoints[1].clone();
    book.checkpoints[1] = stranger.sign(was.org, was.seq, was.root, was.at);
}, 40, Fault::Forged)]
fn who_knows_how_it_is_made_is_found_too(#[case] tamper: fn(&mut Book), #[case] seq: i64, #[case] fault: Fault) {
    let mut book = Book::written();
    tamper(&mut book);
    let broken = book.verify().unwrap_err();
    assert_eq!((broken.seq, broken.fault), (seq, fault), "{broken}");
}

#[test]
fn a_chain_survives_being_written_as_lines_of_json() {
    let book = Book::written();
    let written: Vec<String> = book.entries.iter().map(|entry| serde_json::to_string(entry).unwrap()).collect();
    let read: Vec<Entry> = written.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let checkpoints = serde_json::to_string(&book.checkpoints).unwrap();
    let checkpoints: Vec<Checkpoint> = serde_json::from_str(&checkpoints).unwrap();
    assert_eq!(verify(&read, &checkpoints, &book.keys), book.verify());
}

#[test]
fn no_text_poses_as_two() {
    let (one, mut two) = (line(OrgId(Uuid::from_u128(7)), 1), line(OrgId(Uuid::from_u128(7)), 1));
    two.action = format!("{}{}", one.action, &one.subject[..4]);
    two.subject = one.subject[4..].to_owned();
    assert_ne!(one.bytes(), two.bytes());
}
