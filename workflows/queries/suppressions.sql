-- The suppressions of some kinds, newest first: the newest of each kind, then the newest of those.
select s.id as "id: EntryId", s.kind as "kind: Kind", s.channel as "channel: Channel", s.value,
  s.consumer_id as "consumer_id: ConsumerId", s.debt_group_id,
  (select min(a.id::text)::uuid from collection_accounts a where a.org_id = s.org_id and (a.consumer_id = s.consumer_id or a.debt_group_id = s.debt_group_id)) as "account: AccountId",
  s.source, s.reason, s.evidence_ref, s.added_by,
  coalesce((select u.name from users u where s.added_by = 'user:' || u.id), (select k.name from api_keys k where s.added_by = 'key:' || k.id),
    s.added_by) as "by!",
  s.created_at, s.effective_at, s.expires_at, s.lifted_at, s.lifted_by, s.lifted_reason,
  (s.lifted_at is null and s.effective_at <= wib_now() and (s.expires_at is null or s.expires_at > wib_now())) as "in_effect!"
from unnest($2::text[]) as asked (kind) cross join lateral (
  select * from suppressions
  where org_id = $1 and kind = asked.kind collate "POSIX" and ($3::text is null or channel = $3)
    and ($4::bool is null or $4 = (lifted_at is null and effective_at <= wib_now() and (expires_at is null or expires_at > wib_now())))
    and ($5::timestamptz is null or (created_at, id) < ($5, $6::uuid))
  order by created_at desc, id desc limit $7
) s
order by s.created_at desc, s.id desc limit $7
