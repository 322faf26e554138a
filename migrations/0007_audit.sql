-- The audit chain gets what it needs to be written behind the audited transaction, checked and signed.
select wib_as_owner();

-- The lines that no link holds yet. Written by the statement that writes the line, so that it appears with the line's
-- commit, however late that is: ids are handed out before a commit, and a chain that went by ids would pass a late one by.
-- Nor by the snapshot's horizon: one long transaction anywhere in the cluster would keep every line waiting.
create table audit_unchained (
  org_id uuid not null,        -- the line's own; it has made sure that there is such an organisation
  audit_id bigint not null,
  since timestamptz not null default clock_timestamp(), -- real time: a line that waits for 10 s is an alarm
  primary key (org_id, audit_id)
) with (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
select wib_protect('audit_unchained');

create function audit_await() returns trigger language plpgsql as $$
begin
  insert into audit_unchained (org_id, audit_id) select org_id, id from lines;
  return null;
end $$;
create trigger audit_log_await after insert on audit_log
  referencing new table as lines for each statement execute function audit_await();

-- What was written before there was a chain.
insert into audit_unchained (org_id, audit_id)
select a.org_id, a.id from audit_log a where not exists (select from audit_chain c where c.audit_id = a.id);

-- Who did something to this one thing: the question an auditor asks first.
create index audit_log_subject on audit_log (org_id, subject, id);

-- ── what is hashed ──────────────────────────────────────────────────────────────────────────────────────────

-- `length:bytes,` — no text can pose as two, or as the end of one (docs/adr/0007-audit-chain.md).
create function audit_part(_text text) returns text language sql stable as $$
  select octet_length(_text)::text || ':' || _text || ','
$$;
-- Nanoseconds since 1970, in decimal.
create function audit_moment(_at timestamptz) returns text language sql stable as $$
  select (extract(epoch from _at) * 1000000)::bigint::text || '000'
$$;
-- Every column of a line, as it is hashed. The same in Rust: workflows/src/audit/chain.rs.
create function audit_bytes(_line audit_log) returns bytea language sql stable as $$
  select convert_to(audit_part(_line.org_id::text) || audit_part(_line.id::text) || audit_part(audit_moment(_line.at))
    || audit_part(_line.actor) || audit_part(_line.action) || audit_part(_line.subject) || audit_part(_line.payload::text), 'UTF8')
$$;

-- A verdict's fingerprint, for its line: a verdict that is changed later no longer has it.
create function decision_digest(_verdict compliance_decisions) returns text language sql stable as $$
  select encode(sha256(convert_to(audit_part(_verdict.id::text) || audit_part(_verdict.account_id::text)
    || audit_part(_verdict.consumer_id::text) || audit_part(_verdict.channel) || audit_part(_verdict.to_addr)
    || audit_part(_verdict.allowed::text) || audit_part(_verdict.reasons::text)
    || audit_part(coalesce(audit_moment(_verdict.earliest_next), '')) || audit_part(_verdict.rules_version)
    || audit_part(_verdict.inputs::text) || audit_part(audit_moment(_verdict.decided_at)), 'UTF8')), 'hex')
$$;

-- ── what was found ──────────────────────────────────────────────────────────────────────────────────────────

-- How far each chain was followed, and what broke it.
create table audit_verifications (
  org_id uuid primary key references organizations,
  tried_at timestamptz not null,  -- real time: when a worker last took its turn
  full_at timestamptz,            -- real time: when it was last followed from its first link
  seq bigint not null default 0,  -- it holds up to here
  hash bytea not null default decode(repeat('00', 32), 'hex'),
  at timestamptz,                 -- the one clock: when that was seen
  fault text                      -- what broke it, in a sentence; null while it holds
);
select wib_protect('audit_verifications');

-- The line as it is hashed: sha256(prev_hash || payload) = hash, for whoever looks with nothing but SQL.
create or replace view facts.audit with (security_invoker) as
select a.org_id, c.seq, a.at, a.actor, a.action, a.subject, audit_bytes(a) as payload, c.prev_hash, c.hash
from audit_log a left join audit_chain c on c.audit_id = a.id;
