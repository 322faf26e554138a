//! The audit trail: no line is lost, a touched one is named, and those who may read it find what they look for.

use reqwest::Method;
use rstest::rstest;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection};
use workflows::{
    audit::{self, Fault, Proof, PublicKey},
    db::{Db, Tx},
    hub::Hub,
    identity::Role,
    transition::Actor,
};

use crate::support::{self, Persona, TestApp, process, until};

const WRITERS: usize = 8;
const PAIRS: usize = 40;

fn address(app: &TestApp) -> String {
    app.app.config.database.url.expose_secret().to_owned()
}

fn keys(app: &TestApp) -> Vec<PublicKey> {
    app.app.config.keys.trusted()
}

/// Chained, signed and found to hold.
async fn sealed(app: &TestApp) -> Proof {
    audit::chain(&app.app.db).await.unwrap();
    audit::seal(&app.app.db, app.app.config.keys.signer.as_ref().unwrap()).await.unwrap();
    audit::inspect(&app.app.db, app.org, &keys(app)).await.unwrap().unwrap()
}

async fn line(db: &Db, app: &TestApp, subject: &str) -> Tx {
    let mut tx = db.tenant(app.org).await.unwrap();
    audit::write(&mut tx, app.org, &Actor::System, "test.write", subject, json!({ "n": 1.10 })).await.unwrap();
    tx
}

async fn order(app: &TestApp) -> Vec<String> {
    let mut db = support::owner(&address(app)).await.unwrap();
    let lines = "select a.subject from audit_chain c join audit_log a on a.id = c.audit_id where a.action = 'test.write' order by c.seq";
    sqlx::query_scalar(lines).fetch_all(&mut db).await.unwrap()
}

#[tokio::test]
async fn a_line_that_is_committed_late_is_chained_late_and_not_passed_by() {
    let app = TestApp::start().await;
    let early = line(&app.app.db, &app, "early id, late commit").await;
    line(&app.app.db, &app, "late id, early commit").await.commit().await.unwrap();
    let never = line(&app.app.db, &app, "never").await;
    sealed(&app).await;
    assert_eq!(order(&app).await, ["late id, early commit"]);
    early.commit().await.unwrap();
    never.rollback().await.unwrap();
    sealed(&app).await;
    assert_eq!(order(&app).await, ["late id, early commit", "early id, late commit"]);
}

#[tokio::test]
async fn two_chainers_lose_no_line_and_chain_none_twice_while_writers_commit_out_of_order() {
    let app = TestApp::start().await;
    let done = tokio_util::sync::CancellationToken::new();
    let chainer = |done: tokio_util::sync::CancellationToken| {
        let url = address(&app);
        async move {
            let db = Db::connect(&url, 1, Hub::default()).await.unwrap();
            while !done.is_cancelled() {
                audit::chain(&db).await.unwrap();
                tokio::task::yield_now().await;
            }
        }
    };
    let chainers = [tokio::spawn(chainer(done.clone())), tokio::spawn(chainer(done.clone()))];
    let write = async |writer: usize| {
        let db = Db::connect(&address(&app), 2, Hub::default()).await.unwrap();
        for pair in 0..PAIRS {
            let (one, other) = (format!("{writer} {pair} a"), format!("{writer} {pair} b"));
            let first = line(&db, &app, &one).await;
            line(&db, &app, &other).await.commit().await.unwrap();
            first.commit().await.unwrap();
        }
    };
    futures::future::join_all((0..WRITERS).map(write)).await;
    done.cancel();
    for chainer in chainers {
        chainer.await.unwrap();
    }
    let proof = sealed(&app).await;
    let mut chained = order(&app).await;
    assert_eq!(chained.len(), WRITERS * PAIRS * 2);
    chained.sort();
    chained.dedup();
    assert_eq!(chained.len(), WRITERS * PAIRS * 2);
    assert_eq!(app.count("select count(*) from audit_log").await, proof.seq);
}

#[rstest]
#[case::a_payload(
    "update audit_log set payload = '{\"n\": 1.10}' where id = (select audit_id from audit_chain where seq = 3)",
    3,
    Fault::Changed
)]
#[case::an_actor(
    "update audit_log set actor = 'user:0' where id = (select audit_id from audit_chain where seq = 4)",
    4,
    Fault::Changed
)]
#[case::a_hash("update audit_chain set hash = sha256(hash) where seq = 4", 4, Fault::Changed)]
#[case::a_line_taken_out(
    "alter table audit_chain drop constraint audit_chain_audit_id_fkey;
     delete from audit_log where id = (select audit_id from audit_chain where seq = 3)",
    3,
    Fault::Removed
)]
#[case::a_link_taken_out("delete from audit_chain where seq = 3", 3, Fault::Removed)]
#[case::two_lines_swapped(
    "alter table audit_chain drop constraint audit_chain_audit_key;
     with two as (select seq, audit_id from audit_chain where seq in (3, 4))
     update audit_chain c set audit_id = two.audit_id from two where c.seq = 7 - two.seq",
    3,
    Fault::Changed
)]
#[case::the_end_cut_off("delete from audit_chain where seq = (select max(seq) from audit_chain)", 6, Fault::Removed)]
#[case::a_line_put_beside(
    "alter table audit_log disable trigger audit_log_await;
     insert into audit_log (org_id, at, actor, action, subject) select id, now(), 'system', 'call.ended', '' from organizations", 0, Fault::Added)]
#[case::a_checkpoint("update audit_checkpoints set root = sha256(root)", 6, Fault::Forged)]
#[tokio::test]
async fn what_the_databases_owner_tampers_with_is_named(
    #[case] tampering: &str,
    #[case] seq: i64,
    #[case] fault: Fault,
) {
    let app = TestApp::start().await;
    for n in 0..5 {
        line(&app.app.db, &app, &n.to_string()).await.commit().await.unwrap();
    }
    // The organisation's founding was the first.
    assert_eq!((sealed(&app).await.seq, sealed(&app).await.signed), (6, 6));
    execute(&app, tampering).await;
    let broken = audit::inspect(&app.app.db, app.org, &keys(&app)).await.unwrap().unwrap_err();
    assert_eq!((broken.seq, broken.fault), (seq, fault), "{broken}");
}

async fn execute(app: &TestApp, sql: &str) {
    let mut db: PgConnection = support::owner(&address(app)).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut db).await.unwrap();
}

async fn a_call_at_night(app: &TestApp) -> String {
    app.number("+13035550199").await;
    let boss = app.supervisor().await;
    let account = json!({ "account_number": "A-1", "last_name": "Alvarez", "balance_cents": 1, "state": "TX",
                          "phones": [{ "number": "+19155550100" }] });
    let account = boss.post("/api/accounts", account).await.is(201).json();
    app.at("2026-11-17 06:30", "America/Denver").await;
    boss.post("/api/calls", json!({ "account_id": account["id"] })).await.problem(409, "contact-not-allowed");
    account["id"].as_str().unwrap().to_owned()
}

#[rstest]
#[case::allowed_after_all("update compliance_decisions set allowed = true")]
#[case::other_facts("update compliance_decisions set inputs = inputs || '{\"phone\": null}'")]
#[tokio::test]
async fn a_verdict_that_is_changed_later_is_found_by_its_line(#[case] tampering: &str) {
    let app = TestApp::start().await;
    a_call_at_night(&app).await;
    sealed(&app).await;
    execute(&app, tampering).await;
    let broken = audit::inspect(&app.app.db, app.org, &keys(&app)).await.unwrap().unwrap_err();
    assert_eq!(broken.fault, Fault::VerdictChanged, "{broken}");
}

#[rstest]
#[case("update audit_log set actor = ''")]
#[case("delete from audit_log")]
#[case("update audit_chain set seq = 0")]
#[case("delete from audit_chain")]
#[case("update audit_checkpoints set seq = 0")]
#[case("delete from audit_checkpoints")]
#[tokio::test]
async fn the_application_may_neither_change_nor_delete_a_line(#[case] tampering: &'static str) {
    let app = TestApp::start().await;
    let mut tx = app.app.db.system().await.unwrap();
    let refused = sqlx::raw_sql(tampering).execute(&mut *tx).await.unwrap_err();
    assert!(refused.to_string().contains("permission denied"), "{refused}");
}

#[tokio::test]
async fn workers_chain_sign_and_check_by_themselves() {
    let app = TestApp::working().await;
    let look = async || {
        let mut tx = app.app.db.tenant(app.org).await.unwrap();
        audit::status(&mut tx, app.org).await.unwrap()
    };
    until("the first line is under a signature", async || look().await.signed).await;
    execute(&app, "update audit_verifications set tried_at = '-infinity'").await;
    until("the chain was checked", async || (look().await.verified > 0).then_some(())).await;
}

#[tokio::test]
async fn a_broken_chain_is_remembered_and_shown_on_the_whole_page() {
    let app = TestApp::start().await;
    let auditor = app.role(Role::Compliance).await;
    sealed(&app).await;
    audit::check(&app.app.db, &keys(&app)).await.unwrap();
    let page = open(&auditor, "/audit").await.is(200).text;
    assert!(page.contains("verified to #") && !page.contains("broken"), "{page}");
    execute(&app, "update audit_log set subject = '' where id = (select audit_id from audit_chain where seq = 1)")
        .await;
    execute(&app, "update audit_verifications set tried_at = '-infinity', full_at = '-infinity'").await;
    audit::check(&app.app.db, &keys(&app)).await.unwrap();
    let page = open(&auditor, "/audit").await.is(200).text;
    assert!(page.contains("The chain is broken: #1, line") && page.contains(r#"role="alert""#), "{page}");
}

#[tokio::test]
async fn a_chain_cut_short_after_it_was_checked_is_found_without_a_checkpoint() {
    let app = TestApp::start().await;
    line(&app.app.db, &app, "last").await.commit().await.unwrap();
    audit::chain(&app.app.db).await.unwrap();
    audit::check(&app.app.db, &[]).await.unwrap();
    execute(&app, "delete from audit_chain where seq = 2; delete from audit_log where subject = 'last'").await;
    execute(&app, "update audit_verifications set tried_at = '-infinity'").await;
    audit::check(&app.app.db, &[]).await.unwrap();
    let mut tx = app.app.db.tenant(app.org).await.unwrap();
    let fault = audit::status(&mut tx, app.org).await.unwrap().fault;
    assert_eq!(fault.as_deref(), Some("#2 was removed"));
}

async fn actions(who: &Persona, query: &str) -> Vec<String> {
    let page = who.get(&format!("/api/audit?{query}")).await.is(200).json();
    let items = page["items"].as_array().unwrap().iter();
    items.map(|line| format!("{} {}", line["action"].as_str().unwrap(), line["subject"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn who_signed_in_who_looked_and_what_was_decided_is_found_by_who_what_object_and_time() {
    let app = TestApp::start().await;
    let account = a_call_at_night(&app).await;
    let (boss, auditor) = (app.supervisor().await, app.role(Role::Compliance).await);
    boss.get(&format!("/api/accounts/{account}")).await.is(200);
    open(&boss, &format!("/accounts/{account}")).await.is(200);
    let view = format!("account.view {account}");
    let by_object = actions(&auditor, &format!("subject={account}")).await;
    assert_eq!(by_object, [&*view, &view, &format!("account.create {account}")]);
    let by_name = actions(&auditor, &format!("actor={}&action=account", boss.email)).await;
    assert_eq!(by_name, [&*view, &view]);
    let opened = format!("session.open {}", boss.user());
    assert_eq!(actions(&auditor, &format!("actor=user:{}&action=session", boss.user())).await, [opened]);
    assert_eq!(actions(&auditor, "action=decision").await.len(), 1);
    assert_eq!(
        actions(&auditor, "action=call.decided&from=2026-11-17T13:00:00Z&to=2026-11-17T14:00:00Z").await.len(),
        1
    );
    assert_eq!(actions(&auditor, "action=call.decided&to=2026-11-17T13:00:00Z").await, [""; 0]);
    // Who fails to be somebody is not them.
    let wrong = [("email", boss.email.as_str()), ("password", "wrong horse")];
    app.stranger().submit("/login", &wrong).await.is(401);
    let refused = format!("session.refuse {}", boss.user());
    until("the refusal is written down", async || {
        (actions(&auditor, "action=session.refuse&actor=system").await == [refused.clone()]).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_long_trail_is_read_slice_by_slice_and_only_ones_own() {
    let app = TestApp::start().await;
    for n in 0..5 {
        line(&app.app.db, &app, &n.to_string()).await.commit().await.unwrap();
    }
    sealed(&app).await;
    let auditor = app.key(Role::Compliance).await;
    let first = auditor.get("/api/audit?action=test&limit=3").await.is(200).json();
    let next = format!("/api/audit?action=test&limit=3&cursor={}", first["next"].as_str().unwrap());
    let rest = auditor.get(&next).await.is(200).json();
    let subjects = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|line| line["subject"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (subjects(&first), subjects(&rest), &rest["next"]),
        (vec!["4".into(), "3".into(), "2".into()], vec!["1".into(), "0".into()], &Value::Null)
    );
    assert_eq!((first["items"][0]["seq"].as_i64(), first["items"][0]["hash"].as_str().unwrap().len()), (Some(6), 64));
    let neighbour = app.neighbour().await;
    assert_eq!(actions(&neighbour, "action=test").await, [""; 0]);
}

#[rstest]
#[case::no_time("from=yesterday")]
#[case::backwards("from=2026-11-17T14:00:00Z&to=2026-11-17T13:00:00Z")]
#[case::no_cursor("cursor=last")]
#[case::an_unknown_filter("colour=red")]
#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused(#[case] query: &str) {
    let app = TestApp::start().await;
    app.role(Role::Compliance).await.get(&format!("/api/audit?{query}")).await.problem(400, "invalid-query");
}

#[rstest]
#[case(Role::Owner, 200)]
#[case(Role::Admin, 200)]
#[case(Role::Compliance, 200)]
#[case(Role::Supervisor, 403)]
#[case(Role::Agent, 403)]
#[case(Role::Ops, 403)]
#[case(Role::Readonly, 403)]
#[tokio::test]
async fn the_trail_is_for_those_who_answer_for_it(#[case] role: Role, #[case] status: u16) {
    let app = TestApp::start().await;
    let who = app.role(role).await;
    who.get("/api/audit").await.is(status);
    open(&who, "/audit").await.is(status);
    let home = open(&who, "/").await.location().to_owned();
    assert_eq!(open(&who, &home).await.text.contains(r#"href="/audit""#), status == 200);
}

#[tokio::test]
async fn a_page_with_a_time_that_is_none_says_so_and_keeps_it() {
    let app = TestApp::start().await;
    let auditor = app.role(Role::Compliance).await;
    let page = open(&auditor, "/audit?from=yesterday&action=session").await.is(200).text;
    assert!(page.contains("Give a day and a time") && page.contains(r#"value="yesterday""#), "{page}");
    assert!(page.contains("session.open"), "{page}");
}

async fn open(who: &Persona, path: &str) -> support::Reply {
    who.send(who.request(Method::GET, path).header("accept", "text/html")).await
}

#[tokio::test]
async fn the_command_names_the_row_and_says_by_its_exit_code_that_the_chain_is_broken() {
    let app = TestApp::start().await;
    sealed(&app).await;
    let key = keys(&app)[0].to_string();
    let here = tempfile::tempdir().unwrap();
    let wib = async |arguments: &'static [&'static str]| {
        let environment = [("DATABASE_URL", address(&app)), ("WIB_TRUSTED_KEYS", key.clone())];
        let mut command = process::wib(here.path(), arguments, &environment);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = wib(&["audit", "verify"]).await;
    assert!(code == Some(0) && said.starts_with("acme: holds to #1, signed to #1, hash "), "{said}");
    execute(&app, "update audit_log set actor = 'carrier' where id = 1").await;
    let (code, said) = wib(&["audit", "verify", "--org", "acme"]).await;
    assert!(code == Some(1) && said.starts_with("acme: BROKEN: #1, line 1, was changed"), "{said}");
    let (code, said) = wib(&["audit", "verify", "--org", "nowhere"]).await;
    assert!(code == Some(1) && said.contains("no organization with the slug nowhere"), "{said}");
    let (code, said) = wib(&["audit", "key"]).await;
    assert!(code == Some(1) && said.contains("wib audit key --new"), "{said}");
}
