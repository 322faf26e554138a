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
      'disclosed', (select to_jsonb(true) from disclosures x where x.call_id = c.id limit 1),
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
      'reason', d.reasons -> 0 ->> 'code', 'zones', coalesce((select to_jsonb(c.zones) from calls c where c.decision_id = d.id),
        (select to_jsonb(m.zones) from messages m where m.account_id = $2 and m.decision_id = d.id limit 1))))
  from compliance_decisions d
  where d.org_id = $1 and d.account_id = $2
    and not exists (select from calls c where c.decision_id = d.id and c.state = 'skipped')
    and not exists (select from messages m where m.account_id = $2 and m.decision_id = d.id and m.state = 'skipped')
  union all
  select r.id, r.next_at, 'retry', r.state::text, null, r.explanation, null, true,
    jsonb_build_object('attempt', r.attempts_used + 1, 'of', r.max_attempts, 'campaign_id', r.campaign_id, 'campaign', m.name)
  from recipients r join campaigns m on m.id = r.campaign_id
  where r.org_id = $1 and r.account_id = $2 and r.state = 'retry_wait'
  union all
  -- in time with its verdict, whenever it was written
  select m.id, coalesce(m.intent_at, m.created_at), 'message', m.state::text, m.error,
    case when m.state = 'skipped' then d.reasons -> 0 ->> 'sentence' else (
      select t.detail from transitions t where t.noun = 'message' and t.id = m.id and t.detail is not null
      order by t.seq desc limit 1) end,
    case when m.state = 'skipped' then d.reasons -> 0 ->> 'citation' end, false,
    jsonb_strip_nulls(jsonb_build_object('channel', m.channel, 'direction', m.direction, 'subject', nullif(m.subject, ''),
      'words', left(m.body, 200), 'campaign_id', m.campaign_id, 'campaign', k.name,
      'author', (select u.name from users u where u.id = m.author), 'confirmed', m.confirmed,
      'reason', case when m.state = 'skipped' then d.reasons -> 0 ->> 'code' end,
      'until', case when m.state = 'skipped' then d.earliest_next end))
  from messages m
  left join campaigns k on k.id = m.campaign_id
  left join compliance_decisions d on d.id = m.decision_id
  where m.org_id = $1 and m.account_id = $2
  union all
  select m.id, seen.at, seen.kind, m.state::text, null, null, null, false,
    jsonb_strip_nulls(jsonb_build_object('channel', m.channel, 'subject', nullif(m.subject, '')))
  from messages m cross join lateral (values ('opened', m.opened_at), ('clicked', m.clicked_at)) seen (kind, at)
  where m.org_id = $1 and m.account_id = $2 and seen.at is not null
  union all
  select s.id, said.at, said.kind, s.kind, null, null, null, false,
    jsonb_build_object('channel', s.channel, 'source', s.source)
  from collection_accounts a
  join lateral (select e164 as value from phones p where p.consumer_id = a.consumer_id
    union select address from email_addresses e where e.consumer_id = a.consumer_id) known on true
  join suppressions s on s.org_id = $1 and s.value = known.value and s.kind in ('stop', 'unsubscribe')
  cross join lateral (values ('opted_out', s.effective_at), ('opted_in', s.lifted_at)) said (kind, at)
  where a.org_id = $1 and a.id = $2 and said.at is not null
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
