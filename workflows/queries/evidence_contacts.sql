-- Calls and messages in scope, oldest first, each with its verdict. Parameters as in evidence_decisions.sql
select x.row::text as "row!" from (
  select c.intent_at as at, c.id, json_build_object('id', c.id, 'channel', 'call', 'direction', 'outbound',
    'account_id', c.account_id, 'campaign_id', c.campaign_id, 'attempt', c.attempt_no, 'from', c.from_addr, 'to', c.to_addr,
    'state', c.state, 'outcome', c.outcome, 'result', c.result, 'disposition', c.disposition, 'abandoned', c.abandoned,
    'at', c.intent_at, 'answered_at', c.answered_at, 'bridged_at', c.bridged_at, 'delivered_at', null, 'ended_at', c.ended_at,
    'hangup_cause', c.hangup_cause, 'zones', c.zones, 'decision_id', c.decision_id,
    'verdict', case d.allowed when true then 'allow' when false then 'block' end, 'reasons', d.reasons, 'rules_version', d.rules_version,
    'subject', null, 'body', c.note) as row
  from calls c left join compliance_decisions d on d.id = c.decision_id
  where c.org_id = $1 and ($2::uuid is null or c.account_id = $2) and ($3::uuid is null or c.campaign_id = $3)
    and ($4::timestamptz is null or (c.intent_at >= $4 and c.intent_at < $5::timestamptz))
  union all
  select m.created_at, m.id, json_build_object('id', m.id, 'channel', m.channel, 'direction', m.direction,
    'account_id', m.account_id, 'campaign_id', m.campaign_id, 'attempt', m.attempt_no,
    'from', case m.direction when 'outbound' then m.our_addr else m.their_addr end,
    'to', case m.direction when 'outbound' then m.their_addr else m.our_addr end,
    'state', m.state, 'outcome', m.outcome, 'result', m.error, 'disposition', null, 'abandoned', false,
    'at', coalesce(m.intent_at, m.created_at), 'answered_at', null, 'bridged_at', null, 'delivered_at', m.delivered_at,
    'ended_at', m.ended_at, 'hangup_cause', null, 'zones', m.zones, 'decision_id', m.decision_id,
    'verdict', case d.allowed when true then 'allow' when false then 'block' end, 'reasons', d.reasons, 'rules_version', d.rules_version,
    'subject', m.subject, 'body', m.body)
  from messages m left join compliance_decisions d on d.id = m.decision_id
  where m.org_id = $1 and ($2::uuid is null or m.account_id = $2) and ($3::uuid is null or m.campaign_id = $3)
    and ($4::timestamptz is null or (m.created_at >= $4 and m.created_at < $5::timestamptz))
) x order by x.at, x.id
