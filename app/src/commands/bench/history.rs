//! A long history, made by statements alone: an organisation, one account, and what was done for it over the last days.

use anyhow::Context;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;
use workflows::id::OrgId;

use super::load::QUEUE;

/// So many rows a statement.
const CHUNK: u64 = 500_000;
/// Days back that finished jobs lie.
const DAYS: i32 = 20;

/// Who it all belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct History {
    pub(super) org: OrgId,
    pub(super) account: Uuid,
    consumer: Uuid,
    rows: u64,
}

impl History {
    pub(super) fn of(org: OrgId) -> Self {
        Self { org, account: Uuid::now_v7(), consumer: Uuid::now_v7(), rows: 0 }
    }

    /// The account, and a place for each day.
    pub(super) async fn prepare(&self, url: &str) -> anyhow::Result<()> {
        let (org, account, consumer, creditor) = (self.org, self.account, self.consumer, Uuid::now_v7());
        let days = format!(
            "do $$ declare day date; part text; begin
               for back in 1..{DAYS} loop
                 day := (now() at time zone 'utc')::date - back;
                 part := 'job_history_' || to_char(day, 'YYYYMMDD');
                 if to_regclass(part) is null then
                   execute format('create table %I partition of job_history for values from (%L) to (%L)', part,
                     day::timestamp at time zone 'utc', (day + 1)::timestamp at time zone 'utc');
                   perform wib_protect(part::regclass);
                 end if;
               end loop;
             end $$"
        );
        owner(url, &[days]).await?;
        let people = format!(
            "insert into consumers (id, org_id, first_name, last_name) values ('{consumer}', '{org}', 'Pat', 'Bench');
             insert into creditors (id, org_id, name) values ('{creditor}', '{org}', 'Bench Bank');
             insert into collection_accounts (id, org_id, consumer_id, creditor_id, number, balance_cents, debt_group_id)
             values ('{account}', '{org}', '{consumer}', '{creditor}', 'B-1', 10000, '{account}');
             insert into job_kinds (kind, queue) values ('bench_noop', '{QUEUE}'), ('bench_rare', '{QUEUE}') on conflict do nothing"
        );
        system(url, &[people]).await
    }

    /// Jobs up to so many; a tenth as many decisions and audit lines, a hundredth as many calls.
    pub(super) async fn grow(&mut self, url: &str, rows: u64) -> anyhow::Result<()> {
        while self.rows < rows {
            let n = CHUNK.min(rows - self.rows);
            system(url, &[self.jobs(n), self.decisions(n / 10), self.lines(n / 10), self.calls(n / 100)]).await?;
            self.rows += n;
        }
        vacuum(url).await
    }

    /// One in a thousand is dead, one in ten thousand of a rare kind.
    fn jobs(&self, n: u64) -> String {
        let (org, from) = (self.org, self.rows + 1);
        format!(
            "insert into job_history (id, org_id, queue, kind, priority, run_at, args, attempt, max_attempts, fence, run_id, step, created_at, started_at, finished_at, worker, outcome, error, fingerprint)
             select i, '{org}', '{QUEUE}', case when i % 10000 = 0 then 'bench_rare' else 'bench_noop' end, 1, at.at, jsonb_build_object('i', i), 1, 20, 1,
               gen_random_uuid(), 0, at.at, at.at, at.at, 'bench', (case when i % 1000 = 1 then 'dead' else 'done' end)::job_outcome,
               case when i % 1000 = 1 then 'timed out after 1200 ms' end, case when i % 1000 = 1 then error_fingerprint('timed out after 1200 ms') end
             from generate_series(({from})::bigint, ({from} + {n} - 1)::bigint) i,
               lateral (select now() - (i * 7919 % ({DAYS} * 86400 - 90000)) * interval '1 second' as at) at"
        )
    }

    fn decisions(&self, n: u64) -> String {
        let Self { org, account, consumer, .. } = self;
        format!(
            "insert into compliance_decisions (id, org_id, account_id, consumer_id, channel, to_addr, allowed, rules_version, inputs, decided_at)
             select gen_random_uuid(), '{org}', '{account}', '{consumer}', 'call', '+12025550100', i % 10 <> 0, 'bench', '{{}}', now() - (i * 7919 % 1728000) * interval '1 second'
             from generate_series(1, {n}) i"
        )
    }

    fn lines(&self, n: u64) -> String {
        format!(
            "insert into audit_log (org_id, at, actor, action, subject, payload)
             select '{}', now(), 'system', case when i % 50 = 0 then 'account.viewed' else 'bench.line' end, 'bench:' || i, '{{}}' from generate_series(1, {n}) i",
            self.org
        )
    }

    fn calls(&self, n: u64) -> String {
        let Self { org, account, consumer, .. } = self;
        format!(
            "insert into calls (id, org_id, account_id, consumer_id, debt_group_id, to_addr, state, intent_at, ended_at, result)
             select gen_random_uuid(), '{org}', '{account}', '{consumer}', '{account}', '+12025550100', 'ended', at.at, at.at, 'no_answer'
             from generate_series(1, {n}) i, lateral (select now() - (i * 7919 % 1728000) * interval '1 second' as at) at"
        )
    }
}

/// As the owner of everything.
async fn owner(url: &str, statements: &[String]) -> anyhow::Result<()> {
    transaction(url, "select wib_as_owner()", statements).await
}

/// As the platform itself.
async fn system(url: &str, statements: &[String]) -> anyhow::Result<()> {
    transaction(url, "set local role wib_system; set local synchronous_commit = off", statements).await
}

async fn transaction(url: &str, first: &'static str, statements: &[String]) -> anyhow::Result<()> {
    let mut db = PgConnection::connect(url).await?;
    let mut tx = db.begin().await?;
    sqlx::raw_sql(first).execute(&mut *tx).await?;
    for statement in statements {
        let done = sqlx::raw_sql(AssertSqlSafe(statement.clone())).execute(&mut *tx).await;
        done.with_context(|| statement.chars().take(60).collect::<String>())?;
    }
    Ok(tx.commit().await?)
}

async fn vacuum(url: &str) -> anyhow::Result<()> {
    let mut db = PgConnection::connect(url).await?;
    for table in ["job_history", "compliance_decisions", "audit_log", "calls"] {
        sqlx::raw_sql(AssertSqlSafe(format!("vacuum (analyze) {table}"))).execute(&mut db).await?;
    }
    sqlx::raw_sql("checkpoint").execute(&mut db).await?;
    Ok(())
}
