//! What must not come into a ledger: each a clear problem that names the field.

use rstest::rstest;
use serde_json::{Value, json};
use workflows::identity::Role;

use super::{account, id};
use crate::support::TestApp;

#[rstest]
#[case::no_number(json!({ "value": "12", "kind": "internal", "source": "call" }), "value")]
#[case::no_address(json!({ "value": "maria@", "kind": "internal", "source": "call" }), "value")]
#[case::nobody(json!({ "kind": "internal", "source": "call" }), "value")]
#[case::two_scopes(json!({ "value": "9155550100", "account_id": "0199b7a0-0000-7000-8000-000000000000", "kind": "internal", "source": "call" }), "value")]
#[case::an_unknown_kind(json!({ "value": "9155550100", "kind": "nuisance", "source": "call" }), "kind")]
#[case::a_wish_of_a_number(json!({ "value": "9155550100", "kind": "no_call", "source": "call" }), "kind")]
#[case::an_unknown_channel(json!({ "value": "9155550100", "kind": "internal", "channel": "fax", "source": "call" }), "channel")]
#[case::a_text_by_mail(json!({ "value": "m@example.com", "kind": "internal", "channel": "sms", "source": "call" }), "channel")]
#[case::an_impossible_date(json!({ "value": "9155550100", "kind": "internal", "expires_at": "2026-02-30T00:00:00Z", "source": "call" }), "expires_at")]
#[case::over_before_it_began(json!({ "value": "9155550100", "kind": "internal", "expires_at": "2020-01-01T00:00:00Z", "source": "call" }), "expires_at")]
#[case::no_source(json!({ "value": "9155550100", "kind": "internal", "source": " " }), "source")]
#[case::a_novel(json!({ "value": "9155550100", "kind": "internal", "source": "call", "reason": "x".repeat(501) }), "reason")]
#[tokio::test]
async fn a_bad_suppression_is_refused_by_field(#[case] body: Value, #[case] field: &str) {
    let app = TestApp::start().await;
    let problem = app.agent().await.post("/api/suppressions", body).await.problem(422, "invalid-body");
    assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    assert_eq!(app.count("select count(*) from suppressions").await, 0);
}

#[rstest]
#[case::an_unknown_kind(json!({ "kind": "fax", "granted": true, "source": "call" }), "kind")]
#[case::neither_given_nor_taken(json!({ "kind": "sms", "source": "call" }), "granted")]
#[case::said_tomorrow(json!({ "kind": "sms", "granted": true, "at": "2027-01-01T00:00:00Z", "source": "call" }), "at")]
#[case::said_ages_ago(json!({ "kind": "sms", "granted": true, "at": "1926-01-01T00:00:00Z", "source": "call" }), "at")]
#[case::more_calls_for_ever(json!({ "kind": "more_calls", "granted": true, "source": "call" }), "expires_at")]
#[case::more_calls_for_a_month(json!({ "kind": "more_calls", "granted": true, "expires_at": "2026-12-17T00:00:00Z", "source": "call" }), "expires_at")]
#[tokio::test]
async fn a_bad_consent_is_refused_by_field(#[case] mut body: Value, #[case] field: &str) {
    let app = TestApp::start().await;
    body["account_id"] = account(&app).await["id"].clone();
    let problem = app.agent().await.post("/api/consents", body).await.problem(422, "invalid-body");
    assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    assert_eq!(app.count("select count(*) from consents").await, 0);
}

#[rstest]
#[case::no_such_day("preferences", json!({ "days": ["Funday"], "from": "08:00", "to": "09:00", "source": "call" }), "days")]
#[case::no_such_time("preferences", json!({ "from": "08:00", "to": "25:00", "source": "call" }), "to")]
#[case::no_length("preferences", json!({ "from": "08:00", "to": "08:00", "source": "call" }), "to")]
#[case::no_such_place("preferences", json!({ "from": "08:00", "to": "09:00", "place": "church", "source": "call" }), "place")]
#[case::no_such_channel("preferences", json!({ "from": "08:00", "to": "09:00", "channel": "fax", "source": "call" }), "channel")]
#[case::no_such_flag("flags", json!({ "kind": "rude", "source": "call" }), "kind")]
#[case::dead_tomorrow("flags", json!({ "kind": "deceased", "at": "2027-01-01T00:00:00Z", "source": "call" }), "at")]
#[case::by_nothing("flags", json!({ "kind": "deceased" }), "source")]
#[tokio::test]
async fn a_bad_flag_or_preference_is_refused_by_field(#[case] what: &str, #[case] body: Value, #[case] field: &str) {
    let app = TestApp::start().await;
    let account = account(&app).await;
    let path = format!("/api/accounts/{}/{what}", id(&account));
    let problem = app.agent().await.post(&path, body).await.problem(422, "invalid-body");
    assert_eq!(problem["errors"][0]["field"], field, "{problem}");
}

#[rstest]
#[case::no_cursor("/api/suppressions?cursor=7", 400, "invalid-query")]
#[case::an_unknown_kind("/api/suppressions?kind=nuisance", 400, "invalid-query")]
#[case::no_number("/api/suppressions?value=12", 422, "invalid-body")]
#[case::an_unknown_account("/api/consents?account_id=0199b7a0-0000-7000-8000-000000000000", 404, "not-found")]
#[case::flags_of_nobody("/api/accounts/0199b7a0-0000-7000-8000-000000000000/flags", 404, "not-found")]
#[tokio::test]
async fn a_bad_question_is_refused(#[case] path: &str, #[case] status: u16, #[case] kind: &str) {
    let app = TestApp::start().await;
    app.role(Role::Compliance).await.get(path).await.problem(status, kind);
}
