-- Evidence: exports that prove what was done, holds that keep it, and how long the rest is kept.
select wib_as_owner();

create type export_state as enum ('queued', 'running', 'ready', 'failed');

-- One ZIP: of an account, of a campaign, or of everything in a period.
create table evidence_exports (
  id uuid primary key,
  org_id uuid not null references organizations,
  account_id uuid references collection_accounts,
  campaign_id uuid references campaigns,
  from_at timestamptz,
  to_at timestamptz,           -- not this moment any more
  state export_state not null default 'queued',
  contacts bigint not null,    -- what was in scope when it was asked for
  done int not null default 0, -- files written
  total int not null default 0,
  blob_id uuid references blobs,
  failure text,                -- why it failed, in a sentence
  requested_by text not null,
  requested_at timestamptz not null default wib_now(),
  finished_at timestamptz,
  expires_at timestamptz,      -- the file is gone then; the row stays
  constraint evidence_exports_one_scope check (num_nonnulls(account_id, campaign_id, from_at) = 1),
  constraint evidence_exports_period check ((from_at is null) = (to_at is null) and (from_at is null or from_at < to_at)),
  constraint evidence_exports_end check ((state in ('ready', 'failed')) = (finished_at is not null))
);
create index evidence_exports_listed on evidence_exports (org_id, id desc);
create index evidence_exports_expiring on evidence_exports (expires_at) where blob_id is not null;
select wib_protect('evidence_exports');

-- While a hold stands nothing of the account, or of the person, is deleted. Lifted, never deleted.
create table legal_holds (
  id uuid primary key,
  org_id uuid not null references organizations,
  account_id uuid references collection_accounts,
  consumer_id uuid references consumers,
  reason text not null check (length(reason) between 1 and 1000),
  placed_by text not null,
  placed_at timestamptz not null default wib_now(),
  lifted_at timestamptz,
  lifted_by text,
  lifted_reason text,
  constraint legal_holds_one_scope check (num_nonnulls(account_id, consumer_id) = 1),
  constraint legal_holds_lift_is_said check (num_nonnulls(lifted_at, lifted_by, lifted_reason) in (0, 3))
);
create unique index legal_holds_account on legal_holds (account_id) where lifted_at is null and account_id is not null;
create unique index legal_holds_consumer on legal_holds (consumer_id) where lifted_at is null and consumer_id is not null;
select wib_protect('legal_holds');
do $$ begin
  if (select isolation from installation) = 'roles' then
    revoke delete on legal_holds from wib_app, wib_system;
  end if;
end $$;

-- 12 CFR 1006.100: records are kept until three years after the last collection activity.
alter table organizations add column retention_years smallint not null default 3 check (retention_years in (3, 7));
-- When what was said was deleted; that it was said, and why it might be, stays.
alter table messages add column erased_at timestamptz;
