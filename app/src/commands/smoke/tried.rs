//! What each try came to: a line when it is over, and a count at the end.

use std::{
    fmt,
    time::{Duration, Instant},
};

/// Why a try is no success.
#[derive(Debug)]
pub(super) enum Fault {
    Refused(String),
    /// Perhaps it went out: look at the provider's, and do not send it again.
    Unknown(String),
}

/// What a try came to, in words.
pub(super) type Tried = Result<String, Fault>;

/// How the tries so far came out.
#[derive(Debug, Default)]
pub(super) struct Tally {
    fine: usize,
    refused: usize,
    unknown: usize,
}

impl Tally {
    /// Waits for a try, prints its line and counts it.
    pub(super) async fn note(&mut self, what: &str, to: &str, trying: impl Future<Output = Tried>) {
        let started = Instant::now();
        let tried = trying.await;
        let (mark, count, words) = match &tried {
            Ok(words) => ("ok     ", &mut self.fine, words),
            Err(Fault::Refused(words)) => ("refused", &mut self.refused, words),
            Err(Fault::Unknown(words)) => ("unknown", &mut self.unknown, words),
        };
        *count += 1;
        println!("{mark}  {what} to {to}: {words} ({} ms)", started.elapsed().as_millis());
    }

    pub(super) fn holds(&self) -> bool {
        self.refused == 0 && self.unknown == 0
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fine, refused, unknown } = self;
        write!(f, "{} tried: {fine} fine, {refused} refused, {unknown} unknown", fine + refused + unknown)
    }
}

/// The carrier's answer to something that is sent once.
pub(super) fn by_carrier<T>(answer: telnyx::Outcome<T>) -> Result<T, Fault> {
    use telnyx::Outcome as Answer;

    Err(match answer {
        Answer::Accepted(value) => return Ok(value),
        Answer::Refused(refusal) | Answer::RateLimited { refusal, .. } => Fault::Refused(refusal.to_string()),
        Answer::NotSent(why) => Fault::Refused(format!("not sent: {why}")),
        Answer::AlreadyDone => Fault::Unknown("it was done before".to_owned()),
        Answer::Unknown(doubt) => Fault::Unknown(doubt.to_string()),
    })
}

/// The same of the e-mail provider's.
pub(super) fn by_mail<T>(answer: resend::Outcome<T>) -> Result<T, Fault> {
    use resend::Outcome as Answer;

    Err(match answer {
        Answer::Accepted(value) => return Ok(value),
        Answer::Refused(refusal) | Answer::RateLimited { refusal, .. } => Fault::Refused(refusal.to_string()),
        Answer::NotSent(why) => Fault::Refused(format!("not sent: {why}")),
        Answer::Unknown(doubt) => Fault::Unknown(doubt.to_string()),
    })
}

/// How often the provider is asked.
const LOOK: Duration = Duration::from_millis(500);

/// Looks until there is something to see, for so long at most.
pub(super) async fn watch<T>(patience: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let looking = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(patience, looking).await.ok()
}
