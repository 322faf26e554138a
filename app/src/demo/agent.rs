//! A simulated agent: a program that works like a person in a browser, over the HTTP API with a session of its own.
//!
//! Goes available, hears of a call over the event stream, talks for a while, hangs up, and says what came of it.

use std::time::Duration;

use futures::StreamExt;
use rand::{Rng, SeedableRng, rngs::StdRng};
use reqwest::{Client, RequestBuilder, Response, header};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use workflows::{
    db::Db,
    id::{CallId, OrgId, UserId},
    identity::session,
};

/// How agents behave, in simulated time.
#[derive(Clone, Debug)]
pub struct Manner {
    pub url: String,
    pub seed: u64,
    /// Virtual seconds in a real one.
    pub speed: f64,
}

/// How long a conversation takes, and how long its notes, in simulated seconds.
const TALK: std::ops::Range<f64> = 15.0..50.0;
const WRAP: std::ops::Range<f64> = 3.0..12.0;
/// An agent looks at the screen at least so often, in real time.
const GLANCE: Duration = Duration::from_secs(1);

/// What agents write down, by how often.
const OUTCOMES: [(&str, u32); 5] =
    [("promise", 35), ("right_party_no_promise", 30), ("call_back", 15), ("refused", 12), ("paid", 8)];

#[derive(Deserialize)]
struct Me {
    state: String,
    call_id: Option<CallId>,
}

struct Desk {
    http: Client,
    url: String,
    cookie: String,
    dice: StdRng,
    speed: f64,
    /// The call that was talked on, and let go of.
    talking: Option<CallId>,
}

/// Works until told to stop, then signs off.
///
/// # Errors
/// When there is no session to be had; anything later is tried again.
pub async fn work(db: Db, org: OrgId, user: UserId, manner: Manner, stop: CancellationToken) -> anyhow::Result<()> {
    let token = session::open(&db, org, user, "simulated agent").await?;
    let mut desk = Desk {
        http: Client::new(),
        cookie: format!("wib_session={}", token.0.expose_secret()),
        dice: StdRng::seed_from_u64(manner.seed ^ user.0.as_u64_pair().1),
        speed: manner.speed,
        url: manner.url,
        talking: None,
    };
    while !stop.is_cancelled() {
        if let Some(Err(error)) = stop.run_until_cancelled(desk.shift(user)).await {
            tracing::debug!(%error, "a simulated agent signs on again");
            tokio::time::sleep(GLANCE).await;
        }
    }
    desk.state("offline").await?;
    Ok(())
}

impl Desk {
    /// One connection's worth of work.
    async fn shift(&mut self, user: UserId) -> anyhow::Result<()> {
        let stream = self.get(&format!("/api/events?topics=agent:{user}")).send().await?.error_for_status()?;
        let mut events = stream.bytes_stream();
        loop {
            self.look().await?;
            match tokio::time::timeout(GLANCE, events.next()).await {
                Ok(None) => anyhow::bail!("the event stream ended"),
                Ok(Some(Err(error))) => return Err(error.into()),
                Ok(Some(Ok(_))) | Err(_) => {}
            }
        }
    }

    /// Looks at the screen and does the next thing.
    async fn look(&mut self) -> anyhow::Result<()> {
        let me: Me = ok(self.get("/api/agents/me")).await?.json().await?;
        match (me.state.as_str(), me.call_id) {
            ("offline" | "break", _) => self.state("available").await,
            ("on_call", Some(call)) if self.talking != Some(call) => self.talk(call).await,
            ("wrap_up", Some(call)) => self.dispose(call).await,
            _ => Ok(()),
        }
    }

    async fn talk(&mut self, call: CallId) -> anyhow::Result<()> {
        self.pass(TALK).await;
        let said = self.post(&format!("/api/calls/{call}/hangup")).send().await?;
        // Whom the server did not hear tries again. The person may have hung up first: then there is nothing to hang up.
        anyhow::ensure!(!said.status().is_server_error(), "the line is not let go");
        self.talking = Some(call);
        Ok(())
    }

    async fn dispose(&mut self, call: CallId) -> anyhow::Result<()> {
        self.pass(WRAP).await;
        let code = self.outcome();
        let said = self.post(&format!("/api/calls/{call}/disposition")).json(&json!({ "code": code })).send().await?;
        anyhow::ensure!(said.status().is_success() || said.status().is_client_error(), "the desk is closed");
        Ok(())
    }

    fn outcome(&mut self) -> &'static str {
        let mut roll = self.dice.random_range(0..OUTCOMES.iter().map(|(_, weight)| weight).sum::<u32>());
        for (code, weight) in OUTCOMES {
            if roll < weight {
                return code;
            }
            roll -= weight;
        }
        OUTCOMES[0].0
    }

    async fn state(&mut self, state: &str) -> anyhow::Result<()> {
        let put = self.http.put(format!("{}/api/agents/me/state", self.url)).header(header::COOKIE, &self.cookie);
        ok(put.json(&json!({ "state": state }))).await?;
        Ok(())
    }

    async fn pass(&mut self, span: std::ops::Range<f64>) {
        let secs = self.dice.random_range(span) / self.speed.max(0.001);
        tokio::time::sleep(Duration::from_secs_f64(secs)).await;
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.url)).header(header::COOKIE, &self.cookie)
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.url)).header(header::COOKIE, &self.cookie)
    }
}

async fn ok(request: RequestBuilder) -> reqwest::Result<Response> {
    request.send().await?.error_for_status()
}
