-- Jobs ($2) of an organisation ($1) as the rules of why::rules look at them. Finished ones are found kind by kind, each
-- along (org_id, kind, id).
select j.id as "id!", j.kind as "kind!", j.queue as "queue!", null::text as "ended: State", j.lease is not null as "running!",
  j.cancelled as "cancelled!", j.priority as "priority!", j.run_at as "run_at!", j.started_at, j.attempt as "attempt!",
  j.max_attempts as "max_attempts!", j.last_error, j.args as "args!", null::bigint as rival
from jobs j where j.org_id = $1 and j.id = any($2)
union all
select h.id, h.kind, h.queue, h.outcome::text, false, false, h.priority, h.run_at, h.started_at, h.attempt, h.max_attempts,
  h.error, h.args, (select r.id from jobs r where r.org_id = $1 and r.unique_key = h.unique_key)
from job_kinds k
cross join lateral (
  select * from job_history h where h.org_id = $1 and h.kind = k.kind and h.id = any($2)
) h
