-- What became of the messages of campaign $1.
select count(*) filter (where m.state = 'queued') as "queued!",
  count(*) filter (where m.state = 'sent') as "under_way!",
  count(*) filter (where m.state not in ('queued', 'skipped', 'cancelled')) as "sent!",
  count(*) filter (where m.state in ('delivered', 'opened', 'clicked', 'complained')) as "arrived!",
  count(*) filter (where m.state = 'delivered' and not m.confirmed) as "unconfirmed!",
  count(*) filter (where m.opened_at is not null) as "opened!",
  count(*) filter (where m.clicked_at is not null) as "clicked!",
  count(*) filter (where m.state = 'failed') as "failed!",
  count(*) filter (where m.state = 'bounced') as "bounced!",
  count(*) filter (where m.state = 'complained') as "complained!",
  count(*) filter (where m.state = 'unknown_closed') as "unknown!",
  count(*) filter (where exists (
    select from suppressions s
    where s.org_id = m.org_id and s.value = m.their_addr and s.channel = m.channel and s.kind in ('stop', 'unsubscribe')
      and s.lifted_at is null and s.effective_at >= m.intent_at
  )) as "unsubscribed!"
from messages m
where m.campaign_id = $1 and m.direction = 'outbound'
