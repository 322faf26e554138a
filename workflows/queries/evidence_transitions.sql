-- Every change of state of what is in scope. Parameters as in evidence_decisions.sql
select json_build_object('noun', t.noun, 'id', t.id, 'seq', t.seq, 'from', t.from_state, 'to', t.to_state, 'event', t.event,
  'actor', t.actor, 'detail', t.detail, 'at', t.at)::text as "row!"
from transitions t
where t.org_id = $1 and ($4::timestamptz is null or (t.at >= $4 and t.at < $5::timestamptz))
  and ($4::timestamptz is not null or t.id in (
    select id from calls where org_id = $1 and (account_id = $2 or campaign_id = $3)
    union all select id from messages where org_id = $1 and (account_id = $2 or campaign_id = $3)
    union all select id from recipients where org_id = $1 and (account_id = $2 or campaign_id = $3)
    union all select $3::uuid))
order by t.at, t.noun, t.id, t.seq
