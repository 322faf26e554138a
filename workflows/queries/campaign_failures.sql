-- Why people of campaign $1 failed for good, the most frequent reason first. The explanation of a call's recipient is
-- the reason of the last wait; what it came to is in the outcome.
select r.outcome as "outcome!", case when k.type <> 'voice' then r.explanation end as explanation, t.code, count(*) as "n!"
from recipients r
join campaigns k on k.id = r.campaign_id
left join lateral (
  (select c.failure as code from calls c where c.recipient_id = r.id order by c.attempt_no desc limit 1)
  union all
  (select m.error from messages m where m.recipient_id = r.id order by m.attempt_no desc limit 1)
) t on true
where r.campaign_id = $1 and r.state = 'failed'
group by 1, 2, 3
order by 4 desc, 1, 3
limit $2
