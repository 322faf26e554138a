-- What the dialer panel of campaign $2 of organisation $1 shows beside the counts.
select t.at as "since?", t.event as "event?", u.name as "by?", r.queued as "callable!", r.retrying as "retrying!",
  k.abandoned as "abandoned!", k.answered as "answered!", c.lines_per_agent::float8 as "lines_per_agent!",
  e.ended as "calls_ended!", e.agents as "agents!", e.secs as "calling_secs!"
from campaigns c
left join lateral (
  select at, event, actor from transitions where noun = 'campaign' and id = c.id order by seq desc limit 1
) t on true
left join users u on 'user:' || u.id::text = t.actor
cross join lateral (
  select coalesce(sum(queued), 0)::bigint as queued, coalesce(sum(retry_wait), 0)::bigint as retrying
  from recipient_tallies where campaign_id = c.id
) r
cross join lateral (
  select count(*) filter (where abandoned) as abandoned, count(*) as answered
  from calls
  where campaign_id = c.id and answered_at > wib_now() - interval '30 days' and amd_result is distinct from 'machine'
) k
cross join lateral (
  select count(*) as ended, count(distinct agent_id) as agents,
    coalesce(extract(epoch from wib_now() - greatest(min(intent_at), wib_now() - interval '1 hour')), 0)::bigint as secs
  from calls where campaign_id = c.id and ended_at > wib_now() - interval '1 hour' and bridged_at is not null
) e
where c.org_id = $1 and c.id = $2
