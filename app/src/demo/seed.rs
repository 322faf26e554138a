//! Demo data: an agency, its people, its number, and a few hundred invented consumers from a CSV in the repository.

use secrecy::SecretString;
use workflows::{
    account::{self, Upload},
    campaign::Sender,
    db::Db,
    id::{ImportId, OrgId, UserId},
    identity::{self, Role, org, user},
    import, number,
    phone::E164,
    transition::Actor,
};

/// Invented people over many states; the last four digits of each number choose what the simulator makes of a call.
const ACCOUNTS: &[u8] = include_bytes!("../../demo/accounts.csv");
const NAME: &str = "Harbor & Finch Recovery";
const SLUG: &str = "harbor-finch";
/// One password for everybody: the pages print it.
pub const PASSWORD: &str = "word-is-bond";
/// The agency's number.
pub const CALLER_ID: &str = "+12125550199";
/// Who its e-mails are from.
pub const SENDER: &str = "Harbor & Finch Recovery <help@harbor-finch.example>";

const STAFF: [(&str, &str, Role); 4] = [
    ("supervisor@demo.test", "Renata Diaz", Role::Supervisor),
    ("ops@demo.test", "Sun Kim", Role::Ops),
    ("admin@demo.test", "Ada Novak", Role::Admin),
    ("compliance@demo.test", "Paul Okafor", Role::Compliance),
];

const AGENTS: [&str; 12] = [
    "Priya Raman",
    "Omar Haddad",
    "Wei Zhang",
    "Grace Owusu",
    "Marta Silva",
    "Lena Fischer",
    "Yuki Tanaka",
    "Tomasz Nowak",
    "Ian Murphy",
    "Nadia Petrov",
    "Carlos Vega",
    "Keisha Grant",
];

/// The agency, ready to work.
#[derive(Debug)]
pub struct Seed {
    pub org: OrgId,
    pub supervisor: UserId,
    pub agents: Vec<(UserId, &'static str)>,
    pub import: ImportId,
}

/// Sets the agency up, or finds it as an earlier run left it. `accounts`: only so many of the list.
///
/// # Errors
/// When the database is away.
pub async fn seed(db: &Db, accounts: Option<usize>) -> anyhow::Result<Seed> {
    let org = match org::find(db, SLUG).await {
        Ok(org) => {
            addresses(db, org).await?;
            return found(db, org).await;
        }
        Err(_) => org::add(db, SLUG, NAME).await?,
    };
    let mut supervisor = None;
    for (email, name, role) in STAFF {
        let id = person(db, org, email, name, role).await?;
        supervisor = supervisor.or(Some(id));
    }
    let mut agents = Vec::new();
    for (n, name) in AGENTS.into_iter().enumerate() {
        agents.push((person(db, org, &format!("agent{}@demo.test", n + 1), name, Role::Agent).await?, name));
    }
    addresses(db, org).await?;
    let import = list(db, org, accounts).await?;
    Ok(Seed { org, supervisor: supervisor.expect("the staff has a supervisor"), agents, import })
}

async fn person(db: &Db, org: OrgId, email: &str, name: &str, role: Role) -> Result<UserId, identity::Error> {
    let password = &SecretString::from(PASSWORD);
    user::add(db, org, user::NewUser { email, name, role, password }).await
}

/// What it calls and writes from.
async fn addresses(db: &Db, org: OrgId) -> anyhow::Result<()> {
    let mut tx = db.tenant(org).await?;
    org::set_sender(&mut tx, org, &Sender::parse(SENDER).map_err(anyhow::Error::msg)?).await?;
    number::add(&mut tx, org, &E164::parse(CALLER_ID)?, "Main line", Actor::System).await?;
    Ok(tx.commit().await?)
}

/// The real import, of the real file.
async fn list(db: &Db, org: OrgId, accounts: Option<usize>) -> anyhow::Result<ImportId> {
    let mut sheet = import::read(ACCOUNTS)?;
    sheet.rows.truncate(accounts.unwrap_or(usize::MAX));
    let mut tx = db.tenant(org).await?;
    let upload = Upload { file_name: "accounts.csv", blob: None, dry_run: false, actor: Actor::System };
    let import = account::import(&mut tx, org, &sheet, &upload).await?;
    tx.commit().await?;
    Ok(import.id)
}

async fn found(db: &Db, org: OrgId) -> anyhow::Result<Seed> {
    let mut tx = db.tenant(org).await?;
    let people = sqlx::query!(
        r#"select id as "id: UserId", name, role as "role: Role" from users where org_id = $1 order by id"#,
        org.0
    )
    .fetch_all(&mut *tx)
    .await?;
    let import = sqlx::query_scalar!(
        r#"select id as "id: ImportId" from imports where org_id = $1 and not dry_run order by id limit 1"#,
        org.0
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    let supervisor = people.iter().find(|person| person.role == Role::Supervisor).map(|person| person.id);
    let agents = AGENTS.iter().filter_map(|name| {
        people
            .iter()
            .find(|person| person.role == Role::Agent && person.name == **name)
            .map(|person| (person.id, *name))
    });
    let agents = agents.collect();
    Ok(Seed { org, supervisor: supervisor.expect("the staff has a supervisor"), agents, import })
}
