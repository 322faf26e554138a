-- Everything that happened to run $2 of organisation $1: its changes of state, the verdict it rests on, its jobs, what was
-- asked of the provider and what it said; of a recipient also the attempts. E-mails share the jobs and requests of their
-- batch; the latest attempt shows when the next one is due.
with runs as (
  select $2::uuid as id
  union
  select batch_id from messages where org_id = $1 and id = $2 and batch_id is not null
), attempts as (
  select id, recipient_id, attempt_no, decision_id, zones from calls where org_id = $1 and id = $2
  union all
  select id, recipient_id, attempt_no, decision_id, zones from messages where org_id = $1 and id = $2
), waits as (
  select r.id from recipients r join attempts a on a.recipient_id = r.id and a.attempt_no = r.attempt_no
  where r.state = 'retry_wait'
)
select at as "at!", kind as "kind!", what as "what!", outcome as "outcome!", detail as "detail!", pending as "pending!"
from (
  select * from (
    select at, 'transition' as kind, event as what, to_state as outcome, 1 as rank,
      jsonb_strip_nulls(jsonb_build_object('from', from_state, 'seq', seq, 'actor', actor, 'detail', detail)) as detail,
      false as pending
    from transitions where org_id = $1 and id = $2
    union all
    select d.decided_at, 'decision', d.channel, case when d.allowed then 'allowed' else 'refused' end, 0,
      jsonb_strip_nulls(jsonb_build_object('decision_id', d.id, 'rules_version', d.rules_version, 'reasons', d.reasons,
        'until', d.earliest_next, 'zones', a.zones)), false
    from attempts a join compliance_decisions d on d.id = a.decision_id
    union all
    select case when j.lease is null then j.run_at else j.started_at end, 'job', j.kind,
      case when j.lease is not null then 'running' when j.attempt > 0 then 'retrying' else 'pending' end, 2,
      jsonb_strip_nulls(jsonb_build_object('job_id', j.id::text, 'queue', j.queue, 'run_at', j.run_at, 'attempt', j.attempt,
        'error', j.last_error)), j.lease is null
    from jobs j where j.org_id = $1 and j.run_id in (select id from runs union select id from waits)
    union all
    select coalesce(started_at, run_at), 'job', kind, outcome::text, 2,
      jsonb_strip_nulls(jsonb_build_object('job_id', id::text, 'queue', queue, 'run_at', run_at, 'attempt', attempt,
        'finished_at', finished_at, 'error', error)), false
    from job_history where org_id = $1 and run_id in (select id from runs)
    union all
    select at, 'request', command, outcome, 3,
      jsonb_strip_nulls(jsonb_build_object('provider', provider, 'code', code, 'took_ms', took_ms)), false
    from provider_requests where org_id = $1 and run_id in (select id from runs)
    union all
    select received_at, 'webhook', event_type, coalesce(outcome, 'received'), 4,
      jsonb_build_object('provider', provider, 'event_id', event_id, 'occurred_at', occurred_at), false
    from webhook_events where org_id = $1 and (call_id = $2 or message_id = $2)
    union all
    select intent_at, 'attempt', 'call', state::text, 5, jsonb_build_object('id', id, 'attempt', attempt_no), false
    from calls where org_id = $1 and recipient_id = $2
    union all
    select coalesce(intent_at, created_at), 'attempt', channel, state::text, 5,
      jsonb_build_object('id', id, 'attempt', attempt_no), false
    from messages where org_id = $1 and recipient_id = $2
  ) everything
  order by pending desc, at desc, rank desc limit $3
) latest
order by pending, at, rank
