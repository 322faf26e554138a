-- The errors of an organisation ($1), the latest first: $2 kind, $3 queue, $4 since that day, $5 limit. What was counted
-- when it happened, and the dead letters of each, counted no further than one past ten thousand.
select seen.fingerprint as "fingerprint!", seen.sample as "sample!", seen.kinds as "kinds!", seen.failures as "failures!",
  seen.first_at as "first_at!", seen.last_at as "last_at!", job_letters($1, seen.fingerprint, $2) as "letters!"
from (
  select e.fingerprint, (array_agg(e.sample order by e.last_at desc))[1] as sample, array_agg(distinct e.kind order by e.kind) as kinds,
    sum(e.failures) as failures, min(e.first_at) as first_at, max(e.last_at) as last_at
  from job_errors e
  where e.org_id = $1 and e.day >= $4 and ($2::text is null or e.kind = $2)
    and ($3::text is null or exists (select from job_kinds k where k.kind = e.kind and k.queue = $3))
  group by e.fingerprint
  order by max(e.last_at) desc, e.fingerprint
  limit $5
) seen
order by seen.last_at desc, seen.fingerprint
