//! The ledgers as a browser without scripts meets them.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use workflows::identity::Role;

use super::{account, id, items};
use crate::support::{Persona, Reply, TestApp};

async fn open(who: &Persona, path: &str) -> Reply {
    who.send(who.request(Method::GET, path).header("accept", "text/html")).await
}

async fn entry(who: &Persona, account: &Value) -> Value {
    items(who, &format!("/api/accounts/{}/flags", id(account))).await.swap_remove(0)
}

#[rstest]
#[case::a_flag(&[("what", "flag"), ("kind", "attorney"), ("source", "letter"), ("reason", "A. Smith, Esq.")], "Represented by an attorney")]
#[case::their_debt(&[("what", "suppression"), ("scope", "debt"), ("kind", "internal"), ("source", "call")], "this debt")]
#[case::their_number(&[("what", "suppression"), ("scope", "+19155550100"), ("kind", "litigator"), ("source", "vendor")], "(915) 555-0100, every medium")]
#[case::a_consent(&[("what", "consent"), ("kind", "more_calls"), ("granted", "true"), ("expires_at", "2026-11-20"), ("source", "call")], "More calls allowed")]
#[case::no_consent(&[("what", "consent"), ("kind", "sms"), ("granted", "false"), ("source", "call")], "Texts not allowed")]
#[case::a_night(&[("what", "preference"), ("days", "Fri"), ("from", "22:00"), ("to", "6:00"), ("source", "call")], "Fri, 22:00 to 06:00")]
#[tokio::test]
async fn what_an_agent_hears_is_on_the_accounts_page(#[case] form: &[(&str, &str)], #[case] said: &str) {
    let app = TestApp::start().await;
    let account = account(&app).await;
    let agent = app.agent().await;
    let page = format!("/accounts/{}", id(&account));
    let what = form[0].1;
    assert!(open(&agent, &format!("{page}?note={what}")).await.is(200).text.contains("/restraints\""));
    assert_eq!(agent.submit(&format!("{page}/restraints"), form).await.is(303).location(), page);
    let shown = open(&agent, &page).await.is(200).text;
    assert!(shown.contains(said) && shown.contains("by Ana Lee"), "{shown}");
    assert!(!shown.contains("?lift="), "an agent lifts nothing");
}

#[rstest]
#[case::an_impossible_date(&[("what", "flag"), ("kind", "deceased"), ("at", "2026-02-30"), ("source", "letter")], "Is no date")]
#[case::an_unknown_kind(&[("what", "flag"), ("kind", "rude"), ("source", "letter")], "Choose one of the list")]
#[case::no_source(&[("what", "consent"), ("kind", "sms"), ("granted", "true")], "Is needed")]
#[case::no_time(&[("what", "preference"), ("from", "noon"), ("to", "13:00"), ("source", "call")], "Is no time of day")]
#[tokio::test]
async fn what_cannot_be_is_told_beside_what_was_typed(#[case] form: &[(&str, &str)], #[case] said: &str) {
    let app = TestApp::start().await;
    let account = account(&app).await;
    let agent = app.agent().await;
    let page = agent.submit(&format!("/accounts/{}/restraints", id(&account)), form).await.is(422).text;
    assert!(page.contains(said) && page.contains("id=\"note\""), "{page}");
}

#[tokio::test]
async fn an_officer_lifts_from_the_page_with_a_reason() {
    let app = TestApp::start().await;
    let account = account(&app).await;
    let officer = app.role(Role::Compliance).await;
    let (page, post) = (format!("/accounts/{}", id(&account)), format!("/accounts/{}/restraints", id(&account)));
    let flag = [("what", "flag"), ("kind", "dispute"), ("source", "letter")];
    officer.submit(&post, &flag).await.is(303);
    let raised = entry(&officer, &account).await;
    let ask = open(&officer, &format!("{page}?lift={}", id(&raised))).await.is(200).text;
    assert!(ask.contains("Verification was sent"), "{ask}");
    let lift = |reason: &'static str| [("what", "lift"), ("verified", "true"), ("reason", reason)];
    let with = |form: [(&'static str, &'static str); 3]| form.to_vec();
    let mut bare = with(lift(""));
    bare.push(("entry", id(&raised)));
    officer.submit(&post, &bare).await.is(422);
    let mut told = with(lift("sent on Monday"));
    told.push(("entry", id(&raised)));
    app.agent().await.submit(&post, &told).await.is(403);
    officer.submit(&post, &told).await.is(303);
    assert!(open(&officer, &page).await.text.contains("sent on Monday"));
}

#[tokio::test]
async fn the_list_is_searched_added_to_and_lifted_from() {
    let app = TestApp::start().await;
    let officer = app.role(Role::Compliance).await;
    let form = [("value", "(915) 555-0100"), ("kind", "internal"), ("source", "call"), ("reason", "asked us")];
    officer.submit("/suppressions", &form).await.is(303);
    let refused = officer.submit("/suppressions", &form).await.is(409).text;
    assert!(refused.contains("in effect already"), "{refused}");
    let refused =
        officer.submit("/suppressions", &[("value", "12"), ("kind", "internal"), ("source", "x")]).await.is(422);
    assert!(refused.text.contains("value=\"12\""), "what was typed is kept");
    let found = open(&officer, "/suppressions?value=915-555-0100&kind=").await.is(200).text;
    assert!(found.contains("(915) 555-0100") && found.contains("asked us"), "{found}");
    assert!(open(&officer, "/suppressions?value=nobody").await.is(200).text.contains("is not on the list"));
    let added = items(&officer, "/api/suppressions").await.swap_remove(0);
    assert!(
        open(&officer, &format!("/suppressions?lift={}", id(&added)))
            .await
            .is(200)
            .text
            .contains("Why it does not hold")
    );
    officer.submit("/suppressions/lift", &[("id", id(&added)), ("reason", "a mistake")]).await.is(303);
    assert!(open(&officer, "/suppressions").await.text.contains("lifted "));
}

#[tokio::test]
async fn a_file_is_looked_at_before_it_is_taken() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let send = async |path: &str| {
        let file = reqwest::multipart::Part::bytes("phone\n9155550100\n12\n".as_bytes()).file_name("dnc.csv");
        let form =
            reqwest::multipart::Form::new().text("kind", "federal").text("source", "registry").part("file", file);
        boss.send(boss.request(Method::POST, path).multipart(form).header("accept", "text/html")).await
    };
    let tried = send("/suppressions/import?dry_run=true").await.is(303).location().to_owned();
    let report = open(&boss, &tried).await.is(200).text;
    assert!(report.contains("1 would be new") && report.contains("needs ten digits"), "{report}");
    assert_eq!(app.count("select count(*) from suppressions").await, 0);
    send("/suppressions/import").await.is(303);
    assert_eq!(app.count("select count(*) from suppressions where source = 'registry'").await, 1);
}

#[rstest]
#[case::an_agent(Role::Agent)]
#[case::operations(Role::Ops)]
#[case::a_reader(Role::Readonly)]
#[tokio::test]
async fn the_whole_list_is_not_everybodys(#[case] role: Role) {
    let app = TestApp::start().await;
    let who = app.role(role).await;
    open(&who, "/suppressions").await.is(403);
    open(&who, "/suppressions/import").await.is(403);
}

#[tokio::test]
async fn a_neighbours_account_takes_nothing() {
    let app = TestApp::start().await;
    let account = account(&app).await;
    let post = format!("/accounts/{}/restraints", id(&account));
    let form = [("what", "flag"), ("kind", "deceased"), ("source", "letter")];
    app.neighbour().await.submit(&post, &form).await.is(404);
    assert_eq!(entries(&app, &account).await, json!([]));
}

async fn entries(app: &TestApp, account: &Value) -> Value {
    app.agent().await.get(&format!("/api/accounts/{}/flags", id(account))).await.json()["items"].clone()
}
