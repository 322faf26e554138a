-- Everything that happened to one run: its changes of state, its jobs, what was asked of the carrier, what it said.
select at as "at!", kind as "kind!", what as "what!", outcome as "outcome!", detail as "detail!"
from (
  select * from (
    select at, 'transition' as kind, event as what, to_state as outcome, 0 as rank,
      jsonb_strip_nulls(jsonb_build_object('from', from_state, 'seq', seq, 'actor', actor, 'detail', detail)) as detail
    from transitions where org_id = $1 and id = $2
    union all
    select coalesce(started_at, run_at), 'job', kind,
      case when lease is not null then 'running' when attempt > 0 then 'retrying' else 'pending' end, 1,
      jsonb_strip_nulls(jsonb_build_object('job_id', id::text, 'queue', queue, 'run_at', run_at, 'attempt', attempt, 'error', last_error))
    from jobs where org_id = $1 and run_id = $2
    union all
    select coalesce(started_at, run_at), 'job', kind, outcome::text, 1,
      jsonb_strip_nulls(jsonb_build_object('job_id', id::text, 'queue', queue, 'run_at', run_at, 'attempt', attempt,
        'finished_at', finished_at, 'error', error))
    from job_history where org_id = $1 and run_id = $2
    union all
    select at, 'request', command, outcome, 2,
      jsonb_strip_nulls(jsonb_build_object('provider', provider, 'code', code, 'took_ms', took_ms))
    from provider_requests where org_id = $1 and run_id = $2
    union all
    select received_at, 'webhook', event_type, coalesce(outcome, 'received'), 3,
      jsonb_build_object('provider', provider, 'event_id', event_id, 'occurred_at', occurred_at)
    from webhook_events where org_id = $1 and call_id = $2
  ) everything
  order by at desc, rank desc limit $3
) latest
order by at, rank
