//! The gallery's invented data. Nobody here exists; the numbers are reserved for fiction.

#[path = "cockpit.rs"]
pub(crate) mod cockpit;
#[path = "evidence.rs"]
pub(crate) mod evidence;
#[path = "floor.rs"]
pub(crate) mod floor;
#[path = "pacing.rs"]
pub(crate) mod pacing;
#[path = "restraints.rs"]
pub(crate) mod restraints;
#[path = "said.rs"]
pub(crate) mod said;

use super::messages;
use chrono::{DateTime, Duration, TimeZone, Utc};
use chrono_tz::{America, Tz};
use uuid::Uuid;
use web::{
    Channel, Clock, Nav, Role, Shell,
    pages::{
        account::{AccountCampaign, AccountView, EmailRow, PhoneRow, TimelineEntry},
        accounts::{AccountListRow, AccountsView},
        audit::{AuditRow, AuditView, Chain},
        campaigns::{CampaignRow, CampaignsView, Progress},
        confirm::{Check, CheckResult, ConfirmView, Consequence},
        import::{ImportLine, ImportView},
        jobs::{About, JobFilter, JobRow, JobsView, LimitRow, Outlook, QueueRow, Workers},
        login::{DemoUser, LoginView},
        new_voice::NewVoiceView,
        problem::{ProblemView, WayOn},
        voice::{
            AccountLink, AgentRow, CallRow, CampaignChoice, Count, Counts, Dialer, Guards, Kept, LegalEdge, PacingLine,
            VoiceView,
        },
    },
    parts::{
        balance::Balance,
        bar::Share,
        field::{Choice, FieldError},
    },
    state::{AgentState, CallState, CampaignState, Event, JobState, QueueState, RecipientState, Tone},
};

pub(crate) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 17, 20, 32, 41).single().expect("a time that exists")
}

pub(crate) fn ago(secs: i64) -> DateTime<Utc> {
    now() - Duration::seconds(secs)
}

pub(crate) fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0193_4a7e_0000_7000_8000_0000_0000_0000 + n)
}

pub(crate) fn shell(title: &str, active: &str) -> Shell {
    let active = [Nav::Voice, Nav::Campaigns, Nav::Accounts, Nav::Jobs, Nav::Audit]
        .into_iter()
        .find(|page| page.href() == active);
    Shell {
        title: title.to_owned(),
        org: "Harbor & Finch Recovery".to_owned(),
        user: "Renata Diaz".to_owned(),
        role: Role::Supervisor,
        active,
        simulator: true,
        clock: Clock { now: now(), zone: America::Chicago, simulated_rate: Some(1.0), stale_since: None },
        events: None,
        flash: None,
        halt: None,
    }
}

pub(crate) fn stale(mut shell: Shell) -> Shell {
    shell.clock.stale_since = Some(ago(31));
    shell
}

pub(crate) fn login(demo: bool) -> LoginView {
    let user = |name: &str, role| DemoUser {
        email: format!("{}@harborfinch.example", name.to_lowercase().replace(' ', ".")),
        name: name.to_owned(),
        role,
    };
    if demo {
        let demo =
            vec![user("Priya Raman", Role::Agent), user("Renata Diaz", Role::Supervisor), user("Sun Kim", Role::Ops)];
        return LoginView { demo, ..LoginView::default() };
    }
    LoginView {
        email: "priya@harborfinch.example".to_owned(),
        error: Some(
            "Email and password do not belong together. After 5 tries this address waits 15 minutes.".to_owned(),
        ),
        ..LoginView::default()
    }
}

fn counts() -> Counts {
    Counts {
        pending: Count::new(1842, "1,310 callable now"),
        calling: Count::new(9, "oldest 14 s"),
        connected: Count::new(14, "13 talking, 1 joining"),
        completed: Count::new(1206, "398 reached a person"),
        failed: Count::new(37, "after every try"),
        skipped: Count::new(212, "158 do not call, 54 other"),
        planned: 3320,
    }
}

fn dialer(state: CampaignState, because: &str) -> Dialer {
    Dialer {
        id: id(1),
        name: "Lakeview Medical, 90-day".to_owned(),
        state,
        mode: "Progressive".to_owned(),
        since: Some(ago(5261)),
        because: because.to_owned(),
        callable: 1310,
        may_operate: true,
        counts: counts(),
        kept: Kept { connected: 848, recordings: (845, 3), transcripts: (834, 14) },
        guards: Guards {
            abandoned: 41,
            answered: 2228,
            abandon_cap: 0.03,
            lines_per_agent: 1.0,
            max_lines_per_agent: 1.0,
            lines_because: "progressive: one line for every free agent".to_owned(),
            agents_waiting: 3,
            agents_total: 20,
            average_wait_secs: Some(11),
            calls_ended: 848,
            calls_agents: 20,
            calls_secs: 3_600,
            next_edge: Some(LegalEdge {
                at: now() + Duration::seconds(19_620),
                opens: false,
                place: "Eastern".to_owned(),
                zone: America::New_York,
                accounts: 604,
                of: 1_000,
            }),
        },
    }
}

pub(crate) fn voice() -> VoiceView {
    let campaign = |n, name: &str, state| CampaignChoice { id: id(n), name: name.to_owned(), state };
    VoiceView {
        campaigns: vec![
            campaign(1, "Lakeview Medical, 90-day", CampaignState::Running),
            campaign(2, "Northgate Auto, first contact", CampaignState::Paused),
        ],
        dialer: Some(dialer(CampaignState::Running, "by R. Diaz, ends 20:00 CST")),
        agents: agents(),
        calls: calls(),
        calls_total: 23,
        pacing: pacing(),
        checks: vec![],
    }
}

pub(crate) fn voice_paused() -> VoiceView {
    VoiceView {
        dialer: Some(dialer(CampaignState::Paused, "by itself: no agent is ready; goes on when one is")),
        agents: vec![],
        calls: vec![],
        calls_total: 0,
        ..voice()
    }
}

pub(crate) fn voice_draft() -> VoiceView {
    let counts = Counts { pending: Count::new(50, "50 callable now"), planned: 51, ..Counts::default() };
    let dialer = Dialer {
        since: None,
        counts,
        kept: Kept::default(),
        guards: Guards { abandon_cap: 0.03, max_lines_per_agent: 1.0, ..Guards::default() },
        callable: 50,
        ..dialer(CampaignState::Draft, "not started")
    };
    VoiceView {
        dialer: Some(dialer),
        agents: agents().into_iter().take(3).collect(),
        calls: vec![],
        calls_total: 0,
        pacing: vec![],
        checks: checks(),
        ..voice()
    }
}

fn person(n: u128, name: &str, reference: &str) -> Option<AccountLink> {
    Some(AccountLink { id: id(1000 + n), name: name.to_owned(), reference: reference.to_owned() })
}

fn agents() -> Vec<AgentRow> {
    let row = |n: u128, name: &str, state, secs, account, calls, aht| AgentRow {
        id: id(n),
        name: name.to_owned(),
        state,
        reason: (state == AgentState::Break).then(|| "Lunch, back 14:40".to_owned()),
        since: ago(secs),
        overdue: secs > 300,
        account,
        calls,
        aht_secs: Some(aht),
    };
    use AgentState::{Available, Break, OnCall, Reserved, WrapUp};
    vec![
        row(20, "Omar Haddad", Available, 21, None, 20, 200),
        row(21, "Wei Zhang", Available, 9, None, 21, 182),
        row(22, "Grace Owusu", Reserved, 3, None, 23, 169),
        row(23, "Marta Silva", WrapUp, 49, person(1, "Greg Thornton", "LMG-204560"), 19, 206),
        row(24, "Lena Fischer", WrapUp, 18, person(2, "Paul Whitaker", "LMG-199320"), 20, 187),
        row(25, "Aisha Bello", Break, 372, None, 15, 195),
        row(26, "Tomasz Nowak", OnCall, 451, person(3, "Denise Carter", "LMG-198807"), 17, 280),
        row(27, "Ian Murphy", OnCall, 404, person(4, "Dwight Sims", "LMG-195518"), 16, 252),
        row(28, "Daniel Kerr", OnCall, 320, person(5, "Gloria Bates", "LMG-202511"), 18, 224),
        row(29, "Nadia Petrov", OnCall, 254, person(6, "Curtis Lane", "LMG-196772"), 19, 218),
        row(30, "Sofia Marin", OnCall, 238, person(7, "Harold Greene", "LMG-197614"), 18, 231),
        row(31, "Priya Raman", OnCall, 167, person(8, "Alicia Romero", "LMG-204118"), 21, 192),
        row(32, "Ethan Cole", OnCall, 11, person(9, "Rosa Delgado", "LMG-200143"), 22, 171),
    ]
}

fn calls() -> Vec<CallRow> {
    let row = |n: u128, state, secs, phone: &str, zone: Tz, agent: Option<&str>| CallRow {
        id: id(n),
        state,
        since: ago(secs),
        phone: phone.to_owned(),
        zone: Some(zone),
        account: person(n, "Someone", "LMG-1"),
        agent: agent.map(str::to_owned),
    };
    vec![
        row(40, CallState::Ringing, 14, "(303) 555-0117", America::Denver, None),
        row(41, CallState::Ringing, 11, "(614) 555-0186", America::New_York, None),
        row(42, CallState::Dialing, 3, "(312) 555-0103", America::Chicago, None),
        row(43, CallState::Answered, 2, "(915) 555-0174", America::Denver, None),
        row(44, CallState::Bridged, 451, "(404) 555-0150", America::New_York, Some("Tomasz Nowak")),
        row(45, CallState::Bridged, 404, "(216) 555-0161", America::New_York, Some("Ian Murphy")),
        row(46, CallState::Bridged, 320, "(713) 555-0138", America::Chicago, Some("Daniel Kerr")),
    ]
}

fn pacing() -> Vec<PacingLine> {
    let line = |secs, dial, because: &str| PacingLine { at: ago(secs), dial, because: because.to_owned() };
    vec![
        line(3, 3, "3 agents are free and nothing rings"),
        line(10, 0, "3 lines ring for 3 free agents"),
        line(17, 1, "1 agent became free"),
        line(22, 0, "no agent is free; 2 wrap up"),
        line(29, 2, "2 agents are free"),
    ]
}

pub(crate) fn campaigns() -> CampaignsView {
    let row = |n, name: &str, state, p: [i64; 7], next: &str, note: &str| CampaignRow {
        id: id(n),
        name: name.to_owned(),
        channel: if n == 6 { Channel::Text } else { Channel::Call },
        kind: if n == 6 { "SMS" } else { "Voice, progressive" }.to_owned(),
        state,
        progress: Progress {
            planned: p[0],
            done: p[1],
            failed: p[2],
            suppressed: p[3],
            skipped: p[4],
            in_flight: p[5],
            waiting: p[6],
        },
        next: next.to_owned(),
        next_note: note.to_owned(),
        owner: "R. Diaz".to_owned(),
    };
    use CampaignState::{Completed, Draft, Draining, Paused, Running, Scheduled, Stopped};
    let rows = vec![
        row(
            2,
            "Northgate Auto, first contact",
            Paused,
            [860, 214, 9, 61, 0, 0, 576],
            "Waits for you",
            "R. Diaz 14:03: agents in training",
        ),
        row(
            1,
            "Lakeview Medical, 90-day",
            Running,
            [3320, 1206, 37, 212, 0, 23, 1842],
            "Eastern closes 21:00 EST",
            "in 5 h 27 min, 604 accounts",
        ),
        row(3, "Validation notices, week 47", Draining, [640, 601, 9, 16, 0, 14, 0], "14 calls go on", "then it ends"),
        row(4, "Evening reminders", Scheduled, [4390, 0, 0, 186, 0, 0, 4204], "Opens 17:00 EST", "in 1 h 27 min"),
        row(5, "Callbacks, <draft>", Draft, [0, 0, 0, 0, 0, 0, 0], "Not started", "no list yet"),
        row(6, "Payment options, November", Completed, [1000, 927, 26, 41, 6, 0, 0], "Nothing left", "ended 10:31 CST"),
        row(
            7,
            "Cedar Bank, quarter end",
            Stopped,
            [1500, 902, 44, 118, 436, 0, 0],
            "Nothing left",
            "13 Nov: creditor recalled",
        ),
    ];
    let states =
        CampaignState::ALL.iter().map(|s| (*s, rows.iter().filter(|r| r.state == *s).count() as i64)).collect();
    CampaignsView { rows, states, state: None, may_operate: true, older: Some("c42".to_owned()) }
}

pub(crate) fn checks() -> Vec<Check> {
    let check =
        |result, words: &str, note: &str| Check { result, words: words.to_owned(), note: note.to_owned(), fix: None };
    vec![
        check(CheckResult::Passed, "3 agents ready", ""),
        check(CheckResult::Passed, "The simulator answers", "12 ms"),
        check(CheckResult::Passed, "Calling hours are open in 4 zones", ""),
        check(CheckResult::Noted, "262 people wait for their own morning", "8:00 local"),
    ]
}

pub(crate) fn new_voice() -> NewVoiceView {
    NewVoiceView {
        creditors: vec![
            Choice::new("", "Every creditor, 1,148 accounts"),
            Choice::new("a", "Lakeview Medical Group, 836 accounts"),
            Choice::new("b", "Northgate Auto, 312 accounts"),
        ],
        caller_ids: vec![
            Choice::new("+13125550199", "(312) 555-0199, Chicago"),
            Choice::new("+19155550100", "(915) 555-0100, El Paso"),
        ],
        zones: vec![
            Choice::new("America/New_York", "Eastern, New York"),
            Choice::new("America/Chicago", "Central, Chicago"),
        ],
        checks: checks(),
        ..NewVoiceView::default()
    }
}

pub(crate) fn new_voice_errors() -> NewVoiceView {
    let mut view = new_voice();
    view.values.when = "recurring".to_owned();
    view.values.cron = "0 25 * * *".to_owned();
    view.values.audience = "csv".to_owned();
    view.errors = vec![
        FieldError::new("name", "Give it a name of 1 to 120 characters."),
        FieldError::new("file", "Choose the CSV file."),
        FieldError::new("cron", "Hour 25 does not exist; hours are 0 to 23."),
        FieldError::new("retry_busy", "Minutes are a whole number, or empty."),
    ];
    if let Some(busy) = view.values.retry.iter_mut().find(|r| r.outcome == "busy") {
        busy.minutes = "soon".to_owned();
    }
    view
}

pub(crate) fn stop() -> ConfirmView {
    let share = |tone, n, word| Share { tone, n, word };
    ConfirmView {
        question: "Stop Lakeview Medical, 90-day?".to_owned(),
        consequence: "23 calls go on to their end. 1,842 people are given up and not called again by this campaign. A stopped campaign cannot be started again; Pause loses nothing.".to_owned(),
        shares: vec![share(Tone::Live, 1206, "completed"), share(Tone::Ring, 23, "in flight"), share(Tone::Fail, 37, "failed"), share(Tone::Block, 212, "blocked"), share(Tone::Hold, 1842, "to give up")],
        balance: Some(Balance { terms: vec![(1478, "settled or in flight"), (1842, "given up")], total: 3320, noun: "planned" }),
        checks: vec![],
        asks_reason: true,
        reason: "Creditor recalled the list".to_owned(),
        errors: vec![],
        action: format!("/campaigns/{}/stop", id(1)),
        button: "Stop, give up 1,842 people".to_owned(),
        consequence_kind: Consequence::Loses,
        back: "/voice".to_owned(),
    }
}

pub(crate) fn start() -> ConfirmView {
    ConfirmView {
        question: "Start Lakeview Medical, 90-day?".to_owned(),
        consequence: "Calls up to 1,310 people from now on, one line for every agent who is free.".to_owned(),
        shares: vec![],
        balance: None,
        checks: checks(),
        asks_reason: false,
        action: format!("/campaigns/{}/start", id(1)),
        button: "Start, call 1,310 people".to_owned(),
        consequence_kind: Consequence::Contacts,
        ..stop()
    }
}

pub(crate) fn accounts(query: &str) -> AccountsView {
    let row =
        |n: u128, name: &str, reference: &str, cents, place: &str, blocked: Option<&str>, last: &str| AccountListRow {
            id: id(1000 + n),
            name: name.to_owned(),
            reference: reference.to_owned(),
            creditor: "Lakeview Medical Group".to_owned(),
            balance_cents: cents,
            phone: Some("(915) 555-0142".to_owned()),
            place: place.to_owned(),
            blocked: blocked.map(str::to_owned),
            last: last.to_owned(),
        };
    let rows = vec![
        row(8, "Alicia Romero", "LMG-204118", 128_460, "El Paso, TX", None, "Spoke 4 min, 14:29"),
        row(3, "Denise Carter", "LMG-198807", 41_200, "Atlanta, GA", None, "On a call"),
        row(11, "Seán O’Brien-Łukasiewicz", "LMG-198001", 9_905, "Cleveland, OH", Some("Do not call"), "Blocked 14:02"),
        row(12, "Rosa Delgado", "LMG-200143", 228_000, "Houston, TX", None, "No answer, 13 Nov"),
    ];
    let rows = if query.is_empty() { rows } else { vec![] };
    AccountsView {
        query: query.to_owned(),
        rows,
        total: 1148,
        next: query.is_empty().then(|| "a99".to_owned()),
        may_import: true,
        errors: vec![],
    }
}

pub(crate) fn import() -> ImportView {
    let line = |line, column: &str, rejected, reason: &str| ImportLine {
        line,
        column: column.to_owned(),
        rejected,
        reason: reason.to_owned(),
    };
    ImportView {
        id: id(77),
        file_name: "lakeview-60-2026-11-17.csv".to_owned(),
        detected: "118 KB, UTF-8, comma, header on line 1".to_owned(),
        dry_run: true,
        good: 1187,
        fixed: 9,
        rejected: 8,
        rows: 1204,
        created: 1140,
        updated: 56,
        lines: vec![
            line(31, "bal", false, "1.234,50 was read as $1,234.50"),
            line(214, "phone1", true, "too short: 5 digits, a US number has 10"),
            line(388, "phone1", true, "no phone at all"),
            line(611, "bal", true, "nothing is owed"),
            line(902, "acct_no", true, "same account as line 77"),
        ],
        may_apply: true,
    }
}

pub(crate) fn account() -> AccountView {
    let entry = |n: u32, secs, event, title: &str, sentence: &str, citation: Option<&str>, pending| TimelineEntry {
        id: n.to_string(),
        at: ago(secs),
        event,
        title: title.to_owned(),
        sentence: sentence.to_owned(),
        citation: citation.map(str::to_owned),
        pending,
        run: matches!(event, Event::Spoke | Event::NoAnswer | Event::Busy).then(|| id(500)),
        listen: match n {
            8 => Some(said::whole(508)),
            9 => Some(said::coming(509)),
            10 => Some(said::lost(510)),
            _ => None,
        },
    };
    AccountView {
        id: id(1008),
        name: "Alicia Romero".to_owned(),
        reference: "LMG-204118".to_owned(),
        place: "El Paso, TX".to_owned(),
        zone: Some(America::Denver),
        ledger: vec![("Placed 2 Sep".to_owned(), 138_460), ("Insurance, 21 Sep".to_owned(), -10_000)],
        balance_cents: 128_460,
        facts: [
            ("Creditor", "Lakeview Medical Group"),
            ("Service", "4 Jun 2026"),
            ("Speaks", "English"),
            ("Zone", "Mountain, from her ZIP"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .to_vec(),
        phones: vec![
            PhoneRow { number: "(915) 555-0142".to_owned(), kind: "mobile".to_owned(), blocked: None },
            PhoneRow {
                number: "(915) 555-0190".to_owned(),
                kind: "work".to_owned(),
                blocked: Some("Do not call".to_owned()),
            },
        ],
        campaigns: vec![AccountCampaign {
            id: id(1),
            name: "Lakeview Medical, 90-day".to_owned(),
            state: RecipientState::RetryWait,
            words: "retry 3 of 3 tomorrow at 9:00 MST".to_owned(),
        }],
        emails: vec![EmailRow { address: "a.romero@mail.example".to_owned(), blocked: None }],
        verdicts: messages::verdicts(),
        restraints: restraints::card(),
        records: Some(evidence::records()),
        may_contact: true,
        sees_rules: true,
        threads: messages::threads(),
        compose: None,
        timeline: vec![
            entry(
                1,
                -61_200,
                Event::RetrySet,
                "Try 3 of 3",
                "Lakeview Medical, 90-day. Voicemail waits a day.",
                None,
                true,
            ),
            entry(
                2,
                182,
                Event::Disposition,
                "Disposition: voicemail",
                "Set by the system: a machine answered, no message was left.",
                None,
                false,
            ),
            entry(
                3,
                186,
                Event::Machine,
                "Call 2 of 3, voicemail",
                "Rang 14 s; a machine was heard after 1.9 s. No agent time was spent.",
                None,
                false,
            ),
            entry(
                4,
                201,
                Event::Allowed,
                "Allowed, 4 of 4 rules",
                "El Paso is open until 21:00 MST. Rules 2026.11.3.",
                Some("12 CFR 1006.6(b)(1)(i)"),
                false,
            ),
            entry(
                5,
                40_000,
                Event::CallUnknown,
                "Call 1 of 3, outcome not known",
                "The carrier did not answer the dial. It is asked again; nobody is called meanwhile.",
                None,
                false,
            ),
            entry(
                6,
                180_000,
                Event::Blocked,
                "Not called: outside calling hours",
                "It was 7:12 in El Paso. Tried again at 8:00.",
                Some("12 CFR 1006.6(b)(1)(i)"),
                false,
            ),
            entry(9, 180_100, Event::Spoke, "Call, connected", "Keisha Grant talks.", None, false),
            entry(
                8,
                186_000,
                Event::Promise,
                "Call 3 of 3, promise to pay",
                "P. Raman talked for 5 min 31 s.",
                None,
                false,
            ),
            entry(10, 188_000, Event::Spoke, "Call 2 of 3, call back later", "P. Raman talked for 4 s.", None, false),
            entry(7, 190_000, Event::Imported, "Imported", "lakeview-90.csv, line 118.", None, false),
        ],
        older: Some("e8".to_owned()),
    }
}

pub(crate) fn audit(fault: Option<&str>) -> AuditView {
    let line = |n: i64, actor: &str, action: &str, what: &str, href: Option<&str>| AuditRow {
        id: 50_100 - n,
        at: ago(n * 7),
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: id(1_000 + n as u128).to_string(),
        href: href.map(|page| format!("/{page}/{}", id(1_000 + n as u128))),
        what: what.to_owned(),
        seq: (n > 1).then_some(48_217 - n),
    };
    AuditView {
        chain: Chain {
            chained: 48_215,
            waiting: 2,
            late_secs: None,
            verified: 48_211,
            verified_at: Some(ago(40)),
            fault: fault.map(str::to_owned),
            signed: Some(48_211),
        },
        rows: vec![
            line(0, "carrier", "call.answered", "from: ringing, seq: 3, to: answered", Some("workflows")),
            line(1, "system", "decision", "allowed: true, sha256: 5f70bf18a086007016e948b04aed3b82103a36be", None),
            line(2, "Priya Raman", "account.view", "", Some("accounts")),
            line(
                3,
                "Renata Diaz",
                "campaign.pause",
                "detail: supervisor, from: running, seq: 4, to: paused",
                Some("campaigns"),
            ),
            line(4, "Priya Raman", "session.open", "", None),
            line(5, "system", "session.refuse", "because: password", None),
        ],
        older: Some(50_095),
        ..AuditView::default()
    }
}

pub(crate) fn jobs() -> JobsView {
    let queue = |name: &str, state, per_minute, waiting, oldest, running, retrying, failed, because: &str| QueueRow {
        name: name.to_owned(),
        state,
        per_minute,
        waiting,
        oldest_secs: oldest,
        running,
        retrying,
        failed,
        because: because.to_owned(),
        by_minute: (0..60).map(|m| (per_minute[2] as i64 * (20 + (m * 7) % 13)) / 26).collect(),
        latency: (per_minute[0] > 0.0).then_some([4.0, 19.0, 310.0]),
        outlook: match waiting {
            0 => Outlook::Clear,
            n if n > 5_000 => Outlook::At(ago(-1_140), 268.0),
            n if n > 200 => Outlook::Grows(12.0),
            _ if state == QueueState::Paused => Outlook::WhenResumed,
            _ => Outlook::Unknown,
        },
    };
    let job = |n, kind: &str, queue: &str, state, attempt, secs, last: &str| JobRow {
        id: n,
        kind: kind.to_owned(),
        queue: queue.to_owned(),
        state,
        attempt,
        max_attempts: 20,
        run_at: ago(secs),
        finished_at: (state == JobState::Done || state == JobState::Failed).then(|| ago(secs - 1)),
        last: last.to_owned(),
        about: (kind == "place_call")
            .then(|| About { words: "LMG-204118".to_owned(), href: Some(format!("/accounts/{}", id(1008))) }),
        run: Some(id(500)),
    };
    JobsView {
        queues: vec![
            queue("live", QueueState::Running, [84.0, 79.0, 71.2], 0, None, 3, 0, 0, ""),
            queue(
                "dial",
                QueueState::Throttled,
                [60.0, 60.0, 58.3],
                12,
                Some(4),
                9,
                2,
                1,
                "60 calls a minute is the limit",
            ),
            queue("webhook", QueueState::Running, [412.0, 398.0, 377.0], 0, None, 2, 0, 0, ""),
            queue("default", QueueState::Paused, [0.0, 0.4, 4.0], 1931, Some(1320), 0, 212, 4, "by S. Kim 14:10"),
        ],
        limits: vec![
            LimitRow { what: "New calls of the account".to_owned(), per_minute: 60.0, full: true, paused_until: None },
            LimitRow { what: "Texts of the account".to_owned(), per_minute: 240.0, full: false, paused_until: None },
            LimitRow {
                what: "E-mail requests of the account".to_owned(),
                per_minute: 120.0,
                full: false,
                paused_until: Some(ago(-40)),
            },
        ],
        workers: Workers { alive: 2, trouble: None },
        kinds: ["amd_outcome", "apply_webhook", "close_wrap_up", "place_call", "plan_campaign", "retry_call"]
            .map(str::to_owned)
            .to_vec(),
        filter: JobFilter { kind: Some("place_call".to_owned()), ..JobFilter::default() },
        jobs: vec![
            job(48_213, "place_call", "dial", JobState::Running, 1, 1, ""),
            job(48_212, "place_call", "dial", JobState::Retrying, 3, -20, "carrier answered 503, tried again in 20 s"),
            job(48_211, "amd_outcome", "live", JobState::Done, 1, 4, "machine: hung up, voicemail"),
            job(48_207, "retry_call", "default", JobState::Waiting, 0, -14_400, ""),
            job(48_190, "place_call", "dial", JobState::Failed, 20, 90_000, "carrier: 422 invalid destination"),
        ],
        older: Some("48190".to_owned()),
        may_operate: true,
        ..JobsView::default()
    }
}

pub(crate) fn not_found() -> ProblemView {
    let links = vec![WayOn { href: "/campaigns".to_owned(), words: "Campaigns".to_owned(), note: "8 open".to_owned() }];
    ProblemView { links, request_id: Some("7f3a21".to_owned()), ..ProblemView::not_found() }
}
