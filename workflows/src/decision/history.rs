//! A person's earlier contacts, in the words of the rules.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    compliance::{Attempt, AttemptKind, Channel, Place},
    db::Tx,
    id::ConsumerId,
};

/// The contacts of the last month and a day, on every channel. An attempt whose outcome nobody knows is one of them:
/// what may have rung counts (INVARIANTS V11). What was refused, or proved never to have left, is none; nor is a text or
/// an e-mail that a provider never took.
pub(super) async fn attempts(
    tx: &mut Tx,
    consumer: ConsumerId,
    debt_group: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Attempt>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select c.intent_at as "at!", 'call' as "channel!",
                  coalesce(c.result, case when c.bridged_at is not null then 'connected' end) as "word?",
                  c.disposition_by is null or c.disposition_by = 'system' or coalesce(d.right_party, true) as "right_party!",
                  c.debt_group_id = $2 as "this_debt!",
                  exists (select from phones p where p.consumer_id = c.consumer_id and p.e164 = c.to_addr
                            and p.place = 'work') as "at_work!"
           from calls c
           left join dispositions d on d.org_id = c.org_id and d.code = c.disposition
           where c.consumer_id = $1 and c.intent_at > $3::timestamptz - interval '32 days' and c.intent_at <= $3
             and c.state not in ('skipped', 'cancelled')
           union all
           select coalesce(m.intent_at, m.created_at), m.channel, m.direction, true, coalesce(a.debt_group_id = $2, true), false
           from messages m
           left join collection_accounts a on a.id = m.account_id
           where m.consumer_id = $1 and m.created_at > $3::timestamptz - interval '32 days' and m.created_at <= $3
             and m.state not in ('skipped', 'cancelled')
             and not (m.state = 'failed' and m.provider_id is null)"#,
        consumer.0,
        debt_group,
        now
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Attempt {
            at: row.at,
            kind: kind(row.word.as_deref(), row.right_party),
            channel: row.channel.parse().unwrap_or(Channel::Call),
            place: if row.at_work { Place::Work } else { Place::Home },
            this_debt: row.this_debt,
        })
        .collect())
}

/// Whoever was talked to is the person until an agent says that it was somebody else, though an agent came too late.
fn kind(word: Option<&str>, right_party: bool) -> AttemptKind {
    match word {
        Some("connected") if right_party => AttemptKind::Conversation,
        Some("connected" | "no_answer" | "declined" | "hung_up") => AttemptKind::NoAnswer,
        Some("voicemail") => AttemptKind::MachineHangup,
        Some("abandoned") => AttemptKind::Abandoned,
        Some("busy") => AttemptKind::Busy,
        Some("invalid_number" | "failed") => AttemptKind::Invalid,
        Some("inbound") => AttemptKind::Inbound,
        _ => AttemptKind::Other,
    }
}
