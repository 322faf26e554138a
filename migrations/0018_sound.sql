-- What was said on a call: its sound, fetched from the carrier and kept by its content's hash, and its words, line by line.
select wib_as_owner();

-- Fetching is slow, large and waited for by nobody: it shares no slots with anything else.
insert into queues (name) values ('media') on conflict do nothing;

-- asked → recording → saved (whole at the carrier) → stored (here) → erased; or failed, for a reason that is kept.
alter table recordings drop constraint recordings_state_check;
alter table recordings
  add constraint recordings_state_check check (state in ('asked', 'recording', 'saved', 'stored', 'failed', 'erased')),
  add column version int not null default 0,
  add column link text,              -- where the carrier has it; whoever has the link has the conversation
  add column link_until timestamptz, -- by the carrier's clock: ten minutes
  add column failure text,
  add column stored_at timestamptz,
  add constraint recordings_stored_is_here check ((state = 'stored') = (blob_id is not null)),
  add constraint recordings_link_ends check (num_nonnulls(link, link_until) in (0, 2));
create index recordings_unfinished on recordings (call_id) where state in ('asked', 'recording', 'saved');
create index recordings_blob on recordings (blob_id) where blob_id is not null;

-- The same sound is the same file, once an organisation.
create unique index blobs_same_sound on blobs (org_id, sha256) where media_type like 'audio/%';

alter table transitions drop constraint transitions_noun_check;
alter table transitions add constraint transitions_noun_check
  check (noun in ('campaign', 'recipient', 'call', 'agent', 'message', 'recording', 'transcript'));

-- That the carrier was asked to write down a call: asked → running → done → erased; or failed. The lines are transcripts.
create table transcriptions (
  id uuid primary key,
  org_id uuid not null references organizations,
  call_id uuid not null constraint transcriptions_call_key unique references calls,
  state text not null default 'asked' check (state in ('asked', 'running', 'done', 'failed', 'erased')),
  version int not null default 0,
  failure text,
  asked_at timestamptz not null,
  ended_at timestamptz,
  constraint transcriptions_end check ((state in ('done', 'failed', 'erased')) = (ended_at is not null))
);
select wib_protect('transcriptions');

-- A line is the carrier's event, and is written down once. Retention takes lines away, nothing else does.
alter table transcripts add column event_id text;
create unique index transcripts_event on transcripts (call_id, event_id) where event_id is not null;
do $$ begin
  if (select isolation from installation) = 'roles' then
    grant delete on transcripts to wib_app, wib_system;
  end if;
end $$;

-- Who listens to what since when: a player asks for many pieces of one sound, and that is one listening.
create table listenings (
  org_id uuid not null references organizations,
  recording_id uuid not null references recordings,
  actor text not null,
  began_at timestamptz not null, -- real time, as the player runs in
  last_at timestamptz not null,
  primary key (recording_id, actor)
);
select wib_protect('listenings');
