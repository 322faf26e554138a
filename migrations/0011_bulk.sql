-- Errors that are one error, counted as one; and what an operator does to thousands of jobs at once.
select wib_as_owner();

-- ── fingerprints ────────────────────────────────────────────────────────────────────────────────────────────

-- An error without what differs from case to case: quoted text, ids, hex and numbers. In SQL, not in Rust, because
-- what it is taken of is written here, by a rescue too, and one definition cannot disagree with itself.
create function error_shape(_error text) returns text language sql immutable strict parallel safe as $$
  select left(btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(left(_error, 2000),
    -- an apostrophe inside a word is no quotation mark
    '"[^"]*"|“[^”]*”|`[^`]*`|(?<![[:alnum:]])''[^'']*''(?![[:alnum:]])', '…', 'g'),
    '\m[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\M', '#', 'gi'),
    -- "defaced" is a word: hex of eight letters or more has a digit in it
    '\m(0x[0-9a-f]+|(?=[a-f]*[0-9])[0-9a-f]{8,})\M', '#', 'gi'),
    '[0-9]+([.,:-]?[0-9]+)*', '#', 'g'),
    '\s+', ' ', 'g')), 300)
$$;
create function error_fingerprint(_error text) returns text language sql immutable strict parallel safe as $$
  select left(encode(sha256(convert_to(error_shape(_error), 'UTF8')), 'hex'), 16)
$$;

select set_config('app.system', 'on', true); -- where roles are forbidden, the owner is held by row security, too
alter table jobs add column fingerprint text;                -- of last_error
create index jobs_error on jobs (org_id, fingerprint, id) where fingerprint is not null;

-- A dead letter is a dead job that nobody has retried or dismissed.
alter table job_history add column fingerprint text;         -- of a dead job's error
alter table job_history add column dismissed_at timestamptz; -- an operator took it out of the dead letters
update job_history set fingerprint = error_fingerprint(error) where outcome = 'dead' and error is not null;
create index job_history_error on job_history (org_id, fingerprint, id) where fingerprint is not null;
-- Only to count: no row is looked at for it.
create index job_history_letters on job_history (org_id, fingerprint, kind)
  where outcome = 'dead' and retried_by is null and dismissed_at is null;

-- The dead letters an error left, counted in the index alone and no further than one past ten thousand. Pinned: with a
-- plan that statistics may change, a day on which every job died was walked row by row, 200 ms for one page. In an
-- order that only that index has, and sorting forbidden.
create function job_letters(_org uuid, _fingerprint text, _kind text) returns bigint
language plpgsql stable set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set max_parallel_workers_per_gather = 0 set plan_cache_mode = force_generic_plan set jit = off as $$
begin
  if _kind is null then
    return (select count(*) from (select from job_history h where h.org_id = _org and h.fingerprint = _fingerprint
      and h.outcome = 'dead' and h.retried_by is null and h.dismissed_at is null order by h.kind limit 10001) letter);
  end if;
  return (select count(*) from (select from job_history h where h.org_id = _org and h.fingerprint = _fingerprint and h.kind = _kind
    and h.outcome = 'dead' and h.retried_by is null and h.dismissed_at is null order by h.fingerprint limit 10001) letter);
end $$;

-- How often an error was seen in a day. Counted by the call that writes the failure, so that no page walks history.
create table job_errors (
  org_id uuid not null,
  day date not null,
  fingerprint text not null,
  kind text not null,
  sample text not null,            -- the latest, as it was said
  failures int not null,           -- attempts that ended in it
  dead int not null,               -- of these, the last one a job had
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (org_id, day, fingerprint, kind)
) with (fillfactor = 50);
select wib_protect('job_errors');
insert into job_errors
select org_id, (finished_at at time zone 'utc')::date, fingerprint, kind, left(max(error), 500), count(*), count(*), min(finished_at), max(finished_at)
from job_history where fingerprint is not null group by 1, 2, 3, 4;

-- In the order of the key, so that two workers that failed alike never wait for each other in a circle.
create function job_errors_count(_orgs uuid[], _kinds text[], _errors text[], _dead boolean[], _at timestamptz) returns void
language sql as $$
  insert into job_errors as e (org_id, day, fingerprint, kind, sample, failures, dead, first_at, last_at)
  select a.org_id, (_at at time zone 'utc')::date, error_fingerprint(a.error), a.kind, left(max(a.error), 500), count(*), count(*) filter (where a.dead), _at, _at
  from unnest(_orgs, _kinds, _errors, _dead) a(org_id, kind, error, dead)
  where a.error is not null
  group by 1, 2, 3, 4 order by 1, 2, 3, 4
  on conflict (org_id, day, fingerprint, kind) do update
  set sample = excluded.sample, failures = e.failures + excluded.failures, dead = e.dead + excluded.dead, last_at = excluded.last_at
$$;
select wib_definer('job_errors_count(uuid[], text[], text[], boolean[], timestamptz)');

-- As before (0003), and the failures are counted.
create or replace function job_requeue(_ids bigint[], _fences int[], _codes smallint[], _after_ms bigint[], _at timestamptz[], _errors text[], _lease int) returns int
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  moment timestamptz := wib_now();
  held_by text := (select l.worker from leases l where l.id = _lease);
  ended int;
  again int;
  dead_orgs uuid[]; dead_kinds text[]; dead_errors text[];
  hurt_orgs uuid[]; hurt_kinds text[]; hurt_errors text[];
begin
  with gone as (
    delete from jobs j using unnest(_ids, _fences, _codes, _errors) a(id, fence, code, error)
    where j.id = a.id and j.fence = a.fence and j.lease = _lease
      and (a.code > 2 or j.cancelled or (a.code = 1 and j.attempt >= j.max_attempts))
    returning j.*, coalesce(a.error, j.last_error) as said,
      (case when a.code = 3 or (j.cancelled and a.code < 3) then 'cancelled' else 'dead' end)::job_outcome as came_to
  ), kept as (
    insert into job_history (id, org_id, queue, kind, priority, run_at, args, attempt, max_attempts, fence, unique_key, run_id, step, created_at, started_at, finished_at, worker, outcome, error, fingerprint)
    select g.id, g.org_id, g.queue, g.kind, g.priority, g.run_at, g.args, g.attempt, g.max_attempts, g.fence, g.unique_key, g.run_id, g.step, g.created_at, g.started_at, moment, held_by,
      g.came_to, g.said, case when g.came_to = 'dead' then error_fingerprint(g.said) end from gone g
    returning org_id, kind, outcome, error
  )
  select count(*), array_agg(org_id) filter (where outcome = 'dead'), array_agg(kind) filter (where outcome = 'dead'), array_agg(error) filter (where outcome = 'dead')
  into ended, dead_orgs, dead_kinds, dead_errors from kept;
  with back as (
    update jobs j set lease = null, attempt = j.attempt - (a.code = 2)::int, last_error = coalesce(a.error, j.last_error),
      fingerprint = coalesce(error_fingerprint(a.error), j.fingerprint),
      run_at = coalesce(a.moment_at, moment + a.after_ms * interval '1 ms', j.run_at)
    from unnest(_ids, _fences, _codes, _after_ms, _at, _errors) a(id, fence, code, after_ms, moment_at, error)
    where a.code < 3 and j.id = a.id and j.fence = a.fence and j.lease = _lease
    returning j.org_id, j.kind, a.code, a.error
  )
  select count(*), array_agg(org_id) filter (where code = 1), array_agg(kind) filter (where code = 1), array_agg(error) filter (where code = 1)
  into again, hurt_orgs, hurt_kinds, hurt_errors from back;
  if dead_orgs is not null or hurt_orgs is not null then
    perform job_errors_count(dead_orgs || hurt_orgs, dead_kinds || hurt_kinds, dead_errors || hurt_errors,
      array_fill(true, array[coalesce(cardinality(dead_orgs), 0)]) || array_fill(false, array[coalesce(cardinality(hurt_orgs), 0)]), moment);
  end if;
  return ended + again;
end $$;
select wib_definer('job_requeue(bigint[], int[], smallint[], bigint[], timestamptz[], text[], int)');

-- As before (0003), and the failures are counted.
create or replace function job_rescue() returns int language plpgsql as $$
declare
  buried int[];
  moment timestamptz := wib_now();
  rescued int;
  orgs uuid[]; kinds text[];
  given_up constant text := 'the worker died and no attempts are left';
begin
  with x as (
    delete from leases where id in (select id from leases where expires_at < clock_timestamp() for update skip locked) returning id
  )
  select array_agg(id) into buried from x;
  if buried is null then
    return 0;
  end if;
  with gone as (
    delete from jobs j where j.lease = any (buried) and (j.cancelled or j.attempt >= j.max_attempts) returning j.*
  ), kept as (
    insert into job_history (id, org_id, queue, kind, priority, run_at, args, attempt, max_attempts, fence, unique_key, run_id, step, created_at, started_at, finished_at, outcome, error, fingerprint)
    select g.id, g.org_id, g.queue, g.kind, g.priority, g.run_at, g.args, g.attempt, g.max_attempts, g.fence, g.unique_key, g.run_id, g.step, g.created_at, g.started_at, moment,
      (case when g.cancelled then 'cancelled' else 'dead' end)::job_outcome, given_up, case when not g.cancelled then error_fingerprint(given_up) end from gone g
    returning org_id, kind, outcome
  )
  select array_agg(org_id), array_agg(kind) into orgs, kinds from kept where outcome = 'dead';
  update jobs j set lease = null, fence = j.fence + 1, run_at = moment, last_error = 'the worker died', fingerprint = error_fingerprint('the worker died')
  where j.lease = any (buried);
  get diagnostics rescued = row_count;
  if orgs is not null then
    perform job_errors_count(orgs, kinds, array_fill(given_up, array[cardinality(orgs)]), array_fill(true, array[cardinality(orgs)]), moment);
  end if;
  return rescued;
end $$;
select wib_definer('job_rescue()');

-- ── search ──────────────────────────────────────────────────────────────────────────────────────────────────

-- What belongs to a campaign or an account: its own id, places on lists, attempts to call and to write, and those that
-- only a claim knows of yet.
create function job_runs_of(_campaign uuid, _account uuid) returns setof uuid language sql stable as $$
  select _campaign where _campaign is not null
  union all select c.id from calls c where c.campaign_id = _campaign or c.account_id = _account
  union all select m.id from messages m where m.campaign_id = _campaign or m.account_id = _account
  union all select b.id from message_batches b where b.campaign_id = _campaign
  union all select r.id from recipients r where r.campaign_id = _campaign or r.account_id = _account
  union all select r.call_id from recipients r where (r.campaign_id = _campaign or r.account_id = _account) and r.call_id is not null
$$;

-- The jobs of an organisation that a filter lets through, newest first. Written for the filter at hand, because one
-- statement for all of them has one plan for all of them: what is rare among millions is found by its index.
-- Failures are looked for among failures; everything else kind by kind, each along (org_id, kind, id), so that a page
-- costs the same at ten thousand rows and at ten million. When a job ended tells which partition holds it.
create function job_search(_org uuid, _filter jsonb, _before bigint, _limit int) returns table (id bigint, kind text, finished_at timestamptz)
language plpgsql stable as $$
#variable_conflict use_column
declare
  moment timestamptz := wib_now();
  state text := _filter->>'state';
  letters boolean := coalesce((_filter->>'dead_letters')::boolean, false);
  sought text := '%' || replace(replace(replace(_filter->>'text', '\', '\\'), '%', '\%'), '_', '\_') || '%';
  failures boolean := letters or state in ('dead', 'cancelled') or _filter ?| array['fingerprint', 'text'];
  owned boolean := _filter ?| array['run', 'campaign', 'account'];
  every text := format(' j.org_id = %L and j.id < %s', _org, _before)
    || coalesce(' and j.kind = ' || quote_literal(_filter->>'kind'), '') || coalesce(' and j.queue = ' || quote_literal(_filter->>'queue'), '')
    || coalesce(' and j.run_id = ' || quote_literal(_filter->>'run') || '::uuid', '') || coalesce(' and j.fingerprint = ' || quote_literal(_filter->>'fingerprint'), '')
    || coalesce(' and j.run_id in (select job_runs_of(' || quote_literal(_filter->>'campaign') || '::uuid, null))', '')
    || coalesce(' and j.run_id in (select job_runs_of(null, ' || quote_literal(_filter->>'account') || '::uuid))', '')
    || case when (_filter->>'no_bulk')::boolean then ' and j.kind <> ''bulk_action''' else '' end;
  live text := coalesce(' and j.run_at >= ' || quote_literal(_filter->>'from') || '::timestamptz', '') || coalesce(' and j.run_at < ' || quote_literal(_filter->>'to') || '::timestamptz', '')
    || coalesce(' and j.last_error ilike ' || quote_literal(sought), '')
    || case state when 'running' then ' and j.lease is not null'
                  when 'pending' then format(' and j.lease is null and j.run_at <= %L::timestamptz', moment)
                  when 'retrying' then format(' and j.lease is null and j.run_at > %L::timestamptz and j.attempt > 0', moment)
                  when 'scheduled' then format(' and j.lease is null and j.run_at > %L::timestamptz and j.attempt = 0', moment)
                  else '' end;
  past text := coalesce(' and j.finished_at >= ' || quote_literal(_filter->>'from') || '::timestamptz', '') || coalesce(' and j.finished_at < ' || quote_literal(_filter->>'to') || '::timestamptz', '')
    || coalesce(' and j.error ilike ' || quote_literal(sought), '')
    || case when letters then ' and j.outcome = ''dead'' and j.retried_by is null and j.dismissed_at is null' else '' end
    || case when state in ('done', 'cancelled', 'dead') then format(' and j.outcome = %L', state) when letters then '' when failures then ' and j.outcome <> ''done''' else '' end;
  sides text[] := '{}';
begin
  if not letters and (state is null or state not in ('done', 'cancelled', 'dead')) then
    sides := sides || format('(select j.id, j.kind, null::timestamptz from jobs j where %s%s order by j.id desc limit %s)', every, live, _limit);
  end if;
  if state is null or state in ('done', 'cancelled', 'dead') then
    sides := sides || case
      when failures or owned or _filter ? 'kind' then
        format('(select j.id, j.kind, j.finished_at from job_history j where %s%s order by j.id desc limit %s)', every, past, _limit)
      else
        format('(select h.* from job_kinds k cross join lateral (select j.id, j.kind, j.finished_at from job_history j where j.kind = k.kind and %s%s order by j.id desc limit %s) h%s order by h.id desc limit %s)',
          every, past, _limit, coalesce(' where k.queue = ' || quote_literal(_filter->>'queue'), ''), _limit)
      end;
  end if;
  if sides = '{}' then
    return;
  end if;
  return query execute format('select * from (%s) found order by 1 desc limit %s', array_to_string(sides, ' union all '), _limit);
end $$;

-- ── bulk actions ────────────────────────────────────────────────────────────────────────────────────────────

create type bulk_verb as enum ('retry', 'cancel', 'delete');
create type bulk_state as enum ('queued', 'running', 'stopped', 'done', 'failed');
create type bulk_result as enum ('retried', 'cancelled', 'deleted', 'refused');

create table bulk_actions (
  id uuid primary key,
  org_id uuid not null references organizations,
  verb bulk_verb not null,
  filter jsonb not null,           -- as it was asked; what it found then is in bulk_items
  reason text not null constraint bulk_actions_reason check (length(reason) between 1 and 500),
  state bulk_state not null default 'queued',
  round int not null default 0,    -- one more at each resume: a job of an earlier one does nothing
  total int not null constraint bulk_actions_something check (total > 0),
  done int not null default 0,     -- items up to this one have their result
  refused int not null default 0,  -- of these, nothing was done to so many
  failure text,                    -- why it was given up, in a sentence
  requested_by text not null,
  requested_at timestamptz not null default wib_now(),
  started_at timestamptz,
  finished_at timestamptz,
  constraint bulk_actions_progress check (refused <= done and done <= total),
  constraint bulk_actions_end check ((state = 'done') = (finished_at is not null) and (state <> 'done' or done = total))
);
create index bulk_actions_listed on bulk_actions (org_id, id desc);
select wib_protect('bulk_actions');

-- The jobs that were found when it was asked, and what became of each: the result is written with the deed.
create table bulk_items (
  bulk_id uuid not null references bulk_actions on delete cascade,
  org_id uuid not null,
  seq int not null,                -- from 1, oldest job first
  job_id bigint not null,
  kind text not null,
  result bulk_result,              -- null: not yet
  new_id bigint,                   -- the job a retry made
  reason text,                     -- why nothing was done
  at timestamptz,
  primary key (bulk_id, seq)
);
select wib_protect('bulk_items');

-- Forgets what is older than history itself. The audit trail keeps who asked for what.
create function bulk_rotate(_keep_days int) returns void language sql as $$
  delete from job_errors where day < (wib_now() at time zone 'utc')::date - _keep_days;
  delete from bulk_actions where requested_at < wib_now() - make_interval(days => _keep_days);
$$;
select wib_definer('bulk_rotate(int)');
