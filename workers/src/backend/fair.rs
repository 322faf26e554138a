//! Whose turn it is at each queue, and from where on it is worth looking: what `job_claim_fair` is told, and what its
//! answer teaches.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    claimed::Row,
    lane::{Lane, Want},
};

/// From priority 0 to 3.
const LANES: usize = 4;
/// A queue is looked through from its beginning so often: for what came back to it, was committed late, or is another
/// organisation's. Between, a claim begins where the last one ended; what is gone stays in the index until a vacuum, and
/// walking past it would cost the more the longer a backlog is worked on.
const ALL: Duration = Duration::from_millis(250);

#[derive(Default)]
pub(super) struct Fair(HashMap<String, Turn>);

#[derive(Clone, Copy, Default)]
struct Turn {
    /// Jobs claimed so far: of sixteen each lower lane is sure of one.
    claimed: i64,
    /// The organisation that was served last, by lane.
    last: [Uuid; LANES],
    /// When it was looked through from the beginning.
    looked: Option<Instant>,
    /// Several organisations had due jobs then.
    shared: bool,
    /// The last job claimed, by lane, while claims get all they ask for.
    from: [Option<(DateTime<Utc>, i64)>; LANES],
}

impl Fair {
    pub(super) async fn claim(
        &mut self,
        db: &mut PgConnection,
        wanted: &[(Arc<Lane>, Want)],
        lease: i32,
    ) -> Result<Vec<Row>, sqlx::Error> {
        let queues: Vec<String> = wanted.iter().map(|(lane, _)| lane.setup.name.to_owned()).collect();
        let wants: Vec<i32> = wanted.iter().map(|(_, want)| i32::try_from(want.jobs()).unwrap_or(i32::MAX)).collect();
        let now = Instant::now();
        let all: Vec<bool> =
            queues.iter().map(|queue| self.0.entry(queue.clone()).or_default().looks_at_all(now)).collect();
        let turns: Vec<Turn> = queues.iter().map(|queue| self.0.get(queue).copied().unwrap_or_default()).collect();
        let from: Vec<Option<(DateTime<Utc>, i64)>> = turns.iter().flat_map(|turn| turn.from).collect();
        let rows = sqlx::query_as!(
            Row,
            r#"select id as "id!", org_id as "org_id!", fence as "fence!", tid as "tid!", queue as "queue!", kind as "kind!",
                 args as "args!", attempt as "attempt!", max_attempts as "max_attempts!", step as "step!", run_id,
                 priority as "priority!", run_at as "run_at!", true as "ours!", shared as "shared!"
               from job_claim_fair($1, $2, $3, $4, $5, $6, $7, $8)"#,
            &queues,
            &wants,
            &turns.iter().map(|turn| turn.claimed).collect::<Vec<_>>(),
            &turns.iter().flat_map(|turn| turn.last).collect::<Vec<_>>(),
            &all,
            &from.iter().map(|from| from.map(|(at, _)| at)).collect::<Vec<_>>() as _,
            &from.iter().map(|from| from.map(|(_, id)| id)).collect::<Vec<_>>() as _,
            lease,
        )
        .fetch_all(db)
        .await?;
        self.served(wanted, &rows);
        Ok(rows)
    }

    /// These were claimed.
    fn served(&mut self, wanted: &[(Arc<Lane>, Want)], rows: &[Row]) {
        let before = self.0.clone();
        for (lane, want) in wanted {
            let queue = lane.setup.name;
            let mine = || rows.iter().filter(|row| row.queue == queue);
            let (turn, was) =
                (self.0.entry(queue.to_owned()).or_default(), before.get(queue).copied().unwrap_or_default());
            mine().for_each(|row| turn.served(row, &was));
            // A claim that came back short has seen everything: what comes next is recent.
            if mine().count() < want.jobs() {
                turn.from = [None; LANES];
            }
        }
    }
}

impl Turn {
    /// Whether to look from the beginning now.
    fn looks_at_all(&mut self, now: Instant) -> bool {
        let all = self.shared || self.looked.is_none_or(|looked| now - looked >= ALL);
        if all {
            (self.looked, self.shared, self.from) = (Some(now), false, [None; LANES]);
        }
        all
    }

    fn served(&mut self, row: &Row, before: &Self) {
        self.claimed += 1;
        let lane = usize::from(row.priority.unsigned_abs()).min(LANES - 1);
        let (from, last) = (before.last[lane], self.last[lane]);
        if row.shared && (last == from || further(from, row.org_id) > further(from, last)) {
            self.last[lane] = row.org_id;
        }
        self.shared |= row.shared;
        self.from[lane] = self.from[lane].max(Some((row.run_at, row.id)));
    }
}

/// How far around from one organisation another is: those after it first, then from the beginning up to itself.
fn further(from: Uuid, org: Uuid) -> (bool, Uuid) {
    (org <= from, org)
}
