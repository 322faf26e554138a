-- Seconds that agents of organisation $1 were at work today, breaks left out, and the conversations they had; the day is
-- that of zone $2.
with today as (
  select date_trunc('day', wib_now() at time zone $2) at time zone $2 as begun, wib_now() as moment
), moves as (
  select t.id, t.from_state, t.to_state, t.at,
    lead(t.at) over (partition by t.id order by t.seq) as until, row_number() over (partition by t.id order by t.seq) as n
  from transitions t, today where t.org_id = $1 and t.noun = 'agent' and t.at >= today.begun
), spans as (
  select to_state as state, coalesce(until, today.moment) - at as took from moves, today
  union all
  select from_state, at - today.begun from moves, today where n = 1
  union all
  select a.state::text, today.moment - today.begun from agents a, today
  where a.org_id = $1 and not exists (select from moves m where m.id = a.id)
)
select
  (select coalesce(sum(extract(epoch from took)), 0) from spans where state not in ('offline', 'break'))::bigint as "secs!",
  (select count(*) from agents a join calls c on c.agent_id = a.id and c.bridged_at >= today.begun
   where a.org_id = $1)::bigint as "connects!"
from today
