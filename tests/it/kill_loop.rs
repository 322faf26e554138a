//! Faults without end: processes killed and stopped, the database crashed, the providers out of order, half of it aimed
//! at the moments after a provider was asked; and no invariant is broken.
//!
//! `WIB_FAULTS` says how many (300 for a release), `WIB_FAULT_SEED` which.

mod fault;
mod house;
mod people;

use std::{env, time::Duration};

use app::{migrate, postgres::Embedded, stage::SimClock};
use chrono::{TimeDelta, Timelike};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use workflows::{db::Db, hub::Hub};

use self::{fault::Struck, house::Target, people::Telephones};
use crate::{
    blasts, invariants,
    postgres::Place as ServerPlace,
    support::{Floor, Place},
};

/// Virtual seconds in a real one.
const SPEED: f64 = 20.0;
/// How long a round may take while everything is being killed.
const PATIENCE: Duration = Duration::from_mins(6);
/// No round begins later than this hour in New York.
const LAST_HOUR: u32 = 17;
const AGENTS: usize = 6;
/// Faults of a short run.
const FEW: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_killed_stopped_or_out_of_order_no_invariant_is_broken() {
    let place = ServerPlace::new();
    let postgres = Embedded::start(place.base()).await.unwrap();
    postgres.ensure_database("wib").await.unwrap();
    migrate::run(&postgres.owner_url("wib")).await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut target = Target::start(directory.path(), &postgres, SPEED).await;
    let owner = postgres.owner_url("wib");
    let db = Db::connect(&owner, 6, Hub::default()).await.unwrap();
    let clock = SimClock::new(db.clone(), target.simulator.origin());
    clock.set("2026-11-17T14:00:00Z".parse().unwrap(), SPEED).await.unwrap();
    let place = Place { db, owner, url: target.house.url.clone(), simulator: target.simulator.origin(), speed: SPEED };
    let (mut floor, _) = Floor::demo(place, 1, AGENTS).await;
    floor.patience = PATIENCE * 2;
    floor.sign_on().await;

    let seed = number("WIB_FAULT_SEED").unwrap_or(7);
    let mut dice = StdRng::seed_from_u64(seed.try_into().unwrap());
    let (mut telephones, wanted) = (Telephones::default(), number("WIB_FAULTS").unwrap_or(FEW));
    let mut struck: Vec<Struck> = Vec::new();
    let mut rounds = 0;
    while struck.len() < wanted {
        early(&mut floor).await;
        let campaigns = begin(&floor, &mut telephones).await;
        let over = CancellationToken::new();
        let working = async {
            let ended = async {
                for campaign in &campaigns {
                    floor.ended(campaign).await;
                }
            };
            if timeout(PATIENCE, ended).await.is_err() {
                panic!("seed {seed}: a round is not over in {PATIENCE:?}: {}", floor.text_of(STUCK).await);
            }
            over.cancel();
        };
        let left = wanted - struck.len();
        let (faults, ()) = tokio::join!(target.strike(left, &over, &mut dice), working);
        struck.extend(faults);
        for campaign in &campaigns {
            adds_up(&floor.stats(campaign).await);
        }
        rounds += 1;
    }
    let books = floor.quiet().await;
    floor.kept().await;
    floor.until("every webhook is dealt with", async || (floor.number(UNREAD).await == 0).then_some(())).await;
    eprintln!("seed {seed}: {rounds} rounds, {} dials and messages; {}", books.attempts().len(), fault::told(&struck));
    assert_eq!((books.doubled(), books.keys_doubled()), (0, &json!([])));
    assert!(fault::aimed(&struck) * 5 >= wanted * 2, "too few faults hit the moment after a request");
    invariants::hold(&floor.owner, &books).await;
}

/// Who is left, and what they wait for.
const STUCK: &str = "select coalesce(jsonb_pretty(jsonb_agg(x)), 'nobody') from (
  select r.state, r.call_id, r.next_at, r.explanation, wib_now() as now, c.name, c.state as campaign, k.state as call, m.state as message,
    (select jsonb_agg(jsonb_build_object('kind', j.kind, 'lease', j.lease, 'run_at', j.run_at, 'attempt', j.attempt, 'error', j.last_error))
     from jobs j where j.run_id in (r.id, r.call_id, r.campaign_id)) as jobs
  from recipients r join campaigns c on c.id = r.campaign_id left join calls k on k.id = r.call_id left join messages m on m.id = r.call_id
  where r.state in ('queued', 'claimed', 'retry_wait') limit 20) x";
const UNREAD: &str = "select count(*) from facts.webhook_events where outcome is null or processed_at is null";

/// A list to call, one to text and one to write to.
async fn begin(floor: &Floor, telephones: &mut Telephones) -> [String; 3] {
    let (calls, texts, mails) = (telephones.calls(), telephones.texts(), telephones.mails());
    let calls = blasts::import(floor, calls).await;
    let texts = blasts::import(floor, texts).await;
    let mails = blasts::import(floor, mails).await;
    [
        floor.start(&calls, json!({ "max_attempts": 2 })).await,
        blasts::start(floor, slowly(blasts::texts(&texts))).await,
        blasts::start(floor, blasts::mails(&mails)).await,
    ]
}

/// So that there is something to strike at all the while.
fn slowly(mut campaign: Value) -> Value {
    campaign["rate_per_minute"] = json!(10);
    campaign
}

/// A round that would run into the evening begins on the next morning.
async fn early(floor: &mut Floor) {
    let now = floor.now().await.with_timezone(&chrono_tz::America::New_York);
    if now.hour() > LAST_HOUR {
        floor.sign_off().await;
        let morning = (now + TimeDelta::days(1)).date_naive().and_hms_opt(14, 0, 0).unwrap();
        floor.set(morning.and_utc()).await;
        floor.sign_on().await;
    }
}

fn adds_up(stats: &Value) {
    let count = |state: &str| stats["recipients"][state].as_i64().unwrap();
    let ended: i64 = ["done", "failed", "suppressed", "skipped"].map(count).iter().sum();
    assert_eq!((count("planned"), &stats["balances"]), (ended, &json!(true)), "{stats}");
}

fn number(name: &str) -> Option<usize> {
    env::var(name).ok().map(|value| value.parse().unwrap())
}
