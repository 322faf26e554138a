-- Ledgers: what may not be done to whom, who said so, by what, and since when. Entries are lifted, never deleted.
select wib_as_owner();
select set_config('app.system', 'on', true); -- what is there already is dated below, whoever's it is

-- ── suppressions: of a number or address, of a person, or of a debt ─────────────────────────────────────────

alter table suppressions
  alter column value drop not null,
  add column consumer_id uuid references consumers,  -- scope person: every number and address of theirs
  add column debt_group_id uuid,                     -- scope debt: whoever owes it, under whichever account
  add column reason text not null default '',        -- in words; what the person said
  add column evidence_ref text,                      -- where the proof is: a letter, a call, a file
  add column added_by text not null default 'system', -- 'user:<id>', 'key:<id>', 'system'
  add column created_at timestamptz not null default now(),
  add column lifted_by text,
  add column lifted_reason text,                     -- why it does not hold any more
  add column import_id uuid references imports,      -- the file it came with
  add constraint suppressions_one_scope check (num_nonnulls(value, consumer_id, debt_group_id) = 1),
  add constraint suppressions_lift_is_said check ((lifted_by is null) = (lifted_reason is null) and (lifted_by is null or lifted_at is not null)),
  drop constraint suppressions_kind_check,
  -- 'reassigned': the number has another owner now (47 CFR 64.1200(m)). The last four are wishes of a person:
  -- 'no_call', 'no_sms', 'no_email' (12 CFR 1006.14(h)(1)) carry their channel; 'employer_prohibits' (12 CFR
  -- 1006.6(b)(3), channel 'call') forbids what goes to a place of work, and nothing else.
  add constraint suppressions_kind_check check (kind in ('internal', 'federal', 'state', 'litigator', 'wrong_number',
    'reassigned', 'stop', 'unsubscribe', 'no_call', 'no_sms', 'no_email', 'employer_prohibits'));
-- What was there keeps the moment it began; what comes is dated by the one clock.
update suppressions set created_at = effective_at;
alter table suppressions alter column created_at set default wib_now();

-- Lifted ones are few, and looked up too.
drop index suppressions_value;
create index suppressions_value on suppressions (org_id, value);
create index suppressions_consumer on suppressions (consumer_id) where consumer_id is not null;
create index suppressions_debt on suppressions (org_id, debt_group_id) where debt_group_id is not null;
-- Listed newest first, one kind or all: ten million of one kind never stand before the few of another. Only the list asks
-- by this collation, so that no look-up of a number ever takes this index, whatever the statistics say while a file comes in.
create index suppressions_listed on suppressions (org_id, kind collate "POSIX", created_at desc, id desc);
-- A debt's suppression holds whoever owes it.
create index collection_accounts_debt on collection_accounts (org_id, debt_group_id);

-- A file of numbers is an import like any other; it makes no accounts.
alter table imports
  add column what text not null default 'accounts' check (what in ('accounts', 'suppressions')),
  add column skipped int not null default 0;         -- lines that say what is in effect already

-- ── consents: append-only, the latest word on a kind stands ─────────────────────────────────────────────────

-- Kinds: 'tcpa' automated or recorded calls, 'sms', 'email', 'more_calls' calls beyond the limits until expires_at,
-- 'work_email'. A word with granted = false takes back what was granted. `at` is when the person said it.
alter table consents
  add column reason text not null default '',
  add column added_by text not null default 'system',
  add column created_at timestamptz not null default now();
update consents set created_at = at;
alter table consents alter column created_at set default wib_now();

-- ── flags of a person, disputes of an account ───────────────────────────────────────────────────────────────

alter table consumer_flags
  add column reason text not null default '',
  add column evidence_ref text,
  add column added_by text not null default 'system',
  add column created_at timestamptz not null default now(),
  add column lifted_by text,
  add column lifted_reason text;
alter table consumer_flags alter column created_at set default wib_now();

-- Holds while verified_at and lifted_at are null (12 CFR 1006.38(d)(2)).
create table disputes (
  id uuid primary key,
  org_id uuid not null references organizations,
  account_id uuid not null references collection_accounts,
  opened_at timestamptz not null,      -- when the person said it
  verified_at timestamptz,             -- verification of the debt was sent
  lifted_at timestamptz,               -- withdrawn, or written down by mistake
  source text not null,
  reason text not null default '',
  evidence_ref text,
  added_by text not null default 'system',
  lifted_by text,                      -- who closed it, either way
  lifted_reason text,
  created_at timestamptz not null default wib_now(),
  constraint disputes_end_once check (num_nonnulls(verified_at, lifted_at) <= 1)
);
create index disputes_account on disputes (account_id);
create unique index disputes_open on disputes (account_id) where verified_at is null and lifted_at is null;
select wib_protect('disputes');

-- ── times and places that are inconvenient (12 CFR 1006.6(b)(1)) ────────────────────────────────────────────

-- Not to be contacted from from_time until, not at, to_time, by the person's clock. No days: every day. to_time may be
-- 24:00 (read it as text, or by extract(epoch)); from_time > to_time runs over midnight, and days names the day it starts.
alter table contact_preferences
  add column source text not null default 'import',
  add column reason text not null default '',
  add column evidence_ref text,
  add column added_by text not null default 'system',
  add column lifted_at timestamptz,
  add column lifted_by text,
  add column lifted_reason text,
  alter column created_at set default wib_now(),
  add constraint contact_preferences_days check (days <@ array['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']),
  add constraint contact_preferences_time check (from_time <> to_time and from_time < '24:00'),
  add constraint contact_preferences_place check (place in ('home', 'mobile', 'work')),     -- null: every place
  add constraint contact_preferences_channel check (channel in ('call', 'sms', 'email'));   -- null: every channel

-- ── what was said on a call ─────────────────────────────────────────────────────────────────────────────────

-- That this is an attempt to collect a debt, and from a debt collector (15 USC 1692e(11), 12 CFR 1006.18(e)).
create table disclosures (
  id uuid primary key,
  org_id uuid not null references organizations,
  call_id uuid not null references calls,
  account_id uuid not null references collection_accounts,
  kind text not null check (kind in ('mini_miranda')),
  how text not null check (how in ('ticked', 'heard', 'played')), -- by the agent, in the transcript, a recording
  said_at timestamptz not null,
  noted_by text not null,
  constraint disclosures_once unique (call_id, kind, how)
);
create index disclosures_account on disclosures (account_id, said_at desc);
select wib_protect('disclosures', true);

-- Nothing is ever deleted from a ledger.
do $$ begin
  if (select isolation from installation) = 'roles' then
    revoke delete on suppressions, consumer_flags, disputes, contact_preferences from wib_app, wib_system;
  end if;
end $$;
