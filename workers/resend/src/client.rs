//! The client: one request a method, and a truthful [`Outcome`].
//!
//! It never retries. Repeating a request is the caller's decision, because the caller has stored its key and its bytes.

use std::fmt;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Method, RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;

use crate::outcome::{Doubt, Outcome};

mod email;
mod exchange;

/// Where the real provider listens.
pub const PRODUCTION: &str = "https://api.resend.com";

/// A connection that the provider closes while we write to it leaves an unknown outcome, so idle ones are given up early.
const IDLE: Duration = Duration::from_secs(15);

/// How to reach the provider.
#[derive(Debug, Clone)]
pub struct Config {
    /// Without a slash at the end: [`PRODUCTION`], or another with any path before the endpoints.
    pub base_url: String,
    pub api_key: SecretString,
    /// For connecting, sending and reading the answer together.
    pub timeout: Duration,
}

impl Config {
    /// A batch of a hundred takes the provider longer than one e-mail does.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("e-mail provider base url is not an http address")]
    BaseUrl,
    #[error("e-mail provider api key has characters that no header can carry")]
    ApiKey,
    #[error("e-mail provider client cannot be set up")]
    Http(#[from] reqwest::Error),
}

/// The provider. Cheap to clone: clones share their connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("host", &self.base.host_str()).finish_non_exhaustive()
    }
}

impl Client {
    pub fn new(config: Config) -> Result<Self, Error> {
        Ok(Self { http: http(&config)?, base: base(&config.base_url)? })
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        self.http.request(method, self.url(path))
    }

    /// Each part is one escaped segment.
    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        url.path_segments_mut().expect("the base was checked to be an http address").pop_if_empty().extend(path);
        url
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Outcome<T> {
    serde_json::from_slice(body).map_or(Outcome::Unknown(Doubt::Unreadable), Outcome::Accepted)
}

fn base(text: &str) -> Result<Url, Error> {
    let url = Url::parse(text).map_err(|_| Error::BaseUrl)?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        _ => Err(Error::BaseUrl),
    }
}

/// The connect time-out is shorter than the whole one, so that a connection that never came about is told as such: only then is
/// it certain that nothing was sent. Redirects would be a second request, and so would the library's own retries.
fn http(config: &Config) -> Result<reqwest::Client, Error> {
    install_crypto();
    let client = reqwest::Client::builder()
        .default_headers(authorization(&config.api_key)?)
        .user_agent(concat!("word-is-bond/", env!("CARGO_PKG_VERSION")))
        .timeout(config.timeout)
        .connect_timeout(config.timeout / 2)
        .pool_idle_timeout(IDLE)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .build()?;
    Ok(client)
}

fn authorization(key: &SecretString) -> Result<HeaderMap, Error> {
    let bearer = format!("Bearer {}", key.expose_secret());
    let mut value = HeaderValue::try_from(bearer).map_err(|_| Error::ApiKey)?;
    value.set_sensitive(true);
    Ok(HeaderMap::from_iter([(AUTHORIZATION, value)]))
}

/// The HTTP library panics without a process-wide provider. Whoever installed one first wins.
fn install_crypto() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
