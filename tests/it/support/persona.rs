//! Somebody who uses the application, and what they can do over HTTP.

use reqwest::{Method, RequestBuilder, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use workflows::{id::UserId, identity::session::Token};

/// A person with a session, a key, or nobody.
#[derive(Clone)]
pub(crate) struct Persona {
    http: reqwest::Client,
    url: String,
    /// Header name and value that prove who it is.
    proof: Option<(header::HeaderName, String)>,
    user: Option<UserId>,
    pub(crate) email: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: header::HeaderMap,
    pub(crate) text: String,
}

impl Persona {
    pub(super) fn stranger(url: &str) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { http, url: url.to_owned(), proof: None, user: None, email: String::new() }
    }

    pub(super) fn person(url: &str, id: UserId, email: &str, token: &Token) -> Self {
        let cookie = format!("wib_session={}", token.0.expose_secret());
        let proof = Some((header::COOKIE, cookie));
        Self { proof, user: Some(id), email: email.to_owned(), ..Self::stranger(url) }
    }

    pub(super) fn key(url: &str, key: &SecretString) -> Self {
        let proof = Some((header::AUTHORIZATION, format!("Bearer {}", key.expose_secret())));
        Self { proof, ..Self::stranger(url) }
    }

    /// The person; a key is nobody.
    pub(crate) fn user(&self) -> UserId {
        self.user.unwrap()
    }

    /// A request that proves who sends it.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.proof {
            Some((name, value)) => request.header(name, value),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// As a browser submits a form.
    pub(crate) async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = self.request(Method::POST, path).body(body.finish());
        self.send(request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")).await
    }

    /// Uploads a CSV.
    pub(crate) async fn import(&self, path: &str, csv: impl Into<Vec<u8>>) -> Reply {
        let file = reqwest::multipart::Part::bytes(csv.into()).file_name("accounts.csv");
        let form = reqwest::multipart::Form::new().part("file", file);
        self.send(self.request(Method::POST, path).multipart(form)).await
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Reply {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Reply { status, headers, text: response.text().await.unwrap() }
    }
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The body of an answer that has to be this.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// A problem of that type, by the last part of its path.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, kind: &str) -> Value {
        let reply = self.is(status);
        assert_eq!(reply.headers[header::CONTENT_TYPE], "application/problem+json");
        let body = reply.json();
        assert_eq!(body["type"], format!("/problems/{kind}"), "{body}");
        assert_eq!(body["status"], status);
        body
    }

    /// Where it redirects to.
    #[track_caller]
    pub(crate) fn location(&self) -> &str {
        self.headers[header::LOCATION].to_str().unwrap()
    }
}
