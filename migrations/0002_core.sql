-- Who: organisations, people, keys. What: creditors, consumers, accounts and what is known of them.
-- Then the machines: campaigns, recipients, calls, agents; and what was decided, heard and written down.
select wib_as_owner();

-- ── organisations and people ────────────────────────────────────────────────────────────────────────────────

create table organizations (
  id uuid primary key,
  slug text not null constraint organizations_slug_key unique check (slug ~ '^[a-z0-9][a-z0-9-]{1,40}$'),
  name text not null check (length(name) between 1 and 120),
  timezone text not null default 'America/New_York',
  created_at timestamptz not null default clock_timestamp()
);
select wib_protect('organizations', _column => 'id');

create type user_role as enum ('owner', 'admin', 'supervisor', 'agent', 'compliance', 'ops', 'readonly');

create table users (
  id uuid primary key,
  org_id uuid not null references organizations,
  email text not null check (email = lower(email)),
  name text not null,
  role user_role not null,
  password_hash text not null,
  disabled_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  constraint users_email_key unique (email)
);
create index users_org on users (org_id);
select wib_protect('users');

create table sessions (
  token_hash bytea primary key,
  org_id uuid not null references organizations,
  user_id uuid not null references users on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  last_seen_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  user_agent text not null default ''
);
create index sessions_user on sessions (user_id);
select wib_protect('sessions');

create table api_keys (
  id uuid primary key,
  org_id uuid not null references organizations,
  role user_role not null,
  name text not null default '',
  prefix text not null,
  hash bytea not null constraint api_keys_hash_key unique,
  created_at timestamptz not null default clock_timestamp(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
select wib_protect('api_keys');

-- A POST that creates and was sent with an Idempotency-Key answers the same again.
create table idempotency_keys (
  org_id uuid not null references organizations,
  key text not null,
  route text not null,
  body_hash bytea not null,
  status smallint,             -- null while the first request is still at work
  response jsonb,
  created_at timestamptz not null default clock_timestamp(),
  primary key (org_id, key)
);
select wib_protect('idempotency_keys');

-- ── files: no process shares a disk with another ────────────────────────────────────────────────────────────

create table blobs (
  id uuid primary key,
  org_id uuid not null references organizations,
  name text not null,
  media_type text not null,
  size bigint not null,
  sha256 bytea not null,
  created_at timestamptz not null default clock_timestamp()
);
select wib_protect('blobs');
create table blob_chunks (
  blob_id uuid not null references blobs on delete cascade,
  org_id uuid not null,
  seq int not null,
  data bytea not null,
  primary key (blob_id, seq)
);
alter table blob_chunks alter column data set storage external; -- recordings do not compress
select wib_protect('blob_chunks');

-- ── consumers and their debts ───────────────────────────────────────────────────────────────────────────────

create table creditors (
  id uuid primary key,
  org_id uuid not null references organizations,
  name text not null,
  callback_number text,
  created_at timestamptz not null default clock_timestamp(),
  constraint creditors_name_key unique (org_id, name)
);
select wib_protect('creditors');

create table consumers (
  id uuid primary key,
  org_id uuid not null references organizations,
  first_name text not null,
  last_name text not null,
  language text not null default 'en',
  tz_confirmed text,           -- only what the person told us; guesses are derived, never stored here
  created_at timestamptz not null default clock_timestamp()
);
create index consumers_name on consumers (org_id, lower(last_name), lower(first_name));
select wib_protect('consumers');

-- Deceased, bankrupt, attorney, cease: dated, never overwritten.
create table consumer_flags (
  id uuid primary key,
  org_id uuid not null references organizations,
  consumer_id uuid not null references consumers,
  kind text not null check (kind in ('deceased', 'bankrupt', 'attorney', 'ceased')),
  effective_at timestamptz not null,
  lifted_at timestamptz,
  source text not null
);
create index consumer_flags_consumer on consumer_flags (consumer_id);
select wib_protect('consumer_flags');

create table addresses (
  id uuid primary key,
  org_id uuid not null references organizations,
  consumer_id uuid not null references consumers,
  line1 text not null default '',
  city text not null default '',
  state text not null default '' check (state = '' or state ~ '^[A-Z]{2}$'),
  zip text not null default '' check (zip = '' or zip ~ '^[0-9]{5}$'),
  valid_from timestamptz not null default clock_timestamp(),
  valid_to timestamptz,
  source text not null default 'import'
);
create index addresses_consumer on addresses (consumer_id, valid_from desc);
select wib_protect('addresses');

create table phones (
  id uuid primary key,
  org_id uuid not null references organizations,
  consumer_id uuid not null references consumers,
  e164 text not null check (e164 ~ '^\+1[2-9][0-9]{9}$'),
  place text not null default 'mobile' check (place in ('home', 'mobile', 'work')),
  status text not null default 'ok' check (status in ('ok', 'wrong', 'invalid')),
  position smallint not null default 0, -- the order in which a person's numbers are tried
  created_at timestamptz not null default clock_timestamp(),
  constraint phones_number_key unique (org_id, e164, consumer_id)
);
create index phones_consumer on phones (consumer_id, position);
select wib_protect('phones');

create table email_addresses (
  id uuid primary key,
  org_id uuid not null references organizations,
  consumer_id uuid not null references consumers,
  address text not null check (address = lower(address)),
  is_work boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  constraint email_addresses_key unique (org_id, address, consumer_id)
);
create index email_addresses_consumer on email_addresses (consumer_id);
select wib_protect('email_addresses');

create table imports (
  id uuid primary key,
  org_id uuid not null references organizations,
  blob_id uuid references blobs,
  file_name text not null,
  dry_run boolean not null,
  good int not null default 0,
  fixed int not null default 0,
  rejected int not null default 0,
  created int not null default 0,
  updated int not null default 0,
  report jsonb not null default '[]', -- [{line, column, message}]
  created_by text not null,
  created_at timestamptz not null default wib_now()
);
select wib_protect('imports');

create table collection_accounts (
  id uuid primary key,
  org_id uuid not null references organizations,
  consumer_id uuid not null references consumers,
  creditor_id uuid not null references creditors,
  number text not null,        -- the agency's own account number
  balance_cents bigint not null check (balance_cents >= 0),
  status text not null default 'open' check (status in ('open', 'paid', 'settled', 'disputed', 'recalled', 'closed')),
  -- the frequency key is (consumer, debt group): student loans under one number are one debt
  debt_group_id uuid not null,
  itemization_date date,
  import_id uuid references imports, -- the last import that touched it
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  constraint collection_accounts_number_key unique (org_id, number)
);
create index collection_accounts_consumer on collection_accounts (consumer_id);
create index collection_accounts_import on collection_accounts (import_id) where import_id is not null;
create index collection_accounts_creditor on collection_accounts (org_id, creditor_id, id);
select wib_protect('collection_accounts');

create table consents (
  id uuid primary key,
  org_id uuid not null references organizations,
  consumer_id uuid not null references consumers,
  kind text not null check (kind in ('tcpa', 'sms', 'email', 'more_calls', 'work_email')),
  granted boolean not null,
  scope text,
  expires_at timestamptz,
  source text not null,
  evidence_ref text,
  at timestamptz not null
);
create index consents_consumer on consents (consumer_id, kind, at desc);
select wib_protect('consents', true);

create table contact_preferences (
  id uuid primary key,
  org_id uuid not null references organizations,
  consumer_id uuid not null references consumers,
  days text[] not null default '{}',
  from_time time not null,
  to_time time not null,
  place text,
  channel text,
  created_at timestamptz not null default clock_timestamp()
);
create index contact_preferences_consumer on contact_preferences (consumer_id);
select wib_protect('contact_preferences');

-- Numbers and addresses not to be contacted. Looked up when a list is planned and again at the moment of dialing.
create table suppressions (
  id uuid primary key,
  org_id uuid not null references organizations,
  channel text not null check (channel in ('call', 'sms', 'email', 'all')),
  value text not null,         -- a number in E.164, or a lower-case address
  kind text not null check (kind in ('internal', 'federal', 'state', 'litigator', 'wrong_number', 'stop', 'unsubscribe')),
  source text not null,
  effective_at timestamptz not null default wib_now(),
  expires_at timestamptz,
  lifted_at timestamptz
);
create index suppressions_value on suppressions (org_id, value) where lifted_at is null;
select wib_protect('suppressions');

-- ── what may be dialed from ─────────────────────────────────────────────────────────────────────────────────

create table numbers (
  id uuid primary key,
  org_id uuid not null references organizations,
  e164 text not null constraint numbers_e164_key unique,
  label text not null default '',
  resting_until timestamptz,
  created_at timestamptz not null default clock_timestamp()
);
select wib_protect('numbers');

-- ── campaigns ───────────────────────────────────────────────────────────────────────────────────────────────

create type campaign_type as enum ('voice', 'sms_blast', 'email_blast');
create type campaign_state as enum ('draft', 'scheduled', 'running', 'paused', 'draining', 'completed', 'stopped');

create table campaigns (
  id uuid primary key,
  org_id uuid not null references organizations,
  name text not null check (length(name) between 1 and 120),
  type campaign_type not null,
  state campaign_state not null default 'draft',
  -- why it is paused: 'supervisor' | 'no_agents' | 'window_closed' | 'provider'; null in every other state
  pause_reason text,
  stop_asked boolean not null default false, -- it ends as stopped, not as completed
  version int not null default 0,
  -- voice
  mode text not null default 'progressive' check (mode in ('preview', 'progressive', 'power', 'predictive')),
  caller_id text,
  lines_per_agent real not null default 1 check (lines_per_agent between 1 and 10),
  amd text not null default 'detect' check (amd in ('off', 'detect', 'premium')),
  ring_timeout_secs int not null default 25 check (ring_timeout_secs between 5 and 120),
  verdict_deadline_ms int not null default 3500 check (verdict_deadline_ms between 1600 and 5000),
  wrap_up_secs int not null default 60 check (wrap_up_secs between 1 and 3600),
  abandon_cap real not null default 0.03 check (abandon_cap between 0 and 0.03),
  -- the retry matrix: outcome -> minutes to wait, e.g. {"no_answer":240,"busy":20}; an absent outcome is final
  max_attempts int not null default 3 check (max_attempts between 1 and 20),
  retry_minutes jsonb not null default '{"no_answer":240,"busy":20,"voicemail":1440,"failed":15,"abandoned":1440,"declined":2880}',
  script text not null default '',
  -- the audience, as asked for: {"creditor_id":…} | {"import_id":…} | {"account_ids":[…]} | {}
  audience jsonb not null default '{}',
  -- when: at once on start, at a time, or on a cron window
  starts_at timestamptz,
  ends_at timestamptz,
  cron text,
  timezone text not null default 'America/New_York',
  window_minutes int check (window_minutes between 1 and 1440),
  planned int,                 -- people on the list once it is fixed; null before
  created_by text not null,
  created_at timestamptz not null default wib_now(),
  started_at timestamptz,
  ended_at timestamptz,
  constraint campaigns_pause_has_reason check ((state = 'paused') = (pause_reason is not null)),
  constraint campaigns_end_is_final check ((state in ('completed', 'stopped')) = (ended_at is not null))
);
create index campaigns_org on campaigns (org_id, id desc);
create index campaigns_at_work on campaigns (state) where state in ('running', 'paused', 'draining');
select wib_protect('campaigns');

create type recipient_state as enum ('queued', 'claimed', 'retry_wait', 'done', 'failed', 'suppressed', 'skipped');

-- One person on one campaign's list: what the campaign works through, on every channel.
create table recipients (
  id uuid primary key,
  org_id uuid not null references organizations,
  campaign_id uuid not null references campaigns,
  account_id uuid not null references collection_accounts,
  consumer_id uuid not null references consumers,
  state recipient_state not null default 'queued',
  position int not null,
  attempts_used int not null default 0, -- dials that reached the carrier
  attempt_no int not null default 0,    -- the last number given out, refusals included; never reused
  max_attempts int not null,
  call_id uuid,                -- the attempt that holds it, exactly while claimed
  next_at timestamptz,         -- exactly while it waits for a retry
  outcome text,                -- what it came to, exactly when final: a disposition or a reason code
  explanation text,            -- the same in a sentence, and the reason of the last wait
  version int not null default 0,
  updated_at timestamptz not null default wib_now(),
  constraint recipients_once_per_campaign unique (campaign_id, account_id),
  constraint recipients_claim_has_call check ((state = 'claimed') = (call_id is not null)),
  constraint recipients_wait_has_time check ((state = 'retry_wait') = (next_at is not null)),
  constraint recipients_final_is_explained check ((state in ('done', 'failed', 'suppressed', 'skipped')) = (outcome is not null))
) with (fillfactor = 85);
create index recipients_next on recipients (campaign_id, position) where state = 'queued';
create index recipients_state on recipients (campaign_id, state, id);
create index recipients_account on recipients (account_id);
select wib_protect('recipients');

-- ── calls ───────────────────────────────────────────────────────────────────────────────────────────────────

create type call_state as enum ('intent', 'dialing', 'ringing', 'answered', 'bridged', 'ended', 'failed', 'skipped', 'cancelled', 'unknown_closed');

create table compliance_decisions (
  id uuid primary key,
  org_id uuid not null references organizations,
  account_id uuid not null references collection_accounts,
  consumer_id uuid not null references consumers,
  channel text not null check (channel in ('call', 'sms', 'email')),
  to_addr text not null,
  allowed boolean not null,
  reasons jsonb not null default '[]',  -- [{code, sentence, citation}], in the order they are tested
  earliest_next timestamptz,
  rules_version text not null,
  inputs jsonb not null,
  decided_at timestamptz not null
);
create index compliance_decisions_account on compliance_decisions (account_id, decided_at desc);
select wib_protect('compliance_decisions', true);

-- One attempt to reach one person by voice. The id is also the carrier's command id and travels in client_state.
create table calls (
  id uuid primary key,
  org_id uuid not null references organizations,
  campaign_id uuid references campaigns,
  recipient_id uuid references recipients,
  attempt_no int not null default 1,
  account_id uuid not null references collection_accounts,
  consumer_id uuid not null references consumers,
  debt_group_id uuid not null,
  to_addr text not null,
  from_addr text not null default '',
  zones text[] not null default '{}',
  state call_state not null,
  outcome text not null default 'known' check (outcome in ('known', 'unknown')),
  decision_id uuid references compliance_decisions,
  intent_at timestamptz not null,
  call_control_id text constraint calls_call_control_id_key unique,
  call_leg_id text,
  call_session_id text,
  answered_at timestamptz,
  amd_result text,
  greeting_end_at timestamptz,
  agent_id uuid,
  join_asked_at timestamptz,
  verdict_heard_at timestamptz, -- real time: when the webhook that decided came in
  connect_ms int,              -- real time from there to the join request
  bridged_at timestamptz,
  ended_at timestamptz,
  result text,                 -- how it ended, in our words: connected, no_answer, busy, voicemail, …
  hangup_cause text,
  hangup_source text,
  sip_code text,
  failure text,                -- the carrier's code when it refused the dial
  disposition text,
  disposition_by text,         -- 'system' until an agent says otherwise
  note text,
  abandoned boolean not null default false,
  last_event_at timestamptz,
  checked_at timestamptz,      -- when the carrier was last asked about it
  version int not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  constraint calls_attempt_once unique (recipient_id, attempt_no),
  constraint calls_end_is_final check ((state in ('ended', 'failed', 'skipped', 'cancelled', 'unknown_closed')) = (ended_at is not null)),
  constraint calls_final_has_result check (ended_at is null or result is not null),
  constraint calls_bridged_has_agent check (state <> 'bridged' or agent_id is not null)
);
-- one live call per number, one per agent (INVARIANTS V1, V7)
create unique index calls_live_number on calls (org_id, to_addr) where state in ('intent', 'dialing', 'ringing', 'answered', 'bridged');
create unique index calls_live_agent on calls (agent_id) where state in ('answered', 'bridged');
create index calls_live on calls (campaign_id) where state in ('intent', 'dialing', 'ringing', 'answered', 'bridged');
create index calls_campaign on calls (campaign_id, id desc);
create index calls_account on calls (account_id, intent_at desc);
create index calls_recipient on calls (recipient_id);
create index calls_agent on calls (agent_id, bridged_at) where bridged_at is not null;
create index calls_leg on calls (call_leg_id) where call_leg_id is not null;
select wib_protect('calls');

create table dispositions (
  org_id uuid not null references organizations,
  code text not null,
  label text not null,
  position smallint not null,
  -- what follows: 'done' ends the recipient's work, 'retry' tries again, 'suppress' also stops calls to the number
  effect text not null default 'done' check (effect in ('done', 'retry', 'suppress')),
  right_party boolean not null default false,
  primary key (org_id, code)
);
select wib_protect('dispositions');

create table recordings (
  id uuid primary key,
  org_id uuid not null references organizations,
  call_id uuid not null constraint recordings_call_key unique references calls,
  state text not null default 'recording' check (state in ('recording', 'saved', 'failed')),
  provider_id text,
  started_at timestamptz not null,
  ended_at timestamptz,
  blob_id uuid references blobs,
  retained_until timestamptz,
  legal_hold boolean not null default false
);
select wib_protect('recordings');

create table transcripts (
  org_id uuid not null references organizations,
  call_id uuid not null references calls,
  seq int not null,
  speaker text not null,
  text text not null,
  confidence real,
  at timestamptz not null,
  primary key (call_id, seq)
);
select wib_protect('transcripts', true);

create table callbacks (
  id uuid primary key,
  org_id uuid not null references organizations,
  account_id uuid not null references collection_accounts,
  owner uuid references users,
  due_at timestamptz not null,
  done_at timestamptz,
  created_at timestamptz not null default wib_now()
);
select wib_protect('callbacks');

-- ── agents ──────────────────────────────────────────────────────────────────────────────────────────────────

create type agent_state as enum ('offline', 'available', 'reserved', 'on_call', 'wrap_up', 'break');

create table agents (
  id uuid primary key references users,
  org_id uuid not null references organizations,
  name text not null,
  state agent_state not null default 'offline',
  reason text,                 -- why on break, or why offline
  since timestamptz not null default wib_now(),
  call_id uuid references calls,
  next_state agent_state,      -- asked for while busy or while the leg is still being dialed: available, break or offline
  -- where the agent's leg is dialed: a softphone's SIP user, or a phone
  phone text,
  sip_username text,
  credential_id text,
  leg text not null default 'down' check (leg in ('down', 'dialing', 'up')),
  leg_attempt uuid,            -- command id of the leg's dial
  leg_call_control_id text,
  conference_id text,
  last_seen_at timestamptz,    -- real time: a heartbeat
  version int not null default 0,
  constraint agents_busy_has_call check ((state in ('reserved', 'on_call', 'wrap_up')) = (call_id is not null)),
  constraint agents_conference_needs_leg check (conference_id is null or leg = 'up')
) with (fillfactor = 70);
create index agents_org on agents (org_id, state, since);
create unique index agents_leg on agents (leg_call_control_id) where leg_call_control_id is not null;
create unique index agents_conference on agents (conference_id) where conference_id is not null;
select wib_protect('agents');

-- ── what happened ───────────────────────────────────────────────────────────────────────────────────────────

-- Every change of state of every campaign, recipient, call and agent, in order.
create table transitions (
  org_id uuid not null references organizations,
  noun text not null check (noun in ('campaign', 'recipient', 'call', 'agent')),
  id uuid not null,
  seq int not null,            -- the row's version after the change
  from_state text not null,
  to_state text not null,
  event text not null,
  actor text not null,         -- 'user:<id>', 'key:<id>', 'carrier', 'system'
  detail text,                 -- a sentence, never personal data
  at timestamptz not null,
  primary key (noun, id, seq)
);
select wib_protect('transitions', true);

-- What we asked the carrier, and what it said. Written with the outcome; never a body, never a number.
create table provider_requests (
  id bigint generated always as identity primary key,
  org_id uuid not null references organizations,
  run_id uuid not null,        -- the call or agent it was for
  provider text not null,
  command text not null,
  outcome text not null,       -- accepted, refused, rate_limited, already_done, unknown
  code text,
  took_ms int not null,
  at timestamptz not null
);
create index provider_requests_run on provider_requests (run_id, id);
select wib_protect('provider_requests', true);

-- Carriers' webhooks: stored before they are believed, once.
create table webhook_events (
  provider text not null,
  event_id text not null,
  org_id uuid references organizations,  -- known once it is matched
  event_type text not null,
  provider_ref text,
  call_id uuid,
  occurred_at timestamptz not null,
  received_at timestamptz not null default wib_now(),
  processed_at timestamptz,
  outcome text check (outcome in ('applied', 'ignored', 'parked')),
  payload json not null,       -- as it came: jsonb would refuse \u0000 and alter the rest
  primary key (provider, event_id)
);
create index webhook_events_call on webhook_events (call_id) where call_id is not null;
create index webhook_events_parked on webhook_events (provider_ref) where outcome = 'parked';
select wib_protect('webhook_events');

-- What pages and subscribers are told. Replayed by id; pruned after a day.
create table events (
  id bigint generated always as identity primary key,
  org_id uuid not null references organizations,
  topic text not null,         -- 'campaign:<id>', 'agents', 'agent:<id>', 'campaigns', 'jobs', 'account:<id>'
  kind text not null,
  payload jsonb not null,
  at timestamptz not null default clock_timestamp()
);
create index events_org on events (org_id, id);
select wib_protect('events');

create table audit_log (
  id bigint generated always as identity primary key,
  org_id uuid not null references organizations,
  at timestamptz not null,
  actor text not null,
  action text not null,
  subject text not null,
  payload jsonb not null default '{}'
);
create index audit_log_org on audit_log (org_id, id);
select wib_protect('audit_log', true);

-- The chain over the audit log, written by one chainer per organisation, never inside the audited transaction.
create table audit_chain (
  org_id uuid not null references organizations,
  seq bigint not null,
  audit_id bigint not null constraint audit_chain_audit_key unique references audit_log,
  prev_hash bytea not null,
  hash bytea not null,
  primary key (org_id, seq)
);
select wib_protect('audit_chain', true);
create table audit_checkpoints (
  org_id uuid not null references organizations,
  seq bigint not null,
  root bytea not null,
  at timestamptz not null,
  signature bytea not null,
  primary key (org_id, seq)
);
select wib_protect('audit_checkpoints', true);

-- ── pacing ──────────────────────────────────────────────────────────────────────────────────────────────────

-- One pacer per campaign: whoever holds the row, and its fence, may claim.
create table pacer_leases (
  campaign_id uuid primary key references campaigns,
  org_id uuid not null references organizations,
  holder uuid not null,
  fence bigint not null default 1,
  expires_at timestamptz not null,
  waiting_for text             -- what it waits for when it does not dial, in a word; shown in words on the page
);
select wib_protect('pacer_leases');

create table pacing_decisions (
  id bigint generated always as identity primary key,
  org_id uuid not null references organizations,
  campaign_id uuid not null references campaigns,
  at timestamptz not null,
  dial int not null,
  inputs jsonb not null,
  because text not null
);
create index pacing_decisions_campaign on pacing_decisions (campaign_id, id desc);
select wib_protect('pacing_decisions', true);

-- ── messages: both channels, both directions ────────────────────────────────────────────────────────────────

create table templates (
  id uuid primary key,
  org_id uuid not null references organizations,
  channel text not null check (channel in ('sms', 'email')),
  name text not null,
  created_at timestamptz not null default wib_now(),
  constraint templates_name_key unique (org_id, channel, name)
);
select wib_protect('templates');
create table template_versions (
  id uuid primary key,
  org_id uuid not null references organizations,
  template_id uuid not null references templates,
  version int not null,
  subject text not null default '',
  body text not null,
  created_at timestamptz not null default wib_now(),
  constraint template_versions_key unique (template_id, version)
);
select wib_protect('template_versions', true);
create table threads (
  id uuid primary key,
  org_id uuid not null references organizations,
  consumer_id uuid not null references consumers,
  channel text not null check (channel in ('sms', 'email')),
  our_address text not null,
  their_address text not null,
  unread int not null default 0,
  assigned_to uuid references users,
  closed_at timestamptz,
  updated_at timestamptz not null default wib_now(),
  constraint threads_pair_key unique (org_id, channel, our_address, their_address)
);
select wib_protect('threads');
create table email_logs (
  id uuid primary key,
  org_id uuid not null references organizations,
  thread_id uuid not null references threads,
  type text not null check (type in ('sms', 'email')),
  direction text not null check (direction in ('outbound', 'inbound')),
  campaign_id uuid references campaigns,
  recipient_id uuid references recipients,
  attempt_no int not null default 1,
  account_id uuid references collection_accounts,
  template_version_id uuid references template_versions,
  decision_id uuid references compliance_decisions,
  provider_id text,
  state text not null check (state in ('queued', 'sent', 'delivered', 'failed', 'bounced', 'opened', 'clicked', 'complained', 'received')),
  subject text not null default '',
  body text not null,
  error text,
  created_at timestamptz not null default wib_now(),
  constraint email_logs_provider_key unique (provider_id),
  constraint email_logs_attempt_once unique (recipient_id, attempt_no)
);
create index email_logs_account on email_logs (account_id, created_at desc);
create index email_logs_thread on email_logs (thread_id, created_at);
select wib_protect('email_logs');
