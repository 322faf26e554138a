//! What `wib smoke` may try: the providers, and the addresses that were listed for it.

use std::str::FromStr;

use workflows::{campaign::Sender, email::Email, phone::E164};

use super::{Carrier, Env, Faults, Mail};

/// What the environment allows to be tried; only what was asked for is there.
#[derive(Clone, Debug)]
pub struct Smoke {
    /// For calls and texts.
    pub phones: Option<Phones>,
    /// For e-mails.
    pub post: Option<Post>,
}

/// The carrier, and the telephones that expect a test.
#[derive(Clone, Debug)]
pub struct Phones {
    pub carrier: Carrier,
    pub from: E164,
    pub numbers: Vec<E164>,
}

/// The e-mail provider, and the mailboxes that expect a test.
#[derive(Clone, Debug)]
pub struct Post {
    pub mail: Mail,
    pub sender: Sender,
    pub addresses: Vec<Email>,
}

impl Smoke {
    /// Reads what phones and post need, each if it is wanted.
    ///
    /// # Errors
    /// With everything that is missing or malformed.
    pub fn read(mut env: Env, phones: bool, post: bool) -> Result<Self, Faults> {
        let phones = phones.then(|| Phones::from_env(&mut env)).flatten();
        let post = post.then(|| Post::from_env(&mut env)).flatten();
        env.finish().map(|()| Self { phones, post })
    }
}

impl Phones {
    /// None only with a fault.
    fn from_env(env: &mut Env) -> Option<Self> {
        let carrier = Carrier::required(env);
        permit(env, "TELNYX_API_KEY", carrier.simulated() || carrier.live_allowed);
        let from = list(env, "WIB_SMOKE_FROM", "a number of ours in E.164, such as +12125550199").pop();
        let numbers = list(env, "WIB_SMOKE_NUMBERS", "test numbers in E.164, with commas between them");
        Some(Self { carrier, from: from?, numbers })
    }
}

impl Post {
    /// None only with a fault.
    fn from_env(env: &mut Env) -> Option<Self> {
        let mail = Mail::required(env);
        permit(env, "RESEND_API_KEY", mail.simulated() || mail.live_allowed);
        let shape = "a sender such as Acme Recovery <help@acme.example>";
        let given = env.required("WIB_SMOKE_SENDER", shape);
        let sender = Sender::parse(&given);
        if sender.is_err() && !given.is_empty() {
            env.fault(format!("WIB_SMOKE_SENDER is malformed: it has to be {shape}"));
        }
        let addresses = list(env, "WIB_SMOKE_EMAILS", "test addresses, with commas between them");
        Some(Self { mail, sender: sender.ok()?, addresses })
    }
}

/// A key without a simulator's address is a live provider's.
fn permit(env: &mut Env, key: &str, permitted: bool) {
    if !permitted && env.text(key).is_some() {
        env.fault(format!("WIB_ALLOW_LIVE_CALLS is missing: it has to be yes, for {key} is a live provider's"));
    }
}

fn list<T: FromStr>(env: &mut Env, name: &str, what: &str) -> Vec<T> {
    let given = env.required(name, what);
    let parts = given.split(',').map(str::trim).filter(|part| !part.is_empty());
    let read: Result<Vec<T>, _> = parts.map(str::parse).collect();
    match read {
        Ok(read) if !read.is_empty() || given.is_empty() => read,
        _ => {
            env.fault(format!("{name} is malformed: it has to be {what}"));
            Vec::new()
        }
    }
}
