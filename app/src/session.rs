//! The session cookie, and who a request comes from.

use axum::http::{HeaderMap, HeaderValue, header};
use secrecy::ExposeSecret;
use workflows::{
    db::Db,
    identity::{self, Principal, key, session, session::Token},
};

use crate::config::Http;

const COOKIE: &str = "wib_session";

/// Who sent this, by key or by cookie. A key that is wrong is not saved by a cookie that is right.
///
/// # Errors
/// When the database is away.
pub async fn principal(db: &Db, headers: &HeaderMap) -> Result<Option<Principal>, identity::Error> {
    if let Some(given) = bearer(headers) {
        return key::find(db, given).await;
    }
    match token(headers) {
        Some(token) => session::find(db, token).await,
        None => Ok(None),
    }
}

/// The token of the session cookie.
#[must_use]
pub fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|all| all.split(';')).find_map(|one| one.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// Sets the cookie: out of reach of scripts and of other sites' forms.
#[must_use]
pub fn set_cookie(http: &Http, token: &Token) -> HeaderValue {
    let seconds = session::DAYS * 24 * 60 * 60;
    cookie(http, token.0.expose_secret(), seconds)
}

/// Takes the cookie away.
#[must_use]
pub fn clear_cookie(http: &Http) -> HeaderValue {
    cookie(http, "", 0)
}

fn cookie(http: &Http, value: &str, seconds: i32) -> HeaderValue {
    let secure = if http.secure() { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    let mut header = HeaderValue::from_str(&cookie).expect("a token is base64");
    header.set_sensitive(true);
    header
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().unwrap_or_default();
    Some(value.strip_prefix("Bearer ").unwrap_or_default().trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("theme=dark; wib_session=abc; wib_session_old=x"));
        assert_eq!(token(&headers), Some("abc"));
    }

    #[test]
    fn over_tls_the_cookie_is_for_tls_only() {
        let http =
            |url: &str| Http { bind: [127, 0, 0, 1].into(), port: 1, public_url: url.to_owned(), metrics_addr: None };
        let cookie = |url| set_cookie(&http(url), &Token("abc".into())).to_str().unwrap().to_owned();
        assert!(cookie("https://wib.example").ends_with("HttpOnly; SameSite=Lax; Secure"));
        assert!(cookie("http://127.0.0.1:1").ends_with("HttpOnly; SameSite=Lax"));
    }
}
