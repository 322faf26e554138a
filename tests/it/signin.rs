//! Signing in, roles, keys, and what other sites may not do.

use reqwest::{Method, header};
use rstest::rstest;
use serde_json::json;
use workflows::identity::{Role, session};

use crate::support::TestApp;

#[tokio::test]
async fn a_program_without_a_key_is_told_and_a_browser_is_shown_the_door() {
    let app = TestApp::start().await;
    app.stranger().get("/api/campaigns").await.problem(401, "not-signed-in");
    let reply = app.stranger().get("/campaigns?state=running").await.is(303);
    assert_eq!(reply.location(), "/login?next=%2Fcampaigns%3Fstate%3Drunning");
}

#[tokio::test]
async fn a_person_signs_in_with_a_password_and_out_again() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let form = |password: &'static str| {
        let (stranger, email) = (app.stranger(), boss.email.clone());
        async move { stranger.submit("/login", &[("email", &email), ("password", password), ("next", "/voice")]).await }
    };
    assert!(form("wrong horse").await.is(401).text.contains("is wrong"));
    let reply = form("correct horse battery").await.is(303);
    assert_eq!(reply.location(), "/voice");
    let cookie = reply.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
    let token = cookie.split(';').next().unwrap();
    let mine = app.stranger();
    let ask = |path: &str, method: Method| mine.send(mine.request(method, path).header(header::COOKIE, token));
    ask("/api/campaigns", Method::GET).await.is(200);
    ask("/logout", Method::POST).await.is(303);
    ask("/api/campaigns", Method::GET).await.problem(401, "not-signed-in");
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_get_the_same_answer() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let known = session::sign_in(&app.app.db, &boss.email, &"wrong horse".into(), "").await.unwrap_err();
    let unknown = session::sign_in(&app.app.db, "nobody@example.com", &"wrong horse".into(), "").await.unwrap_err();
    assert_eq!(known.to_string(), unknown.to_string());
}

#[tokio::test]
async fn a_wrong_key_is_not_saved_by_a_right_cookie() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let request = boss.request(Method::GET, "/api/campaigns").bearer_auth("wib_wrong");
    boss.send(request).await.problem(401, "not-signed-in");
}

#[tokio::test]
async fn another_site_cannot_submit_our_forms() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let request = boss.request(Method::POST, "/api/accounts").json(&json!({}));
    boss.send(request.header("sec-fetch-site", "cross-site")).await.problem(403, "cross-site");
}

#[rstest]
#[case::ops_sees_no_consumer(Role::Ops, "/api/accounts", 403)]
#[case::an_agent_sees_no_campaign(Role::Agent, "/api/campaigns", 403)]
#[case::an_agent_sees_accounts(Role::Agent, "/api/accounts", 200)]
#[case::compliance_sees_campaigns(Role::Compliance, "/api/campaigns", 200)]
#[case::who_only_reads_sees_jobs(Role::Readonly, "/api/jobs", 200)]
#[tokio::test]
async fn a_role_opens_its_own_doors(#[case] role: Role, #[case] path: &str, #[case] status: u16) {
    let app = TestApp::start().await;
    app.role(role).await.get(path).await.is(status);
    app.key(role).await.get(path).await.is(status);
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/login", "/api/campaigns", "/nowhere"] {
        let headers = app.stranger().get(path).await.headers;
        assert!(headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"), "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert!(headers.contains_key("x-request-id"), "{path}");
    }
}

#[tokio::test]
async fn only_the_demo_lets_people_in_without_a_password() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let form = [("email", boss.email.as_str())];
    app.stranger().submit("/login/demo", &form).await.problem(404, "not-found");
    app.app.offer_demo(app.org);
    assert!(app.stranger().get("/login").await.is(200).text.contains(&boss.email));
    assert_eq!(app.stranger().submit("/login/demo", &form).await.is(303).location(), "/");
    let neighbour = app.neighbour().await;
    let theirs = [("email", neighbour.email.as_str())];
    app.stranger().submit("/login/demo", &theirs).await.problem(401, "wrong-credentials");
}
