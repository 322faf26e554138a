//! That somebody listened: one line of the audit log for each time, however many pieces the player asked for.

use serde_json::json;

use super::Sound;
use crate::{
    audit,
    db::Tx,
    id::{CallId, OrgId},
    transition::Actor,
};

/// Writes down that somebody was given a piece of a sound. A player asks for pieces while it plays and when somebody
/// jumps; after half an hour without one, the next is another listening. Real time, as the player runs in.
///
/// # Errors
/// When the database is away; then nothing may be played.
pub async fn heard(tx: &mut Tx, org: OrgId, call: CallId, sound: &Sound, actor: &Actor) -> Result<(), sqlx::Error> {
    let begins = sqlx::query_scalar!(
        r#"insert into listenings as l (org_id, recording_id, actor, began_at, last_at)
           select $1, $2, $3, clock.moment, clock.moment from (select clock_timestamp() as moment) clock
           on conflict (recording_id, actor) do update set last_at = excluded.last_at,
             began_at = case when l.last_at < excluded.last_at - interval '30 minutes' then excluded.began_at else l.began_at end
           returning began_at = last_at as "begins!""#,
        org.0,
        sound.recording,
        actor.to_string()
    );
    if begins.fetch_one(&mut **tx).await? {
        audit::write(tx, org, actor, "recording.heard", &call.to_string(), json!({})).await?;
    }
    Ok(())
}
