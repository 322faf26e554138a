//! The ledgers' pages in a real browser: both themes, three screens, nothing that shuts anybody out.

use serde_json::json;
use workflows::identity::Role;

use super::{account, id};
use crate::{
    browser::look_at,
    support::{Browser, TestApp},
};

const PASSWORD: &str = "correct horse battery";

#[tokio::test]
async fn the_ledgers_pages_keep_the_rules_of_every_page() {
    let app = TestApp::start().await;
    let Some(browser) = Browser::open(&app.url).await else { return };
    let account = account(&app).await;
    let officer = app.role(Role::Compliance).await;
    let page = format!("/accounts/{}", id(&account));
    let attorney =
        json!({ "kind": "attorney", "source": "letter", "reason": "A. Smith, Esq.", "evidence_ref": "L-204" });
    let attorney = officer.post(&format!("/api{page}/flags"), attorney).await.is(201).json();
    let night = json!({ "days": ["Fri"], "from": "22:00", "to": "06:00", "source": "call", "reason": "works nights" });
    officer.post(&format!("/api{page}/preferences"), night).await.is(201);
    let texts = json!({ "account_id": account["id"], "kind": "sms", "granted": true, "source": "form" });
    officer.post("/api/consents", texts).await.is(201);
    let file = "phone\n9155550100\n9155550101\n12\n";
    let import = officer.import("/api/suppressions/import?kind=federal&dry_run=true", file).await.is(200).json();
    officer.import("/api/suppressions/import?kind=federal", file).await.is(201);
    let entry = json!({ "value": "m@example.com", "kind": "unsubscribe", "source": "letter", "reason": "asked us" });
    let entry = officer.post("/api/suppressions", entry).await.is(201).json();
    let pages = [
        page.clone(),
        format!("{page}?note=flag"),
        format!("{page}?note=suppression"),
        format!("{page}?note=consent"),
        format!("{page}?note=preference"),
        format!("{page}?lift={}", id(&attorney)),
        "/suppressions".to_owned(),
        "/suppressions?value=nobody".to_owned(),
        format!("/suppressions?lift={}", id(&entry)),
        format!("/suppressions/import?report={}", id(&import)),
    ];
    browser.sign_in(&officer.email, PASSWORD).await;
    let mut wrong = Vec::new();
    look_at(&browser, &pages, &mut wrong).await;
    pictures(&browser, &pages).await;
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// For people to look at, where they ask for them.
async fn pictures(browser: &Browser, pages: &[String]) {
    for (n, page) in pages.iter().enumerate() {
        for (theme, width) in [("light", 1440), ("dark", 390)] {
            browser.look(theme, width).await;
            browser.goto(page).await;
            browser.picture(&format!("ledgers-{n}-{theme}-{width}")).await;
        }
    }
}
