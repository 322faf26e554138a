//! Whose turn it is at each queue: what `job_claim_fair` is told, and what its answer teaches.

use std::{collections::HashMap, sync::Arc};

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    claimed::Row,
    lane::{Lane, Want},
};

/// From priority 0 to 3.
const LANES: usize = 4;

#[derive(Default)]
pub(super) struct Fair(HashMap<String, Turn>);

#[derive(Clone, Copy, Default)]
struct Turn {
    /// Jobs claimed so far: of sixteen each lower lane is sure of one.
    claimed: i64,
    /// The organisation that was served last, by lane.
    last: [Uuid; LANES],
}

impl Fair {
    pub(super) async fn claim(
        &self,
        db: &mut PgConnection,
        wanted: &[(Arc<Lane>, Want)],
        lease: i32,
    ) -> Result<Vec<Row>, sqlx::Error> {
        let queues: Vec<String> = wanted.iter().map(|(lane, _)| lane.setup.name.to_owned()).collect();
        let wants: Vec<i32> = wanted.iter().map(|(_, want)| i32::try_from(want.jobs()).unwrap_or(i32::MAX)).collect();
        let turns: Vec<Turn> = queues.iter().map(|queue| self.0.get(queue).copied().unwrap_or_default()).collect();
        sqlx::query_as!(
            Row,
            r#"select id as "id!", org_id as "org_id!", fence as "fence!", tid as "tid!", queue as "queue!", kind as "kind!",
                 args as "args!", attempt as "attempt!", max_attempts as "max_attempts!", step as "step!", run_id,
                 priority as "priority!", run_at as "run_at!", true as "ours!", shared as "shared!"
               from job_claim_fair($1, $2, $3, $4, $5)"#,
            &queues,
            &wants,
            &turns.iter().map(|turn| turn.claimed).collect::<Vec<_>>(),
            &turns.iter().flat_map(|turn| turn.last).collect::<Vec<_>>(),
            lease,
        )
        .fetch_all(db)
        .await
    }

    /// These were claimed.
    pub(super) fn served(&mut self, rows: &[Row]) {
        let before = self.0.clone();
        for row in rows {
            let from = before.get(&row.queue).copied().unwrap_or_default();
            self.0.entry(row.queue.clone()).or_default().served(row, &from);
        }
    }
}

impl Turn {
    fn served(&mut self, row: &Row, before: &Self) {
        self.claimed += 1;
        let lane = usize::from(row.priority.unsigned_abs()).min(LANES - 1);
        let (from, last) = (before.last[lane], self.last[lane]);
        if row.shared && (last == from || further(from, row.org_id) > further(from, last)) {
            self.last[lane] = row.org_id;
        }
    }
}

/// How far around from one organisation another is: those after it first, then from the beginning up to itself.
fn further(from: Uuid, org: Uuid) -> (bool, Uuid) {
    (org <= from, org)
}
