-- What an agency asks of itself beyond the law, and what the rules count by person.
select wib_as_owner();

-- It may tighten the law, never loosen it: the rules take the stricter of the two, whatever stands here.
create table policies (
  org_id uuid primary key references organizations,
  opens time,                        -- its own hours, by the person's clock; null: the law's
  closes time,
  days text[] not null default '{}', -- empty: every day
  calls_per_week smallint check (calls_per_week between 1 and 7),
  mini_tcpa boolean not null default false, -- heeds Florida's, Oklahoma's and Maryland's laws of solicitation
  changed_by text not null,
  changed_at timestamptz not null default wib_now(),
  constraint policies_hours check ((opens is null) = (closes is null) and (opens is null or opens < closes)),
  constraint policies_days check (days <@ array['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])
);
select wib_protect('policies');

-- Every decision counts a person's contacts of the last month.
create index calls_consumer on calls (consumer_id, intent_at desc);
create index messages_consumer on messages (consumer_id, created_at desc) where consumer_id is not null;
-- What was refused today, by rule.
create index compliance_decisions_refused on compliance_decisions (org_id, decided_at desc) where not allowed;
