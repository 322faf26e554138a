//! Every page in every state worth looking at, by file name.

use super::{messages, sample};
use web::{
    pages::{
        account, accounts, audit, campaign, campaigns, cockpit, confirm, evidence, import, jobs, kill_switch, login,
        new_campaign, new_message, new_voice, pacing, problem, public, suppressions, voice, workflow,
    },
    parts::field::FieldError,
};

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
        ("pacing", pacing::page(&shell("Pacing", "/voice"), &sample::pacing::asked())),
        ("pacing-errors", pacing::page(&shell("Pacing", "/voice"), &sample::pacing::wrong())),
        ("kill-switch", kill_switch::page(&shell("Kill switch", "/voice"), &sample::floor::off())),
        ("kill-switch-on", kill_switch::page(&sample::floor::stopped(), &sample::floor::on())),
        ("wall", voice::wall::page(&shell("Wall board", "/voice"), &sample::floor::wall())),
        ("wall-stopped", voice::wall::page(&sample::floor::stopped(), &sample::floor::wall())),
        ("wall-empty", voice::wall::page(&shell("Wall board", "/voice"), &Default::default())),
        ("voice-agent", voice::agent::page(&shell("Tomasz Nowak", "/voice"), &sample::floor::agent())),
        ("voice-agent-listening", voice::agent::page(&shell("Tomasz Nowak", "/voice"), &sample::floor::listening())),
        ("cockpit-floor", cockpit::page(&sample::cockpit::desk(), &sample::floor::watched())),
        ("voice-stopped", voice::page(&sample::floor::stopped(), &sample::voice())),
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
        ("campaign-sms", campaign::page(&shell("Payment options, November", "/campaigns"), &messages::sms())),
        ("campaign-email", campaign::page(&shell("Statements, November", "/campaigns"), &messages::email())),
        (
            "campaign-voice",
            campaign::page(&shell("Lakeview Medical, 90-day", "/campaigns"), &messages::voice_campaign()),
        ),
        ("workflow", workflow::page(&shell("Call attempt 2 of 4", "/campaigns"), &messages::workflow())),
        ("new-campaign", new_campaign::page(&shell("New campaign", "/campaigns"))),
        ("new-sms", new_message::page(&shell("New text campaign", "/campaigns"), &messages::new_sms())),
        ("new-sms-errors", new_message::page(&shell("New text campaign", "/campaigns"), &messages::new_sms_errors())),
        ("new-email", new_message::page(&shell("New email campaign", "/campaigns"), &messages::new_email())),
        ("account-write", account::page(&shell("Alicia Romero", "/accounts"), &messages::writing(sample::account()))),
        ("account-refused", account::page(&shell("Alicia Romero", "/accounts"), &messages::refused(sample::account()))),
        ("new-voice", new_voice::page(&shell("New voice campaign", "/campaigns"), &sample::new_voice())),
        ("new-voice-errors", new_voice::page(&shell("New voice campaign", "/campaigns"), &sample::new_voice_errors())),
        ("stop", confirm::page(&shell("Stop Lakeview Medical, 90-day?", "/campaigns"), &sample::stop())),
        ("start", confirm::page(&shell("Start Lakeview Medical, 90-day?", "/campaigns"), &sample::start())),
        ("accounts", accounts::page(&shell("Accounts", "/accounts"), &sample::accounts(""))),
        ("accounts-none", accounts::page(&shell("Accounts", "/accounts"), &sample::accounts("Zz<b>"))),
        ("account", account::page(&shell("Alicia Romero", "/accounts"), &sample::account())),
        (
            "account-noting",
            account::page(
                &shell("Alicia Romero", "/accounts"),
                &account::AccountView { restraints: sample::restraints::noting(), ..sample::account() },
            ),
        ),
        ("suppressions", suppressions::page(&shell("Suppressions", "/suppressions"), &sample::restraints::list())),
        (
            "suppressions-lift",
            suppressions::page(
                &shell("Suppressions", "/suppressions"),
                &suppressions::SuppressionsView {
                    lifting: sample::restraints::list().rows.pop(),
                    ..sample::restraints::list()
                },
            ),
        ),
        (
            "suppressions-import",
            suppressions::import::page(
                &shell("Import suppressions", "/suppressions"),
                &suppressions::import::ImportFormView { report: Some(sample::import()), ..Default::default() },
            ),
        ),
        ("import", import::page(&shell("Import", "/accounts"), &sample::import())),
        ("jobs", jobs::page(&shell("Jobs", "/jobs"), &sample::jobs())),
        ("audit", audit::page(&shell("Audit trail", "/audit"), &sample::audit(None))),
        (
            "audit-broken",
            audit::page(&shell("Audit trail", "/audit"), &sample::audit(Some("#48,119, line 50,002, was changed"))),
        ),
        ("evidence", evidence::page(&shell("Evidence", "/evidence"), &sample::evidence::page(Vec::new()))),
        (
            "evidence-wrong",
            evidence::page(
                &shell("Evidence", "/evidence"),
                &sample::evidence::page(vec![FieldError::new("account", "No account has this number.")]),
            ),
        ),
        ("evidence-empty", evidence::page(&shell("Evidence", "/evidence"), &Default::default())),
        ("audit-empty", audit::page(&shell("Audit trail", "/audit"), &Default::default())),
        ("jobs-empty", jobs::page(&shell("Jobs", "/jobs"), &Default::default())),
        ("not-found", problem::page(Some(&shell("Not found", "")), &sample::not_found())),
        ("landing", public::landing::page()),
        ("pricing", public::pricing::page(&public::pricing::PricingView { asked: Some("12".to_owned()) })),
        ("compare", public::compare::page(public::compare::all())),
        ("case-study", public::case_study::page()),
        ("forbidden", problem::page(None, &problem::ProblemView::forbidden())),
    ]
}
