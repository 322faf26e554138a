-- What forbids contacting the people in scope, by any of their numbers and addresses. Parameters as in evidence_decisions.sql
with people as (
  select k.consumer_id from collection_accounts k where k.org_id = $1 and k.id = $2::uuid
  union select r.consumer_id from recipients r where r.org_id = $1 and r.campaign_id = $3::uuid
)
select json_build_object('id', s.id, 'effective_at', s.effective_at, 'channel', s.channel, 'kind', s.kind, 'value', s.value,
  'consumer_id', s.consumer_id, 'debt_group_id', s.debt_group_id, 'source', s.source, 'reason', s.reason,
  'evidence_ref', s.evidence_ref, 'added_by', s.added_by, 'expires_at', s.expires_at, 'lifted_at', s.lifted_at,
  'lifted_by', s.lifted_by, 'lifted_reason', s.lifted_reason)::text as "row!"
from suppressions s
where s.org_id = $1 and ($4::timestamptz is null or (s.created_at >= $4 and s.created_at < $5::timestamptz))
  and ($4::timestamptz is not null or s.consumer_id in (select consumer_id from people)
    or s.value in (select e164 from phones where consumer_id in (select consumer_id from people)
                   union all select address from email_addresses where consumer_id in (select consumer_id from people))
    or s.debt_group_id in (select debt_group_id from collection_accounts where org_id = $1 and id = $2))
order by s.effective_at, s.id
