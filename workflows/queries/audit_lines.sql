-- An organisation's audit lines, newest first, along (org_id, id) or, of one thing, along (org_id, subject, id).
-- $1 organisation, $2 before id, $3 limit, then filters: $4 actor, $5 action, $6 subject, $7 from, $8 to
select a.id, a.at, a.actor, coalesce(u.name, k.name) as "actor_name?", a.action, a.subject, a.payload,
  c.seq as "seq?", c.hash as "hash?"
from (
  select l.* from audit_log l
  where l.org_id = $1 and l.id < $2
    and ($4::text is null or l.actor = $4 or l.actor in (
      select 'user:' || p.id from users p where p.org_id = $1 and (p.email = lower($4) or lower(p.name) = lower($4))))
    and ($5::text is null or l.action = $5 or starts_with(l.action, $5 || '.'))
    and ($6::text is null or l.subject = $6)
    and ($7::timestamptz is null or l.at >= $7)
    and ($8::timestamptz is null or l.at < $8)
  order by l.id desc
  limit $3
) a
left join audit_chain c on c.audit_id = a.id
left join users u on u.org_id = $1 and 'user:' || u.id = a.actor
left join api_keys k on k.org_id = $1 and 'key:' || k.id = a.actor
order by a.id desc
