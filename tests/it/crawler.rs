//! Somebody of each role follows every link and submits every form: nothing is missing, broken or inert.

use std::collections::{BTreeSet, VecDeque};

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use workflows::identity::Role;

use crate::support::{Persona, Reply, TestApp};

const CSV: &str = "account_number,name,phone,balance,creditor,state\n\
                   A-1,Maria Alvarez,9155550100,$100.50,Desert Bank,TX\n\
                   A-2,John Smith,3035550108,$20.00,Desert Bank,CO\n";

#[rstest]
#[case::owner(Role::Owner)]
#[case::admin(Role::Admin)]
#[case::supervisor(Role::Supervisor)]
#[case::agent(Role::Agent)]
#[case::compliance(Role::Compliance)]
#[case::ops(Role::Ops)]
#[case::readonly(Role::Readonly)]
#[tokio::test]
async fn every_link_and_every_form_of_a_role_works(#[case] role: Role) {
    let app = TestApp::working().await;
    furnish(&app).await;
    let who = app.role(role).await;
    let mut walk = Walk::from("/");
    while let Some(path) = walk.ahead.pop_front() {
        let reply = open(&who, &path).await;
        let status = reply.status.as_u16();
        assert!(matches!(status, 200 | 303), "{role} at {path}: {status}\n{}", reply.text);
        if status == 303 {
            walk.to(reply.location());
        } else if reply.headers["content-type"].to_str().unwrap().starts_with("text/html") {
            let page = Page::read(&path, &reply.text);
            page.links.iter().for_each(|link| walk.to(link));
            for form in page.forms {
                submit(&who, &mut walk, &path, form).await;
            }
        }
    }
    // A role that sees nothing has no reason to be there.
    assert!(walk.seen.len() >= 4, "{role} saw only {:?}", walk.seen);
}

/// Something of everything: a draft, a campaign that waits, accounts.
async fn furnish(app: &TestApp) {
    let boss = app.supervisor().await;
    app.number("+13035550199").await;
    boss.import("/api/accounts/import", CSV).await.is(201);
    let soon = json!({ "kind": "at", "starts_at": "2026-12-01T15:00:00Z" });
    for schedule in [json!({ "kind": "now" }), soon] {
        let new = json!({ "name": "November", "caller_id": "+13035550199", "schedule": schedule });
        let id = boss.post("/api/campaigns", new).await.is(201).json()["id"].as_str().unwrap().to_owned();
        // The first lacks an agent and stays a draft; the second waits for its time.
        boss.post(&format!("/api/campaigns/{id}/start"), json!({})).await;
    }
}

async fn open(who: &Persona, path: &str) -> Reply {
    who.send(who.request(Method::GET, path).header("accept", "text/html")).await
}

async fn submit(who: &Persona, walk: &mut Walk, page: &str, form: Form) {
    // Signing out ends the walk; it is done elsewhere.
    if form.action == "/logout" || !walk.submitted.insert(format!("{} {}", form.method, form.shape())) {
        return;
    }
    let request = match (form.method.as_str(), form.multipart) {
        ("get", _) => {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(&form.fields);
            walk.to(&format!("{}?{}", form.action.split('#').next().unwrap(), query.finish()));
            return;
        }
        (_, true) => who.request(Method::POST, &form.action).multipart(form.filled()),
        (_, false) => {
            let mut body = url::form_urlencoded::Serializer::new(String::new());
            body.extend_pairs(&form.fields);
            let request = who.request(Method::POST, &form.action).body(body.finish());
            request.header("content-type", "application/x-www-form-urlencoded")
        }
    };
    let reply = who.send(request.header("accept", "text/html")).await;
    // 409 and 422 are answers in words: a start without agents, a form left empty.
    let status = reply.status.as_u16();
    assert!(matches!(status, 303 | 409 | 422), "{} on {page}: {status}\n{}", form.action, reply.text);
    if status == 303 {
        walk.to(reply.location());
    }
}

/// Where to go, and where one has been.
struct Walk {
    ahead: VecDeque<String>,
    seen: BTreeSet<String>,
    submitted: BTreeSet<String>,
}

impl Walk {
    fn from(path: &str) -> Self {
        let mut walk = Self { ahead: VecDeque::new(), seen: BTreeSet::new(), submitted: BTreeSet::new() };
        walk.to(path);
        walk
    }

    /// Each address once.
    fn to(&mut self, link: &str) {
        let path = link.split('#').next().unwrap_or_default();
        if path.starts_with('/') && self.seen.insert(path.to_owned()) {
            self.ahead.push_back(path.to_owned());
        }
    }
}

struct Form {
    method: String,
    action: String,
    multipart: bool,
    fields: Vec<(String, String)>,
    file: Option<String>,
}

impl Form {
    /// The same form with other ids is the same form.
    fn shape(&self) -> String {
        let parts = self.action.split('/').map(|part| if part.len() == 36 { "{id}" } else { part });
        parts.collect::<Vec<_>>().join("/")
    }

    fn filled(&self) -> reqwest::multipart::Form {
        let file =
            |name: &String| (name.clone(), reqwest::multipart::Part::bytes(CSV.as_bytes()).file_name("list.csv"));
        let form = reqwest::multipart::Form::new();
        let form = self.file.iter().map(file).fold(form, |form, (name, part)| form.part(name, part));
        self.fields.iter().fold(form, |form, (name, value)| form.text(name.clone(), value.clone()))
    }
}

struct Page {
    links: Vec<String>,
    forms: Vec<Form>,
}

impl Page {
    fn read(path: &str, html: &str) -> Self {
        let tags: Vec<&str> = html.split('<').skip(1).filter_map(|tag| tag.split('>').next()).collect();
        let of = |name: &str| tags.iter().filter(|tag| is(tag, name)).copied().collect::<Vec<_>>();
        let links = of("a").into_iter().chain(of("link")).filter_map(|tag| attribute(tag, "href"));
        let links = links.chain(of("script").into_iter().filter_map(|tag| attribute(tag, "src")));
        let links: Vec<String> = links.filter(|link| !link.is_empty()).collect();
        for link in &links {
            assert!(link.starts_with('/') || link.starts_with('#'), "{path} links to {link}");
        }
        let forms =
            html.split("<form").skip(1).map(|form| Self::form(path, form.split("</form>").next().unwrap_or_default()));
        Self { links, forms: forms.collect() }
    }

    fn form(path: &str, html: &str) -> Form {
        let head = html.split('>').next().unwrap_or_default();
        let tags: Vec<&str> = html.split('<').skip(1).filter_map(|tag| tag.split('>').next()).collect();
        let has_button =
            tags.iter().any(|tag| is(tag, "button")) || tags.iter().any(|tag| tag.contains(r#"type="search""#));
        assert!(has_button, "a form on {path} cannot be submitted: {head}");
        let (mut fields, mut file) = (Vec::new(), None);
        for tag in tags.iter().filter(|tag| (is(tag, "input") || is(tag, "button")) && !tag.contains("disabled")) {
            let Some(name) = attribute(tag, "name") else { continue };
            match attribute(tag, "type").as_deref() {
                Some("file") => file = Some(name),
                Some("radio" | "checkbox") if !tag.contains("checked") => {}
                _ => fields.push((name, attribute(tag, "value").unwrap_or_default())),
            }
        }
        fields.extend(html.split("<select").skip(1).filter_map(|select| chosen(select.split("</select>").next()?)));
        let method = attribute(head, "method").unwrap_or_else(|| "get".to_owned());
        let action = attribute(head, "action").unwrap_or_else(|| path.to_owned());
        Form { method, action, multipart: head.contains("multipart"), fields, file }
    }
}

/// What a select sends: the selected option, else the first.
fn chosen(select: &str) -> Option<(String, String)> {
    let name = attribute(select.split('>').next()?, "name")?;
    let options: Vec<&str> = select.split("<option").skip(1).filter_map(|option| option.split('>').next()).collect();
    let option = options.iter().find(|option| option.contains("selected")).or_else(|| options.first())?;
    Some((name, attribute(option, "value").unwrap_or_default()))
}

fn is(tag: &str, name: &str) -> bool {
    tag.split([' ', '\n', '/']).next() == Some(name)
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let value = rest.split('"').next()?;
    Some(value.replace("&amp;", "&").replace("&#39;", "'").replace("&quot;", "\""))
}
