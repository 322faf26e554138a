//! The binary as an operator meets it on a command line.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use rstest::rstest;

use crate::support::database;

/// The binary with an environment that says nothing but this.
fn wib(args: &[&str], env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wib"));
    command.args(args).env_clear().envs(env.iter().copied()).stdin(Stdio::null());
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn lines(output: &Output) -> Vec<String> {
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[rstest]
#[case::serve("serve")]
#[case::work("work")]
#[tokio::test]
async fn everything_missing_is_told_at_once_and_the_exit_code_says_configuration(#[case] command: &str) {
    let env = [("PORT", "eighty"), ("TELNYX_API_KEY", "KEYsecret"), ("WIB_AGENT_GRACE_MS", "soon")];
    let output = wib(&[command], &env).output().unwrap();
    assert_eq!(output.status.code(), Some(78), "{}", said(&output));
    for name in ["DATABASE_URL", "PORT", "TELNYX_CALL_CONTROL_APP_ID", "TELNYX_PUBLIC_KEY", "WIB_AGENT_GRACE_MS"] {
        assert!(said(&output).contains(name), "{name} is not in {}", said(&output));
    }
    assert!(!said(&output).contains("KEYsecret"));
}

#[tokio::test]
async fn an_organisation_its_people_and_its_keys_are_made() {
    let database = database().await;
    let env = [("DATABASE_URL", database.url.as_str())];
    let org = wib(&["org", "add", "acme", "--name", "Acme Recovery"], &env).output().unwrap();
    assert!(org.status.success(), "{}", said(&org));
    let twice = wib(&["org", "add", "acme"], &env).output().unwrap();
    assert!(!twice.status.success() && said(&twice).contains("already"), "{}", said(&twice));
    assert!(add_user(&env, "correct horse battery\n").status.success());
    assert!(said(&add_user(&env, "correct horse battery\n")).contains("signs in with that email address already"));
    assert!(said(&add_user(&env, "short\n")).contains("at least 8"));
    let key = wib(&["key", "add", "--org", "acme", "--role", "supervisor"], &env).output().unwrap();
    let printed = lines(&key);
    assert!(printed.len() == 1 && printed[0].starts_with("wib_"), "{}", said(&key));
    let sender = wib(&["org", "sender", "acme", "Acme Recovery <Help@Acme.example>"], &env).output().unwrap();
    assert_eq!(lines(&sender), ["Acme Recovery <help@acme.example>"], "{}", said(&sender));
    let nobody = wib(&["org", "sender", "acme", "Acme Recovery"], &env).output().unwrap();
    assert!(!nobody.status.success() && said(&nobody).contains("write it like"), "{}", said(&nobody));
    let nowhere = wib(&["key", "add", "--org", "nowhere", "--role", "ops"], &env).output().unwrap();
    assert!(said(&nowhere).contains("no organization with the slug nowhere"), "{}", said(&nowhere));
}

fn add_user(env: &[(&str, &str)], password: &str) -> Output {
    let args = ["user", "add", "--org", "acme", "--email", "R.Diaz@Example.com", "--role", "supervisor"];
    let mut command = wib(&args, env);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[tokio::test]
async fn the_doctor_names_each_check_and_the_fix() {
    let database = database().await;
    let output = wib(&["doctor"], &[("DATABASE_URL", &database.url)]).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    for check in ["configuration", "database", "schema", "isolation", "clock", "provider", "e-mail", "time zones"] {
        assert_eq!(lines(&output).iter().filter(|line| line.contains(&format!("  {check}: "))).count(), 1, "{check}");
    }
    assert!(said(&output).contains("set TELNYX_API_KEY") && said(&output).contains("set RESEND_API_KEY"));
    let ill = wib(&["doctor"], &[("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing")]).output().unwrap();
    assert!(!ill.status.success() && said(&ill).contains("bad   database"), "{}", said(&ill));
}

#[tokio::test]
async fn migrating_twice_is_the_same_as_once() {
    let database = database().await;
    let output = wib(&["migrate"], &[("DATABASE_URL", &database.url)]).output().unwrap();
    assert_eq!(lines(&output), ["the schema is up to date"], "{}", said(&output));
}

#[tokio::test]
async fn a_smoke_test_reaches_the_listed_and_says_what_became_of_each() {
    let sim = hurried().await;
    let output = smoke(&sim, &["--calls", "2", "--sms", "--email", "--yes"], "+12125550100,+12125550107").await;
    let told = lines(&output);
    for (mark, whom) in [
        ("ok     ", "call to …0100: answered"),
        ("ok     ", "call to …0107: answered"),
        ("ok     ", "text to …0100: delivered"),
        ("ok     ", "e-mail to …@resend.dev: delivered"),
    ] {
        assert!(told.iter().any(|line| line.starts_with(&format!("{mark}  {whom}"))), "{whom}: {}", said(&output));
    }
    assert_eq!(told.last().unwrap(), "5 tried: 5 fine, 0 refused, 0 unknown");
    assert!(output.status.success() && !said(&output).contains("+1212"), "{}", said(&output));
}

#[tokio::test]
async fn a_smoke_test_hangs_up_on_whoever_stays_and_fails_with_what_is_not_delivered() {
    let sim = simulator(1.0).await;
    let output = smoke(&sim, &["--calls", "1", "--yes"], "+12125550121").await;
    assert!(said(&output).contains("call to …0121: up after 25 s, hung up"), "{}", said(&output));
    assert!(output.status.success(), "{}", said(&output));
    let sim = hurried().await;
    let output = smoke(&sim, &["--sms", "--yes"], "+12125550103").await;
    assert!(said(&output).contains("refused  text to …0103"), "{}", said(&output));
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
}

#[tokio::test]
async fn a_smoke_test_sends_nothing_without_a_yes() {
    let sim = hurried().await;
    let output = smoke(&sim, &["--calls", "1", "--sms", "--email"], "+12125550100").await;
    for promised in ["1 call of up to 25 s, to …0100", "1 text, to …0100", "1 e-mail, to …@resend.dev", "Type yes"]
    {
        assert!(said(&output).contains(promised), "{promised} is not in {}", said(&output));
    }
    assert!(said(&output).contains("nothing was sent") && !output.status.success(), "{}", said(&output));
}

/// What `wib smoke --calls 1 --email` cannot do without.
const UNSET: [&str; 8] = [
    "TELNYX_API_KEY",
    "TELNYX_CALL_CONTROL_APP_ID",
    "TELNYX_PUBLIC_KEY",
    "WIB_SMOKE_FROM",
    "WIB_SMOKE_NUMBERS",
    "RESEND_API_KEY",
    "WIB_SMOKE_SENDER",
    "WIB_SMOKE_EMAILS",
];

#[rstest]
#[case::nothing_is_set(&[], &UNSET)]
#[case::live_and_not_allowed(
    &[("RESEND_API_KEY", "re_1"), ("WIB_SMOKE_NUMBERS", "somebody")],
    &["WIB_ALLOW_LIVE_CALLS", "WIB_SMOKE_NUMBERS is malformed"]
)]
fn a_smoke_test_tells_everything_that_is_missing(#[case] env: &[(&str, &str)], #[case] told: &[&str]) {
    let output = wib(&["smoke", "--calls", "1", "--email"], env).output().unwrap();
    assert_eq!(output.status.code(), Some(78), "{}", said(&output));
    for name in told {
        assert!(said(&output).contains(name), "{name} is not in {}", said(&output));
    }
}

#[test]
fn a_smoke_test_of_nothing_says_what_there_is_to_try() {
    let output = wib(&["smoke"], &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("--calls N, --sms or --email"), "{}", said(&output));
}

async fn simulator(speed: f64) -> simulator::Running {
    let config = simulator::Config { bind: ([127, 0, 0, 1], 0).into(), speed, ..simulator::Config::default() };
    simulator::start(config).await.unwrap()
}

/// A call is over in a few seconds, a receipt there at once.
async fn hurried() -> simulator::Running {
    simulator(30.0).await
}

async fn smoke(sim: &simulator::Running, args: &[&str], numbers: &str) -> Output {
    let env = [
        ("TELNYX_API_KEY", "simulator"),
        ("TELNYX_CALL_CONTROL_APP_ID", "7267000000000000000"),
        ("TELNYX_PUBLIC_KEY", &sim.public_key_b64),
        ("TELNYX_BASE_URL", &sim.base_url),
        ("RESEND_API_KEY", "simulator"),
        ("RESEND_WEBHOOK_SECRET", &sim.resend_signing_secret),
        ("RESEND_BASE_URL", &sim.resend_base_url),
        ("WIB_SMOKE_FROM", "+12125550199"),
        ("WIB_SMOKE_NUMBERS", numbers),
        ("WIB_SMOKE_SENDER", "Acme Recovery <help@acme.example>"),
        ("WIB_SMOKE_EMAILS", "delivered@resend.dev"),
    ];
    let mut command = wib(&[&["smoke"], args].concat(), &env);
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}
