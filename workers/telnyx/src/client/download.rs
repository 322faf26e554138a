//! Fetching what the carrier has a link to: piece by piece, up to a size, and without our key.
//!
//! A link is signed and short-lived, and its host is the carrier's storage, not its API: what comes back is judged by
//! status alone. Whoever has the link has the conversation, so no error and no log line holds it.

use std::io;
use std::time::{Duration, Instant};

use reqwest::redirect::{Attempt, Policy};
use reqwest::{Response, Url};
use tracing::debug;

use super::{Client, Config, install_crypto};
use crate::client::exchange::pause;

/// Storage may hand on to another of its hosts.
const REDIRECTS: usize = 3;

/// Why a file did not come.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// It is no address, or not one that may be asked.
    #[error("the link is no address that may be fetched")]
    BadLink,
    /// 401 or 403: signed links end like that.
    #[error("the link is over, status {0}")]
    Over(u16),
    /// 404 or 410.
    #[error("nothing is there, status {0}")]
    Gone(u16),
    #[error("asked to wait")]
    RateLimited(Duration),
    #[error("the storage failed, status {0}")]
    Failed(u16),
    #[error("unexpected status {0}")]
    Unexpected(u16),
    #[error("larger than {0} bytes")]
    TooLarge(u64),
    /// The connection broke before the end.
    #[error("broken off after {0} bytes")]
    BrokenOff(u64),
    #[error("no answer in time")]
    TimedOut,
    /// No connection came about.
    #[error("not reached")]
    NotReached,
    /// The one who takes the bytes could not.
    #[error("the bytes could not be kept")]
    Unkept(#[source] io::Error),
}

impl Trouble {
    /// The word for it, as requests' outcomes are stored and counted.
    pub fn word(&self) -> &'static str {
        match self {
            Self::BadLink | Self::NotReached => "not_sent",
            Self::Over(_) | Self::Gone(_) | Self::TooLarge(_) => "refused",
            Self::RateLimited(_) => "rate_limited",
            Self::Failed(_) | Self::Unexpected(_) | Self::BrokenOff(_) | Self::TimedOut | Self::Unkept(_) => "unknown",
        }
    }
}

impl Client {
    /// Fetches a link, at most `limit` bytes of it, and gives every piece to `take`. Answers how many bytes came.
    pub async fn download(
        &self,
        link: &str,
        limit: u64,
        take: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> Result<u64, Trouble> {
        let started = Instant::now();
        let fetched = self.fetch(link, limit, take).await;
        report(started.elapsed(), fetched.as_ref().err());
        fetched
    }

    async fn fetch(&self, link: &str, limit: u64, take: impl FnMut(&[u8]) -> io::Result<()>) -> Result<u64, Trouble> {
        let link = Url::parse(link).ok().filter(|link| self.may_ask(link)).ok_or(Trouble::BadLink)?;
        let response = self.links.get(link).send().await.map_err(|error| lost(&error, 0))?;
        let after = pause(response.headers());
        match response.status().as_u16() {
            200 => read(response, limit, take).await,
            status @ (401 | 403) => Err(Trouble::Over(status)),
            status @ (404 | 410) => Err(Trouble::Gone(status)),
            429 => Err(Trouble::RateLimited(after)),
            status @ 500..=599 => Err(Trouble::Failed(status)),
            status => Err(Trouble::Unexpected(status)),
        }
    }

    /// Only what is encrypted, and in a simulation the simulator's own.
    fn may_ask(&self, link: &Url) -> bool {
        link.scheme() == "https" || (self.base.scheme() == "http" && link.origin() == self.base.origin())
    }
}

async fn read(
    mut response: Response,
    limit: u64,
    mut take: impl FnMut(&[u8]) -> io::Result<()>,
) -> Result<u64, Trouble> {
    if response.content_length().is_some_and(|length| length > limit) {
        return Err(Trouble::TooLarge(limit));
    }
    let mut size = 0;
    while let Some(piece) = response.chunk().await.map_err(|error| lost(&error, size))? {
        size += piece.len() as u64;
        if size > limit {
            return Err(Trouble::TooLarge(limit));
        }
        take(&piece).map_err(Trouble::Unkept)?;
    }
    Ok(size)
}

fn lost(error: &reqwest::Error, size: u64) -> Trouble {
    if error.is_timeout() {
        Trouble::TimedOut
    } else if error.is_connect() || error.is_builder() {
        Trouble::NotReached
    } else {
        Trouble::BrokenOff(size)
    }
}

/// No limit on the whole, for files are long; but on each silence.
pub(super) fn http(config: &Config) -> Result<reqwest::Client, reqwest::Error> {
    install_crypto();
    reqwest::Client::builder()
        .user_agent(concat!("word-is-bond/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(config.timeout / 2)
        .read_timeout(config.timeout)
        .redirect(Policy::custom(on))
        .retry(reqwest::retry::never())
        .build()
}

/// On to another address, but never out of encryption.
fn on(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let encrypted = attempt.previous().last().is_some_and(|from| from.scheme() == "https");
    if attempt.previous().len() > REDIRECTS || (encrypted && attempt.url().scheme() != "https") {
        attempt.stop()
    } else {
        attempt.follow()
    }
}

fn report(took: Duration, trouble: Option<&Trouble>) {
    let outcome = trouble.map_or("accepted", Trouble::word);
    metrics::counter!("wib_provider_requests_total", "provider" => "telnyx", "operation" => "download", "outcome" => outcome)
        .increment(1);
    metrics::histogram!("wib_provider_request_seconds", "provider" => "telnyx", "operation" => "download")
        .record(took.as_secs_f64());
    let took_ms = took.as_millis() as u64;
    match trouble {
        None => debug!(took_ms, "download came"),
        Some(why) => debug!(took_ms, "download did not come: {why}"),
    }
}
