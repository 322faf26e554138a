//! Jobs that an outage left: dead, or waiting for a worker.

use crate::support::TestApp;

/// So many jobs that died of errors that are alike; run again, each finds that there is nothing to do.
pub(crate) async fn dead(app: &TestApp, n: i32) {
    let rows =
        "insert into job_history (id, org_id, queue, kind, priority, run_at, args, attempt, max_attempts, fence, step,
           created_at, started_at, finished_at, outcome, error, fingerprint)
         select 1000000 + n, $1, 'webhook', 'apply_webhook', 1, clock.moment, args(n), 20, 20, 20, 0,
           clock.moment, clock.moment, clock.moment, 'dead', error(n), error_fingerprint(error(n))
         from generate_series(1, $2) n, (select wib_now() as moment) clock";
    let rows = rows.replace("args(n)", ARGS).replace("error(n)", "'provider said 503 after ' || n || ' ms'");
    run(app, rows, n).await;
    let counted = "select job_errors_count(array_agg($1::uuid), array_agg('apply_webhook'::text),
           array_agg('provider said 503 after ' || n || ' ms'), array_agg(true), wib_now()) from generate_series(1, $2) n";
    run(app, counted.to_owned(), n).await;
}

const ARGS: &str = "jsonb_build_object('provider', 'telnyx', 'event_id', 'e-' || n, 'run', null)";

/// So many jobs that are due tomorrow.
pub(super) async fn waiting(app: &TestApp, n: i32) {
    let rows = "insert into jobs (org_id, queue, kind, run_at, args, created_at)
         select $1, 'webhook', 'apply_webhook', wib_now() + interval '1 day', args(n), wib_now() from generate_series(1, $2) n";
    run(app, rows.replace("args(n)", ARGS), n).await;
}

/// A dead call by hand to each account there is.
pub(super) async fn dead_calls(app: &TestApp) {
    let rows = "insert into job_history (id, org_id, queue, kind, priority, run_at, args, attempt, max_attempts, fence, step,
           created_at, started_at, finished_at, outcome, error, fingerprint)
         select 2000000 + row_number() over (), $1, 'dial', 'place_call', 1, m, jsonb_build_object('call', gen_random_uuid(), 'target',
             jsonb_build_object('account', jsonb_build_object('account', a.id, 'phone', null, 'agent', null, 'attempt_no', $2))),
           20, 20, 20, 0, m, m, m, 'dead', 'database: away', error_fingerprint('database: away')
         from collection_accounts a, (select wib_now() as m) clock";
    run(app, rows.to_owned(), 1).await;
}

async fn run(app: &TestApp, sql: String, n: i32) {
    let mut tx = app.app.db.system().await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(app.org.0).bind(n).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// From now on no stored webhook can be read.
pub(super) async fn begin(owner: &str) {
    ddl(owner, "alter table webhook_events rename to webhook_events_away").await;
}

/// They can again.
pub(super) async fn end(owner: &str) {
    ddl(owner, "alter table webhook_events_away rename to webhook_events").await;
}

async fn ddl(owner: &str, statement: &'static str) {
    let mut db = crate::support::owner(owner).await.unwrap();
    sqlx::raw_sql(statement).execute(&mut db).await.unwrap();
}

/// So many jobs that are due now and have one attempt.
pub(super) async fn due(app: &TestApp, n: i32) {
    let rows = "insert into jobs (org_id, queue, kind, run_at, args, max_attempts, created_at)
         select $1, 'webhook', 'apply_webhook', wib_now(), args(n), 1, wib_now() from generate_series(1, $2) n";
    run(app, rows.replace("args(n)", ARGS), n).await;
}
