//! The rules, asked over HTTP and on a command line; and the agency's own policy, which the next decision heeds.

use std::process::Command;

use reqwest::Method;
use rstest::rstest;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use uuid::Uuid;
use workflows::identity::Role;

use crate::support::{Persona, TestApp};

const LIST: &str = "account_number,name,phone,email,balance,creditor,state,zip,do_not_call\n\
                    A-1,Maria Alvarez,3125550100,m@people.example,$100.50,Desert Bank,IL,60601,\n\
                    A-2,Bo Lee,3125550101,,$20.00,Desert Bank,IL,60601,yes\n";
const EXPLAIN: &str = "/api/compliance/explain";
const POLICY: &str = "/api/compliance/policy";

/// An office with two accounts, at ten on a Tuesday in Chicago.
struct Office {
    app: TestApp,
    boss: Persona,
    officer: Persona,
}

impl Office {
    async fn open() -> Self {
        let app = TestApp::start().await;
        app.at("2026-11-24 10:00", "America/Chicago").await;
        let (boss, officer) = (app.supervisor().await, app.role(Role::Compliance).await);
        boss.import("/api/accounts/import", LIST).await.is(201);
        Self { app, boss, officer }
    }

    async fn account(&self, number: &str) -> String {
        let found = self.boss.get(&format!("/api/accounts?q={number}")).await.is(200).json();
        found["items"][0]["id"].as_str().unwrap().to_owned()
    }

    async fn ask(&self, number: &str, channel: &str) -> Value {
        let body = json!({ "account_id": self.account(number).await, "channel": channel });
        self.officer.post(EXPLAIN, body).await.is(200).json()
    }

    /// So many calls about the first account that rang and were not answered, an hour ago.
    async fn called(&self, times: i32) {
        let mut tx = self.app.app.db.tenant(self.app.org).await.unwrap();
        sqlx::query(
            "insert into calls (id, org_id, account_id, consumer_id, debt_group_id, to_addr, state, intent_at, ended_at, result)
             select gen_random_uuid(), a.org_id, a.id, a.consumer_id, a.debt_group_id, '+13125550100', 'ended',
                    wib_now() - interval '1 hour', wib_now() - interval '1 hour', 'no_answer'
             from collection_accounts a, generate_series(1, $1) where a.number = 'A-1'",
        )
        .bind(times)
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// A refusal, stored as a decision is.
    async fn refused(&self, number: &str, code: &str) {
        let mut tx = self.app.app.db.tenant(self.app.org).await.unwrap();
        sqlx::query(
            "insert into compliance_decisions
               (id, org_id, account_id, consumer_id, channel, to_addr, allowed, reasons, rules_version, inputs, decided_at)
             select gen_random_uuid(), org_id, id, consumer_id, 'call', '+13125550101', false,
                    jsonb_build_array(jsonb_build_object('code', $2, 'sentence', 'No.', 'citation', 'a law')), 'test', '{}', wib_now()
             from collection_accounts where number = $1",
        )
        .bind(number)
        .bind(code)
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }
}

fn codes(answer: &Value) -> Vec<&str> {
    answer["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_allowed_contact_is_explained_and_asking_is_audited_but_decides_nothing() {
    let office = Office::open().await;
    let answer = office.ask("A-1", "call").await;
    assert_eq!(answer["allowed"], true, "{answer}");
    assert_eq!((codes(&answer), &answer["earliest_next"]), (vec![], &Value::Null));
    assert_eq!(answer["zones"], json!(["America/Chicago"]));
    assert_eq!(answer["budget"], "0 of 7 calls in 7 days");
    let rules = answer["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 19);
    assert!(rules.iter().all(|rule| rule["result"] == "passed" && rule["citation"] != "" && rule["title"] != ""));
    assert_eq!(office.app.count("select count(*) from compliance_decisions").await, 0);
    let asked = "select count(*) from audit_log where action = 'compliance.explain' and payload->>'allowed' = 'true'";
    assert_eq!(office.app.count(asked).await, 1);
}

#[tokio::test]
async fn a_refusal_tells_its_rule_its_source_and_the_next_lawful_moment() {
    let office = Office::open().await;
    office.app.at("2026-11-24 21:00", "America/Chicago").await;
    let answer = office.ask("A-1", "call").await;
    assert_eq!((&answer["allowed"], &answer["reason"]), (&json!(false), &json!("OUT_OF_WINDOW")));
    assert_eq!(answer["reasons"][0]["citation"], "12 CFR 1006.6(b)(1)(i)");
    assert_eq!(answer["earliest_next"], "2026-11-25T14:00:00Z");
    assert_eq!(answer["budget"], "0 of 7 calls in 7 days; next allowed Wed 08:00 CST");
    office.app.at("2026-11-24 10:00", "America/Chicago").await;
    let listed = office.ask("A-2", "call").await;
    assert_eq!((codes(&listed), &listed["earliest_next"]), (vec!["DNC_NUMBER"], &Value::Null));
    let text = office.ask("A-1", "sms").await;
    assert_eq!(codes(&text), ["NO_CONSENT"]);
}

#[tokio::test]
async fn a_spent_budget_is_told_in_words_and_on_the_page() {
    let office = Office::open().await;
    office.called(7).await;
    let answer = office.ask("A-1", "call").await;
    assert_eq!(codes(&answer), ["FREQ_7IN7"]);
    assert_eq!(answer["budget"], "7 of 7 calls in 7 days; next allowed Tue 1 Dec 2026 08:00 CST");
    let page = office.officer.get("/compliance?who=A-1&channel=call").await.is(200).text;
    for words in
        ["7 of 7 calls in 7 days", "Seven calls in seven days", "12 CFR 1006.14(b)(2)(i)(A)", "18 of 19 rules passed"]
    {
        assert!(page.contains(words), "{words} is not in {page}");
    }
    let account = office.boss.get(&format!("/accounts/{}", office.account("A-1").await)).await.is(200).text;
    assert!(account.contains("7 of 7 calls in 7 days") && account.contains("/compliance?who=A-1&amp;channel=call#ask"));
}

#[rstest]
#[case::another_time(json!({ "at": "2026-11-25T03:30:00Z" }), "OUT_OF_WINDOW")]
#[case::another_number(json!({ "phone": "(808) 555-0123" }), "OUT_OF_WINDOW")]
#[tokio::test]
async fn another_time_or_number_may_be_asked_about(#[case] more: Value, #[case] reason: &str) {
    let office = Office::open().await;
    let mut body = json!({ "account_id": office.account("A-1").await, "channel": "call" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    assert_eq!(office.officer.post(EXPLAIN, body).await.is(200).json()["reason"], reason);
}

#[rstest]
#[case::an_unknown_field(json!({ "colour": 1 }), 422, "invalid-body", "colour")]
#[case::another_channel(json!({ "channel": "fax" }), 422, "invalid-body", "channel")]
#[case::a_wrong_type(json!({ "channel": 7 }), 422, "invalid-body", "channel")]
#[case::no_time(json!({ "at": "tomorrow" }), 422, "invalid-body", "at")]
#[case::an_impossible_time(json!({ "at": "9999-12-31T23:59:59Z" }), 422, "invalid-body", "at")]
#[case::no_number(json!({ "to": "12" }), 422, "invalid-body", "to")]
#[case::a_nul(json!({ "to": "\u{0}" }), 422, "invalid-body", "")]
#[case::no_account(json!({ "account_id": Uuid::nil() }), 404, "not-found", "")]
#[case::no_id(json!({ "account_id": "A-1" }), 422, "invalid-body", "account_id")]
#[tokio::test]
async fn what_cannot_be_asked_is_refused_by_field(
    #[case] wrong: Value,
    #[case] status: u16,
    #[case] kind: &str,
    #[case] field: &str,
) {
    let office = Office::open().await;
    let mut body = json!({ "account_id": office.account("A-1").await, "channel": "call" });
    body.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
    let problem = office.officer.post(EXPLAIN, body).await.problem(status, kind);
    assert!(field.is_empty() || problem["errors"][0]["field"] == field, "{problem}");
}

#[tokio::test]
async fn an_account_without_an_address_and_another_organisations_account_say_so() {
    let office = Office::open().await;
    let body = json!({ "account_id": office.account("A-2").await, "channel": "email" });
    office.officer.post(EXPLAIN, body.clone()).await.problem(409, "not-ready");
    let neighbour = office.app.neighbour().await;
    neighbour.post(EXPLAIN, body).await.problem(404, "not-found");
    let page = neighbour.get("/compliance?who=A-1&channel=call").await.is(200).text;
    assert!(page.contains("There is no such account or phone number"), "{page}");
}

#[tokio::test]
async fn a_policy_tightens_from_the_next_decision_on_and_is_audited_with_what_stood_before() {
    let office = Office::open().await;
    office.called(3).await;
    let form = [("opens", "11:00"), ("closes", "20:00"), ("days", "Tue"), ("days", "Wed"), ("calls_per_week", "3")];
    let saved = office.officer.submit("/compliance/policy", &form).await.is(303);
    assert_eq!(saved.location(), "/compliance");
    let answer = office.ask("A-1", "call").await;
    assert_eq!(codes(&answer), ["FREQ_7IN7", "CAMPAIGN_HOURS"]);
    assert_eq!(answer["reasons"][0]["citation"], "policy: calls in seven days");
    assert_eq!(answer["budget"], "3 of 3 calls in 7 days; next allowed Tue 1 Dec 2026 11:00 CST");
    let policy = office.officer.get(POLICY).await.is(200).json();
    assert_eq!((&policy["opens"], &policy["days"]), (&json!("11:00"), &json!(["Tue", "Wed"])));
    assert_eq!((&policy["changed_by"], &policy["calls_per_week"]), (&json!("compliance"), &json!(3)));
    office.officer.put(POLICY, json!({})).await.is(200);
    assert_eq!(office.ask("A-1", "call").await["allowed"], true);
    let changes = "select count(*) from audit_log where action = 'policy.change'
                   and payload->'before' ? 'opens' and payload->'after' ? 'opens'";
    assert_eq!(office.app.count(changes).await, 2);
}

#[rstest]
#[case::before_the_law(&[("opens", "07:00"), ("closes", "20:00"), ("days", "Mon")], "Must not be before 08:00")]
#[case::after_the_law(&[("opens", "09:00"), ("closes", "22:00"), ("days", "Mon")], "Must not be after 21:00")]
#[case::no_time(&[("opens", "soon"), ("closes", "20:00"), ("days", "Mon")], "Is a time such as 09:00")]
#[case::no_day(&[("opens", "09:00"), ("closes", "20:00")], "Choose at least one day")]
#[case::eight_calls(&[("days", "Mon"), ("calls_per_week", "8")], "Must be 1 to 7")]
#[case::many_calls(&[("days", "Mon"), ("calls_per_week", "many")], "Must be 1 to 7")]
#[tokio::test]
async fn a_policy_that_loosens_comes_back_with_what_was_typed(#[case] form: &[(&str, &str)], #[case] said: &str) {
    let office = Office::open().await;
    let page = office.officer.submit("/compliance/policy", form).await.is(422).text;
    assert!(page.contains(said) && page.contains("The policy is as it was"), "{page}");
    assert!(form[0].0 != "opens" || page.contains(&format!("value=\"{}\"", form[0].1)), "{page}");
    assert_eq!(office.app.count("select count(*) from policies").await, 0);
}

#[rstest]
#[case::unknown(json!({ "colour": 1 }), "colour")]
#[case::loose(json!({ "calls_per_week": 9 }), "calls_per_week")]
#[case::no_day(json!({ "days": ["Someday"] }), "days")]
#[case::half(json!({ "opens": "09:00" }), "closes")]
#[tokio::test]
async fn a_policy_over_the_api_is_refused_by_field(#[case] body: Value, #[case] field: &str) {
    let office = Office::open().await;
    let problem = office.officer.put(POLICY, body).await.problem(422, "invalid-body");
    assert_eq!(problem["errors"][0]["field"], field, "{problem}");
}

#[tokio::test]
async fn who_may_not_set_the_policy_reads_it_and_agents_do_not_see_the_page() {
    let office = Office::open().await;
    office.boss.put(POLICY, json!({})).await.problem(403, "forbidden");
    let page = office.boss.get("/compliance").await.is(200).text;
    assert!(page.contains("Not heeded") && !page.contains("Save policy"), "{page}");
    let agent = office.app.agent().await;
    agent.send(agent.request(Method::GET, "/compliance")).await.is(403);
}

#[tokio::test]
async fn what_was_refused_today_is_counted_and_listed() {
    let office = Office::open().await;
    office.refused("A-2", "DNC_NUMBER").await;
    office.refused("A-2", "DNC_NUMBER").await;
    office.refused("A-1", "FREQ_7IN7").await;
    let page = office.officer.get("/compliance").await.is(200).text;
    assert!(page.contains("<b>3</b> refused"), "{page}");
    assert!(page.contains("/compliance/refusals?rule=DNC_NUMBER&amp;today=yes"), "{page}");
    let list = office.officer.get("/compliance/refusals?rule=DNC_NUMBER&today=yes").await.is(200).text;
    assert!(list.matches(">A-2<").count() == 2 && !list.contains(">A-1<"), "{list}");
    let other = office.officer.get("/compliance/refusals?rule=DECEASED&today=").await.is(200).text;
    assert!(other.contains("Nothing was refused here"), "{other}");
    office.officer.get("/compliance/refusals?before=soon").await.problem(400, "invalid-query");
}

#[tokio::test]
async fn the_command_line_explains_and_says_what_is_missing() {
    let office = Office::open().await;
    let id = office.account("A-1").await;
    let database = office.app.app.config.database.url.expose_secret().to_owned();
    let explain = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wib"));
        let output =
            command.args(["compliance", "explain"]).args(args).env_clear().env("DATABASE_URL", &database).output();
        let output = output.unwrap();
        (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    let (fine, said) = explain(&["--account", &id, "--channel", "call", "--at", "2026-11-24T21:00:00-06:00"]);
    assert!(fine, "{said}");
    for words in [
        "REFUSED: call",
        "OUT_OF_WINDOW",
        "12 CFR 1006.6(b)(1)(i)",
        "next lawful: 2026-11-25T14:00:00Z",
        "passed  DECEASED",
    ] {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    for (args, words) in [
        (["--account", "A-1", "--channel", "call"], "add --org SLUG"),
        (["--account", "00000000-0000-0000-0000-000000000000", "--channel", "call"], "there is no account"),
        (["--account", &id, "--channel", "fax"], "unknown channel"),
    ] {
        let (fine, said) = explain(&args);
        assert!(!fine && said.contains(words), "{words} is not in {said}");
    }
    let (fine, said) = explain(&["--account", &id, "--channel", "call", "--at", "noon"]);
    assert!(!fine && said.contains("2026-11-24T10:00:00-06:00"), "{said}");
    let bo = office.account("A-2").await;
    let (fine, said) = explain(&["--account", &bo, "--channel", "email"]);
    assert!(!fine && said.contains("no usable e-mail address"), "{said}");
}
