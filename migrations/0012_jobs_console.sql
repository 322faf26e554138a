-- What the jobs console reads: what each worker process does, who is ahead of a job, and ticks fired by hand.
select wib_as_owner();

-- A worker process says with each heartbeat what it works and how busy it is, so that nobody has to count its jobs.
-- Null under a worker of the release before.
alter table leases
  add column version text,
  add column queues text[],
  add column slots int[],          -- how many may run at once of each, unless an operator says otherwise
  add column running int[],        -- how many do
  add column beat_at timestamptz;  -- real time of the last heartbeat

-- Who fired it by hand; null: its moment came.
alter table schedule_ticks add column fired_by text;

-- How many due jobs of any organisation are taken before this one; counted no further than 10,001. A number only:
-- whose they are is nobody else's business.
create function job_ahead(_queue text, _priority smallint, _run_at timestamptz, _id bigint) returns bigint
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  moment timestamptz := wib_now();
begin
  return (
    select count(*) from (
      select 1 from (
        select 1 from generate_series(0, _priority - 1) p
        cross join lateral (
          select 1 from jobs j where j.queue = _queue and j.priority = p and j.lease is null and j.run_at <= moment limit 10001
        ) lane
        union all
        select 1 from jobs j
        where j.queue = _queue and j.priority = _priority and j.lease is null and j.run_at <= moment
          and (j.run_at, j.id) < (_run_at, _id)
      ) ahead limit 10001
    ) counted);
end $$;
select wib_definer('job_ahead(text, smallint, timestamptz, bigint)');
