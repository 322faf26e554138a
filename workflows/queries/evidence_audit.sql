-- The chain from before the first line in scope to the last: lines in scope whole, of the others the hashes.
-- Parameters as in evidence_decisions.sql
with things as (
  select $2::uuid as id union all select $3::uuid
  union all select id from calls where org_id = $1 and (account_id = $2 or campaign_id = $3)
  union all select id from messages where org_id = $1 and (account_id = $2 or campaign_id = $3)
  union all select id from recipients where org_id = $1 and (account_id = $2 or campaign_id = $3)
  union all select decision_id from calls where org_id = $1 and campaign_id = $3
  union all select decision_id from messages where org_id = $1 and campaign_id = $3
  union all select id from compliance_decisions where org_id = $1 and account_id = $2
), mine as (
  select c.seq from audit_log a join audit_chain c on c.audit_id = a.id
  where a.org_id = $1
    and case when $4::timestamptz is null then a.subject in (select id::text from things) else a.at >= $4 and a.at < $5::timestamptz end
), span as (
  select min(seq) as first, max(seq) as last from mine
)
select c.seq, c.prev_hash, c.hash, a.org_id as "org: OrgId", a.id, a.at, a.actor, a.action, a.subject, a.payload::text as "payload!",
  c.seq in (select seq from mine) as "mine!"
from span join audit_chain c on c.org_id = $1 and c.seq between span.first and span.last
join audit_log a on a.id = c.audit_id
order by c.seq
