//! From the fields as typed to a campaign of messages, with every fault by the form's own field.

use axum::extract::Request;
use web::pages::new_message::NewMessageValues;
use workflows::{
    campaign::{Audience, Blast, Schedule, Sender},
    compliance::Channel,
    template::Template,
};

use crate::{
    api::imports::Sent,
    pages::typed::{self, audience, keep, moment, number},
    problem::{FieldError, Kind, Problem},
};

/// Tries for each person; a text or an e-mail that was refused for good is not tried again.
const MAX_ATTEMPTS: i32 = 3;

/// The form as it was sent.
#[derive(Debug)]
pub(super) struct Form {
    channel: Channel,
    pub(super) values: NewMessageValues,
    file: Option<Sent>,
}

impl Form {
    pub(super) async fn read(request: Request, channel: Channel) -> Result<Self, Problem> {
        let mut form = Self { channel, values: NewMessageValues::default(), file: None };
        form.file = typed::fields(request, |name, text| form.set(name, text)).await?;
        Ok(form)
    }

    /// A name that is none of the form's is left alone: the form is ours.
    fn set(&mut self, name: &str, text: String) {
        let v = &mut self.values;
        let field = match name {
            "name" => &mut v.name,
            "audience" => &mut v.audience,
            "creditor" => &mut v.creditor,
            "sender" => &mut v.sender,
            "from_name" => &mut v.from_name,
            "subject" => &mut v.subject,
            "body" => &mut v.body,
            "when" => &mut v.when,
            "starts_at" => &mut v.starts_at,
            "timezone" => &mut v.timezone,
            "rate_per_minute" => &mut v.rate_per_minute,
            _ => return,
        };
        // A browser ends lines with CR LF; a carrier would bill the CR.
        *field = text.replace("\r\n", "\n");
    }

    /// The list, where the form asks for one.
    pub(super) fn list(&self) -> Result<Option<&Sent>, Problem> {
        typed::list(&self.values.audience, self.file.as_ref())
    }

    /// Whom a sample is made for: a list that is not here yet has nobody.
    pub(super) fn audience(&self) -> Audience {
        audience(&mut Vec::new(), &self.values.audience, &self.values.creditor)
    }

    fn words(&self) -> Template {
        let subject = if self.channel == Channel::Email { self.values.subject.clone() } else { String::new() };
        Template { subject, body: self.values.body.clone() }
    }

    /// The words, or what is wrong with them.
    pub(super) fn template(&self) -> Result<Template, Problem> {
        let template = self.words();
        let faults: Vec<_> =
            template.faults(self.channel).into_iter().map(|f| FieldError::new(f.field, f.message)).collect();
        if faults.is_empty() { Ok(template) } else { Err(self.named(Problem::new(Kind::InvalidBody).fields(faults))) }
    }

    /// The campaign, or everything that is wrong with it.
    pub(super) fn campaign(&self) -> Result<Blast, Problem> {
        let v = &self.values;
        let mut wrong = Vec::new();
        let rate = Some(v.rate_per_minute.trim()).filter(|rate| !rate.is_empty());
        let new = Blast {
            name: v.name.clone(),
            channel: self.channel,
            audience: audience(&mut wrong, &v.audience, &v.creditor),
            schedule: self.schedule(&mut wrong),
            from: self.from(),
            template: self.words(),
            rate_per_minute: rate.map(|rate| number(&mut wrong, "rate_per_minute", rate)),
            max_attempts: MAX_ATTEMPTS,
        };
        typed::faultless(wrong, new.faults()).map_err(|problem| self.named(problem))?;
        Ok(new)
    }

    fn from(&self) -> String {
        let (name, sender) = (self.values.from_name.trim(), self.values.sender.trim());
        let named = self.channel == Channel::Email && !name.is_empty();
        if named { format!("{name} <{sender}>") } else { sender.to_owned() }
    }

    fn schedule(&self, wrong: &mut Vec<FieldError>) -> Schedule {
        let v = &self.values;
        let at = (v.when == "at").then(|| keep(wrong, "starts_at", moment(&v.starts_at, &v.timezone))).flatten();
        at.map_or(Schedule::Now, |starts_at| Schedule::At { starts_at })
    }

    /// The domain's faults by the form's own fields, each a sentence of its own. Of an e-mail's `from`, which of the
    /// two fields is meant?
    pub(super) fn named(&self, problem: Problem) -> Problem {
        let by_mail = self.channel == Channel::Email;
        let name_is_wrong = by_mail && Sender::parse(&self.values.sender).is_ok();
        let own = |error: &FieldError| match error.field.as_str() {
            "from" if name_is_wrong => ("from_name", "the name: "),
            "from" => ("sender", if by_mail { "the address: " } else { "the number " }),
            "subject" => ("subject", "the subject "),
            "body" => ("body", if by_mail { "the email " } else { "the text " }),
            "rate_per_minute" if error.message.starts_with("must") => ("rate_per_minute", "the rate "),
            _ => ("", ""),
        };
        let rename = |error: &FieldError| match own(error) {
            ("", _) => error.clone(),
            (field, of) => FieldError::new(field, format!("{of}{}", error.message)),
        };
        let errors = problem.errors().iter().map(rename).collect();
        problem.fields(errors)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn form(channel: Channel, change: impl FnOnce(&mut NewMessageValues)) -> Form {
        let sender = if channel == Channel::Email { "help@acme.example" } else { "+13035550199" };
        let mut values = NewMessageValues {
            name: "November".into(),
            sender: sender.into(),
            subject: "About your account".into(),
            body: "Hello {{ first_name }}".into(),
            ..Default::default()
        };
        change(&mut values);
        Form { channel, values, file: None }
    }

    #[rstest]
    #[case::texts(Channel::Sms)]
    #[case::emails(Channel::Email)]
    fn the_form_filled_in_makes_a_campaign(#[case] channel: Channel) {
        assert!(form(channel, |_| {}).campaign().is_ok());
    }

    #[test]
    fn an_emails_sender_is_two_fields() {
        let from = |name: &str| form(Channel::Email, |v| v.from_name = name.into()).from();
        assert_eq!([from("Acme"), from(" ")], ["Acme <help@acme.example>", "help@acme.example"]);
    }

    #[rstest]
    #[case::no_rate("rate_per_minute", |v: &mut NewMessageValues| v.rate_per_minute = "0".into())]
    #[case::a_rate_in_words("rate_per_minute", |v: &mut NewMessageValues| v.rate_per_minute = "fast".into())]
    #[case::nobody("sender", |v: &mut NewMessageValues| v.sender = "nobody".into())]
    #[case::a_name_that_ends_the_header("from_name", |v: &mut NewMessageValues| v.from_name = "A>B".into())]
    #[case::a_loop("body", |v: &mut NewMessageValues| v.body = "{% for a in b %}{% endfor %}".into())]
    #[case::no_such_field("subject", |v: &mut NewMessageValues| v.subject = "{{ ssn }}".into())]
    #[case::no_time("starts_at", |v: &mut NewMessageValues| v.when = "at".into())]
    fn a_fault_is_told_by_its_own_field(#[case] field: &str, #[case] change: fn(&mut NewMessageValues)) {
        let problem = form(Channel::Email, change).campaign().unwrap_err();
        let fields: Vec<_> = problem.errors().iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, [field]);
    }
}
