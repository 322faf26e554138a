-- An organisation's jobs, newest first. History is walked kind by kind, each along (org_id, kind, id), so that a
-- page costs the same at ten thousand rows and at ten million.
-- $1 organisation, $2 before id, $3 limit, then filters: $4 kind, $5 queue, $6 state, $7 run, $8 id
select id as "id!: JobId", queue as "queue!", kind as "kind!", state as "state!: State", priority as "priority!",
  attempt as "attempt!", max_attempts as "max_attempts!", run_at as "run_at!", created_at as "created_at!",
  started_at, finished_at, run_id, step as "step!", args as "args!", result, error, worker
from (
  (
    select live.* from (
      select j.id, j.queue, j.kind,
        case when j.lease is not null then 'running'
             when j.run_at <= clock.moment then 'pending'
             when j.attempt > 0 then 'retrying'
             else 'scheduled' end as state,
        j.priority, j.attempt, j.max_attempts, j.run_at, j.created_at, j.started_at, null::timestamptz as finished_at,
        j.run_id, j.step, j.args, null::jsonb as result, j.last_error as error, l.worker
      from jobs j
      cross join (select wib_now() as moment) clock
      left join leases l on l.id = j.lease
      where j.org_id = $1 and j.id < $2
        and ($4::text is null or j.kind = $4)
        and ($5::text is null or j.queue = $5)
        and ($7::uuid is null or j.run_id = $7)
        and ($8::bigint is null or j.id = $8)
    ) live
    where $6::text is null or live.state = $6
    order by live.id desc
    limit $3
  )
  union all
  select past.*
  from job_kinds k
  cross join lateral (
    select h.id, h.queue, h.kind, h.outcome::text, h.priority, h.attempt, h.max_attempts, h.run_at, h.created_at,
      h.started_at, h.finished_at, h.run_id, h.step, h.args, h.result, h.error, h.worker
    from job_history h
    where h.org_id = $1 and h.kind = k.kind and h.id < $2
      and ($6::text is null or h.outcome::text = $6)
      and ($7::uuid is null or h.run_id = $7)
      and ($8::bigint is null or h.id = $8)
    order by h.id desc
    limit $3
  ) past
  where ($4::text is null or k.kind = $4) and ($5::text is null or k.queue = $5)
) job
order by id desc
limit $3
