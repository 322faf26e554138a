//! What surrounds every signed-in page: header, navigation, feed state, the regions for announcements.

use crate::{
    assets, format,
    halt::{self, Halt},
    icon::Icon,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;

/// What a page knows of time. The simulated clock is shown as such.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Now, on the clock that rules calls and windows.
    pub now: DateTime<Utc>,
    /// The organisation's zone; every time on the page is shown in it.
    pub zone: Tz,
    /// Set when the clock is simulated: how many of its seconds pass in one real second.
    pub simulated_rate: Option<f64>,
    /// Set when the server itself knows that its figures are old (no pacer tick, no worker heartbeat).
    pub stale_since: Option<DateTime<Utc>>,
}

/// What a user may do, and so what the navigation shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Owns the organisation.
    Owner,
    /// Administers it.
    Admin,
    /// Runs campaigns.
    Supervisor,
    /// Takes calls.
    Agent,
    /// Checks the rules.
    Compliance,
    /// Watches the jobs.
    Ops,
    /// Looks only.
    Readonly,
}

impl Role {
    /// What a person reads.
    pub fn word(self) -> &'static str {
        match self {
            Role::Owner => "Owner",
            Role::Admin => "Administrator",
            Role::Supervisor => "Supervisor",
            Role::Agent => "Agent",
            Role::Compliance => "Compliance",
            Role::Ops => "Operations",
            Role::Readonly => "Read only",
        }
    }

    /// The pages this role can use, in order; the first is where it lands.
    pub fn pages(self) -> &'static [Nav] {
        match self {
            Role::Owner | Role::Admin => &[
                Nav::Voice,
                Nav::Campaigns,
                Nav::Accounts,
                Nav::Jobs,
                Nav::Compliance,
                Nav::Suppressions,
                Nav::Audit,
                Nav::Evidence,
            ],
            Role::Supervisor => {
                &[Nav::Voice, Nav::Campaigns, Nav::Accounts, Nav::Jobs, Nav::Compliance, Nav::Suppressions]
            }
            Role::Ops => &[Nav::Jobs],
            Role::Agent => &[Nav::Cockpit, Nav::Accounts],
            Role::Compliance => {
                &[Nav::Compliance, Nav::Suppressions, Nav::Accounts, Nav::Audit, Nav::Evidence, Nav::Campaigns]
            }
            Role::Readonly => &[Nav::Campaigns, Nav::Accounts, Nav::Compliance],
        }
    }

    /// Where this role lands after signing in.
    pub fn home(self) -> &'static str {
        self.pages().first().map_or("/", |page| page.href())
    }
}

/// One entry of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nav {
    /// `/cockpit`
    Cockpit,
    /// `/voice`
    Voice,
    /// `/campaigns`
    Campaigns,
    /// `/accounts`
    Accounts,
    /// `/jobs`
    Jobs,
    /// `/compliance`
    Compliance,
    /// `/suppressions`
    Suppressions,
    /// `/audit`
    Audit,
    /// `/evidence`
    Evidence,
}

impl Nav {
    /// Its address.
    pub fn href(self) -> &'static str {
        match self {
            Nav::Cockpit => "/cockpit",
            Nav::Voice => "/voice",
            Nav::Campaigns => "/campaigns",
            Nav::Accounts => "/accounts",
            Nav::Jobs => "/jobs",
            Nav::Suppressions => "/suppressions",
            Nav::Audit => "/audit",
            Nav::Evidence => "/evidence",
            Nav::Compliance => "/compliance",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Nav::Cockpit => "Cockpit",
            Nav::Voice => "Voice",
            Nav::Campaigns => "Campaigns",
            Nav::Accounts => "Accounts",
            Nav::Jobs => "Jobs",
            Nav::Suppressions => "Suppressions",
            Nav::Audit => "Audit trail",
            Nav::Evidence => "Evidence",
            Nav::Compliance => "Compliance",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Nav::Cockpit => Icon::Headphones,
            Nav::Voice => Icon::AudioLines,
            Nav::Campaigns => Icon::Megaphone,
            Nav::Accounts => Icon::Contact,
            Nav::Jobs => Icon::Layers,
            Nav::Suppressions => Icon::ShieldBan,
            Nav::Audit => Icon::FilePen,
            Nav::Evidence => Icon::Archive,
            Nav::Compliance => Icon::ShieldCheck,
        }
    }
}

/// Everything around the page itself.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The page's own title; the product's name is added.
    pub title: String,
    /// The organisation's name.
    pub org: String,
    /// The user's name.
    pub user: String,
    /// The user's role.
    pub role: Role,
    /// The entry of the navigation this page belongs to.
    pub active: Option<Nav>,
    /// Is the carrier a simulator? Shown in the header and the foot of the navigation.
    pub simulator: bool,
    /// The clock of the page.
    pub clock: Clock,
    /// The stream of this page's fragments, when it is live.
    pub events: Option<String>,
    /// Words that answer the user's last action, shown once at the top (`role=status`).
    pub flash: Option<String>,
    /// The kill switch, while it is on.
    pub halt: Option<Halt>,
}

/// The whole document around a page.
pub fn document(shell: &Shell, page: AnyView) -> AnyView {
    // The cockpit needs the width: its navigation is a rail.
    let app = if shell.active == Some(Nav::Cockpit) { "app rail" } else { "app" };
    view! {
        <!DOCTYPE html>
        <html lang="en">
            {head(&shell.title, shell.events.clone(), Some(shell.clock))}
            <body>
                <a class="skip" href="#main">"Skip to content"</a>
                {hatch()}
                <div class=app>
                    {header(shell)}
                    {nav(shell)}
                    <main class="main" id="main" tabindex="-1">
                        {stale_note()}
                        {halt::banner(&shell.clock, shell.halt.as_ref())}
                        {news(&shell.clock)}
                        {shell.flash.clone().map(flash)}
                        {page}
                    </main>
                </div>
                {tabbar(shell)}
                <div class="sr" role="status" id="status"></div>
            </body>
        </html>
    }
    .into_any()
}

/// The document of a screen on the wall: no navigation, the mark, the clock and the feed's state.
pub(crate) fn board(shell: &Shell, page: AnyView) -> AnyView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            {head(&shell.title, shell.events.clone(), Some(shell.clock))}
            <body class="wallb">
                {hatch()}
                <main class="wall" id="main" tabindex="-1">
                    <header class="wall-top">
                        <a class="mark" href="/voice" aria-label="Back to Voice Operations">{mark()}</a>
                        <span class="wall-org">{shell.org.clone()}</span>
                        {environment(shell.simulator)}
                        <button class="btn quiet" type="button" id="full-screen" hidden=true>{Icon::ArrowUpRight.view()}"Full screen"</button>
                        {feed(&shell.clock, shell.events.is_some())}
                        {clock(&shell.clock)}
                    </header>
                    {stale_note()}
                    {halt::banner(&shell.clock, shell.halt.as_ref())}
                    {news(&shell.clock)}
                    {page}
                </main>
                <div class="sr" role="status" id="status"></div>
            </body>
        </html>
    }
    .into_any()
}

/// The document of a page without a user: sign-in, and problems before it.
pub fn bare_document(title: &str, page: AnyView) -> AnyView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            {head(title, None, None)}
            <body class="pub">
                <a class="skip" href="#main">"Skip to content"</a>
                {page}
            </body>
        </html>
    }
    .into_any()
}

fn head(title: &str, events: Option<String>, clock: Option<Clock>) -> AnyView {
    let now = clock.map(|c| c.now.timestamp_millis().to_string());
    let rate = clock.map(|c| c.simulated_rate.unwrap_or(1.0).to_string());
    view! {
        <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            {events.map(|url| view! { <meta name="wib-events" content=url/> })}
            {now.map(|now| view! { <meta name="wib-now" content=now data-rate=rate/> })}
            <title>{format!("{title} · Word Is Bond")}</title>
            <link rel="icon" type="image/svg+xml" href=assets::url("mark.svg")/>
            {["tokens", "base", "shell", "parts", "pages"].map(|sheet| view! { <link rel="stylesheet" href=assets::url(&format!("css/{sheet}.css"))/> }).collect_view()}
            <script type="module" src=assets::url("js/app.js")></script>
        </head>
    }
    .into_any()
}

/// The pattern behind every hatched bar; drawings refer to it by `url(#hatch)`.
fn hatch() -> AnyView {
    view! {
        <svg width="0" height="0" class="sr" aria-hidden="true">
            <defs>
                <pattern id="hatch" class="hatch" data-s="block" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <rect width="6" height="6"></rect>
                    <path d="M1 0v6" stroke-width="2"></path>
                </pattern>
            </defs>
        </svg>
    }
    .into_any()
}

/// The two bars of a double rule: a total that was checked, an equals sign.
pub(crate) fn mark() -> AnyView {
    view! {
        <svg viewBox="0 0 22 22" aria-hidden="true">
            <rect width="22" height="22" rx="5.5" fill="currentColor"></rect>
            <rect x="5" y="6.6" width="12" height="2.9" rx="1" fill="#fff"></rect>
            <rect x="5" y="12.5" width="12" height="2.9" rx="1" fill="#fff"></rect>
        </svg>
    }
    .into_any()
}

fn header(shell: &Shell) -> AnyView {
    let finds = shell.role.pages().contains(&Nav::Accounts);
    view! {
        <header class="top">
            <a class="mark" href=shell.role.home() aria-label="Word Is Bond, home">{mark()}<span>"Word Is Bond"</span></a>
            <span class="org">{shell.org.clone()}</span>
            {environment(shell.simulator)}
            {if finds { find() } else { view! { <span class="find none"></span> }.into_any() }}
            {clock(&shell.clock)}
            {feed(&shell.clock, shell.events.is_some())}
            {user_menu(shell)}
        </header>
    }
    .into_any()
}

/// SIMULATOR or LIVE: whom a call would reach.
pub(crate) fn environment(simulator: bool) -> AnyView {
    let (env, icon, word) =
        if simulator { ("sim", Icon::Flask, "SIMULATOR") } else { ("live", Icon::RadioTower, "LIVE") };
    view! { <span class="env" data-env=env>{icon.small()}{word}</span> }.into_any()
}

fn find() -> AnyView {
    view! {
        <form class="find" action="/accounts" method="get" role="search" aria-label="Everywhere">
            {Icon::Search.small()}
            <input type="search" name="q" aria-label="Search accounts" placeholder="Search name, phone, account" autocomplete="off" data-key="/"/>
            <kbd aria-hidden="true">"/"</kbd>
        </form>
    }
    .into_any()
}

/// The fragments every live page sends along: its clock and what is old.
pub(crate) fn pulse(shown: &Clock) -> AnyView {
    (clock(shown), news(shown)).into_any()
}

/// The page's clock, `#clock`. A simulated one says so, and how fast it runs.
fn clock(clock: &Clock) -> AnyView {
    let local = clock.now.with_timezone(&clock.zone);
    let simulated = clock.simulated_rate.map(|rate| {
        let words = if (rate - 1.0).abs() < 0.01 { "simulated".to_owned() } else { format!("simulated, ×{rate:.0}") };
        view! { <small>{words}</small> }
    });
    view! {
        <span class="clock wide" id="clock" data-now=clock.now.timestamp_millis().to_string() data-zone=clock.zone.name()>
            <span class="day">{local.format("%a %-d %b").to_string()}</span>
            " "
            {format::time(clock.now, clock.zone, format::clock_time(clock.now, clock.zone))}
            {simulated}
        </span>
    }
    .into_any()
}

/// The feed's state. All its words are sent; the style sheet shows the one that is true (`data-live` of the root).
fn feed(clock: &Clock, live: bool) -> AnyView {
    let as_of = format!("As of {}", clock.now.with_timezone(&clock.zone).format("%H:%M:%S"));
    view! {
        <span class="feed" id="feed">
            <span data-when="off" data-s="idle"><span class="dot"></span>{if live { as_of } else { "Not live".to_owned() }}</span>
            <span data-when="live" data-s="live"><span class="dot beat"></span>"Live"</span>
            <span data-when="held" data-s="hold">{Icon::Pause.small()}"Updates paused"</span>
            <span data-when="again" data-s="hold">{Icon::Loader.small()}"Reconnecting"</span>
            <span data-when="stale" data-s="fail">{Icon::WifiOff.small()}"Stale since "<span data-stale-since=""></span></span>
        </span>
    }
    .into_any()
}

/// Shown by the style sheet once the stream has been silent too long.
fn stale_note() -> AnyView {
    view! {
        <div class="note stale-note" data-s="fail" id="stale-note">
            {Icon::WifiOff.view()}
            <p><b>"No news from the server since "<span data-stale-since=""></span>"."</b>" Calls go on without this page. The figures below are old; Pause still works."</p>
            <span class="acts"><a class="btn sm" href="">"Try now"</a></span>
        </div>
    }
    .into_any()
}

/// What the server itself knows to be old, `#news`; empty while all is well.
fn news(clock: &Clock) -> AnyView {
    let note = clock.stale_since.map(|since| {
        let words = format!("No news from the dialer since {}.", format::clock_time(since, clock.zone));
        crate::parts::note::note(
            crate::state::Tone::Fail,
            Icon::WifiOff,
            words,
            "Calls go on. The figures below are as of then; nothing new can be started, Pause still works.",
        )
    });
    view! { <div class="news" id="news">{note}</div> }.into_any()
}

/// Words that begin with *Not* tell what was not done, and look like it.
fn flash(words: String) -> AnyView {
    let (tone, icon) = if words.starts_with("Not ") { ("hold", Icon::Info) } else { ("live", Icon::CircleCheck) };
    view! { <div class="note" data-s=tone role="status">{icon.view()}<p>{words}</p></div> }.into_any()
}

/// The first letters of the first and the last name.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|w| w.chars().next());
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

fn user_menu(shell: &Shell) -> AnyView {
    // What the foot of a phone has no room for.
    let more = shell
        .role
        .pages()
        .iter()
        .skip(TABS)
        .map(|page| view! { <a class="btn quiet more" href=page.href()>{page.icon().view()}{page.word()}</a> });
    view! {
        <details class="menu" id="user-menu">
            <summary class="tool">
                <span class="avatar" aria-hidden="true">{initials(&shell.user)}</span>
                <span class="user">{shell.user.clone()}</span>
                {Icon::ChevronDown.small()}
            </summary>
            <div class="sheet">
                <p><b>{shell.user.clone()}</b><small>{format!("{}, {}", shell.role.word(), shell.org)}</small></p>
                {more.collect_view()}
                {shell.role.pages().contains(&Nav::Voice).then(|| view! { <a class="btn quiet" href="/kill-switch">{Icon::Ban.view()}"Kill switch"</a> })}
                <form method="post" action="/logout"><button class="btn quiet" type="submit">{Icon::LogOut.view()}"Sign out"</button></form>
            </div>
        </details>
    }
    .into_any()
}

fn link(page: Nav, active: Option<Nav>) -> AnyView {
    let current = (active == Some(page)).then_some("page");
    view! { <a href=page.href() aria-current=current>{page.icon().view()}{page.word()}</a> }.into_any()
}

fn nav(shell: &Shell) -> AnyView {
    let foot = if shell.simulator {
        "No real person is contacted. Carrier: built-in simulator."
    } else {
        "Calls reach real people."
    };
    view! {
        <nav class="nav" aria-label="Main">
            <ul>{shell.role.pages().iter().map(|page| view! { <li>{link(*page, shell.active)}</li> }).collect_view()}</ul>
            <p class="foot">{foot}</p>
        </nav>
    }
    .into_any()
}

/// So many fit at the foot of a phone.
const TABS: usize = 4;

/// The same list at the foot of a phone; the rest is in the user's menu.
fn tabbar(shell: &Shell) -> AnyView {
    view! {
        <nav class="tabbar" aria-label="Main, phone">
            {shell.role.pages().iter().take(TABS).map(|page| link(*page, shell.active)).collect_view()}
        </nav>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_first_and_last() {
        assert_eq!(
            [initials("Renata Diaz"), initials("élodie"), initials("Ana Maria de Souza"), initials("")],
            ["RD", "É", "AS", ""]
        );
    }
}
