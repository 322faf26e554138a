//! What must not come in: each a clear 4xx that names the field and the fix, and nothing half-written.

use reqwest::{Method, header};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Reply, TestApp};

#[rstest]
#[case::broken_json(r#"{"name": "#, 400, "malformed-body", "")]
#[case::no_object("[]", 422, "invalid-body", "body")]
#[case::a_missing_field(r#"{"name":"x"}"#, 422, "invalid-body", "caller_id")]
#[case::an_unknown_field(r#"{"name":"x","caller_id":"+13035550199","colour":1}"#, 422, "invalid-body", "colour")]
#[case::a_wrong_type(r#"{"name":7,"caller_id":"+13035550199"}"#, 422, "invalid-body", "name")]
#[case::a_bad_number(r#"{"name":"x","caller_id":"0800"}"#, 422, "invalid-body", "caller_id")]
#[case::a_nested_field(
    r#"{"name":"x","caller_id":"+13035550199","audience":{"limit":"all"}}"#,
    422,
    "invalid-body",
    "audience.limit"
)]
#[case::out_of_range(
    r#"{"name":"x","caller_id":"+13035550199","max_attempts":99}"#,
    422,
    "invalid-body",
    "max_attempts"
)]
#[case::a_nul(r#"{"name":"x\u0000","caller_id":"+13035550199"}"#, 422, "invalid-body", "")]
#[tokio::test]
async fn a_bad_body_is_refused_by_field(
    #[case] body: &'static str,
    #[case] status: u16,
    #[case] kind: &str,
    #[case] field: &str,
) {
    let app = TestApp::start().await;
    app.number("+13035550199").await;
    let boss = app.supervisor().await;
    let request = boss.request(Method::POST, "/api/campaigns").body(body);
    let problem = boss.send(request.header(header::CONTENT_TYPE, "application/json")).await.problem(status, kind);
    if !field.is_empty() {
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    assert_eq!(app.count("select count(*) from campaigns").await, 0);
}

#[tokio::test]
async fn a_body_of_another_type_or_size_is_refused() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let text = boss.request(Method::POST, "/api/campaigns").body("name=x");
    boss.send(text).await.problem(415, "unsupported-media-type");
    let huge = json!({ "name": "x".repeat(300_000), "caller_id": "+13035550199" });
    boss.post("/api/campaigns", huge).await.problem(413, "body-too-large");
}

#[rstest]
#[case::no_id("/api/campaigns/7", 404, "not-found")]
#[case::an_unknown_id("/api/campaigns/0199b7a0-0000-7000-8000-000000000000", 404, "not-found")]
#[case::an_unknown_address("/api/nothing", 404, "not-found")]
#[case::an_unknown_parameter("/api/campaigns?colour=red", 400, "invalid-query")]
#[case::a_parameter_of_another_type("/api/campaigns?limit=many", 400, "invalid-query")]
#[case::a_nul("/api/accounts?q=%00", 400, "invalid-query")]
#[case::no_topic("/api/events?topics=weather", 400, "invalid-query")]
#[tokio::test]
async fn a_bad_address_is_refused(#[case] path: &str, #[case] status: u16, #[case] kind: &str) {
    let app = TestApp::start().await;
    app.supervisor().await.get(path).await.problem(status, kind);
}

#[tokio::test]
async fn another_method_is_refused() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    boss.send(boss.request(Method::DELETE, "/api/campaigns")).await.problem(405, "method-not-allowed");
}

#[rstest]
#[case::empty(b"".as_slice())]
#[case::a_picture(b"\x89PNG\r\n\x1a\n0000".as_slice())]
#[case::a_spreadsheet(b"PK\x03\x04\x14\x00\x06\x00".as_slice())]
#[case::missing_columns(b"name,balance\nMaria,1\n".as_slice())]
#[case::only_a_header(b"account_number,name,phone,balance\n".as_slice())]
#[tokio::test]
async fn a_file_that_is_no_list_is_refused_and_leaves_nothing(#[case] file: &'static [u8]) {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let problem = boss.import("/api/accounts/import", file).await.problem(422, "invalid-body");
    assert_eq!(problem["errors"][0]["field"], "file", "{problem}");
    for table in
        ["select count(*) from imports", "select count(*) from blobs", "select count(*) from collection_accounts"]
    {
        assert_eq!(app.count(table).await, 0, "{table}");
    }
}

#[tokio::test]
async fn bad_lines_are_told_with_line_and_column_and_the_good_ones_taken() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let csv = "account_number;name;phone;balance\n\
               A-1;Maria Alvarez;9155550100;10\n\
               A-2;John Smith;123;10\n\
               A-1;Maria Alvarez;9155550100;10\n\
               A-3;=cmd()|x;9155550101;10\n";
    let report = boss.import("/api/accounts/import", csv).await.is(201).json();
    let lines: Vec<&Value> = report["report"].as_array().unwrap().iter().map(|line| &line["line"]).collect();
    assert!(lines.contains(&&json!(3)) && lines.contains(&&json!(4)), "{report}");
    assert!(report["report"].as_array().unwrap().iter().any(|l| l["column"] == "phone"), "{report}");
}

#[rstest]
#[case::an_unknown_field(&[("colour", "red")])]
#[case::no_file(&[("dry_run", "true")])]
#[tokio::test]
async fn a_form_of_another_shape_is_refused(#[case] fields: &'static [(&str, &str)]) {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let form = fields.iter().fold(reqwest::multipart::Form::new(), |form, (name, value)| form.text(*name, *value));
    let reply: Reply = boss.send(boss.request(Method::POST, "/api/accounts/import").multipart(form)).await;
    reply.problem(422, "invalid-body");
}

#[tokio::test]
async fn a_call_to_nobody_or_by_nobody_is_refused() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let nobody = json!({ "account_id": "0199b7a0-0000-7000-8000-000000000000" });
    boss.post("/api/calls", nobody).await.problem(404, "not-found");
    boss.post("/api/calls", json!({ "account_id": 7 })).await.problem(422, "invalid-body");
    assert_eq!(app.count("select count(*) from jobs").await, 0);
}

#[tokio::test]
async fn a_call_at_night_is_refused_with_the_rule_and_the_next_lawful_moment() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    app.number("+13035550199").await;
    let account = json!({ "account_number": "A-1", "last_name": "Alvarez", "balance_cents": 1, "state": "TX",
                          "phones": [{ "number": "+19155550100" }] });
    let account = boss.post("/api/accounts", account).await.is(201).json();
    app.at("2026-11-17 06:30", "America/Denver").await;
    let problem =
        boss.post("/api/calls", json!({ "account_id": account["id"] })).await.problem(409, "contact-not-allowed");
    assert!(problem["detail"].as_str().unwrap().contains("1006.6(b)(1)"), "{problem}");
    assert_eq!(app.count("select count(*) from calls where state = 'skipped'").await, 1);
}
