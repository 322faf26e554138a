//! Somebody of each role follows every link and submits every form, as a browser without scripts would: nothing is
//! missing, broken or inert, and no page breaks what holds for all of them.

mod page;

use std::collections::{BTreeSet, VecDeque};

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use workflows::identity::Role;

use self::page::{Form, Page};
use crate::support::{Floor, Persona, Reply, Setting, TestApp, in_new_york, people};

const BRISK: f64 = 20.0;
/// One row that can be taken, one that cannot.
const LIST: &str = "account_number,name,phone,balance,creditor,state\n\
                    A-1,Maria Alvarez,9155550100,$100.50,Desert Bank,TX\n\
                    A-2,John Smith,12,$20.00,Desert Bank,CO\n";

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
    let app = TestApp::with(Setting { speed: BRISK, ..Setting::default() }).await;
    app.work();
    let floor = Floor::open(&app, BRISK, 2).await;
    furnish(&floor).await;
    let mut walk = Walk::new(app.role(role).await);
    walk.to("/");
    walk.everywhere().await;
    assert!(walk.seen.len() >= 4, "{role} saw only {:?}", walk.seen);
    assert!(walk.submitted.contains("post /logout"), "{role} cannot sign out: {:?}", walk.submitted);
}

/// Something of everything: people called, refused and waiting, campaigns in several states, a list tried.
async fn furnish(floor: &Floor) {
    let stop = in_new_york("+12125700121").who_said_stop();
    let list = floor.list(&[people("0121", 6), people("0108", 2), vec![stop]].concat()).await;
    let running = floor.start(&list, json!({ "max_attempts": 2 })).await;
    let soon = json!({ "kind": "at", "starts_at": "2026-12-01T15:00:00Z" });
    let draft = floor.draft(&list, json!({ "name": "Draft" })).await;
    let stopped = floor.draft(&list, json!({ "name": "Stopped" })).await;
    floor.draft(&list, json!({ "name": "December", "schedule": soon })).await;
    floor.pull(&stopped, "stop").await;
    floor.boss.import("/api/accounts/import?dry_run=true", LIST).await;
    let spoken = "select count(*) from facts.attempts where bridged_at is not null and ended_at is not null";
    floor.until("somebody was spoken to", async || (floor.number(spoken).await > 0).then_some(())).await;
    floor.pull(&running, "pause").await;
    assert_eq!(floor.campaign(&draft).await["state"], "draft");
}

/// A walk through the site: where to go, what to submit, and what was done.
struct Walk {
    who: Persona,
    ahead: VecDeque<String>,
    seen: BTreeSet<String>,
    forms: Vec<(String, Form)>,
    submitted: BTreeSet<String>,
}

impl Walk {
    fn new(who: Persona) -> Self {
        let (seen, submitted) = (BTreeSet::new(), BTreeSet::new());
        Self { who, ahead: VecDeque::new(), seen, forms: Vec::new(), submitted }
    }

    /// Each address once.
    fn to(&mut self, link: &str) {
        let path = link.split('#').next().unwrap_or_default();
        if path.starts_with('/') && self.seen.insert(path.to_owned()) {
            self.ahead.push_back(path.to_owned());
        }
    }

    /// Every link there is, then the gentlest form, and again.
    async fn everywhere(&mut self) {
        loop {
            while let Some(path) = self.ahead.pop_front() {
                self.visit(&path).await;
            }
            self.forms.sort_by_key(|(_, form)| form.consequence());
            if self.forms.is_empty() {
                return;
            }
            let (page, form) = self.forms.remove(0);
            self.submit(&page, form).await;
        }
    }

    async fn visit(&mut self, path: &str) {
        let reply = open(&self.who, path).await;
        let status = reply.status.as_u16();
        assert!(matches!(status, 200 | 303), "{path}: {status}\n{}", reply.text);
        self.look(path, &reply);
    }

    /// Takes in an answer: where it leads, or what is on it.
    fn look(&mut self, path: &str, reply: &Reply) {
        if reply.status == 303 {
            return self.to(reply.location());
        }
        let kind = reply.headers["content-type"].to_str().unwrap();
        if !kind.starts_with("text/html") {
            return;
        }
        let page = Page::read(path, &reply.text);
        page.links.iter().for_each(|link| self.to(link));
        for form in page.forms {
            if self.submitted.insert(form.shape()) {
                self.forms.push((path.to_owned(), form));
            }
        }
    }

    async fn submit(&mut self, page: &str, form: Form) {
        if form.method == "get" {
            return self.to(&form.address());
        }
        let reply = self.who.send(form.fill(&self.who).header("accept", "text/html")).await;
        let status = reply.status.as_u16();
        // 409 and 422 are answers in words: a start without agents, a form left empty.
        assert!(matches!(status, 303 | 409 | 422), "{} on {page}: {status}\n{}", form.action, reply.text);
        // Signed out, there is one page left.
        if form.action == "/logout" {
            assert_eq!(reply.location(), "/login");
            return self.forms.clear();
        }
        self.look(page, &reply);
    }
}

async fn open(who: &Persona, path: &str) -> Reply {
    who.send(who.request(Method::GET, path).header("accept", "text/html")).await
}
