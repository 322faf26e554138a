use rstest::rstest;

use super::*;

fn at(minute: u32) -> DateTime<Utc> {
    format!("2026-11-17T19:{minute:02}:00Z").parse().unwrap()
}

/// Due at 19:00, looked at then; a worker with eight free slots; nobody ahead.
fn job() -> Job {
    Job {
        id: JobId(7),
        kind: "send_sms".into(),
        queue: "send".into(),
        ended: None,
        running: false,
        cancelled: false,
        run_at: at(0),
        started_at: None,
        attempt: 0,
        max_attempts: 20,
        last_error: None,
    }
}

fn facts() -> Facts {
    let queue = Queue { workers: 1, slots: Some(8), ..Queue::default() };
    Facts { queue, ahead: Some(0), ..Facts::default() }
}

fn campaign(state: campaign::State, reason: Option<&str>) -> Option<Campaign> {
    let pause_reason = reason.map(str::to_owned);
    Some(Campaign { name: "Spring".into(), state, pause_reason, opens_at: Some(at(50)) })
}

fn stopped() -> Option<Stopped> {
    Some(Stopped { by: "Rita".into(), reason: "wrong list".into() })
}

fn limit(next: u32, paused: Option<u32>) -> Vec<Limit> {
    let name = "the carrier's pace of texts".into();
    vec![Limit { name, permits: 6, period_ms: 60_000, next_at: at(next), paused_until: paused.map(at) }]
}

fn put_off() -> Job {
    Job { run_at: at(9), started_at: Some(at(0)), ..job() }
}

fn paused() -> Queue {
    Queue { paused: true, paused_by: Some("Otto Park".into()), workers: 1, ..Queue::default() }
}

fn busy() -> Queue {
    Queue { workers: 1, slots: Some(8), running: 8, ..Queue::default() }
}

#[rstest]
#[case::nothing(job(), facts(), Rule::Next, None, "next free worker")]
#[case::done(Job { ended: Some(State::Done), ..job() }, facts(), Rule::Ended, None, "done")]
#[case::given_up(Job { ended: Some(State::Dead), ..job() }, facts(), Rule::Ended, None, "retry it")]
#[case::its_key_is_taken(Job { ended: Some(State::Dead), ..job() }, Facts { rival: Some(JobId(9)), ..facts() }, Rule::UniqueKey, None, "job 9")]
#[case::done_and_made_again(Job { ended: Some(State::Done), ..job() }, Facts { rival: Some(JobId(9)), ..facts() }, Rule::Ended, None, "done")]
#[case::runs(Job { running: true, ..job() }, facts(), Rule::Running, None, "a worker has it")]
#[case::runs_and_was_cancelled(Job { running: true, cancelled: true, ..job() }, facts(), Rule::CancelAsked, None, "cancelled")]
#[case::made_for_later(Job { run_at: at(9), ..job() }, facts(), Rule::Scheduled, Some(9), "made for")]
#[case::backs_off(Job { run_at: at(9), attempt: 2, last_error: Some("503".into()), ..job() }, facts(), Rule::Retry, Some(9), "try 2 of 20 failed: 503")]
#[case::put_off(put_off(), facts(), Rule::Snoozed, Some(9), "put off")]
#[case::waits_for_a_permit(put_off(), Facts { limits: limit(4, None), ..facts() }, Rule::Throttle, Some(9), "6 a minute")]
#[case::unknown_kind(Job { last_error: Some("no handler for kind x in this worker".into()), ..put_off() }, facts(), Rule::NoHandler, Some(9), "deploy")]
#[case::a_persons_moment(Job { kind: "retry_call".into(), run_at: at(9), ..job() }, Facts { waits_for: Some("08:00 in Denver".into()), ..facts() }, Rule::NextMoment, Some(9), "08:00 in Denver")]
#[case::queue_paused(job(), Facts { queue: paused(), ..facts() }, Rule::QueuePaused, None, "Otto Park")]
#[case::queue_draining(job(), Facts { queue: Queue { running: 3, ..paused() }, ..facts() }, Rule::QueuePaused, None, "3 still running")]
#[case::no_worker(job(), Facts { queue: Queue::default(), ..facts() }, Rule::NoWorker, None, "wib work")]
#[case::limit_full(job(), Facts { limits: limit(4, None), ..facts() }, Rule::Throttle, Some(4), "6 a minute")]
#[case::limit_free(job(), Facts { limits: limit(0, None), ..facts() }, Rule::Next, None, "next free worker")]
#[case::retry_after(job(), Facts { limits: limit(0, Some(7)), ..facts() }, Rule::ThrottlePaused, Some(7), "asked us to wait")]
#[case::slots_full(job(), Facts { queue: busy(), ..facts() }, Rule::Concurrency, None, "all 8 slots")]
#[case::slots_not_told(job(), Facts { queue: Queue { slots: None, ..busy() }, ..facts() }, Rule::Next, None, "next")]
#[case::behind_one(job(), Facts { ahead: Some(1), ..facts() }, Rule::Behind, None, "1 job in")]
#[case::behind_many(job(), Facts { ahead: Some(10_001), ..facts() }, Rule::Behind, None, "more than 10,000")]
#[case::campaign_paused(job(), Facts { campaign: campaign(campaign::State::Paused, Some("supervisor")), ..facts() }, Rule::CampaignPaused, None, "Spring is paused")]
#[case::campaign_window(job(), Facts { campaign: campaign(campaign::State::Paused, Some("window_closed")), ..facts() }, Rule::CampaignWindow, Some(50), "outside its hours")]
#[case::stopped(job(), Facts { stopped: stopped(), ..facts() }, Rule::KillSwitch, None, "by Rita: wrong list")]
#[case::stopped_and_put_off(put_off(), Facts { stopped: stopped(), ..facts() }, Rule::KillSwitch, None, "kill switch")]
#[case::stopped_does_not_hold_a_hangup(Job { kind: "hang_up".into(), ..job() }, Facts { stopped: stopped(), ..facts() }, Rule::Next, None, "next")]
#[case::campaign_over(job(), Facts { campaign: campaign(campaign::State::Stopped, None), ..facts() }, Rule::CampaignPaused, None, "over")]
#[case::campaign_runs(job(), Facts { campaign: campaign(campaign::State::Running, None), ..facts() }, Rule::Next, None, "next")]
#[case::a_pause_does_not_hold_its_plan(Job { kind: "plan_campaign".into(), ..job() }, Facts { campaign: campaign(campaign::State::Paused, None), ..facts() }, Rule::Next, None, "next")]
fn one_rule_holds_a_job(
    #[case] job: Job,
    #[case] facts: Facts,
    #[case] rule: Rule,
    #[case] until: Option<u32>,
    #[case] words: &str,
) {
    let held = rules(&job, &facts, at(0));
    assert_eq!((held[0].rule, held[0].until), (rule, until.map(at)));
    assert!(held[0].because.contains(words), "{}", held[0].because);
}

#[test]
fn what_would_hold_it_next_is_told_behind() {
    let all = Facts { queue: Queue { workers: 0, ..paused() }, ..facts() };
    let held: Vec<Rule> = rules(&Job { run_at: at(9), ..job() }, &all, at(0)).iter().map(|held| held.rule).collect();
    assert_eq!(held, [Rule::Scheduled, Rule::QueuePaused, Rule::NoWorker]);
}
