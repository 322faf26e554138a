-- What the ledgers hold about an account, its person and their numbers and addresses.
with about as (
  select a.consumer_id, a.debt_group_id from collection_accounts a where a.org_id = $1 and a.id = $2
)
select entry.id as "id!: EntryId", ledger as "ledger!", kind as "kind!", channel, scope as "scope!", about, granted,
  since as "since!", until, lifted_at, lifted_reason,
  (lifted_at is null and since <= wib_now() and (until is null or until > wib_now())) as "holds!",
  source as "source!", reason as "reason!", evidence_ref,
  coalesce((select u.name from users u where added_by = 'user:' || u.id), (select k.name from api_keys k where added_by = 'key:' || k.id), added_by) as "by!"
from (
  select f.id, 'flag' as ledger, f.kind, null as channel, 'person' as scope, null as about, null::boolean as granted,
    f.effective_at as since, null::timestamptz as until, f.lifted_at, f.lifted_reason, f.source, f.reason, f.evidence_ref, f.added_by
  from about join consumer_flags f on f.consumer_id = about.consumer_id
  union all
  select d.id, 'dispute', 'dispute', null, 'debt', null, null, d.opened_at, null, coalesce(d.verified_at, d.lifted_at),
    d.lifted_reason, d.source, d.reason, d.evidence_ref, d.added_by
  from disputes d where d.account_id = $2
  union all
  select s.id, 'suppression', s.kind, s.channel, s.scope, s.value, null, s.effective_at, s.expires_at, s.lifted_at,
    s.lifted_reason, s.source, s.reason, s.evidence_ref, s.added_by
  from about cross join lateral (
    select 'person' as scope, s.* from suppressions s where s.consumer_id = about.consumer_id
    union all
    select 'debt', s.* from suppressions s where s.org_id = $1 and s.debt_group_id = about.debt_group_id
    union all
    select 'address', s.* from (
      select p.e164 as value from phones p where p.consumer_id = about.consumer_id
      union select e.address from email_addresses e where e.consumer_id = about.consumer_id
    ) known join suppressions s on s.org_id = $1 and s.value = known.value
  ) s
  union all
  (select distinct on (c.kind) c.id, 'consent', c.kind, null, 'person', c.scope, c.granted, c.at, c.expires_at, null,
    null, c.source, c.reason, c.evidence_ref, c.added_by
  from about join consents c on c.consumer_id = about.consumer_id
  where c.at <= wib_now() order by c.kind, c.at desc, c.id desc)
  union all
  select p.id, 'preference', '', p.channel, 'person',
    coalesce(nullif(array_to_string(p.days, ' '), ''), 'every day') || ', ' || left(p.from_time::text, 5) || ' to ' || left(p.to_time::text, 5)
      || coalesce(', ' || p.place, ''),
    null, p.created_at, null, p.lifted_at, p.lifted_reason, p.source, p.reason, p.evidence_ref, p.added_by
  from about join contact_preferences p on p.consumer_id = about.consumer_id
) entry
order by 12 desc, since desc, entry.id
