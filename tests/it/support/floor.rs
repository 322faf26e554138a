//! A calling floor: people to call, agents who are programs, and campaigns seen through to their end.

use std::{future::Future, time::Duration};

use app::{
    demo::{
        agent::{self, Manner},
        seed,
    },
    stage::SimClock,
};
use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use workflows::{
    db::Db,
    id::{CampaignId, OrgId, UserId},
    identity::{Role, session},
    recipient,
};

use super::{Books, Persona, TestApp};

/// How long a whole campaign may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(150);
/// Nothing happens before the next retry: the clock jumps to shortly before it.
const BEFORE: TimeDelta = TimeDelta::seconds(2);
/// The organisation's number.
pub(crate) const CALLER_ID: &str = "+12125550199";

/// One organisation at work.
pub(crate) struct Floor {
    pub(crate) db: Db,
    pub(crate) org: OrgId,
    pub(crate) boss: Persona,
    pub(crate) agents: Vec<UserId>,
    pub(crate) clock: SimClock,
    url: String,
    simulator: String,
    /// The owner's address of the database: sees everything.
    pub(crate) owner: String,
    speed: f64,
    /// How long it waits for anything.
    pub(crate) patience: Duration,
    shift: CancellationToken,
    at_work: JoinSet<anyhow::Result<()>>,
}

/// Where everything is.
pub(crate) struct Place {
    pub(crate) db: Db,
    pub(crate) owner: String,
    pub(crate) url: String,
    pub(crate) simulator: String,
    /// Virtual seconds in a real one.
    pub(crate) speed: f64,
}

impl Place {
    pub(crate) fn of(app: &TestApp, speed: f64) -> Self {
        Self {
            db: app.app.db.clone(),
            owner: app.app.config.database.url.expose_secret().to_owned(),
            url: app.url.clone(),
            simulator: app.sim.origin(),
            speed,
        }
    }
}

/// Somebody to be called.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    phone: String,
    state: &'static str,
    zip: &'static str,
    do_not_call: bool,
}

/// So many people in New York whose numbers end in `fate`, which the simulator knows what to make of.
pub(crate) fn people(fate: &str, n: usize) -> Vec<Person> {
    (0..n).map(|n| in_new_york(&format!("+1212{}{fate}", 550 + n))).collect()
}

pub(crate) fn in_new_york(phone: &str) -> Person {
    Person { phone: phone.to_owned(), state: "NY", zip: "10001", do_not_call: false }
}

pub(crate) fn in_california(phone: &str) -> Person {
    Person { phone: phone.to_owned(), state: "CA", zip: "90001", do_not_call: false }
}

impl Person {
    pub(crate) fn phone(&self) -> &str {
        &self.phone
    }

    pub(crate) fn living(self, state: &'static str, zip: &'static str) -> Self {
        Self { state, zip, ..self }
    }

    pub(crate) fn who_said_stop(self) -> Self {
        Self { do_not_call: true, ..self }
    }
}

impl Floor {
    /// The test's own organisation, with a number, and as many agents at work as asked for.
    pub(crate) async fn open(app: &TestApp, speed: f64, agents: usize) -> Self {
        app.number(CALLER_ID).await;
        let boss = app.supervisor().await;
        let mut staff = Vec::new();
        for _ in 0..agents {
            staff.push(app.role(Role::Agent).await.user());
        }
        let mut floor = Self::new(Place::of(app, speed), app.org, boss, staff);
        floor.clock.set(floor.clock.now().await.unwrap(), speed).await.unwrap();
        floor.sign_on().await;
        floor
    }

    /// The demo's organisation with the first so many of its accounts; answers the list's import, too.
    pub(crate) async fn demo(place: Place, accounts: usize, agents: usize) -> (Self, String) {
        let seeded = seed::seed(&place.db, Some(accounts)).await.unwrap();
        let token = session::open(&place.db, seeded.org, seeded.supervisor, "test").await.unwrap();
        let boss = Persona::person(&place.url, seeded.supervisor, "supervisor@demo.test", &token);
        let staff = seeded.agents.iter().take(agents).map(|(id, _)| *id).collect();
        (Self::new(place, seeded.org, boss, staff), seeded.import.to_string())
    }

    fn new(place: Place, org: OrgId, boss: Persona, agents: Vec<UserId>) -> Self {
        Self {
            clock: SimClock::new(place.db.clone(), place.simulator.clone()),
            db: place.db,
            org,
            boss,
            agents,
            url: place.url,
            simulator: place.simulator,
            owner: place.owner,
            speed: place.speed,
            patience: PATIENCE,
            shift: CancellationToken::new(),
            at_work: JoinSet::new(),
        }
    }

    // ── time ──

    /// Sets the one clock, as a clock on a wall says it; it goes on at the floor's speed.
    pub(crate) async fn at(&self, wall: &str, zone: &str) {
        let wall = NaiveDateTime::parse_from_str(wall, "%Y-%m-%d %H:%M").unwrap();
        let moment = zone.parse::<Tz>().unwrap().from_local_datetime(&wall).earliest().unwrap();
        self.clock.set(moment.to_utc(), self.speed).await.unwrap();
    }

    /// Sets the one clock.
    /// The simulated now.
    pub(crate) async fn now(&self) -> DateTime<Utc> {
        self.clock.now().await.unwrap()
    }

    pub(crate) async fn set(&self, moment: DateTime<Utc>) {
        self.clock.set(moment, self.speed).await.unwrap();
    }

    // ── who works ──

    /// Simulated agents go to work; waits until each has an ear.
    pub(crate) async fn sign_on(&mut self) {
        let manner = Manner { url: self.url.clone(), seed: 7, speed: self.speed };
        for agent in &self.agents {
            self.at_work.spawn(agent::work(self.db.clone(), self.org, *agent, manner.clone(), self.shift.clone()));
        }
        let wanted = i64::try_from(self.agents.len()).unwrap();
        self.until("every agent is available", async || {
            (self.number("select count(*) from agents where state = 'available'").await == wanted).then_some(())
        })
        .await;
    }

    /// Every agent goes home and lets go of their leg.
    pub(crate) async fn sign_off(&mut self) {
        self.shift.cancel();
        while self.at_work.join_next().await.is_some() {}
        self.shift = CancellationToken::new();
    }

    // ── campaigns ──

    /// Imports a list as a supervisor does; answers the import's id.
    pub(crate) async fn list(&self, people: &[Person]) -> String {
        let mut csv = "account_number,name,phone,balance,creditor,state,zip,do_not_call\n".to_owned();
        for (n, p) in people.iter().enumerate() {
            let stop = if p.do_not_call { "yes" } else { "" };
            let (phone, state, zip) = (&p.phone, p.state, p.zip);
            csv += &format!("T{}-{n},Person {n},{phone},$100.50,Desert Bank,{state},{zip},{stop}\n", &phone[1..]);
        }
        let taken = self.boss.import("/api/accounts/import", csv).await.is(201).json();
        assert_eq!(taken["created"], people.len(), "{taken}");
        taken["id"].as_str().unwrap().to_owned()
    }

    /// Makes a campaign of a list and starts it; `more` is laid over the body.
    pub(crate) async fn start(&self, import: &str, more: Value) -> String {
        let id = self.draft(import, more).await;
        self.pull(&id, "start").await;
        id
    }

    /// Makes a campaign of a list, with one attempt for each person unless more are asked for: a simulated agent may
    /// write down that somebody wants to be called again.
    pub(crate) async fn draft(&self, import: &str, more: Value) -> String {
        let audience = json!({ "import_id": import });
        let mut body = json!({ "name": "November", "caller_id": CALLER_ID, "audience": audience, "max_attempts": 1 });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = self.boss.post("/api/campaigns", body).await.is(201).json();
        made["id"].as_str().unwrap().to_owned()
    }

    /// Starts, pauses, resumes or stops.
    pub(crate) async fn pull(&self, campaign: &str, lever: &str) {
        self.boss.post(&format!("/api/campaigns/{campaign}/{lever}"), json!({})).await.is(202);
    }

    pub(crate) async fn campaign(&self, id: &str) -> Value {
        self.boss.get(&format!("/api/campaigns/{id}")).await.is(200).json()
    }

    pub(crate) async fn stats(&self, id: &str) -> Value {
        self.boss.get(&format!("/api/campaigns/{id}/stats")).await.is(200).json()
    }

    /// The people of a campaign.
    pub(crate) async fn recipients(&self, id: &str) -> Vec<Value> {
        let page = self.boss.get(&format!("/api/campaigns/{id}/recipients?limit=200")).await.is(200).json();
        page["items"].as_array().unwrap().clone()
    }

    /// Sees a campaign to its end and answers its numbers.
    pub(crate) async fn over(&self, id: &str) -> Value {
        self.ended(id).await;
        self.stats(id).await
    }

    /// Sees a campaign to its end. When everybody left waits for a later hour, the clock jumps.
    pub(crate) async fn ended(&self, id: &str) {
        let campaign = CampaignId(id.parse().unwrap());
        let look = async || {
            let state = self
                .number_of("select (state in ('completed', 'stopped'))::int::bigint from campaigns where id = $1", id);
            if state.await? == 1 {
                return Ok(Some(()));
            }
            let mut tx = self.db.tenant(self.org).await?;
            let tally = recipient::tally(&mut tx, campaign).await?;
            let next = recipient::next_retry(&mut tx, campaign).await?;
            let now = tx.now().await?;
            tx.commit().await?;
            let idle = tally.queued == 0 && self.under_way().await? == 0;
            if idle && next.is_some_and(|next| next - BEFORE > now + BEFORE) {
                self.clock.set(next.unwrap() - BEFORE, self.speed).await?;
            }
            anyhow::Ok(None)
        };
        // The database may be away for a moment: then it is looked at again.
        self.until("the campaign is over", async || look().await.ok().flatten()).await;
    }

    /// Waits until, the agents being gone, no leg is left at the carrier and every recording and transcript is here, or
    /// known to be lost.
    pub(crate) async fn settle(&mut self) -> Books {
        self.quiet().await;
        self.kept().await;
        let told = async || (self.books().await.webhooks_under_way() == 0).then_some(());
        self.until("every webhook is delivered or given up", told).await;
        // A worker that was killed over one leaves it to the next, once its lease is over.
        let unread = "select count(*) from facts.webhook_events where outcome is null or processed_at is null";
        let read = async || (self.number(unread).await == 0).then_some(());
        self.until("every webhook is dealt with", read).await;
        self.books().await
    }

    /// Waits until every recording is fetched and every transcript ended, or known to be lost.
    pub(crate) async fn kept(&self) {
        let unkept = "select (select count(*) from recordings where state in ('asked', 'recording', 'saved'))
                           + (select count(*) from transcriptions where state in ('asked', 'running'))";
        let kept = async || (self.number(unkept).await == 0).then_some(());
        self.until("every recording and transcript is here", kept).await;
    }

    /// Waits until, the agents being gone, the carrier has no leg left and every recording saved.
    pub(crate) async fn quiet(&mut self) -> Books {
        self.sign_off().await;
        let quiet = async || {
            let books = self.books().await;
            (books.live_legs() == 0 && books.recordings_open() == 0).then_some(books)
        };
        self.until("the carrier has no leg left and every recording saved", quiet).await
    }

    // ── the carrier ──

    /// A merge patch on the scenario in force.
    pub(crate) async fn carrier(&self, patch: Value) {
        let url = format!("{}/sim/faults", self.simulator);
        let sent = reqwest::Client::new().post(url).json(&patch).send().await.unwrap();
        assert!(sent.status().is_success(), "{}", sent.text().await.unwrap());
    }

    pub(crate) async fn books(&self) -> Books {
        Books::open(&self.simulator).await
    }

    // ── the database ──

    /// One number, seen by the owner.
    pub(crate) async fn number(&self, sql: &'static str) -> i64 {
        let mut db = owner(&self.owner).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
    }

    /// One text, seen by the owner.
    pub(crate) async fn text_of(&self, sql: &'static str) -> String {
        let mut db = owner(&self.owner).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
    }

    /// People of any campaign who are being reached: a clock that jumps would outrun what the providers say of them.
    async fn under_way(&self) -> Result<i64, sqlx::Error> {
        let mut db = owner(&self.owner).await?;
        sqlx::query_scalar("select count(*) from recipients where state = 'claimed'").fetch_one(&mut db).await
    }

    async fn number_of(&self, sql: &'static str, id: &str) -> Result<i64, sqlx::Error> {
        let mut db = owner(&self.owner).await?;
        sqlx::query_scalar(sql).bind(id.parse::<uuid::Uuid>().unwrap()).fetch_one(&mut db).await
    }

    /// Waits until the answer is something.
    pub(crate) async fn until<T, F: Future<Output = Option<T>>>(&self, what: &str, mut look: impl FnMut() -> F) -> T {
        let (patience, deadline) = (self.patience, tokio::time::Instant::now() + self.patience);
        loop {
            if let Some(found) = look().await {
                return found;
            }
            assert!(tokio::time::Instant::now() < deadline, "it did not happen within {patience:?}: {what}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The owner's eyes; where roles are forbidden even they see nothing without saying so.
pub(crate) async fn owner(url: &str) -> Result<PgConnection, sqlx::Error> {
    let mut db = PgConnection::connect(url).await?;
    sqlx::query("set app.system = 'on'").execute(&mut db).await?;
    Ok(db)
}
