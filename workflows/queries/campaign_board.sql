-- A page of an organisation's campaigns with their lists counted, newest first.
select c.id as "id: CampaignId", c.name, c.type as "kind: Kind", c.mode, c.state as "state: State", c.pause_reason,
  l.waiting_for as "waiting_for?", c.starts_at, c.cron, c.created_at, c.ended_at,
  coalesce((select u.name from users u where 'user:' || u.id::text = c.created_by), 'API') as "owner!",
  coalesce(c.planned, 0)::bigint as "planned!", r.done as "done!", r.failed as "failed!", r.suppressed as "suppressed!",
  r.skipped as "skipped!", r.in_flight as "in_flight!", r.waiting as "waiting!"
from (
  select * from campaigns
  where org_id = $1 and ($2::campaign_state is null or state = $2) and ($3::uuid is null or id < $3)
  order by id desc limit $4
) c
left join pacer_leases l on l.campaign_id = c.id
cross join lateral (
  select coalesce(sum(done), 0)::bigint as done, coalesce(sum(failed), 0)::bigint as failed,
    coalesce(sum(suppressed), 0)::bigint as suppressed, coalesce(sum(skipped), 0)::bigint as skipped,
    coalesce(sum(claimed), 0)::bigint as in_flight, coalesce(sum(queued + retry_wait), 0)::bigint as waiting
  from recipient_tallies where campaign_id = c.id
) r
order by c.id desc
