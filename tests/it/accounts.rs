//! Accounts by list and by hand: all of a file or none of it, the same person once, nothing seen by a neighbour.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use sqlx::{Row, postgres::PgRow};
use workflows::{
    account::{self, Import, New, NewPhone, Patch, Search, Upload},
    db::{Db, Tx},
    hub::Hub,
    id::OrgId,
    identity::org,
    import::{self, Sheet},
    place::{State, Zip},
    transition::Actor,
};

use crate::support::{Database, database};

const HEADER: &str = "account_number,name,phone,phone2,email,address,city,state,zip,balance,creditor,do_not_call\n";
const MARIA: &str = "A-1,Maria Alvarez,9155550100,,m@example.com,1 Mesa St,El Paso,TX,79901,$100.50,Desert Bank,\n";

/// One organisation in a database of its own.
struct World {
    db: Db,
    org: OrgId,
    _database: Database,
}

impl World {
    async fn new() -> Self {
        let database = database().await;
        let db = Db::connect(&database.url, 4, Hub::default()).await.unwrap();
        let org = org::add(&db, "acme", "Acme").await.unwrap();
        Self { db, org, _database: database }
    }

    async fn tx(&self) -> Tx {
        self.db.tenant(self.org).await.unwrap()
    }

    async fn import(&self, text: &str, dry_run: bool) -> Import {
        let mut tx = self.tx().await;
        let upload = Upload { file_name: "list.csv", blob: None, dry_run, actor: Actor::System };
        let import = account::import(&mut tx, self.org, &sheet(text), &upload).await.unwrap();
        tx.commit().await.unwrap();
        import
    }

    async fn find(&self, text: &str) -> Vec<account::Account> {
        let mut tx = self.tx().await;
        account::list(&mut tx, self.org, &Search { text, limit: 50, ..Search::default() }).await.unwrap().items
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let mut tx = self.tx().await;
        sqlx::query(sql).map(|row: PgRow| row.get(0)).fetch_one(&mut *tx).await.unwrap()
    }
}

fn sheet(text: &str) -> Sheet {
    import::read(text.as_bytes()).unwrap()
}

fn phone(text: &str) -> NewPhone {
    NewPhone { number: text.parse().unwrap(), place: account::Place::Home }
}

#[tokio::test]
async fn a_list_is_taken_once_and_taken_again_it_updates() {
    let world = World::new().await;
    let list =
        format!("{HEADER}{MARIA}A-2,Bo Lee,2125550101,2125550102,,,New York,NY,10001,7,,yes\nA-3,Bad,12,,,,,,,1,,\n");

    let tried = world.import(&list, true).await;
    assert_eq!((tried.good, tried.rejected, tried.created, tried.updated), (2, 1, 2, 0));
    assert_eq!(world.find("").await.len(), 0, "a dry run writes only its report");

    let first = world.import(&list, false).await;
    assert_eq!((first.created, first.updated), (2, 0));
    assert_eq!(first.report[0].message, "needs ten digits after the country code 1");
    let again = world.import(&list.replace("$100.50", "90").replace("1 Mesa St", "2 Mesa St"), false).await;
    assert_eq!((again.created, again.updated), (0, 2));

    let maria = world.find("alvarez").await.remove(0);
    assert_eq!((maria.account_number.as_str(), maria.balance_cents), ("A-1", 9_000));
    assert_eq!((maria.address.as_str(), maria.zip.as_str()), ("2 Mesa St", "79901"));
    assert_eq!(maria.creditor, "Desert Bank");
    assert_eq!(maria.emails, ["m@example.com"]);
    assert_eq!(maria.phones[0].number, "+19155550100");
    let bo = world.find("212555").await.remove(0);
    assert_eq!(bo.phones.iter().map(|phone| phone.suppressed.as_deref()).collect::<Vec<_>>(), [Some("internal"); 2]);
    assert_eq!(world.count("select count(*) from addresses").await, 3, "the old address is dated, not overwritten");
    assert_eq!(world.count("select count(*) from suppressions").await, 2, "asking twice is one entry");
    assert_eq!(world.count("select count(*) from consumers").await, 2);
}

#[tokio::test]
async fn consent_to_texts_is_written_down_once_and_again_after_it_was_taken_back() {
    let world = World::new().await;
    let list = "account,name,phone,balance,sms_consent\n1,Ann Lee,9155550100,1,yes\n2,Ann Lee,9155550100,2,yes\n\
                3,Bo Lee,9155550101,3,\n";
    let granted = "select count(*) from consents where kind = 'sms' and granted and source = 'import'";
    world.import(list, false).await;
    world.import(list, false).await;
    assert_eq!(world.count(granted).await, 1);
    let mut tx = world.tx().await;
    let revoked = "insert into consents (id, org_id, consumer_id, kind, granted, source, at)
                   select gen_random_uuid(), org_id, consumer_id, 'sms', false, 'call', wib_now() from consents";
    sqlx::query(revoked).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    world.import(list, false).await;
    assert_eq!(world.count(granted).await, 2);
}

#[tokio::test]
async fn two_debts_of_one_person_share_a_consumer_and_a_namesake_does_not() {
    let world = World::new().await;
    let list =
        "account,name,phone,balance\n1,Ann Lee,9155550100,1\n2,ann LEE,(915) 555-0100,2\n3,Ann Lee,9155550101,3\n";
    world.import(list, false).await;
    let [third, second, first] = world.find("ann lee").await.try_into().unwrap();
    assert_eq!(first.consumer_id, second.consumer_id);
    assert_ne!(first.consumer_id, third.consumer_id);
    // The same holds against what is there already.
    world.import("account,name,phone,balance\n4,Ann Lee,9155550101,4\n", false).await;
    assert_eq!(world.find("ann lee").await[0].consumer_id, third.consumer_id);
}

#[tokio::test]
async fn a_long_list_is_one_transaction_and_no_statement_of_it_times_out() {
    use std::fmt::Write;
    let world = World::new().await;
    let mut list = HEADER.to_owned();
    for n in 0..10_000 {
        writeln!(
            list,
            "N-{n},First{n} Last{n},{}{:07},,p{n}@example.com,{n} Main St,Chicago,IL,60601,{n}.10,C{},",
            312,
            2_000_000 + n,
            n % 6
        )
        .unwrap();
    }
    let import = world.import(&list, false).await;
    assert_eq!((import.created, import.rejected), (10_000, 0));
    assert_eq!(world.find("N-9999").await.len(), 1);
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_overlap() {
    let world = World::new().await;
    let lines: String = (0..7).map(|n| format!("{n},Ann Lee,91555501{n:02},1\n")).collect();
    world.import(&format!("account,name,phone,balance\n{lines}"), false).await;
    let (mut seen, mut after, mut tx) = (Vec::new(), None, world.tx().await);
    loop {
        let page = account::list(&mut tx, world.org, &Search { after, limit: 3, ..Search::default() }).await.unwrap();
        seen.extend(page.items.into_iter().map(|account| account.account_number));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["6", "5", "4", "3", "2", "1", "0"]);
    assert_eq!(account::total(&mut tx, world.org).await.unwrap(), 7);
}

#[tokio::test]
async fn an_account_is_made_and_changed_by_hand() {
    let world = World::new().await;
    let mut tx = world.tx().await;
    let maria = New {
        account_number: "H-1".into(),
        first_name: "Maria".into(),
        last_name: "Alvarez".into(),
        balance_cents: 5_000,
        phones: vec![phone("(915) 555-0100")],
        state: State::parse("TX").ok(),
        ..New::default()
    };
    let id = account::create(&mut tx, world.org, &maria, Actor::System).await.unwrap();
    let twice = account::create(&mut tx, world.org, &maria, Actor::System).await.unwrap_err();
    assert!(matches!(twice, account::Error::NumberTaken));
    let formula = New { account_number: "H-2".into(), last_name: "=1+1".into(), ..maria.clone() };
    let refused = account::create(&mut tx, world.org, &formula, Actor::System).await.unwrap_err();
    assert_eq!(refused.to_string(), "last_name begins like a spreadsheet formula: remove the first character");

    let patch = Patch {
        balance_cents: Some(10),
        status: Some(account::Status::Paid),
        zip: Zip::parse("79901").ok(),
        confirmed_timezone: Some(Some(Tz::America__Denver)),
        phone: Some(phone("9155550102")),
        ..Patch::default()
    };
    account::patch(&mut tx, world.org, id, &patch, Actor::System).await.unwrap();
    let found = account::find(&mut tx, world.org, id).await.unwrap().unwrap();
    assert_eq!((found.balance_cents, found.status), (10, account::Status::Paid));
    assert_eq!((found.state.as_str(), found.zip.as_str()), ("TX", "79901"));
    assert_eq!(found.confirmed_timezone.as_deref(), Some("America/Denver"));
    assert_eq!(found.phones.len(), 2);
    let forget = Patch { confirmed_timezone: Some(None), ..Patch::default() };
    account::patch(&mut tx, world.org, id, &forget, Actor::System).await.unwrap();
    assert_eq!(account::find(&mut tx, world.org, id).await.unwrap().unwrap().confirmed_timezone, None);
    tx.commit().await.unwrap();

    let neighbour = org::add(&world.db, "other", "Other").await.unwrap();
    let mut tx = world.db.tenant(neighbour).await.unwrap();
    assert!(account::find(&mut tx, neighbour, id).await.unwrap().is_none());
    let theirs = account::patch(&mut tx, neighbour, id, &patch, Actor::System).await.unwrap_err();
    assert!(matches!(theirs, account::Error::NotFound));
}

#[test]
fn every_demo_account_is_good_and_every_fifty_have_the_same_mix() {
    let sheet = import::read(include_bytes!("../../app/demo/accounts.csv")).unwrap();
    assert_eq!((sheet.good(), sheet.fixed(), sheet.rejected()), (300, 0, 0));
    let accounts: Vec<&New> = sheet.rows.iter().map(|row| &row.account).collect();
    let numbers: BTreeSet<&str> = accounts.iter().map(|new| new.phones[0].number.as_str()).collect();
    assert_eq!(numbers.len(), 300);
    assert!(accounts.iter().all(|new| new.zip.and_then(Zip::state) == new.state && new.state.is_some()));
    assert_eq!(accounts.iter().filter(|new| new.do_not_call).count(), 3);
    assert!((255..285).contains(&accounts.iter().filter(|new| new.sms_consent).count()), "nine of ten take texts");
    for fifty in accounts.chunks(50) {
        let ending =
            |wanted: &[&str]| fifty.iter().filter(|new| wanted.contains(&&new.phones[0].number.as_str()[8..])).count();
        assert!((22..=23).contains(&ending(&["0100", "0101"])), "somebody answers");
        assert_eq!(ending(&["0102", "0103"]), 10, "a machine answers");
        assert_eq!(ending(&["0108"]), 9, "nobody answers");
        assert!(ending(&["0109"]) >= 2 && ending(&["0111"]) >= 1 && ending(&["0110"]) >= 1);
        assert!(ending(&["0104"]) + ending(&["0107"]) >= 3);
        let faults = (113..=120).map(|n| format!("{n:04}"));
        assert!(faults.into_iter().all(|fault| ending(&[&fault]) == 0), "no fault is shown unless asked for");
    }
}
