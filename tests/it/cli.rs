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
    for check in ["configuration", "database", "schema", "isolation", "clock", "provider", "time zones"] {
        assert_eq!(lines(&output).iter().filter(|line| line.contains(&format!("  {check}: "))).count(), 1, "{check}");
    }
    assert!(said(&output).contains("set TELNYX_API_KEY"));
    let ill = wib(&["doctor"], &[("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing")]).output().unwrap();
    assert!(!ill.status.success() && said(&ill).contains("bad   database"), "{}", said(&ill));
}

#[tokio::test]
async fn migrating_twice_is_the_same_as_once() {
    let database = database().await;
    let output = wib(&["migrate"], &[("DATABASE_URL", &database.url)]).output().unwrap();
    assert_eq!(lines(&output), ["the schema is up to date"], "{}", said(&output));
}
