-- What happened, for auditors and tests: plain views over our own tables, under names that stay stable.
-- Readable by the operator's role only, with the operator's own rights (security_invoker): a view adds no power.
select wib_as_owner();

create schema facts;

create view facts.queue_items with (security_invoker) as
select r.id as item_id, r.org_id, r.campaign_id, r.account_id,
       case when r.state in ('queued', 'claimed', 'retry_wait') then r.state::text
            when r.state = 'suppressed' then 'blocked' else 'done' end as state,
       r.attempts_used, r.max_attempts, r.outcome as final_disposition, r.next_at as next_attempt_at
from recipients r;

create view facts.attempts with (security_invoker) as
select c.id as attempt_id, c.org_id, c.campaign_id, c.recipient_id as item_id, c.attempt_no, 'voice'::text as channel,
       c.account_id, c.debt_group_id as debt_id, c.consumer_id as person_id, c.to_addr, c.zones as tz,
       c.state::text as state, c.decision_id as compliance_id, c.intent_at, c.call_control_id as provider_ref,
       c.id::text as command_id, c.answered_at, c.greeting_end_at, c.amd_result as answered_by, c.bridged_at, c.ended_at,
       c.hangup_cause, coalesce(c.disposition, c.result) as disposition, c.abandoned, c.outcome, c.agent_id,
       c.last_event_at, 1::bigint as fence
from calls c;

create view facts.transitions with (security_invoker) as
select t.id as attempt_id, t.seq, t.from_state, t.to_state, t.at, 1::bigint as fence
from transitions t where t.noun = 'call';

create view facts.compliance with (security_invoker) as
select d.id as compliance_id, d.org_id, d.account_id, case when d.allowed then 'allow' else 'block' end as verdict, d.decided_at
from compliance_decisions d;

create view facts.suppressions with (security_invoker) as
select s.org_id, s.channel, s.value as to_addr, s.effective_at, s.lifted_at from suppressions s;

create view facts.campaign_events with (security_invoker) as
select t.org_id, t.id as campaign_id,
       case t.event when 'agents_back' then 'resume' when 'window_opened' then 'resume' else t.event end as kind, t.at
from transitions t
where t.noun = 'campaign' and t.event in ('start', 'pause', 'resume', 'stop', 'agents_back', 'window_opened');

-- Shown counts, counted the way the pages count them; audits recount from facts.attempts (INVARIANTS V9B).
create view facts.campaign_stats with (security_invoker) as
select k.org_id, k.id as campaign_id,
       count(*) filter (where c.answered_at is not null and c.amd_result is distinct from 'machine')::int as answered,
       count(*) filter (where c.abandoned)::int as abandoned,
       count(*) filter (where c.state not in ('intent', 'skipped', 'cancelled'))::int as sent,
       count(*) filter (where c.state = 'failed' or c.result = 'failed')::int as failed
from campaigns k left join calls c on c.campaign_id = k.id
group by k.id;

create view facts.agents with (security_invoker) as
select a.id as agent_id, a.org_id, case a.state when 'available' then 'ready' else a.state::text end as state,
       a.call_id as attempt_id, a.last_seen_at as heartbeat_at
from agents a;

create view facts.webhook_events with (security_invoker) as
select w.provider, w.event_id, w.provider_ref, w.event_type, w.received_at, w.processed_at, w.outcome from webhook_events w;

create view facts.jobs with (security_invoker) as
select j.id::text as job_id, j.kind, case when j.lease is null then 'pending' else 'running' end as state,
       j.attempt::int as attempts, j.max_attempts::int as max_attempts, l.expires_at as lease_until, l.worker as worker_id, j.run_at
from jobs j left join leases l on l.id = j.lease
union all
select h.id::text, h.kind, h.outcome::text, h.attempt::int, h.max_attempts::int, null, null, h.run_at from job_history h;

create view facts.cron_ticks with (security_invoker) as
select t.schedule_id::text as schedule_id, t.slot, t.fired_at from schedule_ticks t;

create view facts.audit with (security_invoker) as
select a.org_id, c.seq, a.at, a.actor, a.action, a.subject, convert_to(a.payload::text, 'UTF8') as payload, c.prev_hash, c.hash
from audit_log a left join audit_chain c on c.audit_id = a.id;

create view facts.checkpoints with (security_invoker) as
select k.org_id, k.seq, k.root, k.at, k.signature from audit_checkpoints k;

do $$ begin
  if (select isolation from installation) = 'roles' then
    grant usage on schema facts to wib_operator;
    grant select on all tables in schema facts to wib_operator;
  end if;
end $$;
