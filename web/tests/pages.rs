//! What holds for every page, checked on the gallery: no inline style or script, nobody's name becomes markup, every label and
//! description points at something, every link and form leads to a page that exists.

#[path = "../examples/gallery/every.rs"]
mod every;
#[path = "../examples/gallery/messages.rs"]
mod messages;
#[path = "../examples/gallery/sample.rs"]
mod sample;

use std::collections::HashSet;
use web::{
    Clock, Nav, Role,
    pages::{
        account, accounts, campaign, campaigns, cockpit, jobs, login, new_message, new_voice, public::compare, voice,
        workflow,
    },
};

/// The values of an attribute, in order.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

fn clock() -> Clock {
    sample::shell("", "").clock
}

#[test]
fn no_page_has_inline_style_or_script() {
    for (name, html) in every::pages() {
        for forbidden in [" style=", "<style", "<script>", "javascript:", " onclick=", " onsubmit=", " onchange="] {
            assert!(!html.contains(forbidden), "{name} has {forbidden}");
        }
        assert_eq!(
            html.matches("<script").count(),
            html.matches(r#"<script type="module" src="/assets/"#).count(),
            "{name}"
        );
    }
}

#[test]
fn every_page_has_one_title_one_heading_and_one_main() {
    for (name, html) in every::pages() {
        for once in ["<title>", "<h1", "<main", "</html>"] {
            assert_eq!(html.matches(once).count(), 1, "{name}: {once}");
        }
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{name}");
    }
}

#[test]
fn no_id_is_used_twice() {
    for (name, html) in every::pages() {
        let ids = values(&html, "id");
        let unique: HashSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{name}: {ids:?}");
    }
}

#[test]
fn every_label_and_description_points_at_something() {
    for (name, html) in every::pages() {
        let ids: HashSet<_> = values(&html, "id").into_iter().collect();
        for attribute in ["for", "aria-labelledby", "aria-describedby"] {
            for target in values(&html, attribute) {
                assert!(ids.contains(target), "{name}: {attribute}={target}");
            }
        }
    }
}

#[test]
fn every_button_says_what_it_is() {
    for (name, html) in every::pages() {
        for button in html.split("<button").skip(1) {
            let tag = button.split('>').next().unwrap_or_default();
            assert!(tag.contains("type=\"submit\"") || tag.contains("type=\"button\""), "{name}: {tag}");
        }
    }
}

#[test]
fn every_link_and_form_leads_to_a_page_of_ours() {
    const PAGES: [&str; 18] = [
        "/voice",
        "/kill-switch",
        "/cockpit",
        "/campaigns",
        "/accounts",
        "/jobs",
        "/compliance",
        "/suppressions",
        "/audit",
        "/evidence",
        "/api/evidence-exports/",
        "/api/calls/",
        "/login",
        "/logout",
        "/workflows/",
        "/threads/",
        "/assets/",
        "#",
    ];
    const PUBLIC: [&str; 7] =
        ["/", "/#run", "/compare", "/pricing", "/pricing#calc", "/case-studies/pilot-agency", "/openapi.json"];
    let sources: HashSet<_> = compare::all().iter().map(|fact| fact.url.as_str()).collect();
    for (name, html) in every::pages() {
        for target in ["href", "action", "formaction", "src"].iter().flat_map(|name| values(&html, name)) {
            let public = PUBLIC.contains(&target) || (name == "compare" && sources.contains(target));
            assert!(
                target.is_empty() || public || PAGES.iter().any(|page| target.starts_with(page)),
                "{name}: {target}"
            );
        }
    }
}

#[test]
fn a_public_page_is_light_and_needs_no_script() {
    for (name, html) in every::pages() {
        if ["landing", "pricing", "compare", "case-study"].contains(&name) {
            assert!(!html.contains("<script") && html.len() < 60 * 1024, "{name}: {} bytes", html.len());
        }
    }
}

#[test]
fn names_are_text_and_never_markup() {
    let shell = sample::shell("Accounts", "/accounts");
    let html = campaigns::page(&shell, &sample::campaigns());
    assert!(html.contains("Callbacks, &lt;draft&gt;") && !html.contains("<draft>"));
    assert!(html.contains("Harbor &amp; Finch"));

    let evil = r#""><img src=x onerror=alert(1)>"#;
    let html = accounts::page(&shell, &sample::accounts(evil));
    assert!(!html.contains("<img"), "{html}");
    let mut person = sample::account();
    person.name = evil.to_owned();
    person.timeline[0].sentence = evil.to_owned();
    assert!(!account::page(&shell, &person).contains("<img"));
    assert!(!account::fragments(&clock(), &person).contains("<img"));
}

#[test]
fn messages_are_text_and_never_markup() {
    let evil = "</textarea></pre><img src=x onerror=alert(1)>";
    let shell = sample::shell("", "");
    let mut form = messages::new_email();
    form.values.body = evil.to_owned();
    form.preview.iter_mut().for_each(|p| (p.text, p.html) = (evil.to_owned(), Some(evil.to_owned())));
    assert!(!new_message::page(&shell, &form).contains("<img"));

    let mut person = messages::writing(sample::account());
    person.compose.iter_mut().for_each(|compose| compose.body = evil.to_owned());
    person.threads = messages::threads();
    person.threads.iter_mut().for_each(|thread| {
        thread.draft = evil.to_owned();
        thread.messages.iter_mut().for_each(|message| message.text = evil.to_owned());
    });
    assert!(!account::page(&shell, &person).contains("<img"));

    let mut sent = messages::sms();
    sent.template.iter_mut().for_each(|template| template.text = evil.to_owned());
    assert!(!campaign::page(&shell, &sent).contains("<img"));
}

#[test]
fn a_campaign_of_any_channel_balances_in_its_own_words() {
    let shell = sample::shell("", "/campaigns");
    let text = campaign::page(&shell, &messages::sms());
    assert!(text.contains("884 delivered") && text.contains("1,000 planned") && text.contains("Balances at"));
    assert!(campaign::page(&shell, &messages::voice_campaign()).contains("Does not balance"));
    assert!(campaign::page(&shell, &messages::email()).contains(">estimate<"));
}

#[test]
fn the_next_page_of_recipients_keeps_the_filter() {
    let shell = sample::shell("", "/campaigns");
    let first = campaign::page(&shell, &messages::sms());
    assert!(first.contains("?after=r%2642"), "{first}");
    let waiting = campaign::page(&shell, &messages::voice_campaign());
    assert!(waiting.contains("?state=queued&amp;after=r%2642"), "{waiting}");
}

#[test]
fn a_forbidden_channel_is_there_hatched_with_its_reason_and_sends_nothing() {
    let shell = sample::shell("", "/accounts");
    let html = account::page(&shell, &sample::account());
    assert!(html.contains("SMS opted out 12 May.") && !html.contains("/call\""));
    let reply = |thread: usize| {
        let id = sample::account().threads[thread].id;
        let from = html.split(&format!("/threads/{id}/reply")).nth(1).unwrap_or_default();
        from.split("</form>").next().unwrap_or_default().to_owned()
    };
    let (texts, emails) = (reply(0), reply(1));
    assert_eq!(texts.matches(" disabled").count(), 2, "{texts}");
    assert!(!texts.contains("data-contact") && emails.contains("data-contact") && !emails.contains(" disabled"));

    let page = account::page(&shell, &messages::refused(sample::account()));
    assert!(page.contains("disabled") && page.contains("Only she can undo it"), "{page}");
    assert!(!page.contains("data-contact"), "{page}");
}

#[test]
fn who_may_not_contact_sees_answers_and_no_buttons() {
    let mut view = messages::writing(sample::account());
    view.may_contact = false;
    let html = account::page(&sample::shell("", "/accounts"), &view);
    assert!(html.contains("Allowed") && !html.contains("/call\"") && !html.contains("/message\""));
}

#[test]
fn the_key_for_a_new_campaign_works_where_there_is_none_yet() {
    let view = campaigns::CampaignsView { may_operate: true, ..Default::default() };
    let html = campaigns::page(&sample::shell("", "/campaigns"), &view);
    assert_eq!(html.matches("data-key=\"c\"").count(), 1);
    for kind in ["voice", "sms", "email"] {
        assert!(html.contains(&format!("href=\"/campaigns/new/{kind}\"")), "{kind}");
    }
}

#[test]
fn an_unknown_step_is_dashed_until_it_is_resolved_and_a_due_one_comes_last() {
    let html = workflow::page(&sample::shell("", ""), &messages::workflow());
    let classes: Vec<_> =
        html.split("<ol class=\"events\">").nth(1).map(|rows| values(rows, "class")).unwrap_or_default();
    let steps: Vec<_> = classes.into_iter().filter(|c| ["gap", "hero", "barred", "pending"].contains(c)).collect();
    assert_eq!(steps, ["gap", "hero", "barred", "pending"]);
}

#[test]
fn every_fragment_has_its_place_on_the_page() {
    let shell = sample::shell("", "");
    let live = [
        (voice::page(&shell, &sample::voice()), voice::fragments(&clock(), &sample::voice())),
        (campaigns::page(&shell, &sample::campaigns()), campaigns::fragments(&clock(), &sample::campaigns())),
        (account::page(&shell, &sample::account()), account::fragments(&clock(), &sample::account())),
        (cockpit::page(&shell, &sample::cockpit::wrap_up()), cockpit::fragments(&clock(), &sample::cockpit::wrap_up())),
        (campaign::page(&shell, &messages::sms()), campaign::fragments(&clock(), &messages::sms())),
        (workflow::page(&shell, &messages::workflow()), workflow::fragments(&clock(), &messages::workflow())),
        (jobs::page(&shell, &sample::jobs()), jobs::fragments(&clock(), &sample::jobs())),
    ];
    for (page, fragments) in live {
        let places: HashSet<_> = values(&page, "id").into_iter().collect();
        let ids = values(&fragments, "id");
        assert!(ids.contains(&"clock") && ids.len() > 3, "{ids:?}");
        for id in ids {
            assert!(places.contains(id), "#{id} is not on the page");
        }
    }
}

#[test]
fn old_figures_switch_start_off_and_leave_pause_on() {
    let stale = sample::stale(sample::shell("", "/voice"));
    let draft = voice::page(&stale, &sample::voice_draft());
    assert!(draft.contains("No news from the dialer") && !draft.contains("/start\""));
    let running = voice::page(&stale, &sample::voice());
    assert!(running.contains("/pause\""));
}

#[test]
fn counts_that_do_not_add_up_are_said_to() {
    let shell = sample::shell("", "/voice");
    assert!(voice::page(&shell, &sample::voice()).contains("Balances"));
    assert!(voice::page(&shell, &sample::voice_draft()).contains("Does not balance"));
}

#[test]
fn who_may_not_operate_sees_no_button_that_does() {
    let mut view = sample::voice();
    if let Some(dialer) = view.dialer.as_mut() {
        dialer.may_operate = false;
    }
    let html = voice::page(&sample::shell("", "/voice"), &view);
    assert!(!html.contains("/pause\"") && !html.contains("/stop\""));
}

#[test]
fn the_navigation_shows_each_role_its_pages_only() {
    for role in [Role::Owner, Role::Admin, Role::Supervisor, Role::Agent, Role::Compliance, Role::Ops, Role::Readonly] {
        let mut shell = sample::shell("", "");
        shell.role = role;
        let html = account::page(&shell, &sample::account());
        for page in [Nav::Voice, Nav::Campaigns, Nav::Jobs, Nav::Suppressions] {
            let link = format!("href=\"{}", page.href());
            assert_eq!(html.contains(&link), role.pages().contains(&page), "{role:?}: {link}");
        }
    }
}

#[test]
fn what_people_wrote_stays_text_in_the_cockpit() {
    let html = cockpit::page(&sample::cockpit::desk(), &sample::cockpit::call());
    assert!(html.contains("Alicia &lt;Romero&gt;") && !html.contains("<Romero>"));
    assert!(html.contains("Is this &lt;b&gt;you") && html.contains("part &lt;/textarea&gt;"), "{html}");
}

#[test]
fn messages_are_hidden_while_there_are_none() {
    let page = |view| cockpit::page(&sample::cockpit::desk(), &view);
    assert!(page(sample::cockpit::countdown()).contains("1 unread"));
    assert!(!page(sample::cockpit::call()).contains("id=\"messages\""));
}

#[test]
fn a_form_with_errors_keeps_what_was_typed_and_links_each_error() {
    let view = sample::new_voice_errors();
    let html = new_voice::page(&sample::shell("", "/campaigns"), &view);
    assert!(html.contains("value=\"0 25 * * *\"") && html.contains("value=\"soon\""));
    for error in &view.errors {
        assert!(html.contains(&format!("href=\"#{}\"", error.field)), "{}", error.field);
        assert!(html.contains(&format!("id=\"{}-error\"", error.field)), "{}", error.field);
    }
}

#[test]
fn a_failed_sign_in_keeps_the_email_and_never_the_password() {
    let html = login::page(&sample::login(false));
    assert!(html.contains("value=\"priya@harborfinch.example\"") && html.contains("role=\"alert\""));
    assert!(html.contains("autocomplete=\"current-password\"") && !html.contains("type=\"password\" value=\"p"));
}

#[test]
fn a_simulated_clock_says_so() {
    let mut shell = sample::shell("", "");
    shell.clock.simulated_rate = Some(60.0);
    assert!(jobs::page(&shell, &sample::jobs()).contains("simulated, ×60"));
    shell.clock.simulated_rate = None;
    assert!(!jobs::page(&shell, &sample::jobs()).contains("simulated"));
}

#[test]
fn every_file_a_style_sheet_or_script_names_is_embedded() {
    for name in web::assets::names().filter(|name| name.starts_with("css/") || name.starts_with("js/")) {
        let file = web::assets::get("", &name).expect("listed");
        let text = String::from_utf8(file.bytes.into_owned()).expect("text");
        let fonts = text.split("url(").skip(1).filter_map(|rest| rest.split(')').next());
        let imports = text.split(" from \"").skip(1).filter_map(|rest| rest.split('"').next());
        for target in fonts.chain(imports).filter(|t| !t.starts_with('#')) {
            let path = target
                .strip_prefix("../")
                .map_or_else(|| format!("js/{}", target.trim_start_matches("./")), str::to_owned);
            assert!(web::assets::get("", &path).is_some(), "{name} names {target}");
        }
    }
}
