-- What was disclosed on the calls in scope. Parameters as in evidence_decisions.sql
select json_build_object('said_at', s.said_at, 'call_id', s.call_id, 'account_id', s.account_id, 'kind', s.kind, 'how', s.how,
  'noted_by', s.noted_by)::text as "row!"
from disclosures s join calls c on c.id = s.call_id
where s.org_id = $1 and ($2::uuid is null or s.account_id = $2) and ($3::uuid is null or c.campaign_id = $3)
  and ($4::timestamptz is null or (s.said_at >= $4 and s.said_at < $5::timestamptz))
order by s.said_at, s.id
