-- The queues as one organisation ($1) sees them. Depths are counted along jobs_ready and no further than one past
-- ten thousand: a page must not get slower with the backlog it shows.
select q.name, q.paused, q.concurrency,
  depth.pending as "pending!", depth.scheduled as "scheduled!", depth.running as "running!", depth.oldest,
  array[rate.done_1, rate.done_5, rate.done_60] as "done!", array[rate.failed_1, rate.failed_5, rate.failed_60] as "failed!",
  rate.dead_60 as "dead!", rate.mean_ms,
  flow.by_minute as "by_minute!", wait.waits as "waits!", deep.looked_at as "looked_at!", deep.depths as "depths!"
from queues q
cross join (select wib_now() as moment) clock
cross join lateral (
  select
    (select count(*) from (select 1 from jobs j where j.org_id = $1 and j.queue = q.name and j.lease is null and j.run_at <= clock.moment limit 10001) c) as pending,
    (select count(*) from (select 1 from jobs j where j.org_id = $1 and j.queue = q.name and j.lease is null and j.run_at > clock.moment limit 10001) c) as scheduled,
    (select count(*) from (select 1 from jobs j where j.org_id = $1 and j.queue = q.name and j.lease is not null limit 10001) c) as running,
    (select min(lane.run_at) from generate_series(0, 3) p cross join lateral (
       select j.run_at from jobs j
       where j.org_id = $1 and j.queue = q.name and j.priority = p and j.lease is null and j.run_at <= clock.moment
       order by j.run_at limit 1) lane) as oldest
) depth
cross join lateral (
  select coalesce(sum(m.done) filter (where m.minute > clock.moment - interval '1 minute'), 0) as done_1,
    coalesce(sum(m.done) filter (where m.minute > clock.moment - interval '5 minutes'), 0) as done_5,
    coalesce(sum(m.done), 0) as done_60,
    coalesce(sum(m.failed) filter (where m.minute > clock.moment - interval '1 minute'), 0) as failed_1,
    coalesce(sum(m.failed) filter (where m.minute > clock.moment - interval '5 minutes'), 0) as failed_5,
    coalesce(sum(m.failed), 0) as failed_60,
    coalesce(sum(m.dead), 0) as dead_60,
    sum(m.ran_ms)::double precision / nullif(sum(m.done + m.failed), 0) as mean_ms
  from job_minutes m
  where m.org_id = $1 and m.queue = q.name and m.minute > clock.moment - interval '1 hour'
) rate
cross join lateral (
  select array_agg(coalesce(done.n, 0) order by t.minute) as by_minute
  from generate_series(date_trunc('minute', clock.moment) - interval '59 minutes', date_trunc('minute', clock.moment), interval '1 minute') t(minute)
  left join (
    select m.minute, sum(m.done)::bigint as n from job_minutes m
    where m.org_id = $1 and m.queue = q.name and m.minute > clock.moment - interval '1 hour' group by m.minute
  ) done using (minute)
) flow
cross join lateral (
  select coalesce(array_agg(class.n order by class.i), '{}') as waits from (
    select w.i, sum(w.n)::bigint as n from job_minutes m cross join lateral unnest(m.waited) with ordinality w(n, i)
    where m.org_id = $1 and m.queue = q.name and m.minute > clock.moment - interval '5 minutes' group by w.i
  ) class
) wait
cross join lateral (
  select coalesce(array_agg(d.at order by d.minute), '{}') as looked_at, coalesce(array_agg(d.due order by d.minute), '{}') as depths
  from job_depths d where d.org_id = $1 and d.queue = q.name and d.minute > clock.moment - interval '5 minutes' and d.at <= clock.moment
) deep
order by array_position(array['live', 'dial', 'send', 'webhook', 'media', 'default'], q.name), q.name
