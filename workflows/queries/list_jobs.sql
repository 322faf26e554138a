-- An organisation's jobs, newest first: $1 organisation, $2 filter, $3 before id, $4 limit.
with found as materialized (
  select id, kind, finished_at from job_search($1, $2, $3, $4)
)
select id as "id!: JobId", queue as "queue!", kind as "kind!", state as "state!: State", priority as "priority!",
  attempt as "attempt!", max_attempts as "max_attempts!", run_at as "run_at!", created_at as "created_at!",
  started_at, finished_at, run_id, step as "step!", args as "args!", result, error, worker, fingerprint,
  retried_by as "retried_by: JobId", dismissed_at
from (
  select j.id, j.queue, j.kind,
    case when j.lease is not null then 'running'
         when j.run_at <= clock.moment then 'pending'
         when j.attempt > 0 then 'retrying'
         else 'scheduled' end as state,
    j.priority, j.attempt, j.max_attempts, j.run_at, j.created_at, j.started_at, null::timestamptz as finished_at,
    j.run_id, j.step, j.args, null::jsonb as result, j.last_error as error, l.worker, j.fingerprint,
    null::bigint as retried_by, null::timestamptz as dismissed_at
  from found f
  cross join (select wib_now() as moment) clock
  cross join lateral (select j.* from jobs j where j.org_id = $1 and j.id = f.id) j
  left join leases l on l.id = j.lease
  where f.finished_at is null
  union all
  -- the day a job ended leads to its partition
  select h.id, h.queue, h.kind, h.outcome::text, h.priority, h.attempt, h.max_attempts, h.run_at, h.created_at,
    h.started_at, h.finished_at, h.run_id, h.step, h.args, h.result, h.error, h.worker, h.fingerprint, h.retried_by, h.dismissed_at
  from found f
  cross join lateral (
    select h.* from job_history h
    where h.org_id = $1 and h.kind = f.kind and h.id = f.id and h.finished_at = f.finished_at
  ) h
  where f.finished_at is not null
) job
order by id desc
