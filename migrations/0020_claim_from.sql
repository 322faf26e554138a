-- Claims and looks that do not walk past what is gone.
--
-- A claimed job's entry stays in the indexes of waiting jobs until a vacuum, and so each claim began by stepping over
-- every job claimed since: the longer a backlog was worked on, the more. A worker now says from where on it is worth
-- looking, and looks from the beginning a few times a second: for what came back, what was committed late, and whose turn
-- it is among organisations.
select wib_as_owner();

drop function job_claim_fair(text[], int[], bigint[], uuid[], int);
drop function job_look(text[]);
-- Replaced by job_claim_fair in 0014; the workers that called it are gone.
drop function job_claim(text[], int[], int);

-- Before this nothing new became due: the one clock's last two real seconds hold whatever was committed late.
create function job_recent(_moment timestamptz) returns timestamptz
language sql stable as $$ select _moment - make_interval(secs => 2 * coalesce((select s.speed from sim_clock s), 1)) $$;

create function job_look(_queues text[], _all boolean)
returns table (queue text, paused boolean, concurrency int, due_ms double precision)
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  moment timestamptz := wib_now();
  clock_speed double precision := coalesce((select s.speed from sim_clock s), 1);
  since timestamptz := case when _all then '-infinity' else job_recent(moment) end;
begin
  return query
  select n.name, coalesce(q.paused, false), q.concurrency,
    -- in real milliseconds, whatever the speed of the clock; a stopped clock makes nothing due
    (extract(epoch from due.first - moment) * 1000 / nullif(clock_speed, 0))::double precision
  from unnest(_queues) n(name)
  left join queues q on q.name = n.name
  cross join lateral (
    select min(lane.run_at) as first
    from generate_series(0, 3) p
    cross join lateral (
      select j.run_at from jobs j
      where j.queue = n.name and j.priority = p and j.lease is null and j.run_at >= since
      order by j.run_at, j.id limit 1
    ) lane
  ) due;
end $$;
select wib_definer('job_look(text[], boolean)');

-- As in 0014, but for `_all[i]`: false, and the worker has seen within the last moments that one organisation at most has
-- due jobs in queue i. Then nobody's share is asked for, and lane p begins at job
-- (`_from_at[4 * i - 3 + p]`, `_from_id[…]`), or where those are null at what is recent.
create function job_claim_fair(_queues text[], _wants int[], _ticks bigint[], _after uuid[], _all boolean[],
  _from_at timestamptz[], _from_id bigint[], _lease int)
returns table (id bigint, org_id uuid, fence int, tid text, queue text, kind text, args text, attempt smallint, max_attempts smallint,
  step smallint, run_id uuid, priority smallint, run_at timestamptz, shared boolean)
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan set jit = off as $$
#variable_conflict use_column
declare
  moment timestamptz := wib_now();
  recent timestamptz := job_recent(moment);
  lanes constant int[] := array[3, 2, 1, 0, 1, 2, 3]; -- what is sure first, then by urgency
  room int; -- what is still wanted
  turn int; -- what of it this lane may have now
  got int;
  orgs uuid[];
  spot int; -- of this lane in _after and _from
  since timestamptz;
  since_id bigint;
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
      spot := 4 * i - 3 + lanes[pass];
      since := case when _all[i] then '-infinity' else coalesce(_from_at[spot], recent) end;
      since_id := coalesce(_from_id[spot], 0);
      if _all[i] then
        orgs := job_orgs(_queues[i], lanes[pass], _after[spot], moment);
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
      end if;
      return query
      update jobs j set lease = _lease, fence = j.fence + 1, attempt = j.attempt + 1, started_at = moment
      where j.ctid = any (array(
        select w.ctid from jobs w
        where w.queue = _queues[i] and w.priority = lanes[pass] and w.lease is null and w.run_at <= moment
          and (w.run_at, w.id) >= (since, since_id)
        order by w.run_at, w.id limit turn for update skip locked))
      returning j.id, j.org_id, j.fence, j.ctid::text, j.queue, j.kind, j.args::text, j.attempt, j.max_attempts, j.step, j.run_id, j.priority, j.run_at, false;
      get diagnostics got = row_count;
      room := room - got;
      exit when room = 0;
    end loop;
  end loop;
end $$;
select wib_definer('job_claim_fair(text[], int[], bigint[], uuid[], boolean[], timestamptz[], bigint[], int)');
