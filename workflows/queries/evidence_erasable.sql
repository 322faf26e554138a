-- Accounts whose last activity is longer ago than their organisation keeps what was said, and that still have some of it.
-- 12 CFR 1006.100(a): three years after the last collection activity. A hold of the account or of its person keeps it.
select a.id as "id: AccountId", a.org_id as "org: OrgId"
from collection_accounts a join organizations o on o.id = a.org_id
where a.updated_at < wib_now() - make_interval(years => o.retention_years)
  and not exists (select from calls c where c.account_id = a.id and c.intent_at >= wib_now() - make_interval(years => o.retention_years))
  and not exists (select from messages m where m.account_id = a.id and m.created_at >= wib_now() - make_interval(years => o.retention_years))
  and not exists (select from legal_holds h where h.lifted_at is null and (h.account_id = a.id or h.consumer_id = a.consumer_id))
  and (exists (select from messages m where m.account_id = a.id and m.erased_at is null)
    or exists (select from calls c left join recordings r on r.call_id = c.id left join transcriptions t on t.call_id = c.id
      where c.account_id = a.id and (r.state = 'stored' or t.state in ('done', 'failed'))
        and not coalesce(r.legal_hold or r.retained_until > wib_now(), false)))
order by a.id limit $1
