//! Texts and e-mails as a browser without scripts meets them: campaigns from a form, conversations, and the way out.

use std::time::Duration;

use reqwest::{Method, multipart};
use rstest::rstest;
use serde_json::json;
use workflows::{campaign::Sender, identity::org};

use crate::support::{Persona, Reply, TestApp, until};

const OURS: &str = "+13035550199";
const THEIRS: &str = "+19155550100";
const CSV: &str = "account_number,name,phone,email,balance,creditor,state,zip,city,sms_consent\n\
                   A-1,Maria Alvarez,9155550100,delivered@people.example,$100.50,Desert Bank,TX,79901,El Paso,yes\n";

/// An office that texts and writes, and Maria, who agreed to texts.
struct Office {
    app: TestApp,
    boss: Persona,
    account: String,
}

impl Office {
    async fn open() -> Self {
        let app = TestApp::working().await;
        app.number(OURS).await;
        let mut tx = app.app.db.tenant(app.org).await.unwrap();
        let sender = Sender::parse("Acme Recovery <help@acme.example>").unwrap();
        org::set_sender(&mut tx, app.org, &sender).await.unwrap();
        tx.commit().await.unwrap();
        let boss = app.supervisor().await;
        boss.import("/api/accounts/import", CSV).await.is(201);
        let account = boss.get("/api/accounts").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        Self { app, boss, account }
    }

    async fn page(&self) -> String {
        page(&self.boss, &format!("/accounts/{}", self.account)).await.is(200).text
    }

    /// The page once it has these words.
    async fn shows(&self, words: &str) -> String {
        let shown = || async { Some(self.page().await).filter(|page| page.contains(words)) };
        until(&format!("the page shows {words}"), shown).await
    }

    /// Sends what was typed into the box to write first in.
    async fn write(&self, channel: &str, body: &str, once: &str) -> Reply {
        let fields = [("channel", channel), ("subject", "Your account"), ("body", body), ("once", once)];
        self.boss.submit(&format!("/accounts/{}/message", self.account), &fields).await
    }

    /// Maria writes to us.
    async fn hears(&self, text: &str) {
        let url = format!("{}/sim/inbound/sms", self.app.sim.origin());
        let said = json!({ "from": THEIRS, "to": OURS, "text": text });
        reqwest::Client::new().post(url).json(&said).send().await.unwrap().error_for_status().unwrap();
    }

    async fn token(&self) -> String {
        let mut tx = self.app.app.db.tenant(self.app.org).await.unwrap();
        let sql = "select unsubscribe_token from messages where channel = 'email' limit 1";
        sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap()
    }
}

/// As a browser asks.
async fn page(who: &Persona, path: &str) -> Reply {
    who.send(who.request(Method::GET, path).header("accept", "text/html")).await
}

async fn fill(who: &Persona, path: &str, fields: &[(&str, &str)], csv: Option<&str>) -> Reply {
    let form = fields
        .iter()
        .fold(multipart::Form::new(), |form, (name, value)| form.text((*name).to_owned(), (*value).to_owned()));
    let form = match csv {
        Some(csv) => form.part("file", multipart::Part::bytes(csv.as_bytes().to_vec()).file_name("list.csv")),
        None => form,
    };
    who.send(who.request(Method::POST, path).multipart(form)).await
}

fn once() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// The form of texts with one field changed.
fn texts<'a>(name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let fields = [
        ("name", "November"),
        ("audience", "filter"),
        ("creditor", ""),
        ("sender", OURS),
        ("body", "Hello {{ first_name }}, Acme here."),
        ("when", "now"),
        ("timezone", "America/New_York"),
        ("rate_per_minute", "60"),
    ];
    fields.into_iter().map(|(field, old)| (field, if field == name { value } else { old })).collect()
}

#[tokio::test]
async fn campaigns_of_both_kinds_are_made_from_their_forms() {
    let office = Office::open().await;
    let form = page(&office.boss, "/campaigns/new/email").await.is(200).text;
    assert!(form.contains("help@acme.example") && form.contains("Acme Recovery"), "{form}");
    let mut by_mail = texts("sender", "help@acme.example");
    by_mail.extend([("from_name", "Acme Recovery"), ("subject", "About {{ creditor }}")]);
    let bob = "account_number,name,phone,balance\nB-1,Bob Reed,2125550100,5\n";
    for (path, fields, csv) in
        [("/campaigns/new/sms", texts("audience", "csv"), Some(bob)), ("/campaigns/new/email", by_mail, None)]
    {
        let made = fill(&office.boss, path, &fields, csv).await.is(303);
        assert!(made.location().ends_with("/start"), "{}", made.location());
        page(&office.boss, made.location()).await.is(200);
    }
    let sender = "select count(*) from campaigns where sender = 'Acme Recovery <help@acme.example>'";
    assert_eq!(office.app.count(sender).await, 1);
    let listed = "select count(*) from campaigns where audience ? 'import_id' and rate_per_minute = 60";
    assert_eq!(office.app.count(listed).await, 1);
}

#[rstest]
#[case::no_name("name", "", "1 to 120 characters")]
#[case::no_rate("rate_per_minute", "0", "between 1 and 60000")]
#[case::a_loop("body", "{% for a in b %}x{% endfor %}", "a loop")]
#[case::no_such_field("body", "{{ ssn }}", "unknown field ssn")]
#[case::nobodys_number("sender", "+12125550123", "one of the organisation")]
#[case::no_number("sender", "nobody", "sender-error")]
#[case::no_file("audience", "csv", "Choose a CSV file")]
#[case::no_time("when", "at", "a day and a time")]
#[tokio::test]
async fn a_form_that_cannot_be_comes_back_as_it_was(#[case] field: &str, #[case] value: &str, #[case] told: &str) {
    let app = TestApp::start().await;
    app.number(OURS).await;
    let boss = app.supervisor().await;
    let reply = fill(&boss, "/campaigns/new/sms", &texts(field, value), None).await.is(422);
    assert!(reply.text.contains(told), "{told} is not in {}", reply.text);
    assert!(field == "name" || reply.text.contains(r#"value="November""#), "{}", reply.text);
    assert_eq!(app.count("select count(*) from campaigns").await, 0);
}

#[tokio::test]
async fn a_preview_shows_what_one_person_would_get_and_what_it_costs() {
    let office = Office::open().await;
    let show = async |path: &str, fields: &[(&str, &str)]| fill(&office.boss, path, fields, None).await;
    let sample = show("/campaigns/new/sms/preview", &texts("name", "")).await.is(200).text;
    assert!(sample.contains("Hello Maria, Acme here. Reply STOP to opt out.") && sample.contains("GSM-7"), "{sample}");
    assert!(sample.contains("Maria Alvarez, A-1") && sample.contains("1 segment"), "{sample}");
    let dear = show("/campaigns/new/sms/preview", &texts("body", "“Hello”")).await.is(200).text;
    assert!(dear.contains("UCS-2") && dear.contains("“ ”"), "{dear}");
    let mut mail = texts("body", "<p onclick='x()'>For {{ first_name }}</p><script>x()</script>");
    mail.push(("subject", "{{ creditor }}"));
    let mail = show("/campaigns/new/email/preview", &mail).await.is(200).text;
    let source = between(&mail, r#"<pre class="source mono">"#, "</pre>");
    assert!(source.contains("For Maria") && !source.contains("script") && !source.contains("onclick"), "{source}");
    assert!(mail.contains("<b>Desert Bank</b>"), "{mail}");
    let wrong = show("/campaigns/new/sms/preview", &texts("body", "{{ ssn }}")).await.is(422).text;
    assert!(wrong.contains("unknown field ssn") && wrong.contains("{{ ssn }}"), "{wrong}");
    assert_eq!(office.app.count("select count(*) from campaigns").await, 0);
}

#[tokio::test]
async fn a_preview_tells_what_the_person_lacks() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    let nobody = fill(&boss, "/campaigns/new/sms/preview", &texts("name", ""), None).await.is(200).text;
    assert!(nobody.contains("no open account"), "{nobody}");
    boss.import("/api/accounts/import", "account_number,name,phone,balance\n1,Bob Reed,2125550100,5\n").await.is(201);
    let lacks = fill(&boss, "/campaigns/new/sms/preview", &texts("body", "In {{ city }}"), None).await.is(200).text;
    assert!(lacks.contains("no city"), "{lacks}");
}

#[tokio::test]
async fn a_text_from_the_account_arrives_once_however_often_it_is_submitted() {
    let office = Office::open().await;
    let box_ = page(&office.boss, &format!("/accounts/{}?write=sms", office.account)).await.is(200).text;
    assert!(box_.contains("/message") && box_.contains("Text to"), "{box_}");
    let key = once();
    for _ in 0..2 {
        let sent = office.write("sms", "Hello {{ first_name }}, please call us.", &key).await.is(303);
        assert_eq!(sent.location(), format!("/accounts/{}", office.account));
    }
    let shown = office.shows("Text delivered").await;
    assert!(shown.contains("Hello Maria, please call us. Reply STOP to opt out."), "{shown}");
    assert_eq!(office.app.count("select count(*) from messages").await, 1);
    let wrong = office.write("sms", "{{ ssn }}", &once()).await.is(422);
    assert!(wrong.text.contains("unknown field ssn") && wrong.text.contains("{{ ssn }}"), "{}", wrong.text);
    let agent = office.app.agent().await;
    page(&agent, &format!("/accounts/{}", office.account)).await.is(200);
    let auditor = office.app.role(workflows::identity::Role::Compliance).await;
    let fields = [("channel", "sms"), ("body", "x"), ("once", &key)];
    auditor.submit(&format!("/accounts/{}/message", office.account), &fields).await.is(403);
}

#[tokio::test]
async fn an_answer_shows_within_a_moment_and_is_answered_in_its_thread() {
    let office = Office::open().await;
    office.write("sms", "Please call us.", &once()).await.is(303);
    office.shows("Text delivered").await;
    let path = format!("/live/account?id={}", office.account);
    let mut live = crate::realtime::Stream::open(&office.boss, &path, None).await;
    live.patch_with("Please call us.").await;
    office.hears("I can pay on Friday").await;
    tokio::time::timeout(Duration::from_secs(2), live.patch_with("I can pay on Friday")).await.unwrap();
    let unread = "select unread::bigint from threads";
    assert_eq!(office.app.count(unread).await, 1);
    let shown = office.page().await;
    assert_eq!(office.app.count(unread).await, 0, "whoever may answer has read it");
    let thread = between(&shown, "/threads/", "/reply");
    let reply = [("body", "Thank you, Friday it is."), ("once", &once())];
    let sent = office.boss.submit(&format!("/threads/{thread}/reply"), &reply).await.is(303);
    assert_eq!(sent.location(), format!("/accounts/{}#thread-{thread}", office.account));
    office.shows("Thank you, Friday it is.").await;
    office.boss.submit(&format!("/threads/{thread}/read"), &[]).await.is(303);
    office.app.neighbour().await.submit(&format!("/threads/{thread}/reply"), &reply).await.is(404);
}

#[rstest]
#[case::in_odd_case("  StOp. ")]
#[case::in_full_width("ＳＴＯＰ")]
#[tokio::test]
async fn a_stop_blocks_the_composer_and_every_later_text(#[case] stop: &str) {
    let office = Office::open().await;
    office.write("sms", "Please call us.", &once()).await.is(303);
    office.shows("Text delivered").await;
    office.hears(stop).await;
    let shown = office.shows("Opted out of texts").await;
    assert!(shown.contains("The consumer has opted out of texts."), "{shown}");
    let key = once();
    for _ in 0..2 {
        let refused = office.write("sms", "Are you sure?", &key).await.is(409);
        assert!(
            refused.text.contains("opted out of texts") && refused.text.contains("Are you sure?"),
            "{}",
            refused.text
        );
    }
    let thread = between(&shown, "thread-", "\"");
    let reply = [("body", "Are you sure?"), ("once", &once())];
    let refused = office.boss.submit(&format!("/threads/{thread}/reply"), &reply).await.is(409);
    assert!(refused.text.contains("12 CFR 1006.14(h)(1)"), "{}", refused.text);
    assert_eq!(office.app.count("select count(*) from messages where state = 'skipped'").await, 2);
    office.write("email", "By mail, then.", &once()).await.is(303);
}

#[rstest]
#[case::by_the_page(None, "link", "You are unsubscribed")]
#[case::by_the_mail_program(Some("List-Unsubscribe=One-Click"), "one_click", "")]
#[tokio::test]
async fn the_way_out_ends_emails(#[case] body: Option<&str>, #[case] source: &str, #[case] answer: &str) {
    let office = Office::open().await;
    office.write("email", "Hello {{ first_name }},\n\n5 < 6 & so on", &once()).await.is(303);
    let shown = office.shows("Email delivered").await;
    assert!(shown.contains("5 &lt; 6 &amp; so on") && !shown.contains("/unsubscribe/"), "{shown}");
    let way_out = format!("/unsubscribe/{}", office.token().await);
    let anybody = office.app.stranger();
    let asked = page(&anybody, &way_out).await.is(200).text;
    assert!(asked.contains("Stop these emails?") && asked.contains("Acme Recovery"), "{asked}");
    assert_eq!(office.app.count("select count(*) from suppressions").await, 0, "looking changes nothing");
    // A mail program posts from its own site.
    let post = anybody.request(Method::POST, &way_out).header("origin", "https://mail.example");
    let post =
        post.header("content-type", "application/x-www-form-urlencoded").body(body.unwrap_or_default().to_owned());
    let done = anybody.send(post).await.is(200).text;
    assert!(done.contains(answer) && (body.is_none() || done.is_empty()), "{done}");
    let mut tx = office.app.app.db.tenant(office.app.org).await.unwrap();
    let stored: String = sqlx::query_scalar("select source from suppressions").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(stored, source);
    drop(tx);
    office.write("email", "Once more", &once()).await.is(409);
    assert!(office.page().await.contains("Unsubscribed"));
    let nothing = page(&anybody, "/unsubscribe/nobody").await.is(404).text;
    assert!(nothing.contains("This link does not work"), "{nothing}");
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = text.split_once(from).unwrap().1;
    rest.split_once(to).unwrap().0
}
