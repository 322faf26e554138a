//! The client: one method a command, one request a method, and a truthful [`Outcome`].
//!
//! It never retries. Repeating a command is the caller's decision, because the caller knows what has been stored about it.

use std::fmt;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Method, RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::outcome::{Doubt, Outcome};
use crate::wire::reply::Data;

mod call;
mod conference;
mod credential;
mod download;
mod exchange;
mod list;
mod message;
mod query;

pub use download::Trouble;
pub use query::{CallEvents, LegIs};

/// Where the real carrier listens.
pub const PRODUCTION: &str = "https://api.telnyx.com/v2";

/// A connection that the carrier closes while we write to it leaves an unknown outcome, so idle ones are given up early.
const IDLE: Duration = Duration::from_secs(15);

/// How to reach the carrier.
#[derive(Debug, Clone)]
pub struct Config {
    /// With the version, without a slash at the end: [`PRODUCTION`], or the simulator's.
    pub base_url: String,
    pub api_key: SecretString,
    /// The Call Control application, which the API calls a connection.
    pub connection_id: String,
    /// For connecting, sending and reading the answer together.
    pub timeout: Duration,
}

impl Config {
    /// Long enough for a slow answer; a job that dials holds its slot for so long at most.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("carrier base url is not an http address")]
    BaseUrl,
    #[error("carrier api key has characters that no header can carry")]
    ApiKey,
    #[error("carrier client cannot be set up")]
    Http(#[from] reqwest::Error),
}

/// The carrier. Cheap to clone: clones share their connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    /// For links: they carry their own proof, and are not to be shown our key.
    links: reqwest::Client,
    base: Url,
    connection_id: String,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("host", &self.base.host_str())
            .field("connection_id", &self.connection_id)
            .finish_non_exhaustive()
    }
}

impl Client {
    pub fn new(config: Config) -> Result<Self, Error> {
        Ok(Self {
            http: http(&config)?,
            links: download::http(&config)?,
            base: base(&config.base_url)?,
            connection_id: config.connection_id,
        })
    }

    /// The Call Control application that dials go through.
    pub fn connection_id(&self) -> &str {
        &self.connection_id
    }

    /// A command whose answer says nothing but yes.
    async fn command<B: Serialize>(&self, name: &'static str, path: &[&str], body: &B) -> Outcome<()> {
        let request = self.request(Method::POST, path).json(body);
        exchange::send(name, request).await.map(drop)
    }

    async fn post<B: Serialize, T: DeserializeOwned>(&self, name: &'static str, path: &[&str], body: &B) -> Outcome<T> {
        let request = self.request(Method::POST, path).json(body);
        exchange::send(name, request).await.and_then(|body| read(&body))
    }

    async fn get<T: DeserializeOwned>(&self, name: &'static str, path: &[&str]) -> Outcome<T> {
        let request = self.request(Method::GET, path);
        exchange::send(name, request).await.and_then(|body| read(&body))
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        self.http.request(method, self.url(path))
    }

    /// Ids are carrier text with colons and equals signs in it, so each is one escaped segment.
    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        url.path_segments_mut().expect("the base was checked to be an http address").pop_if_empty().extend(path);
        url
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Outcome<T> {
    match serde_json::from_slice::<Data<T>>(body) {
        Ok(reply) => Outcome::Accepted(reply.data),
        Err(_) => Outcome::Unknown(Doubt::Unreadable),
    }
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
pub(crate) fn install_crypto() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
