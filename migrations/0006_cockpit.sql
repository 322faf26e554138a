-- The agent's own cockpit. Every column has a default, so the release before this one goes on as it did.
select wib_as_owner();

alter table agents
  -- seconds between a disposition and the next call of a list that agents dial themselves; null: never by itself
  add column auto_advance_secs smallint default 2 check (auto_advance_secs between 0 and 30),
  -- real time: when the next call leaves by itself, unless the agent says stay; null: it waits for the agent
  add column advance_at timestamptz,
  -- the last call the agent asked for. Until its intent is written there is only its job, so this is no foreign key;
  -- while that job is there the agent is taken: two windows of one agent never dial twice
  add column asked_call uuid;

-- Whether the call an agent asked for has still to leave: its job is there, its intent is not written.
create function agent_is_dialing(asked uuid) returns boolean
language sql stable as $$
  select asked is not null
     and exists (select from jobs where run_id = asked and kind = 'place_call')
     and not exists (select from calls where id = asked)
$$;
