//! Errors that are alike: what they have in common, and how often they were seen.

use std::time::Duration;

use rstest::rstest;
use workers::outcome::Outcome;
use workflows::job::{self, Failure, Filter, State};

use super::world::{Count, World, counting, eventually};

#[rstest]
#[case::a_number("timed out after 1200 ms", "timed out after # ms")]
#[case::a_decimal("waited 0.25 s, 1,204 left", "waited # s, # left")]
#[case::an_id("call 0191f7a0-1234-7abc-8def-0123456789ab not found", "call # not found")]
#[case::hex("at 0xDEADbeef in 12ab34cd99", "at # in #")]
#[case::a_word_of_hex_letters("it was defaced", "it was defaced")]
#[case::double_quotes(r#"unknown field "colour" of "x""#, "unknown field … of …")]
#[case::backticks("missing field `target`", "missing field …")]
#[case::single_quotes("no such table 'a b'", "no such table …")]
#[case::an_apostrophe("can't be read, won't be sent", "can't be read, won't be sent")]
#[case::a_moment("retry at 2026-11-24T10:00:00Z", "retry at #T#Z")]
#[case::a_number_in_a_word("e164 v2", "e# v#")]
#[case::space("a\n  b\tc", "a b c")]
#[tokio::test]
async fn what_differs_from_case_to_case_is_left_out(#[case] error: &'static str, #[case] shape: &str) {
    let world = World::new().await;
    let mut tx = world.db.tenant(world.org).await.unwrap();
    let told: (String, String) =
        sqlx::query_as("select error_shape($1), error_fingerprint($1)").bind(error).fetch_one(&mut *tx).await.unwrap();
    assert_eq!(told.0, shape);
    assert!(told.1.len() == 16 && told.1.bytes().all(|b| b.is_ascii_hexdigit()), "{told:?}");
}

#[tokio::test]
async fn failures_are_counted_by_what_they_have_in_common() {
    let world = World::new().await;
    let worker = world.work(counting(|_, job| async move {
        match job.n {
            0..4 => Outcome::Discard(format!("provider said {} to \"{}\"", 500 + job.n, job.n)),
            _ => Outcome::retry_after(Duration::from_millis(1), format!("timed out after {} ms", job.n)),
        }
    }));
    for n in 0..6 {
        world.enqueue(&Count::of(n)).await;
    }
    eventually(async || world.jobs().await.iter().all(|job| job.state == State::Dead).then_some(())).await;
    worker.stop().await;

    let mut failures = seen(&world).await;
    failures.sort_by_key(|failure| failure.failures);
    let [refused, late] = &failures[..] else { panic!("{failures:?}") };
    assert_eq!((refused.failures, refused.letters, &refused.kinds[..]), (4, 4, &["count".to_owned()][..]));
    // Three attempts each, the last of which was its end.
    assert_eq!((late.failures, late.letters), (6, 2));
    assert!(refused.sample.starts_with("provider said 50") && refused.first_at <= refused.last_at, "{refused:?}");

    let alike = Filter { fingerprint: Some(late.fingerprint.clone()), ..Filter::default() };
    let mut tx = world.db.tenant(world.org).await.unwrap();
    let jobs = job::list(&mut tx, world.org, &alike, None, 50).await.unwrap();
    assert_eq!(jobs.iter().map(|job| job.args["n"].as_u64().unwrap()).collect::<Vec<_>>(), [5, 4]);
}

#[tokio::test]
async fn a_waiting_job_is_found_by_the_error_it_waits_after() {
    let world = World::new().await;
    let id = world.enqueue(&Count::of(7)).await.unwrap();
    let worker = world.work(counting(|_, _| async { Outcome::retry_after(Duration::from_hours(1), "busy line 7") }));
    world.until(id, |job| job.error.is_some()).await;
    worker.stop().await;
    let [failure] = &seen(&world).await[..] else { panic!("one error") };
    assert_eq!((failure.failures, failure.letters), (1, 0));
    let filter =
        Filter { fingerprint: Some(failure.fingerprint.clone()), state: Some(State::Retrying), ..Filter::default() };
    let mut tx = world.db.tenant(world.org).await.unwrap();
    assert_eq!(job::list(&mut tx, world.org, &filter, None, 50).await.unwrap()[0].id, id);
}

async fn seen(world: &World) -> Vec<Failure> {
    let mut tx = world.db.tenant(world.org).await.unwrap();
    let since = tx.now().await.unwrap().date_naive();
    job::failures(&mut tx, world.org, None, None, since, 50).await.unwrap()
}
