//! What pages, the API and exports read of transcripts.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::State;
use crate::{
    db::Tx,
    id::{CallId, OrgId},
};

/// A transcript with its lines, in the order in which they were said.
#[derive(Clone, Debug)]
pub struct Transcript {
    pub call: CallId,
    pub state: State,
    /// Why there is none.
    pub failure: Option<String>,
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Clone, Debug)]
pub struct Line {
    pub call: CallId,
    /// `consumer`, `agent` or `unknown`.
    pub speaker: String,
    pub text: String,
    pub confidence: Option<f32>,
    /// By the carrier's clock.
    pub at: DateTime<Utc>,
}

/// The transcript of a call, if there is one.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, org: OrgId, call: CallId) -> Result<Option<Transcript>, sqlx::Error> {
    Ok(of_calls(tx, org, &[call]).await?.pop())
}

/// The transcripts of these calls.
///
/// # Errors
/// When the database is away.
pub async fn of_calls(tx: &mut Tx, org: OrgId, calls: &[CallId]) -> Result<Vec<Transcript>, sqlx::Error> {
    let calls: Vec<_> = calls.iter().map(|call| call.0).collect();
    let rows = sqlx::query!(
        r#"select call_id as "call: CallId", state, failure from transcriptions where org_id = $1 and call_id = any($2)"#,
        org.0,
        &calls
    );
    let rows = rows.fetch_all(&mut **tx).await?;
    let lines = sqlx::query_as!(
        Line,
        r#"select call_id as "call: CallId", speaker, text, confidence, at from transcripts
           where org_id = $1 and call_id = any($2) order by at, seq"#,
        org.0,
        &calls
    );
    let mut said: HashMap<CallId, Vec<Line>> = HashMap::new();
    for line in lines.fetch_all(&mut **tx).await? {
        said.entry(line.call).or_default().push(line);
    }
    let mut whole = |call: CallId, state: &str, failure| Transcript {
        call,
        state: State::parse(state),
        failure,
        lines: said.remove(&call).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(|row| whole(row.call, &row.state, row.failure)).collect())
}
