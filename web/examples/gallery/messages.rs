//! The gallery's invented messages: campaigns of each channel, a workflow, forms, conversations.

use super::sample::{ago, checks, id, new_voice, now};
use chrono::Duration;
use web::{
    Channel,
    pages::{
        account::{AccountView, Verdict},
        campaign::{Because, CampaignView, Failure, Rate, RecipientRow, TemplatePreview},
        campaigns::Progress,
        new_message::{MergeField, NewMessageValues, NewMessageView, Preview, Segments},
        workflow::{Link, StepRow, WorkflowView},
    },
    parts::{
        field::{Choice, FieldError},
        thread::{Gate, MessageRow, ThreadView, compose::ComposeView},
    },
    state::{CallState, CampaignState, Mark, MessageState, RecipientState, Step, Tone},
};

const TEXT: &str = "Denise, Harbor & Finch Recovery, a debt collector, about your Lakeview Medical account. Payment options: wib.example/p/7Kq2. Reply STOP to opt out.";

fn owned<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

fn rate(word: &str, n: i64, of: i64, of_word: &str, note: &str) -> Rate {
    Rate {
        word: word.to_owned(),
        n,
        of,
        of_word: of_word.to_owned(),
        estimate: word == "Opened",
        note: note.to_owned(),
    }
}

fn failure(n: i64, reason: &str, code: &str, can_retry: bool) -> Failure {
    Failure { n, reason: reason.to_owned(), code: code.to_owned(), can_retry }
}

fn recipient(n: u128, name: &str, address: &str, state: RecipientState, outcome: &str) -> RecipientRow {
    RecipientRow {
        id: id(600 + n),
        account: Some(id(1000 + n)),
        name: name.to_owned(),
        address: address.to_owned(),
        state,
        message: None,
        outcome: outcome.to_owned(),
        attempts: 1,
        at: Some(ago(600 * i64::try_from(n).unwrap_or_default())),
        next_at: None,
        workflow: Some(id(500)),
    }
}

pub(crate) fn sms() -> CampaignView {
    use RecipientState::{Claimed, Done, Failed, Queued, RetryWait, Skipped, Suppressed};
    let with = |row: RecipientRow, message| RecipientRow { message: Some(message), ..row };
    let not_tried = |row: RecipientRow| RecipientRow { attempts: 0, workflow: None, ..row };
    CampaignView {
        id: id(6),
        name: "Payment options, November".to_owned(),
        channel: Channel::Text,
        state: CampaignState::Running,
        since: Some(ago(12_000)),
        because: "18 left in Pacific".to_owned(),
        reachable: 18,
        may_operate: true,
        progress: Progress { planned: 1000, done: 884, failed: 21, suppressed: 41, skipped: 6, in_flight: 30, waiting: 18 },
        outlook: Some("The list is done at about 15:10 CST, as it goes now: 24 a minute.".to_owned()),
        because_of: Because {
            done: "94.5 % of 935 sent".to_owned(),
            in_flight: "no receipt yet".to_owned(),
            failed: "12 can be retried".to_owned(),
            suppressed: "37 at check, 4 since".to_owned(),
            skipped: "paid before sending".to_owned(),
            waiting: "60 a minute".to_owned(),
        },
        rates: vec![
            rate("Sent", 935, 959, "allowed", "6 skipped, 18 queued"),
            rate("Delivered", 884, 935, "sent", "30 awaiting receipt"),
            rate("Replied", 63, 884, "delivered", "9 need an answer"),
            rate("Opted out", 11, 884, "delivered", ""),
        ],
        failures: vec![
            failure(12, "Carrier daily cap reached", "40016", true),
            failure(6, "Number is a landline", "40001", false),
            failure(3, "Carrier called it spam", "40003", false),
        ],
        settings: owned([
            ("From", "(312) 555-0199"),
            ("Rate", "60 a minute"),
            ("Audience", "Lakeview Medical Group"),
            ("Made by", "R. Diaz, 17 Nov 07:11 CST"),
        ]),
        template: Some(TemplatePreview {
            name: "Payment options, version 3".to_owned(),
            subject: None,
            text: "{{first_name}}, {{agency}}, a debt collector, about your {{creditor}} account. Payment options: {{link}}.".to_owned(),
        }),
        recipients: vec![
            with(recipient(3, "Denise Carter", "(404) 555-0150", Done, "3.1 s to handset"), MessageState::Delivered),
            not_tried(recipient(8, "Alicia Romero", "(915) 555-0142", Suppressed, "Opted out 12 May by STOP")),
            with(recipient(7, "Harold Greene", "(216) 555-0161", Failed, "Number is a landline"), MessageState::Failed),
            with(recipient(13, "Nora Quinn", "(971) 555-0163", Claimed, "Accepted by carrier, no receipt yet"), MessageState::Sent),
            not_tried(recipient(14, "Leonard Fox", "(503) 555-0112", Queued, "7th of 18, the number sends 60 a minute")),
            not_tried(recipient(15, "Sandra <b>Pike</b>", "(614) 555-0186", Skipped, "Paid in full before sending")),
            RecipientRow {
                next_at: Some(now() + Duration::hours(13)),
                ..recipient(1, "Greg Thornton", "(303) 555-0117", RetryWait, "Carrier daily cap reached")
            },
            with(recipient(16, "Victor Hsu", "(312) 555-0129", Failed, "The carrier never said what became of it"), MessageState::UnknownClosed),
        ],
        states: vec![(Done, 884), (Claimed, 30), (Failed, 21), (Suppressed, 41), (Skipped, 6), (Queued, 18)],
        filter: None,
        later: false,
        after: Some("r&42".to_owned()),
    }
}

pub(crate) fn email() -> CampaignView {
    let people = sms().recipients.into_iter().take(3).map(|row| RecipientRow {
        address: format!("{}@mail.example", row.name.to_lowercase().replace(' ', ".")),
        message: row.message.map(|_| MessageState::Opened),
        ..row
    });
    CampaignView {
        id: id(9),
        name: "Statements, November".to_owned(),
        channel: Channel::Email,
        state: CampaignState::Completed,
        because: "nothing left".to_owned(),
        progress: Progress { planned: 2400, done: 2241, failed: 62, suppressed: 83, skipped: 14, in_flight: 0, waiting: 0 },
        outlook: None,
        because_of: Because { failed: "all bounced for good".to_owned(), ..Because::default() },
        rates: vec![
            rate("Delivered", 2241, 2303, "sent", ""),
            rate("Opened", 1022, 2241, "delivered", "212 machine opens removed"),
            rate("Clicked", 187, 2241, "delivered", ""),
            rate("Bounced", 62, 2303, "sent", ""),
            rate("Complained", 1, 2241, "delivered", ""),
            rate("Unsubscribed", 14, 2241, "delivered", ""),
        ],
        failures: vec![
            failure(41, "Mailbox does not exist", "550", false),
            failure(19, "Mailbox is full", "452", true),
        ],
        settings: owned([("From", "Harbor & Finch <statements@harborfinch.example>"), ("Rate", "120 a minute")]),
        template: Some(TemplatePreview {
            name: "Statement, version 1".to_owned(),
            subject: Some("Your statement is ready".to_owned()),
            text: "Hello {{first_name}},\n\nHarbor & Finch Recovery is a debt collector. Your balance with {{creditor}} is {{balance}}.".to_owned(),
        }),
        recipients: people.collect(),
        after: None,
        ..sms()
    }
}

pub(crate) fn voice_campaign() -> CampaignView {
    let people = sms().recipients.into_iter().map(|row| RecipientRow { message: None, ..row });
    CampaignView {
        id: id(1),
        name: "Lakeview Medical, 90-day".to_owned(),
        channel: Channel::Call,
        state: CampaignState::Draft,
        since: None,
        because: "not started".to_owned(),
        reachable: 1310,
        progress: Progress { planned: 3320, waiting: 3321, ..Progress::default() },
        outlook: Some(
            "About 212 people will be left when the lawful hours end at 21:00 CST, as it goes now: 12 a minute."
                .to_owned(),
        ),
        because_of: Because::default(),
        rates: vec![],
        failures: vec![],
        settings: owned([("Caller ID", "(312) 555-0199"), ("Tries", "3 at most"), ("After no answer", "4 h later")]),
        template: None,
        recipients: people.collect(),
        filter: Some(RecipientState::Queued),
        ..sms()
    }
}

fn step(n: u32, ms: i64, kind: Step, tone: Tone, title: &str, took_ms: Option<i64>, sentence: &str) -> StepRow {
    StepRow {
        id: n.to_string(),
        at: ago(900) + Duration::milliseconds(ms),
        kind,
        tone,
        title: title.to_owned(),
        took_ms,
        sentence: sentence.to_owned(),
        details: vec![],
        resolves: false,
        pending: false,
        run: None,
    }
}

pub(crate) fn workflow() -> WorkflowView {
    use Step::{Change, Decision, Job, Request, Webhook};
    let mut steps = vec![
        step(1, 114, Job, Tone::Idle, "Claimed", Some(17), "A worker took the job, lease 30 s."),
        step(
            2,
            131,
            Decision,
            Tone::Live,
            "Allowed, 11 of 11 rules",
            Some(7),
            "Call 2 of 7 in 7 days; Chicago is open until 21:00 CST.",
        ),
        step(
            3,
            138,
            Change,
            Tone::Idle,
            "Intent written",
            Some(3),
            "Committed with the decision, before anything left the building.",
        ),
        step(4, 141, Request, Tone::Ring, "Asked Telnyx to dial", Some(10_003), "POST /v2/calls, attempt 1 of 1."),
        step(
            5,
            10_144,
            Change,
            Tone::Unknown,
            "Unknown: no answer in 10 s",
            Some(17_258),
            "The phone may be ringing. It is not dialled again; the call counts until shown otherwise.",
        ),
        step(
            6,
            27_402,
            Webhook,
            Tone::Live,
            "Resolved: one call, placed once",
            Some(1_510),
            "The event carried the command's id and arrived 26.8 s late; signature ok.",
        ),
        step(7, 28_912, Webhook, Tone::Live, "Answered", Some(331_000), ""),
        step(8, 360_000, Job, Tone::Fail, "Recording not fetched", Some(212), "The carrier answered 503; tried again."),
        step(9, 361_000, Decision, Tone::Block, "Retry refused: spoke today", None, "Seven days count from today."),
        step(
            10,
            64_800_000,
            Job,
            Tone::Hold,
            "Callback",
            None,
            "The consumer asked for it; checked again before dialling.",
        ),
    ];
    steps[2].details = owned([("Command", "cmd_01JCV7Q2M9"), ("Number", "+1312555••29")]);
    steps[5].details = owned([("call_control_id", "v3:MdI91X4lWFEs7IgbBEOT"), ("Event", "<call.initiated>")]);
    steps[5].resolves = true;
    steps[9].pending = true;
    WorkflowView {
        id: id(500),
        title: "Call attempt 2 of 4, Victor Hsu".to_owned(),
        noun: "Call attempt".to_owned(),
        state: Mark::of(CallState::Ended),
        started_at: ago(900),
        next: "Callback Wed 18 Nov, 08:17 CST".to_owned(),
        account: Some(Link { id: id(1016), words: "LMG-201556".to_owned() }),
        campaign: Some(Link { id: id(1), words: "Lakeview Medical, 90-day".to_owned() }),
        facts: owned([("Number", "(312) 555-0129"), ("Talk", "5:31, Keisha Grant")]),
        listen: Some(super::sample::said::whole(500)),
        steps,
    }
}

fn fields() -> Vec<MergeField> {
    [
        ("first_name", "Denise"),
        ("last_name", "Carter"),
        ("balance", "$412.00"),
        ("account_number", "LMG-198807"),
        ("creditor", "Lakeview Medical Group"),
        ("agency", "Harbor & Finch Recovery"),
        ("opt_out", "Reply STOP to opt out."),
    ]
    .map(|(name, example)| MergeField { name: name.to_owned(), example: example.to_owned() })
    .to_vec()
}

pub(crate) fn new_sms() -> NewMessageView {
    let voice = new_voice();
    NewMessageView {
        channel: Channel::Text,
        creditors: voice.creditors,
        senders: voice.caller_ids,
        zones: voice.zones,
        fields: fields(),
        rate_limit: "The number’s limit is 60 a minute.".to_owned(),
        checks: checks().into_iter().skip(1).collect(),
        values: NewMessageValues {
            name: "Payment options, November".to_owned(),
            body: "{{first_name}}, {{agency}}, a debt collector, about your {{creditor}} account.".to_owned(),
            ..NewMessageValues::default()
        },
        preview: Some(Preview {
            person: "Denise Carter, LMG-198807".to_owned(),
            text: TEXT.to_owned(),
            segments: Some(Segments { count: 1, characters: 147, room: 160, encoding: "GSM-7".to_owned() }),
            ..Preview::default()
        }),
        ..NewMessageView::default()
    }
}

pub(crate) fn new_sms_errors() -> NewMessageView {
    let mut view = new_sms();
    view.preview = None;
    view.values.when = "at".to_owned();
    view.values.body = "</textarea>Pay {{ballance}}".to_owned();
    view.errors = vec![
        FieldError::new("name", "Give it a name of 1 to 120 characters."),
        FieldError::new("body", "There is no field {{ballance}}; did you mean {{balance}}?"),
        FieldError::new("starts_at", "Choose a time in the future."),
        FieldError::new("rate_per_minute", "The number’s limit is 60 a minute."),
    ];
    view
}

pub(crate) fn new_email() -> NewMessageView {
    let html = "<h1>Your statement is ready</h1>\n<p>Hello {{first_name}},</p>\n<p>{{agency}} is a debt collector. Your balance\nwith {{creditor}} is <b>{{balance}}</b>.</p>\n<p><a href=\"{{link}}\">See your options</a></p>";
    let filled = "<h1>Your statement is ready</h1>\n<p>Hello Denise,</p>\n<p>Harbor &amp; Finch Recovery is a debt collector.</p>";
    NewMessageView {
        channel: Channel::Email,
        senders: vec![Choice::new("s", "statements@harborfinch.example")],
        rate_limit: "Two a second is the provider’s limit.".to_owned(),
        values: NewMessageValues {
            name: "Statements, November".to_owned(),
            from_name: "Harbor & Finch".to_owned(),
            subject: "Your statement is ready".to_owned(),
            body: html.to_owned(),
            rate_per_minute: "120".to_owned(),
            ..NewMessageValues::default()
        },
        preview: Some(Preview {
            person: "Denise Carter, LMG-198807".to_owned(),
            subject: Some("Your statement is ready".to_owned()),
            text: "Your statement is ready\n\nHello Denise,\n\nHarbor & Finch Recovery is a debt collector.".to_owned(),
            segments: None,
            html: Some(filled.to_owned()),
            frame: Some("/campaigns/new/email/preview/letter".to_owned()),
            notes: vec!["Removed: a script from another host.".to_owned()],
        }),
        ..new_sms()
    }
}

pub(crate) fn verdicts() -> Vec<Verdict> {
    let verdict = |channel, to: &str, allowed, sentence: &str, citation: Option<&str>, next| Verdict {
        channel,
        to: to.to_owned(),
        allowed,
        sentence: sentence.to_owned(),
        citation: citation.map(str::to_owned),
        earliest_next: next,
        rules: "Rules 2026.11.3".to_owned(),
        budget: String::new(),
        spent: false,
    };
    let morning = Some(now() + Duration::hours(17));
    vec![
        verdict(
            Channel::Call,
            "(915) 555-0142",
            false,
            "It is 21:04 where she may be; calls end at 21:00.",
            Some("12 CFR 1006.6(b)(1)(i)"),
            morning,
        ),
        verdict(
            Channel::Text,
            "(915) 555-0142",
            false,
            "SMS opted out 12 May. Only she can undo it, by writing START.",
            Some("12 CFR 1006.6(e)"),
            None,
        ),
        verdict(Channel::Email, "a.romero@mail.example", true, "No rule stands against an email.", None, None),
    ]
}

/// The same account where everything is allowed, with the box to write first in.
pub(crate) fn writing(mut view: AccountView) -> AccountView {
    for verdict in &mut view.verdicts {
        (verdict.allowed, verdict.earliest_next, verdict.citation) = (true, None, None);
        verdict.sentence = "No rule stands against it.".to_owned();
    }
    view.threads.clear();
    view.compose = Some(compose(Channel::Email));
    view
}

fn compose(channel: Channel) -> ComposeView {
    ComposeView {
        channel,
        subject: "About your call".to_owned(),
        body: String::new(),
        errors: vec![FieldError::new("body", "Write something.")],
        once: id(901),
    }
}

/// The box asked for on a channel that a rule forbids.
pub(crate) fn refused(mut view: AccountView) -> AccountView {
    view.threads.clear();
    view.compose = Some(ComposeView { errors: vec![], ..compose(Channel::Text) });
    view
}

pub(crate) fn threads() -> Vec<ThreadView> {
    let message = |n: u128, secs, state, by: &str, text: &str, reason: Option<&str>| MessageRow {
        id: id(800 + n),
        at: ago(secs),
        state,
        by: by.to_owned(),
        subject: None,
        text: text.to_owned(),
        reason: reason.map(str::to_owned),
        workflow: (state != MessageState::Received).then(|| id(500)),
    };
    let thread = |n, channel, address: &str, messages, gate| ThreadView {
        id: id(n),
        channel,
        address: address.to_owned(),
        messages,
        cut: false,
        gate,
        may_write: true,
        draft: String::new(),
        errors: vec![],
        once: id(900 + n),
        back: None,
    };
    let stopped = Gate { sentence: "SMS opted out 12 May.".to_owned(), citation: Some("12 CFR 1006.6(e)".to_owned()) };
    let texts = vec![
        message(1, 700_000, MessageState::Delivered, "Payment options, November", TEXT, None),
        message(2, 699_000, MessageState::Received, "", "who is this??\nwhat <do> you want", None),
        message(
            3,
            698_400,
            MessageState::Failed,
            "Priya Raman",
            "Hi Alicia, this is Priya of Harbor & Finch, a debt collector. Reply STOP to opt out.",
            Some("Not delivered: the carrier’s daily cap was reached (40016)."),
        ),
        message(4, 600, MessageState::Received, "", "STOP", None),
        message(
            5,
            420,
            MessageState::Skipped,
            "Evening reminders",
            "A reminder from Harbor & Finch, a debt collector.",
            Some("Not sent: she opted out."),
        ),
    ];
    let mut letter = message(
        6,
        90_000,
        MessageState::Opened,
        "Priya Raman",
        "Hello Alicia,\n\nhere is the statement you asked for.",
        None,
    );
    letter.subject = Some("Your statement".to_owned());
    let asked = message(7, 84_000, MessageState::Received, "", "Thanks, got it. Can I pay in three parts?", None);
    vec![
        thread(30, Channel::Text, "(915) 555-0142", texts, Some(stopped)),
        thread(31, Channel::Email, "a.romero@mail.example", vec![letter, asked], None),
    ]
}
