-- Messages: texts and e-mails, both directions, one table; campaigns that send them; threads that hold the answers.
select wib_as_owner();

-- ── what is sent, and by whom ───────────────────────────────────────────────────────────────────────────────

alter table campaigns
  add column template_version_id uuid references template_versions, -- pinned: an edit never changes what was promised
  add column sender text,              -- who an e-mail is from, as it is shown: "Acme Recovery <help@acme.example>"
  add column rate_per_minute int constraint campaigns_rate_positive check (rate_per_minute between 1 and 60000);

-- What a person is reached under by this campaign, so that two accounts of one person get one message (INVARIANTS M2).
alter table recipients add column to_key text;
create unique index recipients_once_per_address on recipients (campaign_id, to_key) where to_key is not null;

-- A landline takes calls and no texts; an address that bounced for good takes nothing.
alter table phones add column textable boolean not null default true;
alter table email_addresses add column status text not null default 'ok' check (status in ('ok', 'invalid'));

-- Who e-mails are from unless a campaign says otherwise.
alter table organizations add column email_from text;

-- ── messages ────────────────────────────────────────────────────────────────────────────────────────────────

-- E-mails that go in one request. What is sent is written down before, byte for byte: it is sent again as it was.
create table message_batches (
  id uuid primary key,         -- also the Idempotency-Key
  org_id uuid not null references organizations,
  campaign_id uuid references campaigns,
  members uuid[] not null,     -- the messages, in the order of the body; before the body: the recipients
  body bytea,
  intent_at timestamptz,       -- exactly when there is a body
  settled_at timestamptz,
  created_at timestamptz not null default wib_now(),
  constraint message_batches_intent_has_body check ((body is null) = (intent_at is null))
);
select wib_protect('message_batches');

create type message_state as enum ('queued', 'sent', 'delivered', 'opened', 'clicked', 'failed', 'bounced', 'complained',
  'skipped', 'cancelled', 'unknown_closed', 'received');

drop table email_logs;
-- One attempt to reach one person in writing, or what somebody wrote to us. The id is also the provider's idempotency
-- key, and travels with the message.
create table messages (
  id uuid primary key,
  org_id uuid not null references organizations,
  channel text not null check (channel in ('sms', 'email')),
  direction text not null check (direction in ('outbound', 'inbound')),
  campaign_id uuid references campaigns,
  recipient_id uuid references recipients,
  attempt_no int not null default 1,
  account_id uuid references collection_accounts,
  consumer_id uuid references consumers,
  batch_id uuid references message_batches,
  template_version_id uuid references template_versions,
  author uuid references users, -- the person who wrote it, where it was one
  our_addr text not null,
  their_addr text not null,
  zones text[] not null default '{}',
  state message_state not null,
  outcome text not null default 'known' check (outcome in ('known', 'unknown')),
  decision_id uuid references compliance_decisions,
  subject text not null default '',
  body text not null,
  html text,
  segments smallint,
  unsubscribe_token text constraint messages_unsubscribe_key unique,
  provider_id text constraint messages_provider_key unique,
  error text,                  -- the provider's code
  intent_at timestamptz,       -- exactly when it was decided to send it; null while it waits to be
  sent_at timestamptz,
  delivered_at timestamptz,
  confirmed boolean,           -- false: the carrier took it and cannot say whether it arrived
  opened_at timestamptz,
  clicked_at timestamptz,
  ended_at timestamptz,        -- delivered or not: what follows changes nothing for the recipient
  last_event_at timestamptz,
  checked_at timestamptz,
  version int not null default 0,
  created_at timestamptz not null default wib_now(),
  constraint messages_attempt_once unique (recipient_id, attempt_no),
  constraint messages_end_is_known check ((state in ('queued', 'sent')) = (ended_at is null))
) with (fillfactor = 85);
create index messages_campaign on messages (campaign_id, id desc) where campaign_id is not null;
create index messages_account on messages (account_id, created_at desc);
create index messages_pair on messages (org_id, their_addr, channel, created_at);
create index messages_open on messages (created_at) where state in ('queued', 'sent');
create index messages_batch on messages (batch_id) where batch_id is not null;
select wib_protect('messages');

-- The name that stays stable.
create view email_logs with (security_invoker) as
select id, org_id, channel as type, direction, campaign_id, recipient_id, account_id, template_version_id, provider_id,
  state::text as state, subject, body, error, created_at
from messages;
do $$ begin
  if (select isolation from installation) = 'roles' then
    grant select on email_logs to wib_app, wib_system, wib_operator;
  end if;
end $$;

alter table threads
  add column account_id uuid references collection_accounts,
  add column seen_at timestamptz;
create index threads_recent on threads (org_id, updated_at desc);
create index threads_consumer on threads (consumer_id);

-- ── what happened ───────────────────────────────────────────────────────────────────────────────────────────

alter table transitions drop constraint transitions_noun_check;
alter table transitions add constraint transitions_noun_check
  check (noun in ('campaign', 'recipient', 'call', 'agent', 'message'));

alter table webhook_events add column message_id uuid;
create index webhook_events_message on webhook_events (message_id) where message_id is not null;

-- ── work ────────────────────────────────────────────────────────────────────────────────────────────────────

insert into queues (name) values ('send') on conflict do nothing;
-- What the providers allow an account (telnyx FACTS §4, §6): texts a second, e-mail requests a second.
insert into throttles (key, permits) values ('sms:telnyx', 50), ('email:resend', 5) on conflict do nothing;

-- ── auditors' views ─────────────────────────────────────────────────────────────────────────────────────────

-- A message's state in the words of an attempt: opened after delivered, or bounced, is one ending.
create function facts.attempt_state(_message text) returns text language sql immutable as $$
  select case _message when '' then '' when 'queued' then 'intent' when 'sent' then 'dialing'
    when 'failed' then 'failed' when 'skipped' then 'skipped' when 'cancelled' then 'cancelled'
    when 'unknown_closed' then 'unknown_closed' else 'ended' end
$$;

create or replace view facts.attempts with (security_invoker) as
select c.id as attempt_id, c.org_id, c.campaign_id, c.recipient_id as item_id, c.attempt_no, 'voice'::text as channel,
       c.account_id, c.debt_group_id as debt_id, c.consumer_id as person_id, c.to_addr, c.zones as tz,
       c.state::text as state, c.decision_id as compliance_id, c.intent_at, c.call_control_id as provider_ref,
       c.id::text as command_id, c.answered_at, c.greeting_end_at, c.amd_result as answered_by, c.bridged_at, c.ended_at,
       c.hangup_cause, coalesce(c.disposition, c.result) as disposition, c.abandoned, c.outcome, c.agent_id,
       c.last_event_at, 1::bigint as fence
from calls c
union all
select m.id, m.org_id, m.campaign_id, m.recipient_id, m.attempt_no, m.channel, m.account_id, a.debt_group_id, m.consumer_id,
       m.their_addr, m.zones,
       facts.attempt_state(m.state::text),
       m.decision_id, m.intent_at, m.provider_id, m.id::text, null, null, null, null, m.ended_at, m.error, m.state::text,
       false, m.outcome, null, m.last_event_at, 1::bigint
from messages m left join collection_accounts a on a.id = m.account_id
where m.direction = 'outbound' and (m.intent_at is not null or m.state = 'skipped');

create or replace view facts.transitions with (security_invoker) as
select t.id as attempt_id, t.seq, case t.noun when 'call' then t.from_state else facts.attempt_state(t.from_state) end as from_state,
       case t.noun when 'call' then t.to_state else facts.attempt_state(t.to_state) end as to_state, t.at, 1::bigint as fence
from transitions t where t.noun in ('call', 'message');

create or replace view facts.campaign_stats with (security_invoker) as
select k.org_id, k.id as campaign_id, (c.answered)::int as answered, (c.abandoned)::int as abandoned,
       (c.sent + m.sent)::int as sent, (c.failed + m.failed)::int as failed
from campaigns k
cross join lateral (
  select count(*) filter (where c.answered_at is not null and c.amd_result is distinct from 'machine') as answered,
         count(*) filter (where c.abandoned) as abandoned,
         count(*) filter (where c.state not in ('intent', 'skipped', 'cancelled')) as sent,
         count(*) filter (where c.state = 'failed' or c.result = 'failed') as failed
  from calls c where c.campaign_id = k.id
) c
cross join lateral (
  select count(*) filter (where m.state not in ('queued', 'skipped', 'cancelled')) as sent,
         count(*) filter (where m.state in ('failed', 'bounced')) as failed
  from messages m where m.campaign_id = k.id and m.direction = 'outbound'
) m;
