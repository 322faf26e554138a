//! The application as a test meets it: real HTTP on a free port, a database of its own, the carrier simulator, and on
//! demand workers.

use std::{future::Future, time::Duration};

use app::{
    commands::serve,
    config::{Carrier, Config, Http, Mail, Timers},
    server,
    stage::SimClock,
    state::App,
    worker,
};
use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use tokio::net::TcpListener;
use uuid::Uuid;
use workflows::{
    audit::{Keys, Signer},
    id::OrgId,
    identity::{Role, key, org, session, user},
};

use super::{Database, Persona, database};

/// How long a test waits for something before it says what did not happen.
const PATIENCE: Duration = Duration::from_secs(20);
const PASSWORD: &str = "correct horse battery";
/// Signs the audit chain of every test.
const SIGNING_KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

/// A running application; everything ends with it.
pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) url: String,
    pub(crate) org: OrgId,
    pub(crate) sim: simulator::Running,
    clock: SimClock,
    _database: Database,
}

/// What differs from the ordinary.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// Virtual seconds in a real one, for calls and the one clock.
    pub(crate) speed: f64,
    pub(crate) timers: Timers,
    /// Is there a carrier?
    pub(crate) provider: bool,
    /// The caller ids of the account at the carrier; empty accepts any.
    pub(crate) numbers: Vec<String>,
    /// Webhooks verify with this key instead of the simulator's.
    pub(crate) public_key: Option<String>,
}

impl Default for Setting {
    fn default() -> Self {
        Self { speed: 20.0, timers: Timers::default(), provider: true, numbers: Vec::new(), public_key: None }
    }
}

impl TestApp {
    /// Server and simulator, no workers: jobs wait.
    pub(crate) async fn start() -> Self {
        Self::with(Setting::default()).await
    }

    /// The same with workers.
    pub(crate) async fn working() -> Self {
        let app = Self::start().await;
        app.work();
        app
    }

    pub(crate) async fn with(setting: Setting) -> Self {
        app::metrics::install();
        let database = database().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let sim = simulator(&setting, &url).await;
        let app = serve::assemble(config(&setting, &database, &sim, &url)).await.unwrap();
        tokio::spawn(server::serve(app.clone(), listener));
        let clock = SimClock::new(app.db.clone(), sim.origin());
        let org = org::add(&app.db, "acme", "Acme Recovery").await.unwrap();
        let test = Self { app, url, org, sim, clock, _database: database };
        // A Tuesday afternoon, when every zone of the country may be called.
        test.clock.set(local("2026-11-17 14:00", "America/New_York"), setting.speed).await.unwrap();
        test
    }

    /// Starts a worker process's worth of workers in this one.
    pub(crate) fn work(&self) {
        let environment = worker::environment(&self.app);
        let config = workers::runtime::Config::default();
        tokio::spawn(workers::worker::run(environment, config, self.app.stop.clone()));
    }

    /// Sets the one clock, as a clock on a wall says it: `app.at("2026-11-17 08:59", "America/Chicago")`.
    pub(crate) async fn at(&self, wall: &str, zone: &str) {
        self.clock.set(local(wall, zone), 0.0).await.unwrap();
    }

    // ── who ──

    /// Nobody in particular.
    pub(crate) fn stranger(&self) -> Persona {
        Persona::stranger(&self.url)
    }

    pub(crate) async fn supervisor(&self) -> Persona {
        self.person(self.org, "Rosa Diaz", Role::Supervisor).await
    }

    pub(crate) async fn agent(&self) -> Persona {
        self.person(self.org, "Ana Lee", Role::Agent).await
    }

    pub(crate) async fn ops(&self) -> Persona {
        self.person(self.org, "Otto Park", Role::Ops).await
    }

    /// Somebody new of that role in this organisation.
    pub(crate) async fn role(&self, role: Role) -> Persona {
        self.person(self.org, role.word(), role).await
    }

    /// An API key of that role.
    pub(crate) async fn key(&self, role: Role) -> Persona {
        let key = key::add(&self.app.db, self.org, role, "test").await.unwrap();
        Persona::key(&self.url, &key)
    }

    /// A supervisor of another organisation.
    pub(crate) async fn neighbour(&self) -> Persona {
        let org = org::add(&self.app.db, "neighbour", "Neighbour").await.unwrap();
        self.person(org, "Nora Bell", Role::Owner).await
    }

    async fn person(&self, org: OrgId, name: &str, role: Role) -> Persona {
        let email = format!("{}@example.com", Uuid::now_v7().simple());
        let new = user::NewUser { email: &email, name, role, password: &PASSWORD.into() };
        let id = user::add(&self.app.db, org, new).await.unwrap();
        let token = session::open(&self.app.db, org, id, "test").await.unwrap();
        Persona::person(&self.url, id, &email, &token)
    }

    // ── what there is ──

    /// A number to call from.
    pub(crate) async fn number(&self, e164: &str) {
        let mut tx = self.app.db.tenant(self.org).await.unwrap();
        sqlx::query("insert into numbers (id, org_id, e164) values ($1, $2, $3)")
            .bind(Uuid::now_v7())
            .bind(self.org.0)
            .bind(e164)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// One number out of the organisation's rows.
    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        let mut tx = self.app.db.tenant(self.org).await.unwrap();
        let count = sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        count
    }

    /// One text out of the organisation's rows.
    pub(crate) async fn text(&self, sql: &'static str) -> String {
        let mut tx = self.app.db.tenant(self.org).await.unwrap();
        let text = sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        text
    }

    /// How often that was done.
    pub(crate) async fn count_of_action(&self, action: &str) -> i64 {
        let mut tx = self.app.db.tenant(self.org).await.unwrap();
        let lines = sqlx::query_scalar("select count(*) from audit_log where action = $1").bind(action);
        let count = lines.fetch_one(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        count
    }

    /// The organisation with that slug.
    pub(crate) async fn org_of(&self, slug: &str) -> OrgId {
        org::find(&self.app.db, slug).await.unwrap()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.app.stop.cancel();
    }
}

/// Waits until the answer is something, and says what did not happen if it never is.
pub(crate) async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut look: impl FnMut() -> F) -> T {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(tokio::time::Instant::now() < deadline, "it did not happen within {PATIENCE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn local(wall: &str, zone: &str) -> DateTime<Utc> {
    let wall = NaiveDateTime::parse_from_str(wall, "%Y-%m-%d %H:%M").unwrap();
    zone.parse::<Tz>().unwrap().from_local_datetime(&wall).single().unwrap().to_utc()
}

async fn simulator(setting: &Setting, url: &str) -> simulator::Running {
    let config = simulator::Config {
        bind: ([127, 0, 0, 1], 0).into(),
        speed: setting.speed,
        numbers: setting.numbers.clone(),
        messaging_webhook_url: Some(format!("{url}/webhooks/telnyx/sms")),
        resend_webhook_url: Some(format!("{url}/webhooks/resend")),
        ..simulator::Config::default()
    };
    simulator::start(config).await.unwrap()
}

fn config(setting: &Setting, database: &Database, sim: &simulator::Running, url: &str) -> Config {
    let carrier = Carrier {
        api_key: "simulator".into(),
        connection_id: "7267000000000000000".into(),
        credential_connection_id: "7267000000000000000".into(),
        public_key: setting.public_key.clone().unwrap_or_else(|| sim.public_key_b64.clone()).into(),
        base_url: sim.base_url.clone(),
        messaging_profile: None,
        live_allowed: false,
    };
    let mail = Mail {
        api_key: "simulator".into(),
        webhook_secret: sim.resend_signing_secret.clone().into(),
        base_url: sim.resend_base_url.clone(),
        live_allowed: false,
    };
    let mut of_database = app::config::Database::at(&database.url);
    of_database.connections = 12;
    Config {
        http: Http { bind: [127, 0, 0, 1].into(), port: 0, public_url: url.to_owned(), metrics_addr: None },
        database: of_database,
        carrier: setting.provider.then_some(carrier),
        mail: setting.provider.then_some(mail),
        timers: setting.timers,
        keys: Keys { signer: Signer::parse(&SIGNING_KEY.into()).ok(), earlier: Vec::new() },
    }
}
