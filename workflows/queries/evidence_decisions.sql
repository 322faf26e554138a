-- The verdicts in scope, oldest first. $1 organisation, then one of: $2 account, $3 campaign, $4 from and $5 to
select json_build_object('id', d.id, 'decided_at', d.decided_at, 'account_id', d.account_id, 'channel', d.channel,
  'to', d.to_addr, 'verdict', case when d.allowed then 'allow' else 'block' end, 'reasons', d.reasons,
  'earliest_next', d.earliest_next, 'rules_version', d.rules_version, 'inputs', d.inputs)::text as "row!"
from compliance_decisions d
where d.org_id = $1 and ($2::uuid is null or d.account_id = $2)
  and ($3::uuid is null or exists (select from calls c where c.campaign_id = $3 and c.decision_id = d.id)
       or exists (select from messages m where m.campaign_id = $3 and m.decision_id = d.id))
  and ($4::timestamptz is null or (d.decided_at >= $4 and d.decided_at < $5::timestamptz))
order by d.decided_at, d.id
