//! `wib smoke`: calls, texts and e-mails through the configured providers, to listed test addresses only. It says what
//! it is about to spend and asks; it sends each thing once and never again, whatever becomes of it.

mod call;
mod email;
mod plan;
mod text;
mod tried;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Args as ClapArgs;

use self::{plan::Plan, tried::Tally};
use crate::config::{Env, Smoke};

/// What to try.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// How many calls, to the numbers of `WIB_SMOKE_NUMBERS` in turn
    #[arg(long, default_value_t = 0)]
    calls: usize,
    /// A text to each number of `WIB_SMOKE_NUMBERS`
    #[arg(long)]
    sms: bool,
    /// An e-mail to each address of `WIB_SMOKE_EMAILS`
    #[arg(long)]
    email: bool,
    /// Go on without asking
    #[arg(long)]
    yes: bool,
}

/// Nothing was asked for.
const EXIT_NOTHING: u8 = 2;

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let phones = args.calls > 0 || args.sms;
    if !phones && !args.email {
        eprintln!("nothing to try: say --calls N, --sms or --email");
        return Ok(ExitCode::from(EXIT_NOTHING));
    }
    let smoke = Smoke::read(Env::process(), phones, args.email)?;
    let plan = Plan { calls: args.calls, texts: args.sms, smoke };
    print!("{plan}");
    if !args.yes && !agreed()? {
        println!("nothing was sent");
        return Ok(ExitCode::FAILURE);
    }
    let tally = perform(&plan).await?;
    println!("{tally}");
    Ok(if tally.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn agreed() -> io::Result<bool> {
    print!("Type yes to go on: ");
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    println!();
    Ok(answer.trim() == "yes")
}

/// One after the other, so that nobody's telephone rings twice at once.
async fn perform(plan: &Plan) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    if let Some(phones) = &plan.smoke.phones {
        let carrier = super::serve::client(&phones.carrier)?;
        for to in plan.called() {
            tally.note("call", &plan::ending(to), call::call(&carrier, &phones.from, to)).await;
        }
        for to in plan.texted() {
            tally.note("text", &plan::ending(to), text::text(&carrier, phones, to)).await;
        }
    }
    if let Some(post) = &plan.smoke.post {
        let mail = super::serve::mail_client(&post.mail)?;
        for to in &post.addresses {
            tally.note("e-mail", &format!("{to:?}"), email::email(&mail, &post.sender, to)).await;
        }
    }
    Ok(tally)
}
