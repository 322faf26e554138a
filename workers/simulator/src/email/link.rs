//! The addresses in an email that its recipient follows.

use crate::email::Email;

/// Where one click unsubscribes: RFC 8058 wants both headers.
pub(super) fn one_click(email: &Email) -> Option<String> {
    email.header("List-Unsubscribe-Post").filter(|value| value.trim() == "List-Unsubscribe=One-Click")?;
    let header = email.header("List-Unsubscribe")?;
    let bracketed = header.split('<').skip(1).filter_map(|part| part.split_once('>'));
    let mut urls = bracketed.map(|(url, _)| url.trim());
    urls.find(|url| is_web(url)).map(str::to_owned)
}

/// The first link in the body.
pub(super) fn first(email: &Email) -> Option<&str> {
    let body = email.html.as_deref().or(email.text.as_deref())?;
    let start = body.find("https://").into_iter().chain(body.find("http://")).min()?;
    let link = &body[start..];
    let end = link.find(|c: char| c.is_whitespace() || "\"'<>".contains(c)).unwrap_or(link.len());
    Some(&link[..end])
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}
