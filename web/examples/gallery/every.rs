//! Every page in every state worth looking at, by file name.

use super::sample;
use web::pages::{account, accounts, campaigns, cockpit, confirm, import, jobs, login, new_voice, problem, voice};

pub(crate) fn pages() -> Vec<(&'static str, String)> {
    let shell = sample::shell;
    let stale = sample::stale(shell("Voice Operations", "/voice"));
    vec![
        ("login", login::page(&sample::login(true))),
        ("login-error", login::page(&sample::login(false))),
        ("voice", voice::page(&shell("Voice Operations", "/voice"), &sample::voice())),
        ("voice-paused", voice::page(&shell("Voice Operations", "/voice"), &sample::voice_paused())),
        ("voice-draft", voice::page(&shell("Voice Operations", "/voice"), &sample::voice_draft())),
        ("voice-stale", voice::page(&stale, &sample::voice())),
        ("voice-empty", voice::page(&shell("Voice Operations", "/voice"), &Default::default())),
        ("cockpit", cockpit::page(&sample::cockpit::desk(), &sample::cockpit::offline())),
        ("cockpit-call", cockpit::page(&sample::cockpit::desk(), &sample::cockpit::call())),
        ("cockpit-wrap", cockpit::page(&sample::cockpit::desk(), &sample::cockpit::wrap_up())),
        ("cockpit-countdown", cockpit::page(&sample::cockpit::desk(), &sample::cockpit::countdown())),
        ("campaigns", campaigns::page(&shell("Campaigns", "/campaigns"), &sample::campaigns())),
        (
            "campaigns-empty",
            campaigns::page(
                &shell("Campaigns", "/campaigns"),
                &campaigns::CampaignsView { may_operate: true, ..Default::default() },
            ),
        ),
        ("new-voice", new_voice::page(&shell("New voice campaign", "/campaigns"), &sample::new_voice())),
        ("new-voice-errors", new_voice::page(&shell("New voice campaign", "/campaigns"), &sample::new_voice_errors())),
        ("stop", confirm::page(&shell("Stop Lakeview Medical, 90-day?", "/campaigns"), &sample::stop())),
        ("start", confirm::page(&shell("Start Lakeview Medical, 90-day?", "/campaigns"), &sample::start())),
        ("accounts", accounts::page(&shell("Accounts", "/accounts"), &sample::accounts(""))),
        ("accounts-none", accounts::page(&shell("Accounts", "/accounts"), &sample::accounts("Zz<b>"))),
        ("account", account::page(&shell("Alicia Romero", "/accounts"), &sample::account())),
        ("import", import::page(&shell("Import", "/accounts"), &sample::import())),
        ("jobs", jobs::page(&shell("Jobs", "/jobs"), &sample::jobs())),
        ("jobs-empty", jobs::page(&shell("Jobs", "/jobs"), &Default::default())),
        ("not-found", problem::page(Some(&shell("Not found", "")), &sample::not_found())),
        ("forbidden", problem::page(None, &problem::ProblemView::forbidden())),
    ]
}
