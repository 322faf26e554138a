-- A supervisor's hold on the floor: the kill switch, a word to an agent, and listening in.
select wib_as_owner();

-- ── the kill switch ─────────────────────────────────────────────────────────────────────────────────────────

-- While an organisation has a row here that is not lifted, nobody is contacted for it.
create table kill_switches (
  id uuid primary key,
  org_id uuid not null references organizations,
  at timestamptz not null,
  by text not null,                -- 'user:<id>' or 'key:<id>'
  reason text not null,
  ends_calls boolean not null,     -- conversations end, too; else they go on
  lifted_at timestamptz,
  lifted_by text,
  lift_reason text,
  constraint kill_switches_reason check (btrim(reason) <> ''),
  constraint kill_switches_lifted_whole check ((lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lift_reason is null))
);
create unique index kill_switches_on on kill_switches (org_id) where lifted_at is null;
create index kill_switches_org on kill_switches (org_id, at desc);
select wib_protect('kill_switches');

-- Who writes an intent asks here first, and holds a share of the switch until the commit: whoever pulls it waits for
-- those who asked before, and is seen by those who ask later. A lock without a row, because every contact takes it and
-- a row that all share would be rewritten by each. The organisation is the transaction's own; outside of one there is
-- nobody to answer for, which is an error and no permission.
create function kill_switch_holds() returns boolean language plpgsql volatile as $$
declare
  mine uuid := nullif(current_setting('app.org_id', true), '')::uuid;
begin
  if mine is null then
    raise exception 'kill_switch_holds() outside of an organisation''s transaction';
  end if;
  perform pg_advisory_xact_lock_shared(hashtextextended('kill switch ' || mine::text, 0));
  -- a statement of its own: it sees what was committed while we waited
  return exists (select from kill_switches k where k.org_id = mine and k.lifted_at is null);
end $$;

-- ── words to an agent ───────────────────────────────────────────────────────────────────────────────────────

create table agent_notes (
  id uuid primary key,
  org_id uuid not null references organizations,
  agent_id uuid not null references agents,
  kind text not null constraint agent_notes_kind check (kind in ('message', 'break')),
  body text not null constraint agent_notes_body check (btrim(body) <> '' and length(body) <= 500),
  by text not null,                -- 'user:<id>' or 'key:<id>'
  at timestamptz not null,
  seen_at timestamptz              -- when the agent said so
);
create index agent_notes_agent on agent_notes (agent_id, at desc);
select wib_protect('agent_notes');

alter table agents
  -- why the break that was asked for while busy; the release before this one leaves it alone
  add column next_reason text,
  -- who ordered the break that is, or comes; null: nobody but the agent
  add column break_by text;

-- ── listening in ────────────────────────────────────────────────────────────────────────────────────────────

-- A supervisor's telephone.
create table supervisor_phones (
  user_id uuid primary key references users,
  org_id uuid not null references organizations,
  phone text not null
);
select wib_protect('supervisor_phones');

-- One supervisor on one agent's conference. `role` is what is wanted, `role_now` what the carrier has taken.
create table supervisions (
  id uuid primary key,             -- also the command id of the dial
  org_id uuid not null references organizations,
  supervisor_id uuid not null references users,
  agent_id uuid not null references agents,
  phone text not null,
  conference_id text not null,     -- the agent's, when it was asked for
  role text not null constraint supervisions_role check (role in ('monitor', 'whisper', 'barge')),
  role_now text constraint supervisions_role_now check (role_now in ('monitor', 'whisper', 'barge')),
  leg_call_control_id text,
  asked_at timestamptz not null,
  joined_at timestamptz,
  ended_at timestamptz,
  ended_because text,
  version int not null default 0,  -- one more with each change of role: the command id of the change
  constraint supervisions_end_has_cause check ((ended_at is null) = (ended_because is null)),
  constraint supervisions_joined_has_leg check (joined_at is null or leg_call_control_id is not null)
) with (fillfactor = 70);
create unique index supervisions_one on supervisions (supervisor_id) where ended_at is null;
create unique index supervisions_leg on supervisions (leg_call_control_id) where leg_call_control_id is not null;
create index supervisions_agent on supervisions (agent_id) where ended_at is null;
create index supervisions_org on supervisions (org_id, asked_at desc);
select wib_protect('supervisions');

-- ── the wall board ──────────────────────────────────────────────────────────────────────────────────────────

-- How long agents were at work today.
create index transitions_agents on transitions (org_id, at) where noun = 'agent';

-- When a version 7 identity was made, in real time.
create function uuid_moment(_id uuid) returns timestamptz language sql immutable as $$
  select to_timestamp(('x' || translate(left(_id::text, 13), '-', ''))::bit(48)::bigint / 1000.0)
$$;
