-- Accounts by id, with the person, the newest valid address, and every number and e-mail address.
select a.id as "id: AccountId",
       a.number as account_number,
       a.status as "status: Status",
       a.balance_cents,
       a.creditor_id as "creditor_id: CreditorId",
       k.name as creditor,
       a.consumer_id as "consumer_id: ConsumerId",
       c.first_name,
       c.last_name,
       c.language,
       c.tz_confirmed as "confirmed_timezone",
       coalesce(d.line1, '') as "address!",
       coalesce(d.city, '') as "city!",
       coalesce(d.state, '') as "state!",
       coalesce(d.zip, '') as "zip!",
       coalesce((
         select jsonb_agg(jsonb_build_object(
                  'number', p.e164,
                  'place', p.place,
                  'status', p.status,
                  'suppressed', (
                    select s.kind from suppressions s
                    where s.org_id = a.org_id and s.value = p.e164 and s.channel in ('call', 'all')
                      and s.lifted_at is null and s.effective_at <= wib_now()
                      and (s.expires_at is null or s.expires_at > wib_now())
                    order by s.effective_at limit 1
                  )) order by p.position, p.id)
         from phones p where p.consumer_id = c.id
       ), '[]') as "phones!: Json<Vec<Phone>>",
       coalesce((
         select array_agg(e.address order by e.id) from email_addresses e where e.consumer_id = c.id
       ), '{}') as "emails!",
       a.created_at,
       a.updated_at
from collection_accounts a
join consumers c on c.id = a.consumer_id
join creditors k on k.id = a.creditor_id
left join lateral (
  select line1, city, state, zip from addresses
  where consumer_id = c.id and valid_to is null order by valid_from desc limit 1
) d on true
where a.org_id = $1 and a.id = any($2)
order by a.id desc
