-- What the people in scope granted and took back; of a period, what was said in it. Parameters as in evidence_decisions.sql
select json_build_object('id', c.id, 'at', c.at, 'consumer_id', c.consumer_id, 'kind', c.kind, 'granted', c.granted,
  'scope', c.scope, 'expires_at', c.expires_at, 'source', c.source, 'reason', c.reason, 'evidence_ref', c.evidence_ref,
  'added_by', c.added_by)::text as "row!"
from consents c
where c.org_id = $1 and ($4::timestamptz is null or (c.at >= $4 and c.at < $5::timestamptz))
  and ($4::timestamptz is not null or c.consumer_id in (
  select k.consumer_id from collection_accounts k where k.org_id = $1 and k.id = $2::uuid
  union select r.consumer_id from recipients r where r.org_id = $1 and r.campaign_id = $3::uuid
))
order by c.at, c.id
