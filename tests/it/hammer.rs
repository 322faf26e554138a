//! Everybody reaches for the same people at once: the last lawful call is made once, and no law is broken.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::json;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use workflows::{
    call::{self, Event, Fact, PlaceCall, Placed, Release, Target},
    db::Db,
    id::{AccountId, CallId, OrgId},
    transition::Actor,
};

use crate::{
    invariants,
    support::{Floor, Person, Setting, TestApp, in_california, in_new_york},
};

const SPEED: f64 = 20.0;
const PEOPLE: usize = 50;
const WORKERS: u64 = 8;
/// Enough to spend everybody's calls again and again; `WIB_HAMMER_TRIES` asks for more.
const TRIES: usize = 4_000;

/// INVARIANTS V10, V11, V12: eight who dial by hand, two campaigns, and suppressions in between.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_people_are_never_called_more_or_later_than_the_law_allows() {
    let tries = std::env::var("WIB_HAMMER_TRIES").map_or(TRIES, |tries| tries.parse().expect("a number of tries"));
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let floor = Floor::open(&app, SPEED, 2).await;
    // Half of them ring and ring; none of them is in New York City, which allows less.
    let people: Vec<_> = (0..PEOPLE).map(|n| person(n, if n % 2 == 0 { "0101" } else { "0121" })).collect();
    let list = floor.list(&people).await;
    for _ in 0..2 {
        floor.start(&list, json!({ "max_attempts": 10, "retry_minutes": { "no_answer": 1, "busy": 1 } })).await;
    }
    let accounts = accounts(&floor).await;
    let (made, over) = (AtomicUsize::new(0), CancellationToken::new());
    let mut hands = JoinSet::new();
    for seed in 0..WORKERS {
        let (db, org, accounts) = (app.app.db.clone(), app.org, accounts.clone());
        let each = tries / usize::try_from(WORKERS).unwrap();
        hands.spawn(async move { dial(&db, org, &accounts, each, seed).await });
    }
    let time_passes = over.run_until_cancelled(wander(&floor, &people));
    let hands = async {
        while let Some(dialed) = hands.join_next().await {
            made.fetch_add(dialed.unwrap(), Ordering::Relaxed);
        }
        over.cancel();
    };
    tokio::join!(time_passes, hands);
    let broken = invariants::broken_of(&floor.owner, &["V10", "V11", "V11B", "V12", "V13"]).await;
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    let (made, spent) = (made.load(Ordering::Relaxed), floor.number(REFUSED).await);
    eprintln!("{made} calls by hand; {spent} refusals for frequency");
    assert!(made > PEOPLE && spent > 0, "{made} calls by hand, {spent} refusals for frequency: nothing was tried");
}

const REFUSED: &str = "select count(*) from compliance_decisions where reasons -> 0 ->> 'code' = 'FREQ_7IN7'";

fn person(n: usize, fate: &str) -> Person {
    let phone = format!("+1315{}{fate}", 520 + n);
    if n.is_multiple_of(3) { in_california(&phone) } else { in_new_york(&phone).living("NY", "13202") }
}

async fn accounts(floor: &Floor) -> Vec<AccountId> {
    let ids = floor.text_of("select string_agg(id::text, ' ') from collection_accounts").await;
    ids.split(' ').map(|id| AccountId(id.parse().unwrap())).collect()
}

/// Dials by hand, nearly always in vain, and counts what was placed.
async fn dial(db: &Db, org: OrgId, accounts: &[AccountId], tries: usize, seed: u64) -> usize {
    let mut dice = StdRng::seed_from_u64(seed);
    let mut placed = 0;
    for _ in 0..tries {
        let account = accounts[dice.random_range(0..accounts.len())];
        let target = Target::Account { account, phone: None, agent: None, attempt_no: 1 };
        let job = PlaceCall { call: CallId::new(), target };
        let mut tx = db.tenant(org).await.unwrap();
        let went = matches!(call::place(&mut tx, &job).await.unwrap(), Placed::Dial(_));
        tx.commit().await.unwrap();
        if went {
            placed += 1;
            over(db, org, job.call).await;
        }
    }
    placed
}

/// Nobody answers.
async fn over(db: &Db, org: OrgId, call: CallId) {
    for event in [Event::Accepted, Event::Initiated, Event::HungUp { release: Release::NoAnswer }] {
        let mut tx = db.tenant(org).await.unwrap();
        // The platform itself may have noticed meanwhile that the carrier never heard of this call.
        drop(call::record(&mut tx, call, event, Fact::default(), Actor::Carrier).await);
        tx.commit().await.unwrap();
    }
}

/// Nights pass, weeks pass, and now and then somebody is put on the list.
async fn wander(floor: &Floor, people: &[Person]) {
    for n in 0.. {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let now = floor.now().await;
        floor.set(now + TimeDelta::minutes(97)).await;
        // Every other person in the end; the others go on being called.
        if let Some(person) = people.iter().step_by(2).nth(n / 10).filter(|_| n % 10 == 9) {
            let number = person.phone();
            let entry = json!({ "value": number, "kind": "internal", "channel": "call", "source": "the consumer" });
            floor.boss.post("/api/suppressions", entry).await.is(201);
        }
    }
}
