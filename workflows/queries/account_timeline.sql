-- Everything that happened to an account, and what is due, newest first.
select id as "id!", at as "at!", kind as "kind!", state as "state!", outcome, detail, citation, pending as "pending!",
  facts as "facts!"
from (
select * from (
  select c.id, c.intent_at as at, 'call' as kind, c.state::text as state, coalesce(c.disposition, c.result) as outcome,
    coalesce(c.note, d.reasons -> 0 ->> 'sentence') as detail, d.reasons -> 0 ->> 'citation' as citation,
    false as pending,
    jsonb_strip_nulls(jsonb_build_object('attempt', c.attempt_no, 'campaign_id', c.campaign_id, 'campaign', m.name,
      'agent', (select a.name from agents a where a.id = c.agent_id),
      'of', r.max_attempts, 'reason', d.reasons -> 0 ->> 'code', 'until', d.earliest_next,
      'label', (select lower(s.label) from dispositions s where s.org_id = c.org_id and s.code = c.disposition),
      'talked_secs', extract(epoch from c.ended_at - c.bridged_at)::int,
      'recorded', exists (select from recordings x where x.call_id = c.id))) as facts
  from calls c
  left join campaigns m on m.id = c.campaign_id
  left join recipients r on r.id = c.recipient_id
  left join compliance_decisions d on d.id = c.decision_id and not d.allowed
  where c.org_id = $1 and c.account_id = $2
  union all
  -- a refusal is told by the attempt it ended
  select d.id, d.decided_at, 'decision', case when d.allowed then 'allowed' else 'refused' end, null,
    d.reasons -> 0 ->> 'sentence', d.reasons -> 0 ->> 'citation', false,
    jsonb_strip_nulls(jsonb_build_object('channel', d.channel, 'rules_version', d.rules_version, 'until', d.earliest_next,
      'reason', d.reasons -> 0 ->> 'code', 'zones', (select to_jsonb(c.zones) from calls c where c.decision_id = d.id)))
  from compliance_decisions d
  where d.org_id = $1 and d.account_id = $2
    and not exists (select from calls c where c.decision_id = d.id and c.state = 'skipped')
  union all
  select r.id, r.next_at, 'retry', r.state::text, null, r.explanation, null, true,
    jsonb_build_object('attempt', r.attempts_used + 1, 'of', r.max_attempts, 'campaign_id', r.campaign_id, 'campaign', m.name)
  from recipients r join campaigns m on m.id = r.campaign_id
  where r.org_id = $1 and r.account_id = $2 and r.state = 'retry_wait'
  union all
  select e.id, e.created_at, 'message', e.state, e.error, e.subject, null, false,
    jsonb_build_object('type', e.type, 'direction', e.direction)
  from email_logs e where e.org_id = $1 and e.account_id = $2
  union all
  select a.id, a.created_at, 'placed', a.status, null, c.name, null, false, jsonb_build_object('balance_cents', a.balance_cents)
  from collection_accounts a join creditors c on c.id = a.creditor_id
  where a.org_id = $1 and a.id = $2
) entries
where $3::timestamptz is null or at < $3
-- a verdict and its call share a moment: a page is never cut between them
order by at desc fetch first ($4) rows with ties
) page
order by at desc, id desc
