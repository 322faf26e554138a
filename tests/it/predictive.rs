//! Predictive dialing on a floor of simulated agents: what was decided, why, and that it can be decided again.

use serde_json::{Value, json};
use workflows::pacing::{self, Inputs};

use crate::{
    invariants,
    support::{Floor, Place, Setting, TestApp},
};

const SPEED: f64 = 20.0;
const AGENTS: usize = 8;

#[tokio::test]
async fn a_predictive_campaign_keeps_every_decision_and_what_it_learned() {
    let app = TestApp::with(Setting { speed: SPEED, ..Setting::default() }).await;
    app.work();
    let (mut floor, list) = Floor::demo(Place::of(&app, SPEED), 150, AGENTS).await;
    floor.sign_on().await;
    let campaign = floor.start(&list, json!({ "mode": "predictive" })).await;
    let stats = floor.over(&campaign).await;
    let told = pacing_of(&floor, &campaign).await;
    assert_eq!(told["guessed"], false, "{told}");
    assert!(told["habits"]["live"].as_f64().unwrap() > 10.0, "{told}");
    let decisions = told["decisions"].as_array().unwrap();
    let dialed: i64 = decisions.iter().map(|made| made["dial"].as_i64().unwrap()).sum();
    assert!(dialed >= stats["dials"].as_i64().unwrap().min(200), "{dialed} of {stats}");
    decisions.iter().for_each(decides_the_same);
    let page = floor.boss.get(&format!("/voice/pacing?campaign={campaign}")).await.is(200).text;
    assert!(page.contains("Why so many lines") && page.contains("learned from its own calls"));
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
}

fn decides_the_same(made: &Value) {
    let inputs: Inputs = serde_json::from_value(made["inputs"].clone()).unwrap();
    assert_eq!(json!(pacing::plan(&inputs).0), made["wanted"], "{made}");
}

async fn pacing_of(floor: &Floor, campaign: &str) -> Value {
    floor.boss.get(&format!("/api/campaigns/{campaign}/pacing?limit=200")).await.is(200).json()
}

#[tokio::test]
async fn what_if_is_rehearsed_before_it_is_applied() {
    let app = TestApp::start().await;
    let floor = Floor::open(&app, 1.0, 0).await;
    let list = floor.list(&crate::support::people("0121", 1)).await;
    let campaign = floor.draft(&list, json!({})).await;
    let ask = |cap: &str| {
        format!(
            "/voice/pacing?campaign={campaign}&mode=predictive&abandon_cap={cap}&lines_per_agent=1&max_lines=&agents=6"
        )
    };
    let page = floor.boss.get(&ask("2")).await.is(200).text;
    assert!(page.contains("As it is") && page.contains("As asked"));
    let page = floor.boss.get(&ask("100")).await.is(422).text;
    assert!(page.contains("Must be between 0 and 3"));
    for (typed, lines) in [("40", json!(40)), ("", Value::Null)] {
        let form = [
            ("campaign", campaign.as_str()),
            ("mode", "predictive"),
            ("abandon_cap", "2"),
            ("lines_per_agent", "1"),
            ("max_lines", typed),
            ("agents", "6"),
        ];
        floor.boss.submit(&format!("/campaigns/{campaign}/pacing"), &form).await.is(303);
        let now = floor.campaign(&campaign).await;
        let settings = (&now["mode"], &now["abandon_cap"], &now["max_lines"]);
        assert_eq!(settings, (&json!("predictive"), &json!(0.02), &lines), "{now}");
    }
}

/// The carrier lost a conference, and nobody told us. At a slow clock: the law's two seconds pay for two joins.
#[tokio::test]
async fn a_person_whose_agent_has_no_audio_gets_the_next_one() {
    const SLOW: f64 = 3.0;
    let app = TestApp::with(Setting { speed: SLOW, ..Setting::default() }).await;
    app.work();
    let mut floor = Floor::open(&app, SLOW, 2).await;
    floor
        .until("both agents wait", async || {
            let there = "select count(*) from agents where state = 'available' and conference_id is not null";
            (floor.number(there).await == 2).then_some(())
        })
        .await;
    let lost = "with lost as (update agents set conference_id = 'gone' where id =
                  (select id from agents where state = 'available' order by since limit 1) returning 1)
                select count(*) from lost";
    assert_eq!(floor.number(lost).await, 1);
    let list = floor.list(&crate::support::people("0121", 1)).await;
    let campaign = floor.start(&list, json!({})).await;
    let stats = floor.over(&campaign).await;
    assert_eq!((&stats["connected"], &stats["abandoned"]), (&json!(1), &json!(0)), "{stats}");
    let books = floor.settle().await;
    invariants::hold(&floor.owner, &books).await;
}
