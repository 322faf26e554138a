-- What stands over each queue: its orders, who of organisation $1 gave them, and the living workers, as their heartbeats
-- say. A worker of the release before does not say what it works: it counts for every queue.
select q.name, q.paused, p.by as "paused_by?", w.workers as "workers!", w.slots, w.running as "running!"
from queues q
cross join lateral (
  select count(*) as workers, sum(coalesce(q.concurrency, l.slots[x.pos]))::bigint as slots,
    coalesce(sum(l.running[x.pos]), 0)::bigint as running
  from leases l
  cross join lateral (select array_position(l.queues, q.name) as pos) x
  where l.expires_at > clock_timestamp() and (l.queues is null or x.pos is not null)
) w
left join lateral (
  select coalesce(u.name, 'an API key') as by
  from audit_log a left join users u on 'user:' || u.id = a.actor
  where a.org_id = $1 and a.subject = q.name and a.action = 'queue.pause'
  order by a.id desc limit 1
) p on q.paused
