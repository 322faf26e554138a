//! A real browser: Debian's chromium behind chromedriver, with a profile of its own that goes with the test.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource as _, KeyAction, KeyActions},
    elements::Element,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use super::until;

/// Quiet, and alone: nothing of this asks the network for anything but the page.
const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];
/// How long a test waits for something to appear.
const PATIENCE: Duration = Duration::from_secs(20);
/// The accessibility checker, vendored by `bin/vendor`.
const AXE: &str = include_str!("../../vendor/axe-core/axe.min.js");
/// WCAG 2.0 to 2.2, A and AA, and what axe holds to be good practice.
const RULES: &str = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice";

/// One window; it closes with the test.
pub(crate) struct Browser {
    client: Client,
    site: String,
    session: String,
    _driver: Child,
    _profile: TempDir,
}

impl Browser {
    /// Opens a window on the site; none, and a loud word, where there is no browser.
    pub(crate) async fn open(site: &str) -> Option<Self> {
        let (Some(chromium), Some(driver)) = (found("chromium"), found("chromedriver")) else {
            eprintln!("skipped: no chromium and chromedriver here; bin/setup installs them");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        let (driver, at) = start(&driver).await;
        let client = connect(&at, &chromium, profile.path()).await;
        let session = format!("{at}/session/{}", client.session_id().await.unwrap().unwrap());
        let browser = Self { client, site: site.to_owned(), session, _driver: driver, _profile: profile };
        // A window nobody looks at has no focus, and drops keys.
        browser.developer("Emulation.setFocusEmulationEnabled", json!({ "enabled": true })).await;
        Some(browser)
    }

    // ── going places ──

    pub(crate) async fn goto(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.site)).await.unwrap();
    }

    /// Path and query of where it is.
    pub(crate) async fn path(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        url.as_str().strip_prefix(&self.site).unwrap_or_default().to_owned()
    }

    /// Fills the sign-in form and sends it.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) {
        self.goto("/login").await;
        self.type_into("#email", email).await;
        self.type_into("#password", password).await;
        self.click("form[action='/login'] button").await;
        self.see(".user").await;
    }

    // ── hands ──

    /// The element, once it is there.
    pub(crate) async fn see(&self, css: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("no {css} on {}: {error}", self.path().await),
        }
    }

    pub(crate) async fn click(&self, css: &str) {
        self.see(css).await.click().await.unwrap();
    }

    pub(crate) async fn type_into(&self, css: &str, text: &str) {
        let field = self.see(css).await;
        // A file is chosen, and cannot be cleared.
        if field.attr("type").await.unwrap().as_deref() != Some("file") {
            field.clear().await.unwrap();
        }
        field.send_keys(text).await.unwrap();
    }

    /// Presses a key wherever the focus is.
    pub(crate) async fn press(&self, key: char) {
        let keys = KeyActions::new("keyboard".into());
        let keys = keys.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        self.client.perform_actions(keys).await.unwrap();
    }

    /// Presses a key with Shift held.
    pub(crate) async fn press_shifted(&self, key: char) {
        const SHIFT: char = '\u{E008}';
        let keys = KeyActions::new("keyboard".into()).then(KeyAction::Down { value: SHIFT });
        let keys = keys.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        self.client.perform_actions(keys.then(KeyAction::Up { value: SHIFT })).await.unwrap();
    }

    // ── eyes ──

    /// The words of an element; empty while it is not there, or was replaced while it was read.
    pub(crate) async fn words(&self, css: &str) -> String {
        let script = "return document.querySelector(arguments[0])?.innerText ?? ''";
        self.run(script, vec![json!(css)]).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until an element says so.
    pub(crate) async fn until_words(&self, css: &str, say: &str) {
        until(&format!("{css} says {say}"), || async { self.words(css).await.contains(say).then_some(()) }).await;
    }

    /// Waits until the radio button of that value is chosen.
    pub(crate) async fn until_chosen(&self, value: &str) {
        let script = "return document.querySelector('input[type=radio]:checked')?.value";
        until(&format!("{value} is chosen"), || async { (self.run(script, Vec::new()).await == value).then_some(()) })
            .await;
    }

    /// Presses a key until this is chosen: what has just appeared takes none for a moment.
    pub(crate) async fn choose(&self, key: char, value: &str) {
        let script = "return document.querySelector('input[type=radio]:checked')?.value";
        let chosen = || async {
            self.press(key).await;
            (self.run(script, Vec::new()).await == value).then_some(())
        };
        until(&format!("{value} is chosen"), chosen).await;
    }

    /// Waits until there is no such element.
    pub(crate) async fn gone(&self, css: &str) {
        let script = "return document.querySelector(arguments[0]) === null";
        until(&format!("{css} is gone"), || async { (self.run(script, vec![json!(css)]).await == true).then_some(()) })
            .await;
    }

    /// The words and whatever else a script finds out.
    pub(crate) async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.unwrap()
    }

    /// Leaves a mark that a reload would wipe away.
    pub(crate) async fn mark(&self) {
        self.run("window.marked = true", Vec::new()).await;
    }

    /// Is it still the page that was marked?
    pub(crate) async fn marked(&self) -> bool {
        self.run("return window.marked === true", Vec::new()).await == true
    }

    // ── looks ──

    /// As a reader with that preference, on a screen that wide.
    pub(crate) async fn look(&self, theme: &str, width: u32) {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.developer("Emulation.setDeviceMetricsOverride", size).await;
        let scheme = json!({ "name": "prefers-color-scheme", "value": theme });
        self.developer("Emulation.setEmulatedMedia", json!({ "features": [scheme] })).await;
    }

    /// Takes a picture, for people to look at, where `WIB_PICTURES` names a folder for them.
    pub(crate) async fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("WIB_PICTURES") else { return };
        let picture = self.client.screenshot().await.unwrap();
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), picture).unwrap();
    }

    /// What axe finds wrong with the page, a line each.
    pub(crate) async fn violations(&self) -> Vec<String> {
        let script = format!(
            "{AXE}; const done = arguments[arguments.length - 1];
             axe.run(document, {{ runOnly: '{RULES}'.split(' '), resultTypes: ['violations'] }}).then((found) =>
               done(found.violations.map((v) => `${{v.id}}: ${{v.help}}: ${{v.nodes.map((n) => n.html).join(' ')}}`)),
               (error) => done([String(error)]))"
        );
        let found = self.client.execute_async(&script, Vec::new()).await.unwrap();
        found.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
    }

    /// What the page complained about since it was asked last: scripts that failed, policies that were broken.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let entries = self.ask("se/log", json!({ "type": "browser" })).await;
        let severe = entries.as_array().unwrap().iter().filter(|entry| entry["level"] == "SEVERE");
        severe.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    async fn developer(&self, command: &str, parameters: Value) {
        self.ask("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await;
    }

    /// What only chromedriver understands.
    async fn ask(&self, command: &str, body: Value) -> Value {
        let url = format!("{}/{command}", self.session);
        let mut answer: Value =
            reqwest::Client::new().post(url).json(&body).send().await.unwrap().json().await.unwrap();
        answer["value"].take()
    }
}

impl Drop for Browser {
    /// Ends the session, and with it chromium, which would outlive its driver. On a thread with a runtime of its own: a
    /// destructor cannot await.
    fn drop(&mut self) {
        let session = self.session.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(reqwest::Client::new().delete(session).send()).is_ok()
        });
        let _ = thread.join();
    }
}

fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Starts the driver on a port of its own choice, and hears which.
async fn start(program: &Path) -> (Child, String) {
    let mut driver = Command::new(program);
    driver.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut driver = driver.spawn().unwrap();
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    loop {
        let line = lines.next_line().await.unwrap().expect("chromedriver says its port before it ends");
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            return (driver, format!("http://127.0.0.1:{}", port.trim_end_matches('.')));
        }
    }
}

async fn connect(driver: &str, chromium: &Path, profile: &Path) -> Client {
    let mut flags = FLAGS.map(str::to_owned).to_vec();
    flags.push(format!("--user-data-dir={}", profile.display()));
    let wanted = json!({
        "goog:chromeOptions": { "binary": chromium, "args": flags },
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(wanted.as_object().unwrap().clone());
    builder.connect(driver).await.unwrap()
}
