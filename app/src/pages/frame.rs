//! What surrounds a page: who looks, at which clock, from which organisation; and the answer to their last action.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use chrono_tz::{America::New_York, Tz};
use web::{Clock, Nav, Role, Shell};
use workflows::{
    clock,
    db::Tx,
    identity::{self, Principal},
    pulse,
};

use super::kill_switch;
use crate::{problem::Problem, state::App};

/// A word for the page after this one, out of other sites' reach.
const FLASH: &str = "wib_flash";
/// A campaign at work without a pacer for this long: the figures are old.
const SILENCE_SECS: f64 = 20.0;

/// The surroundings of a page.
pub(super) async fn shell(
    app: &App,
    caller: &Principal,
    title: &str,
    active: Option<Nav>,
    headers: &HeaderMap,
) -> Result<Shell, Problem> {
    Ok(Shell {
        title: title.to_owned(),
        org: caller.org_name.clone(),
        user: caller.name.clone(),
        role: role(caller),
        active,
        simulator: app.simulated(),
        clock: clock(app, caller).await?,
        events: None,
        flash: flash(headers),
        halt: kill_switch::halt(app, caller).await?,
    })
}

/// The page's clock: the one that rules calls, in the organisation's zone.
pub(super) async fn clock(app: &App, caller: &Principal) -> Result<Clock, Problem> {
    let pulse = pulse::read(&app.db).await?;
    let mut tx = app.db.tenant(caller.org).await?;
    let clock = read_clock(&mut tx, caller, &pulse).await?;
    tx.commit().await?;
    Ok(clock)
}

async fn read_clock(tx: &mut Tx, caller: &Principal, pulse: &pulse::Pulse) -> Result<Clock, Problem> {
    let now = tx.now().await?;
    let silent = pulse.pacer_secs.filter(|secs| pulse.pacing > 0 && *secs > SILENCE_SECS);
    let since = silent.map(|secs| now - chrono::TimeDelta::milliseconds((secs * 1000.0) as i64));
    Ok(Clock {
        now,
        zone: zone(caller),
        simulated_rate: clock::read(tx).await?.map(|line| line.speed),
        stale_since: since,
    })
}

pub(super) fn zone(caller: &Principal) -> Tz {
    caller.timezone.parse().unwrap_or(New_York)
}

/// A rendered page. A flash that was shown is gone.
pub(super) fn page(shell: &Shell, html: String) -> Response {
    let mut response = Html(html).into_response();
    if shell.flash.is_some() {
        let gone = HeaderValue::from_static("wib_flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    response
}

/// Post, redirect, get: on to `path`, where `words` are shown once.
pub(super) fn onward(path: &str, words: &str) -> Response {
    let mut response = Redirect::to(path).into_response();
    let words: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
    let cookie = format!("{FLASH}={words}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn flash(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut all = cookies.flat_map(|all| all.split(';'));
    let encoded = all.find_map(|one| one.trim().strip_prefix(FLASH)?.strip_prefix('='))?;
    // A form of one field without a value: its name is what was said.
    let said = url::form_urlencoded::parse(encoded.as_bytes()).next().map(|(words, _)| words.into_owned());
    said.filter(|words| !words.is_empty())
}

/// A way back within the site; anything else leads to `otherwise`.
pub(super) fn local<'a>(back: Option<&'a str>, otherwise: &'a str) -> &'a str {
    let inside = |path: &&str| path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\n', '\r']);
    back.filter(inside).unwrap_or(otherwise)
}

pub(super) fn role(caller: &Principal) -> Role {
    as_shown(caller.role)
}

pub(super) fn as_shown(role: identity::Role) -> Role {
    match role {
        identity::Role::Owner => Role::Owner,
        identity::Role::Admin => Role::Admin,
        identity::Role::Supervisor => Role::Supervisor,
        identity::Role::Agent => Role::Agent,
        identity::Role::Compliance => Role::Compliance,
        identity::Role::Ops => Role::Ops,
        identity::Role::Readonly => Role::Readonly,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_page("/voice?campaign=1", "/voice?campaign=1")]
    #[case::another_site("https://example.com/", "/")]
    #[case::another_host("//example.com/", "/")]
    #[case::a_browsers_idea_of_a_host("/\\example.com", "/")]
    fn a_way_back_never_leaves_the_site(#[case] back: &str, #[case] leads_to: &str) {
        assert_eq!(local(Some(back), "/"), leads_to);
    }
}
