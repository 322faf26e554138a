//! The public pages, as a stranger meets them: no session, no script, and links that lead somewhere.

use reqwest::Method;
use rstest::rstest;
use scraper::{ElementRef, Html, Selector};

use crate::{
    browser::look_at,
    support::{Browser, Persona, TestApp},
};

const PAGES: [&str; 5] = ["/", "/pricing", "/pricing?agents=12", "/compare", "/case-studies/pilot-agency"];

async fn open(who: &Persona, path: &str) -> String {
    who.send(who.request(Method::GET, path).header("accept", "text/html")).await.is(200).text
}

#[tokio::test]
async fn a_stranger_reads_every_public_page_without_script_or_weight() {
    let app = TestApp::start().await;
    for path in PAGES {
        let page = open(&app.stranger(), path).await;
        assert!(!page.contains("<script") && page.len() < 60 * 1024, "{path}: {} bytes", page.len());
    }
}

#[tokio::test]
async fn every_link_of_a_public_page_leads_somewhere() {
    let app = TestApp::start().await;
    let who = app.stranger();
    for path in PAGES {
        let page = Html::parse_document(&open(&who, path).await);
        for link in all(&page, "a[href], link[href]") {
            let to = link.attr("href").unwrap_or_default();
            if to.starts_with('#') {
                assert_eq!(all(&page, to).len(), 1, "{path} has no {to}");
            } else if to.starts_with('/') {
                who.get(to).await.is(200);
            } else {
                assert!(to.starts_with("http") && link.attr("rel").is_some_and(|rel| rel.contains("noopener")), "{to}");
            }
        }
    }
}

#[tokio::test]
async fn the_first_page_takes_a_person_to_their_work_and_leaves_them_the_others() {
    let app = TestApp::start().await;
    let boss = app.supervisor().await;
    assert_eq!(boss.get("/").await.is(303).location(), "/voice");
    boss.get("/compare").await.is(200);
}

#[rstest]
#[case::within_a_plan("12", "12 agents: Professional, $799 a month.")]
#[case::beyond_the_plans("40", "40 agents: Enterprise, by contract.")]
#[case::not_a_number("%3Cb%3E", "A whole number of agents, 1 or more.")]
#[tokio::test]
async fn the_price_of_an_agency_is_a_page(#[case] agents: &str, #[case] answer: &str) {
    let app = TestApp::start().await;
    let page = open(&app.stranger(), &format!("/pricing?agents={agents}")).await;
    assert!(page.contains(answer) && !page.contains("\"<b>"), "{page}");
}

#[tokio::test]
async fn no_public_page_shuts_anybody_out_in_either_theme_on_any_screen() {
    let app = TestApp::start().await;
    let Some(browser) = Browser::open(&app.url).await else { return };
    let mut wrong = Vec::new();
    look_at(&browser, &PAGES.map(str::to_owned), &mut wrong).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn all<'a>(page: &'a Html, css: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(css).unwrap()).collect()
}
