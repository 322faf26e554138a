//! A message's words with merge fields, checked when they are written and filled in when they are sent.
//!
//! ```text
//! "Hello {{ first_name }}" + fields ──render──▶ text, or the field this person lacks
//! ```
//!
//! Fields and filters, nothing else: no loops, no conditions, so that what a supervisor previews is what everybody
//! gets. Every text carries its opt-out and every e-mail its way out (12 CFR 1006.6(e)), whether or not the author
//! thought of it.

mod html;

use std::collections::BTreeMap;

use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};

use crate::{
    compliance::Channel,
    segment::{self, Segments},
};

/// What may stand in a template, and what it is in words.
pub const FIELDS: [(&str, &str); 7] = [
    ("first_name", "the person's first name"),
    ("last_name", "the person's last name"),
    ("balance", "what is owed, like $1,284.60"),
    ("account_number", "the account's number"),
    ("creditor", "whom it is owed to"),
    ("city", "the city they live in"),
    ("agency", "your organisation's name"),
];

/// Said at the end of a text that does not say it itself.
pub const OPT_OUT: &str = "Reply STOP to opt out.";
/// Only in e-mails, beside the link that is added anyway.
const UNSUBSCRIBE: &str = "unsubscribe_url";

const LONGEST: usize = 100_000;
/// Steps of the template engine: a thousand times what a long e-mail takes.
const FUEL: u64 = 200_000;

/// The words as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// Of an e-mail.
    pub subject: String,
    /// Plain for a text, HTML for an e-mail.
    pub body: String,
}

/// What is wrong with a template, by its field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct Fault {
    pub field: &'static str,
    pub message: String,
}

/// The values of one person's fields; an empty one is as good as none.
#[derive(Clone, Default)]
pub struct Fields(BTreeMap<&'static str, String>);

impl Fields {
    /// Knows a value, unless it is empty.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        if !value.is_empty() {
            self.0.insert(name, value.to_owned());
        }
        self
    }
}

/// What one person gets.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    pub subject: String,
    pub text: String,
    /// Of an e-mail, sanitised.
    pub html: Option<String>,
}

impl Rendered {
    /// How a text is measured.
    #[must_use]
    pub fn segments(&self) -> Segments {
        segment::measure(&self.text)
    }
}

/// The text twin of an e-mail's body, its fields as written.
#[must_use]
pub fn plain(body: &str) -> String {
    html::plain(body)
}

/// A person has no value for a field that the template needs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the account has no {0}, which the message needs")]
pub struct Missing(pub String);

/// What was said in a plain e-mail: the way out below it is left away.
#[must_use]
pub fn said(text: &str) -> &str {
    html::without_footer(text)
}

impl Template {
    /// What a person typed to another, without markup.
    #[must_use]
    pub fn typed(channel: Channel, subject: &str, text: &str) -> Self {
        let body = if channel == Channel::Email { html::paragraphs(text) } else { text.replace("\r\n", "\n") };
        Self { subject: subject.to_owned(), body }
    }

    /// Everything that is wrong with it.
    #[must_use]
    pub fn faults(&self, channel: Channel) -> Vec<Fault> {
        let subject = (channel == Channel::Email).then(|| fault("subject", &self.subject, true)).flatten();
        let body = fault("body", &self.body, true).or_else(|| self.too_long(channel));
        [subject, body].into_iter().flatten().collect()
    }

    fn too_long(&self, channel: Channel) -> Option<Fault> {
        let parts = segment::measure(&self.body).count;
        let message = format!("is sent in {parts} parts; {} is the most that carriers take", segment::MOST);
        (channel == Channel::Sms && parts > segment::MOST).then_some(Fault { field: "body", message })
    }

    /// A text for one person.
    ///
    /// # Errors
    /// When the person lacks a field.
    pub fn text(&self, fields: &Fields) -> Result<Rendered, Missing> {
        let mut text = fill("text", &self.body, &fields.0)?;
        if !text.to_uppercase().contains("STOP") {
            text = format!("{} {OPT_OUT}", text.trim_end());
        }
        Ok(Rendered { subject: String::new(), text, html: None })
    }

    /// An e-mail for one person, with the address that ends these e-mails.
    ///
    /// # Errors
    /// When the person lacks a field.
    pub fn email(&self, fields: &Fields, unsubscribe_url: &str) -> Result<Rendered, Missing> {
        let fields = fields.clone().with(UNSUBSCRIBE, unsubscribe_url);
        let subject = fill("subject", &self.subject, &fields.0)?.replace(['\r', '\n'], " ");
        let html = html::finish(&fill("html", &self.body, &fields.0)?, unsubscribe_url);
        Ok(Rendered { subject, text: html::plain(&html), html: Some(html) })
    }
}

/// The first thing wrong with a piece of a template.
fn fault(field: &'static str, source: &str, needed: bool) -> Option<Fault> {
    let wrong = |message: String| Some(Fault { field, message });
    if needed && source.trim().is_empty() {
        return wrong("is empty: write what is to be sent".to_owned());
    }
    if source.len() > LONGEST || source.contains('\0') {
        return wrong(format!("must be at most {LONGEST} characters, without NUL"));
    }
    if source.contains("{%") || source.contains("{#") {
        return wrong("has a loop, a condition or a comment; only fields like {{ first_name }} may be used".to_owned());
    }
    let engine = engine();
    let template = match engine.template_from_str(source) {
        Ok(template) => template,
        Err(error) => return wrong(format!("does not read as a template: {}", words(&error))),
    };
    let unknown = template.undeclared_variables(true).into_iter().find(|name| !known(name));
    unknown.and_then(|name| wrong(format!("has an unknown field {name}; use one of {}", names())))
}

fn known(name: &str) -> bool {
    name == UNSUBSCRIBE || FIELDS.iter().any(|(field, _)| *field == name)
}

fn names() -> String {
    FIELDS.map(|(name, _)| name).join(", ")
}

fn words(error: &minijinja::Error) -> String {
    let line = error.line().map(|line| format!(" (line {line})")).unwrap_or_default();
    error.detail().unwrap_or("it is not closed properly").to_owned() + &line
}

/// By name: only `html` is escaped.
fn engine() -> Environment<'static> {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    engine.set_auto_escape_callback(|name| if name == "html" { AutoEscape::Html } else { AutoEscape::None });
    engine
}

fn fill(name: &str, source: &str, fields: &BTreeMap<&'static str, String>) -> Result<String, Missing> {
    let engine = engine();
    let filled = engine.render_named_str(name, source, fields);
    filled.map_err(|error| Missing(lacking(&engine, source, fields, &error)))
}

/// The engine does not say which; the template's first field without a value is it.
fn lacking(
    engine: &Environment<'_>,
    source: &str,
    fields: &BTreeMap<&'static str, String>,
    error: &minijinja::Error,
) -> String {
    let needs =
        engine.template_from_str(source).map(|template| template.undeclared_variables(true)).unwrap_or_default();
    let mut missing: Vec<String> = needs.into_iter().filter(|name| !fields.contains_key(name.as_str())).collect();
    missing.sort_unstable();
    let first = missing.into_iter().next().filter(|_| error.kind() == ErrorKind::UndefinedError);
    first.map_or_else(|| "value that fits".to_owned(), |name| name.replace('_', " "))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn maria() -> Fields {
        Fields::default().with("first_name", "Maria").with("creditor", "Bell & Co").with("city", "")
    }

    fn of(body: &str) -> Template {
        Template { subject: "About {{ creditor }}".into(), body: body.into() }
    }

    #[rstest]
    #[case::an_unknown_field("Hi {{ nickname }}", "unknown field nickname")]
    #[case::a_loop("{% for a in b %}x{% endfor %}", "loop")]
    #[case::an_open_field("Hi {{ first_name", "does not read")]
    #[case::nothing("  ", "is empty")]
    #[case::a_novel(&"x".repeat(1_600), "parts")]
    fn a_template_that_cannot_be_sent_says_why(#[case] body: &str, #[case] why: &str) {
        let faults = of(body).faults(Channel::Sms);
        assert!(faults.len() == 1 && faults[0].message.contains(why), "{faults:?}");
    }

    #[test]
    fn a_text_carries_its_opt_out_once() {
        let said = of("Hello {{ first_name }}.").text(&maria()).unwrap().text;
        assert_eq!(said, "Hello Maria. Reply STOP to opt out.");
        let said = of("Hello. Text stop to end this.").text(&maria()).unwrap().text;
        assert_eq!(said, "Hello. Text stop to end this.");
    }

    #[test]
    fn a_person_without_the_field_is_told_apart() {
        assert_eq!(of("In {{ city }}").text(&maria()).err(), Some(Missing("city".into())));
    }

    #[test]
    fn an_email_is_escaped_sanitised_and_has_a_way_out() {
        let body = "<p onclick='x()'>{{ creditor }}</p><script>alert(1)</script><a href='https://a.example'>pay</a>";
        let mail = of(body).email(&maria(), "https://wib.example/unsubscribe/t").unwrap();
        let html = mail.html.unwrap();
        assert!(html.contains("Bell &amp; Co") && html.contains("https://wib.example/unsubscribe/t"), "{html}");
        assert!(!html.contains("onclick") && !html.contains("script"), "{html}");
        assert_eq!(mail.subject, "About Bell & Co");
        assert!(
            mail.text.contains("Bell & Co") && mail.text.contains("https://wib.example/unsubscribe/t"),
            "{}",
            mail.text
        );
    }

    #[test]
    fn what_is_typed_reads_as_it_was_typed() {
        let typed = Template::typed(Channel::Email, "Hi", "Dear {{ first_name }},\r\n\r\n5 < 6 &\r\nso on");
        let mail = typed.email(&maria(), "https://wib.example/unsubscribe/t").unwrap();
        assert_eq!(said(&mail.text), "Dear Maria,\n5 < 6 &\nso on");
    }

    #[test]
    fn no_template_runs_for_ever() {
        assert!(of("{{ range(100000000) }}").text(&maria()).is_err());
    }
}
