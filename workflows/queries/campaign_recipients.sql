-- A page of the list of campaign $1, in its order, each person with the latest attempt.
select r.id as "id: RecipientId", r.account_id as "account: AccountId", a.number as account_number,
  c.first_name || ' ' || c.last_name as "name!", r.position, r.state as "state: State", r.attempts_used, r.next_at,
  r.outcome, r.explanation, r.updated_at as at, t.id as "attempt?", t.message as "message: message::State", t.code as "code?",
  coalesce(t.address, r.to_key, case when k.type = 'voice' then (
    select p.e164 from phones p where p.consumer_id = r.consumer_id and p.status = 'ok' order by p.position, p.id limit 1
  ) end) as address
from recipients r
join campaigns k on k.id = r.campaign_id
join collection_accounts a on a.id = r.account_id
join consumers c on c.id = r.consumer_id
left join lateral (
  (select x.id, x.to_addr as address, null::message_state as message, x.failure as code
   from calls x where x.recipient_id = r.id order by x.attempt_no desc limit 1)
  union all
  (select m.id, m.their_addr, m.state, m.error
   from messages m where m.recipient_id = r.id order by m.attempt_no desc limit 1)
) t on true
where r.campaign_id = $1 and ($2::recipient_state is null or r.state = $2) and r.position > $3
order by r.position limit $4
