//! Which faults there are, when they strike, and what was struck.

use std::{collections::BTreeMap, time::Duration};

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::house::Target;

/// An aimed fault strikes so soon after a provider was asked.
const AIM: Duration = Duration::from_millis(30);
/// A request comes by in this time, or the fault is not aimed.
const PATIENCE: Duration = Duration::from_secs(15);
/// So many of the faults are aimed; some find nothing to aim at.
const AIMED: f64 = 0.7;
/// Longer than a lease, which is ten seconds.
const SLEEP: std::ops::Range<u64> = 11..16;
const TROUBLE: std::ops::Range<u64> = 500..3_000;
const PAUSE: std::ops::Range<u64> = 500..3_500;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    KillWorker,
    KillWeb,
    StopWorker,
    CrashDatabase,
    ProviderHangs,
    ProviderFails,
}

const OFTEN: [(Fault, u32); 6] = [
    (Fault::KillWorker, 35),
    (Fault::KillWeb, 15),
    (Fault::StopWorker, 12),
    (Fault::CrashDatabase, 10),
    (Fault::ProviderHangs, 13),
    (Fault::ProviderFails, 15),
];

/// A fault, and whether it struck within thirty milliseconds after a request.
pub(super) struct Struck {
    fault: Fault,
    aimed: bool,
}

impl Target<'_> {
    /// Strikes up to so many times, until it is over; then everything runs again.
    pub(super) async fn strike(&mut self, most: usize, over: &CancellationToken, dice: &mut StdRng) -> Vec<Struck> {
        let mut struck = Vec::new();
        while struck.len() < most {
            let pause = sleep(Duration::from_millis(dice.random_range(PAUSE)));
            if over.run_until_cancelled(pause).await.is_none() {
                break;
            }
            self.wake(Instant::now());
            let asked = if dice.random_bool(AIMED) { self.aim(over).await } else { None };
            if asked.is_some() {
                sleep(dice.random_range(Duration::ZERO..AIM * 2 / 3)).await;
            }
            let fault = OFTEN.choose_weighted(dice, |(_, weight)| *weight).unwrap().0;
            let aimed = asked.is_some_and(|at| at.elapsed() <= AIM);
            self.suffer(fault, dice).await;
            struck.push(Struck { fault, aimed });
        }
        self.wake(Instant::now() + Duration::from_hours(1));
        self.house.answers().await;
        struck
    }

    async fn suffer(&mut self, fault: Fault, dice: &mut StdRng) {
        let worker = dice.random_range(0..2);
        match fault {
            Fault::KillWorker => self.kill_worker(worker),
            Fault::KillWeb => self.kill_web(),
            Fault::StopWorker => {
                self.stop_worker(worker, Instant::now() + Duration::from_secs(dice.random_range(SLEEP)));
            }
            Fault::CrashDatabase => self.crash_database().await,
            Fault::ProviderHangs => self.trouble(&json!({ "hang": 1.0 }), dice).await,
            Fault::ProviderFails => self.trouble(&json!({ "p500": 1.0, "p500_done": 0.5 }), dice).await,
        }
    }

    async fn trouble(&self, http: &Value, dice: &mut StdRng) {
        self.providers(&json!({ "http": http })).await;
        sleep(Duration::from_millis(dice.random_range(TROUBLE))).await;
        self.providers(&json!({ "http": { "hang": 0.0, "p500": 0.0 } })).await;
    }

    /// Waits for a provider to be asked for something.
    async fn aim(&self, over: &CancellationToken) -> Option<Instant> {
        let order = timeout(PATIENCE, self.simulator.next_order());
        over.run_until_cancelled(order).await?.ok().map(|()| Instant::now())
    }
}

pub(super) fn aimed(struck: &[Struck]) -> usize {
    struck.iter().filter(|struck| struck.aimed).count()
}

pub(super) fn told(struck: &[Struck]) -> String {
    let mut each = BTreeMap::new();
    for Struck { fault, .. } in struck {
        *each.entry(fault).or_insert(0) += 1;
    }
    format!("{} faults, {} of them within 30 ms after a request: {each:?}", struck.len(), aimed(struck))
}
