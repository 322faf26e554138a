-- How work flows: how long jobs wait, how deep queues are from minute to minute, and where the people of a campaign are,
-- each added up as it happens, so that no page counts what it shows.
select wib_as_owner();

-- ── how long jobs waited ────────────────────────────────────────────────────────────────────────────────────

-- From due to started, in real time: how many jobs in each class of a scale that workers and pages know
-- (workflows/src/queue/latency.rs). Null under a worker of the release before.
alter table job_minutes add column waited int[];

create function int_sums(_a int[], _b int[]) returns int[] language sql immutable as $$
  select array_agg(coalesce(x, 0) + coalesce(y, 0) order by n) from unnest(_a, _b) with ordinality t(x, y, n)
$$;

-- Adds what a worker finished since it last said so; as `job_tally` (0003), and how long each had waited: `_classes`
-- numbers for each row, one row behind the other.
create function job_count(_lease int, _orgs uuid[], _queues text[], _done int[], _failed int[], _dead int[], _ran_ms bigint[], _waited int[], _classes int) returns void
language sql as $$
  insert into job_minutes as m (org_id, minute, queue, lease, done, failed, dead, ran_ms, waited)
  select a.org_id, date_trunc('minute', now_at.moment), a.queue, _lease, a.done, a.failed, a.dead, a.ran_ms,
    _waited[(a.n - 1) * _classes + 1 : a.n * _classes]
  from unnest(_orgs, _queues, _done, _failed, _dead, _ran_ms) with ordinality a(org_id, queue, done, failed, dead, ran_ms, n),
    (select wib_now() as moment) now_at
  on conflict (org_id, minute, queue, lease) do update
  set done = m.done + excluded.done, failed = m.failed + excluded.failed, dead = m.dead + excluded.dead,
    ran_ms = m.ran_ms + excluded.ran_ms, waited = int_sums(m.waited, excluded.waited)
$$;
select wib_definer('job_count(int, uuid[], text[], int[], int[], int[], bigint[], int[], int)');

-- ── how deep queues are ─────────────────────────────────────────────────────────────────────────────────────

-- What was left to do at a minute of the one clock: due or running, and due later. No row: nothing.
create table job_depths (
  org_id uuid not null,
  queue text not null,
  minute timestamptz not null,
  at timestamptz not null,         -- when it was counted
  due bigint not null,
  later bigint not null,
  primary key (org_id, queue, minute)
) with (fillfactor = 50);
select wib_protect('job_depths');

-- When it is to be counted next, in real time. Counting walks the whole table, so it takes a hundredth of the time at
-- most: a table that takes two seconds is counted every three minutes.
create table job_sampling (
  id boolean primary key default true constraint job_sampling_one check (id),
  next_at timestamptz not null
);
insert into job_sampling (next_at) values (clock_timestamp());
select wib_share('job_sampling');

-- Counts, if it is time and nobody else does.
create function job_sample() returns boolean language plpgsql as $$
declare
  begun timestamptz := clock_timestamp();
  moment timestamptz := wib_now();
begin
  perform 1 from job_sampling where next_at <= begun for update skip locked;
  if not found then
    return false;
  end if;
  insert into job_depths as d (org_id, queue, minute, at, due, later)
  select coalesce(n.org_id, b.org_id), coalesce(n.queue, b.queue), date_trunc('minute', moment), moment, coalesce(n.due, 0), coalesce(n.later, 0)
  from (
    select org_id, queue, count(*) filter (where lease is not null or run_at <= moment) as due, count(*) filter (where lease is null and run_at > moment) as later
    from jobs group by org_id, queue
  ) n
  -- where there was something, it is told that there is nothing any more
  full join (select distinct org_id, queue from job_depths where at > moment - interval '1 hour' and due + later > 0) b using (org_id, queue)
  on conflict (org_id, queue, minute) do update set at = excluded.at, due = excluded.due, later = excluded.later;
  delete from job_depths where minute < moment - interval '1 day';
  update job_sampling set next_at = clock_timestamp() + greatest(interval '10 seconds', (clock_timestamp() - begun) * 100);
  return true;
end $$;
select wib_definer('job_sample()');

-- ── where the people of a campaign are ──────────────────────────────────────────────────────────────────────

-- What has been added up, by `recipient_fold`.
create table recipient_counts (
  campaign_id uuid not null,
  org_id uuid not null,
  state recipient_state not null,
  n bigint not null,
  primary key (campaign_id, state)
) with (fillfactor = 50);
select wib_protect('recipient_counts');

-- What has not: a row for each statement that moved people. Nobody waits for anybody to write one, which two calls that
-- end at once would for a count.
create table recipient_moves (
  campaign_id uuid not null,
  org_id uuid not null,
  at timestamptz not null,
  state recipient_state not null,
  n int not null                   -- less than nothing: they left it
) with (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
create index recipient_moves_campaign on recipient_moves (campaign_id);
select wib_protect('recipient_moves');

-- How many came to an end in a minute.
create table recipient_minutes (
  campaign_id uuid not null,
  org_id uuid not null,
  minute timestamptz not null,
  ended int not null,
  primary key (campaign_id, minute)
) with (fillfactor = 50);
select wib_protect('recipient_minutes');

create function recipient_is_over(_state recipient_state) returns boolean language sql immutable as $$
  select _state in ('done', 'failed', 'suppressed', 'skipped')
$$;

create function recipients_come() returns trigger language plpgsql as $$
begin
  insert into recipient_moves (campaign_id, org_id, at, state, n)
  select campaign_id, org_id, wib_now(), state, count(*) from news group by campaign_id, org_id, state;
  return null;
end $$;

create function recipients_move() returns trigger language plpgsql as $$
begin
  insert into recipient_moves (campaign_id, org_id, at, state, n)
  select campaign_id, org_id, wib_now(), state, sum(n) from (
    select n.campaign_id, n.org_id, n.state, 1 as n from news n join olds o using (id) where n.state <> o.state
    union all
    select o.campaign_id, o.org_id, o.state, -1 from news n join olds o using (id) where n.state <> o.state
  ) moved group by campaign_id, org_id, state having sum(n) <> 0;
  return null;
end $$;

create function recipients_go() returns trigger language plpgsql as $$
begin
  insert into recipient_moves (campaign_id, org_id, at, state, n)
  select campaign_id, org_id, wib_now(), state, -count(*) from olds group by campaign_id, org_id, state;
  return null;
end $$;

create trigger come after insert on recipients referencing new table as news for each statement execute function recipients_come();
create trigger move after update on recipients referencing old table as olds new table as news for each statement execute function recipients_move();
create trigger go after delete on recipients referencing old table as olds for each statement execute function recipients_go();

insert into recipient_counts select campaign_id, org_id, state, count(*) from recipients group by 1, 2, 3;

-- Adds up what moved. Any number of processes may: a row is folded by whoever takes it away.
create function recipient_fold() returns void language sql as $$
  with moved as (
    delete from recipient_moves m where m.ctid = any (array(select ctid from recipient_moves limit 20000 for update skip locked)) returning *
  ), counted as (
    insert into recipient_counts as c (campaign_id, org_id, state, n)
    select campaign_id, org_id, state, sum(n) from moved group by 1, 2, 3 order by 1, 3
    on conflict (campaign_id, state) do update set n = c.n + excluded.n
  )
  insert into recipient_minutes as m (campaign_id, org_id, minute, ended)
  select campaign_id, org_id, date_trunc('minute', at), sum(n) from moved where recipient_is_over(state) group by 1, 2, 3 order by 1, 3
  on conflict (campaign_id, minute) do update set ended = m.ended + excluded.ended;
  delete from recipient_minutes where minute < wib_now() - interval '2 days';
$$;
select wib_definer('recipient_fold()');

-- A campaign's people by state, as of now: both in one look.
create view recipient_tallies with (security_invoker = true) as
select campaign_id, org_id,
  coalesce(sum(n) filter (where state = 'queued'), 0)::bigint as queued,
  coalesce(sum(n) filter (where state = 'claimed'), 0)::bigint as claimed,
  coalesce(sum(n) filter (where state = 'retry_wait'), 0)::bigint as retry_wait,
  coalesce(sum(n) filter (where state = 'done'), 0)::bigint as done,
  coalesce(sum(n) filter (where state = 'failed'), 0)::bigint as failed,
  coalesce(sum(n) filter (where state = 'suppressed'), 0)::bigint as suppressed,
  coalesce(sum(n) filter (where state = 'skipped'), 0)::bigint as skipped
from (
  select campaign_id, org_id, state, n from recipient_counts
  union all
  select campaign_id, org_id, state, n from recipient_moves
) counted
group by campaign_id, org_id;
select wib_share('recipient_tallies', 'select');
