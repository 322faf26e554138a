//! INVARIANTS, asked of the `facts` views as an auditor would: from outside, with the owner's eyes. The journeys call
//! [`hold`] at their end.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;
use workflows::{audit, db::Db, hub::Hub};

use crate::support::{self, Books, TestApp};

/// What must find nothing: the invariant, and the query that lists what breaks it.
const NEVER: &[(&str, &str)] = &[
    (
        "V1: one live call per number",
        "select a.attempt_id::text from facts.attempts a join facts.attempts b
           on a.org_id = b.org_id and a.to_addr = b.to_addr and a.attempt_id < b.attempt_id
         where a.state not in ('skipped', 'cancelled') and b.state not in ('skipped', 'cancelled')
           and a.channel = 'voice' and b.channel = 'voice'
           and tstzrange(a.intent_at, greatest(a.intent_at, a.ended_at)) && tstzrange(b.intent_at, greatest(b.intent_at, b.ended_at))",
    ),
    (
        "M1: one message arrives per recipient",
        "select item_id::text from facts.attempts where channel <> 'voice' and state = 'ended' and item_id is not null
         group by item_id having count(*) > 1",
    ),
    (
        "M2: one message per address of a campaign",
        "select campaign_id::text || ' ' || channel from facts.attempts where channel <> 'voice' and state = 'ended' and campaign_id is not null
         group by campaign_id, channel, to_addr having count(*) > 1",
    ),
    (
        "M4: a text of unknown outcome is never sent again",
        "select a.attempt_id::text from facts.attempts a join facts.attempts b on b.item_id = a.item_id and b.attempt_no > a.attempt_no
         where a.channel = 'sms' and a.state = 'unknown_closed'",
    ),
    (
        "V2: one attempt per item, number of attempt and channel",
        "select item_id::text from facts.attempts where item_id is not null group by item_id, attempt_no, channel having count(*) > 1",
    ),
    (
        "V5: nothing stays live",
        "select attempt_id::text || ' ' || state from facts.attempts where ended_at is null",
    ),
    (
        "V6: a final state is never left, and nothing goes backwards",
        "with ranked as (
           select t.attempt_id, t.seq, t.from_state, t.to_state,
                  array_position(array['intent', 'dialing', 'ringing', 'answered', 'bridged'], t.from_state) as before,
                  coalesce(array_position(array['intent', 'dialing', 'ringing', 'answered', 'bridged'], t.to_state), 9) as after
           from facts.transitions t where t.from_state <> '')
         select attempt_id::text || ': ' || from_state || ' to ' || to_state from ranked
         where (before is null and from_state <> to_state) or after < before",
    ),
    (
        "V6: each change begins where the last one ended",
        "select attempt_id::text || ' #' || seq from (
           select attempt_id, seq, from_state, lag(to_state) over (partition by attempt_id order by seq) as was from facts.transitions) t
         where was is not null and was <> from_state",
    ),
    (
        "V7: one call per agent",
        "select a.attempt_id::text from facts.attempts a join facts.attempts b on a.agent_id = b.agent_id and a.attempt_id < b.attempt_id
         where a.bridged_at is not null and b.bridged_at is not null
           and tstzrange(a.bridged_at, greatest(a.bridged_at, a.ended_at)) && tstzrange(b.bridged_at, greatest(b.bridged_at, b.ended_at))",
    ),
    (
        "V8: agent and call agree",
        "select g.agent_id::text || ' ' || g.state from facts.agents g left join facts.attempts a on a.attempt_id = g.attempt_id
         where (g.state = 'on_call' and (a.state is distinct from 'bridged' or a.agent_id is distinct from g.agent_id))
            or (g.state = 'reserved' and a.ended_at is not null)
         union all
         select a.attempt_id::text from facts.attempts a left join facts.agents g on g.agent_id = a.agent_id
         where a.state = 'bridged' and (g.state is distinct from 'on_call' or g.attempt_id is distinct from a.attempt_id)",
    ),
    (
        "V9: joined within two seconds of the greeting's end, or abandoned",
        "select attempt_id::text || ' ' || coalesce(bridged_at, ended_at) - greeting_end_at from facts.attempts
         where answered_by in ('human', 'not_sure') and not abandoned
           and coalesce(bridged_at, ended_at) - greeting_end_at > interval '2 seconds'",
    ),
    (
        "V9B: what is shown is what is counted",
        "select s.campaign_id::text from facts.campaign_stats s
         where s.abandoned <> (select count(*) from facts.attempts a where a.campaign_id = s.campaign_id and a.abandoned)
            or s.answered <> (select count(*) from facts.attempts a where a.campaign_id = s.campaign_id and a.answered_at is not null
                              and a.answered_by is distinct from 'machine')",
    ),
    (
        "V10: nothing later than two seconds after a suppression of the number or address",
        "select a.attempt_id::text from facts.suppressions s join facts.attempts a on a.org_id = s.org_id and a.to_addr = s.to_addr
         where a.state <> 'skipped' and a.intent_at > s.effective_at + interval '2 seconds'
           and (s.lifted_at is null or a.intent_at < s.lifted_at)
           and (s.channel = 'all' or s.channel = case a.channel when 'voice' then 'call' else a.channel end)
           and not exists (select from suppressions x where x.value = s.to_addr and x.expires_at < a.intent_at)",
    ),
    (
        "V11: never an eighth call about a debt in seven days, by any clock",
        "select a.attempt_id::text from facts.attempts a, unnest(a.tz) as zone
         where a.channel = 'voice' and a.state not in ('skipped', 'cancelled')
           and (select count(*) from calls b
                where b.consumer_id = a.person_id and b.debt_group_id = a.debt_id and b.state not in ('skipped', 'cancelled')
                  and coalesce(b.result, '') not in ('busy', 'invalid_number', 'failed') and b.intent_at < a.intent_at
                  and (b.intent_at at time zone zone)::date > (a.intent_at at time zone zone)::date - 7) >= 7",
    ),
    (
        "V11B: never a call within seven days of a conversation about the debt",
        "select a.attempt_id::text from facts.attempts a, unnest(a.tz) as zone
         where a.channel = 'voice' and a.state not in ('skipped', 'cancelled')
           and exists (select from calls b left join dispositions d on d.org_id = b.org_id and d.code = b.disposition
                where b.consumer_id = a.person_id and b.debt_group_id = a.debt_id and b.result = 'connected'
                  and (b.disposition_by = 'system' or d.right_party) and b.ended_at < a.intent_at
                  and (b.intent_at at time zone zone)::date > (a.intent_at at time zone zone)::date - 7)",
    ),
    (
        "V12: inside hours in every candidate zone",
        "select a.attempt_id::text || ' ' || zone from facts.attempts a, unnest(a.tz) as zone
         where a.state not in ('skipped', 'cancelled')
           and ((a.intent_at at time zone zone)::time < '08:00' or (a.intent_at at time zone zone)::time >= '21:00')
         union all
         select attempt_id::text || ' no zone' from facts.attempts where cardinality(tz) = 0",
    ),
    (
        "V13: an allowing verdict before the intent, a blocking one for what was refused",
        "select a.attempt_id::text || ' ' || a.state from facts.attempts a left join facts.compliance c on c.compliance_id = a.compliance_id
         where c.verdict is distinct from case when a.state = 'skipped' then 'block' else 'allow' end or c.decided_at > a.intent_at",
    ),
    (
        "V14: no dial later than a second after a pause",
        "select a.attempt_id::text from facts.campaign_events p join facts.attempts a on a.campaign_id = p.campaign_id
         where p.kind in ('pause', 'stop') and a.state <> 'skipped' and a.intent_at > p.at + interval '1 second'
           and not exists (select from facts.campaign_events r where r.campaign_id = p.campaign_id and r.kind = 'resume'
                           and r.at between p.at and a.intent_at)",
    ),
    (
        "V15: everybody on a list that is over came to an explained end",
        "select i.item_id::text || ' ' || i.state from facts.queue_items i join campaigns k on k.id = i.campaign_id
         where k.state in ('completed', 'stopped') and (i.state not in ('done', 'blocked') or i.final_disposition is null)",
    ),
    (
        "V15B: where people are counted to be is where they are",
        "select c.id::text || ' ' || s.state from campaigns c cross join unnest(enum_range(null::recipient_state)) s(state)
         where coalesce((select sum(n) from (select n from recipient_counts k where k.campaign_id = c.id and k.state = s.state
                 union all select n from recipient_moves m where m.campaign_id = c.id and m.state = s.state) counted), 0)
            <> (select count(*) from recipients r where r.campaign_id = c.id and r.state = s.state)",
    ),
    (
        "J2: no job under a lease that is dead for over 15 s",
        "select job_id || ' ' || kind from facts.jobs where state = 'running' and lease_until < clock_timestamp() - interval '15 seconds'",
    ),
    (
        "J3: no job is stuck",
        "select job_id || ' ' || kind from facts.jobs
         where state = 'pending' and run_at < wib_now() - 60 * coalesce((select speed from sim_clock), 1) * interval '1 second'",
    ),
    (
        "J4: a slot fires once",
        "select schedule_id from facts.cron_ticks group by schedule_id, slot having count(*) > 1",
    ),
    (
        "W1: a webhook is stored once",
        "select event_id from facts.webhook_events group by provider, event_id having count(*) > 1",
    ),
    (
        "W4: a webhook is applied, ignored or parked",
        "select event_id || ' ' || event_type from facts.webhook_events where outcome is null or processed_at is null",
    ),
    (
        "A1: each line holds the hash of the one before",
        "select org_id::text || ' #' || seq from (
           select *, lag(hash) over chain as before, row_number() over chain as n
           from facts.audit where seq is not null window chain as (partition by org_id order by seq)) a
         where seq <> n or prev_hash <> coalesce(before, decode(repeat('00', 32), 'hex')) or hash <> sha256(prev_hash || payload)",
    ),
    (
        "A2: every line is in the chain, or was written a moment ago",
        "select a.id::text || ' ' || a.action from audit_log a
         where not exists (select from audit_chain c where c.audit_id = a.id)
           and not exists (select from audit_unchained u where u.audit_id = a.id and u.since > clock_timestamp() - interval '10 seconds')",
    ),
    (
        "A2: every change of state has its line",
        "select noun || ' ' || id || ' #' || seq from transitions
         except select split_part(action, '.', 1) || ' ' || subject || ' #' || (payload ->> 'seq') from audit_log",
    ),
    (
        "A2: every verdict has its line, and is what it was",
        "select d.id::text from compliance_decisions d
         where not exists (select from audit_log a where a.action = 'decision' and a.subject = d.id::text
                           and a.payload ->> 'sha256' = decision_digest(d))",
    ),
    (
        "A3: a checkpoint signs the hash of its line",
        "select k.org_id::text || ' #' || k.seq from facts.checkpoints k left join facts.audit a using (org_id, seq)
         where a.hash is distinct from k.root or octet_length(k.signature) <> 64",
    ),
    (
        "R1: a stored recording's sound is here, whole, and what its hash says",
        "select r.id::text from recordings r left join blobs b on b.id = r.blob_id
         where r.state = 'stored' and (b.id is null
           or b.sha256 <> sha256((select string_agg(c.data, ''::bytea order by c.seq) from blob_chunks c where c.blob_id = b.id))
           or b.size <> (select sum(length(c.data)) from blob_chunks c where c.blob_id = b.id))",
    ),
    (
        "R2: the same sound is stored once",
        "select encode(sha256, 'hex') from blobs where media_type like 'audio/%' group by org_id, sha256 having count(*) > 1",
    ),
    (
        "R3: a sound belongs to a recording",
        "select b.id::text from blobs b where b.media_type like 'audio/%' and not exists (select from recordings r where r.blob_id = b.id)",
    ),
    (
        "R4: a conversation of a campaign that is over has one recording and one transcript, each at its end",
        "select c.id::text || ' ' || coalesce(r.state, 'no recording') || ' ' || coalesce(t.state, 'no transcript')
         from calls c join campaigns k on k.id = c.campaign_id
         left join recordings r on r.call_id = c.id left join transcriptions t on t.call_id = c.id
         where k.state in ('completed', 'stopped') and c.bridged_at is not null
           and (coalesce(r.state, 'none') not in ('stored', 'failed', 'erased')
             or coalesce(t.state, 'none') not in ('done', 'failed', 'erased'))",
    ),
    (
        "R5: a line of a transcript is the carrier's, and stands there once",
        "select call_id::text || ' ' || event_id from transcripts group by call_id, event_id having count(*) > 1 or event_id is null",
    ),
    (
        "R6: a link to a conversation goes with the need for it",
        "select id::text from recordings where link is not null and state in ('stored', 'failed', 'erased')",
    ),
    (
        "S1: row security, forced, with a policy, on every table of tenants",
        "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
         where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
           and not (c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))",
    ),
    (
        "S2: the application's roles are nobody in particular and own nothing",
        "select rolname::text from pg_roles where rolname in ('wib_app', 'wib_system') and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)
         union all
         select c.relname::text from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname in ('wib_app', 'wib_system')",
    ),
    (
        "S3: views run with the rights of whoever asks",
        "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'v' and n.nspname in ('public', 'facts')
           and not coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on'], false)",
    ),
    (
        "S4: definer functions pin their search path",
        "select p.proname::text from pg_proc p where p.prosecdef and p.pronamespace = 'public'::regnamespace
           and not exists (select from unnest(p.proconfig) s where s like 'search_path=%')",
    ),
];

/// Every invariant holds in the database and against the carrier's books.
pub(crate) async fn hold(owner: &str, books: &Books) {
    // A journey's workers may be gone before its last line was chained; nobody else's would be missed.
    audit::chain(&Db::connect(owner, 1, Hub::default()).await.unwrap()).await.unwrap();
    let mut broken = in_database(owner).await;
    broken.extend(against(owner, books).await);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The invariants that are broken in the database, with what breaks them.
async fn in_database(owner: &str) -> Vec<String> {
    broken_of(owner, &[""]).await
}

/// The same of those whose names begin so.
pub(crate) async fn broken_of(owner: &str, names: &[&str]) -> Vec<String> {
    let mut db = support::owner(owner).await.unwrap();
    let mut broken = Vec::new();
    for (invariant, query) in NEVER.iter().filter(|(name, _)| names.iter().any(|start| name.starts_with(start))) {
        let found: Vec<String> = sqlx::query_scalar(*query).fetch_all(&mut db).await.unwrap();
        if !found.is_empty() {
            broken.push(format!("{invariant}: {}", found.join(", ")));
        }
    }
    broken
}

/// V3, V4 and W2: ours and the carrier's books say the same.
async fn against(owner: &str, books: &Books) -> Vec<String> {
    let mut db = support::owner(owner).await.unwrap();
    let dialed = "select attempt_id from facts.attempts where provider_ref is not null";
    let ours: Vec<Uuid> = sqlx::query_scalar(dialed).fetch_all(&mut db).await.unwrap();
    let stored: Vec<String> =
        sqlx::query_scalar("select event_id from facts.webhook_events").fetch_all(&mut db).await.unwrap();
    // The e-mail provider writes its ids as `msg_` and bare digits.
    let bare = |id: &String| id.trim_start_matches("msg_").parse::<Uuid>().map_or(id.clone(), |id| id.to_string());
    let stored: BTreeSet<String> = stored.iter().map(bare).collect();
    let (theirs, taken) = (books.attempts(), books.taken());
    let doubled =
        theirs.iter().filter(|(_, n)| **n > 1).map(|(id, n)| format!("V3, M1: {id} was dialed or sent {n} times"));
    let strangers = theirs.keys().filter(|id| !ours.contains(id)).map(|id| format!("V4: {id} is the carrier's only"));
    let unseen = ours.iter().filter(|id| !theirs.contains_key(id)).map(|id| format!("V4: {id} is ours only"));
    let lost =
        taken.iter().filter(|id| !stored.contains(*id)).map(|id| format!("W2: {id} got its 2xx and is not stored"));
    doubled.chain(strangers).chain(unseen).chain(lost).collect()
}

/// The calls that an agent talked on are the calls that were recorded, here and at the carrier.
pub(crate) async fn connected_is_recorded(owner: &str, books: &Books) {
    let mut db = support::owner(owner).await.unwrap();
    let mut ids = async |query: &'static str| -> BTreeSet<Uuid> {
        sqlx::query_scalar(query).fetch_all(&mut db).await.unwrap().into_iter().collect()
    };
    let connected = ids("select attempt_id from facts.attempts where bridged_at is not null").await;
    let kept = ids("select call_id from recordings where state = 'stored'").await;
    let theirs = books.recorded();
    let but = |these: &BTreeSet<Uuid>, those: &BTreeSet<Uuid>| these.difference(those).copied().collect::<Vec<_>>();
    assert!(but(&connected, &theirs).is_empty(), "connected and not recorded: {:?}", but(&connected, &theirs));
    assert!(but(&theirs, &connected).is_empty(), "recorded and not connected: {:?}", but(&theirs, &connected));
    assert_eq!(kept, theirs, "the recordings we keep are those that the carrier made");
}

#[tokio::test]
async fn an_auditor_finds_nothing_in_an_empty_house() {
    let app = TestApp::start().await;
    let owner = secrecy::ExposeSecret::expose_secret(&app.app.config.database.url).to_owned();
    hold(&owner, &Books::open(&app.sim.origin()).await).await;
}

/// The checks would be worth nothing if they could not fail.
#[tokio::test]
async fn an_auditor_finds_a_table_without_row_security_and_a_webhook_stored_twice() {
    let app = TestApp::start().await;
    let owner = secrecy::ExposeSecret::expose_secret(&app.app.config.database.url).to_owned();
    let mut db = PgConnection::connect(&owner).await.unwrap();
    let plant = "create table careless (org_id uuid);
                 alter table webhook_events drop constraint webhook_events_pkey;
                 insert into webhook_events (provider, event_id, event_type, occurred_at, payload)
                 select 'telnyx', 'twice', 'call.hangup', now(), '{}' from generate_series(1, 2);";
    sqlx::raw_sql(AssertSqlSafe(plant)).execute(&mut db).await.unwrap();
    let broken: Vec<String> =
        in_database(&owner).await.iter().map(|line| line.split(':').next().unwrap().to_owned()).collect();
    assert_eq!(broken, ["W1", "W4", "S1"]);
}
