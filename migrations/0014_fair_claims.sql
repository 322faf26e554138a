-- Claims that are fair between organisations and lanes, and permits that are taken by comparison.
--
-- What 0003 has for both stays: a worker of the release before calls it.
select wib_as_owner();

-- One organisation's due jobs of a lane, without walking past anybody else's; and from one organisation to the next.
create index jobs_fair on jobs (queue, priority, org_id, run_at, id) where lease is null;

-- The organisations that have due jobs in a lane: at most 32, from the one after `_after` on, around. Each costs one
-- probe of the index, so a claim's price is bounded however many organisations there are.
create function job_orgs(_queue text, _priority int, _after uuid, _moment timestamptz) returns uuid[]
language plpgsql as $$ -- its settings are those of the claim
declare
  found_orgs uuid[] := '{}';
  last uuid := _after;
  around boolean := false;
  head record;
begin
  for probe in 1 .. 64 loop
    select j.org_id, j.run_at into head from jobs j
    where j.queue = _queue and j.priority = _priority and j.lease is null and j.org_id > last
    order by j.org_id, j.run_at limit 1;
    if not found then
      exit when around or _after = '00000000-0000-0000-0000-000000000000';
      around := true;
      last := '00000000-0000-0000-0000-000000000000';
      continue;
    end if;
    exit when around and head.org_id > _after;
    last := head.org_id;
    if head.run_at <= _moment then
      found_orgs := found_orgs || head.org_id;
      exit when cardinality(found_orgs) = 32;
    end if;
  end loop;
  return found_orgs;
end $$;

-- Claims up to `_wants[i]` due jobs of `_queues[i]`, as `job_claim` does, but nobody starves:
--
-- * Of sixteen jobs each lane below the first is sure of one. `_ticks[i]` is how many jobs of the queue the worker has
--   claimed so far, so that it comes out right where one job is claimed at a time, too.
-- * Within a lane the organisations that have due jobs share what is to be had evenly; what one does not need goes to
--   the oldest of the others. `_after[4 * i - 3 + lane]` is the organisation that was served last in a lane, the first
--   after it is next; the worker learns it from the rows that are `shared`.
create function job_claim_fair(_queues text[], _wants int[], _ticks bigint[], _after uuid[], _lease int)
returns table (id bigint, org_id uuid, fence int, tid text, queue text, kind text, args text, attempt smallint, max_attempts smallint,
  step smallint, run_id uuid, priority smallint, run_at timestamptz, shared boolean)
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan set jit = off as $$
#variable_conflict use_column
declare
  moment timestamptz := wib_now();
  lanes constant int[] := array[3, 2, 1, 0, 1, 2, 3]; -- what is sure first, then by urgency
  room int; -- what is still wanted
  turn int; -- what of it this lane may have now
  got int;
  orgs uuid[];
begin
  -- held until commit, so that rescue cannot bury the lease while jobs are being put under it
  perform 1 from leases l where l.id = _lease and l.expires_at > clock_timestamp() for key share;
  if not found then
    raise exception 'lease % is lost', _lease using errcode = 'WL001';
  end if;
  perform set_config('synchronous_commit', 'off', true);
  for i in 1 .. cardinality(_queues) loop
    continue when exists (select 1 from queues q where q.name = _queues[i] and q.paused);
    room := _wants[i];
    for pass in 1 .. 7 loop
      turn := least(room, case when pass > 3 then room
        else ((_ticks[i] + _wants[i] + 5 * lanes[pass]) / 16 - (_ticks[i] + 5 * lanes[pass]) / 16)::int end);
      continue when turn = 0;
      orgs := job_orgs(_queues[i], lanes[pass], _after[4 * i - 3 + lanes[pass]], moment);
      continue when orgs = '{}';
      if cardinality(orgs) > 1 then
        return query
        update jobs j set lease = _lease, fence = j.fence + 1, attempt = j.attempt + 1, started_at = moment
        where j.ctid = any (array(
          select c.ctid from unnest(orgs) with ordinality o(org, place)
          cross join lateral (
            select w.ctid from jobs w
            where w.queue = _queues[i] and w.priority = lanes[pass] and w.org_id = o.org and w.lease is null and w.run_at <= moment
            order by w.run_at, w.id limit greatest(1, turn / cardinality(orgs)) for update skip locked
          ) c
          limit turn))
        returning j.id, j.org_id, j.fence, j.ctid::text, j.queue, j.kind, j.args::text, j.attempt, j.max_attempts, j.step, j.run_id, j.priority, j.run_at, true;
        get diagnostics got = row_count;
        room := room - got;
        turn := turn - got;
        continue when turn = 0;
      end if;
      return query
      update jobs j set lease = _lease, fence = j.fence + 1, attempt = j.attempt + 1, started_at = moment
      where j.ctid = any (array(
        select w.ctid from jobs w
        where w.queue = _queues[i] and w.priority = lanes[pass] and w.lease is null and w.run_at <= moment
        order by w.run_at, w.id limit turn for update skip locked))
      returning j.id, j.org_id, j.fence, j.ctid::text, j.queue, j.kind, j.args::text, j.attempt, j.max_attempts, j.step, j.run_id, j.priority, j.run_at, false;
      get diagnostics got = row_count;
      room := room - got;
      exit when room = 0;
    end loop;
  end loop;
end $$;
select wib_definer('job_claim_fair(text[], int[], bigint[], uuid[], int)');

-- Moves limits on from where a worker has seen them to where it takes permits up to; nothing is moved unless all stand
-- as seen (null: not limited). Else the limits as they are come back, and the worker decides anew. The first row tells
-- the clock alone, and whether it was done. Whoever changes a limit otherwise touches next_at, too.
create function throttle_take(_keys text[], _seen timestamptz[], _next timestamptz[])
returns table (key text, permits int, period_ms int, next_at timestamptz, paused_until timestamptz,
  taken boolean, asked_at double precision, moment timestamptz, speed double precision)
language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan set jit = off as $$
#variable_conflict use_column
declare
  as_seen boolean;
begin
  -- Like a claim: the provider request these permits allow is preceded by a synchronous commit of its intent.
  perform set_config('synchronous_commit', 'off', true);
  perform 1 from throttles t where t.key = any (_keys) order by t.key for update;
  as_seen := not exists (
    select 1 from unnest(_keys, _seen) a(key, seen) left join throttles t on t.key = a.key
    where t.next_at is distinct from a.seen);
  if as_seen then
    update throttles t set next_at = a.next from unnest(_keys, _seen, _next) a(key, seen, next)
    where t.key = a.key and a.next <> a.seen;
  end if;
  return query select null::text, null::int, null::int, null::timestamptz, null::timestamptz, as_seen,
    extract(epoch from clock_timestamp())::double precision, wib_now(), coalesce((select s.speed from sim_clock s), 1);
  if not as_seen then
    return query select t.key, t.permits, t.period_ms, t.next_at, t.paused_until, false, null::double precision, null::timestamptz, null::double precision
      from throttles t where t.key = any (_keys);
  end if;
end $$;
select wib_definer('throttle_take(text[], timestamptz[], timestamptz[])');
