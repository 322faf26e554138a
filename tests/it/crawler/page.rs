//! A page as it was sent: its links, its forms with what a person would leave or put in them, and what holds for every
//! page.

use std::collections::BTreeSet;

use reqwest::{Method, RequestBuilder, multipart};
use scraper::{ElementRef, Html, Selector};

use super::LIST;
use crate::support::Persona;

/// What is on a page.
pub(super) struct Page {
    pub(super) links: Vec<String>,
    pub(super) forms: Vec<Form>,
}

/// A form, filled in, with one of its buttons pressed.
#[derive(Clone)]
pub(super) struct Form {
    pub(super) method: String,
    pub(super) action: String,
    multipart: bool,
    fields: Vec<(String, String)>,
    files: Vec<String>,
    /// What makes it another form than the one beside it: the button, or the choice.
    variant: String,
}

impl Page {
    pub(super) fn read(at: &str, text: &str) -> Self {
        let html = Html::parse_document(text);
        holds_for_every_page(at, &html);
        let links = all(&html, "a[href]").map(|a| attribute(a, "href"));
        let links = links.chain(all(&html, "link[href]").map(|link| attribute(link, "href")));
        let links: Vec<String> = links.chain(all(&html, "script[src]").map(|s| attribute(s, "src"))).collect();
        for link in links.iter().filter(|link| !link.is_empty()) {
            let fragment = link.strip_prefix('#').map(|id| all(&html, "[id]").any(|el| attribute(el, "id") == id));
            assert!(fragment.unwrap_or_else(|| inside(link)), "{at} links to {link}");
        }
        let forms = all(&html, "form").flat_map(|form| Form::of(at, form)).collect();
        Self { links, forms }
    }
}

fn inside(link: &str) -> bool {
    link.starts_with('/') && !link.starts_with("//")
}

fn holds_for_every_page(at: &str, html: &Html) {
    for one in ["h1", "title", "main"] {
        let found: Vec<String> = all(html, one).map(|el| el.text().collect()).collect();
        assert!(found.len() == 1 && !found[0].trim().is_empty(), "{at} has {} {one}", found.len());
    }
    for never in ["[style]", "style", "script:not([src])", "[onclick]", "[onsubmit]", "[onchange]", "[onload]"] {
        assert_eq!(all(html, never).count(), 0, "{at} has {never}");
    }
    // Outside a form a button does nothing, unless a script shows it; a form's own says what it does.
    for button in all(html, "button").filter(|button| !within_form(*button)) {
        let (hidden, disabled) = (button.attr("hidden").is_some(), button.attr("disabled").is_some());
        assert!(hidden || disabled, "{at} has an inert button: {}", button.html());
    }
    let ids: Vec<String> = all(html, "[id]").map(|el| attribute(el, "id")).collect();
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{at} has an id twice: {ids:?}");
}

fn within_form(button: ElementRef<'_>) -> bool {
    button.ancestors().filter_map(ElementRef::wrap).any(|el| el.value().name() == "form")
}

impl Form {
    /// Once for each button that says something, and once more for each choice that is not the first.
    fn of(at: &str, form: ElementRef<'_>) -> Vec<Self> {
        let plain = Self::plain(at, form);
        let buttons = within(form, "button[name]").map(|button| plain.with(button));
        let choices = within(form, "input[type=radio]:not([checked])").map(|radio| plain.with(radio));
        let others: Vec<Self> = buttons.chain(choices).collect();
        let submits = within(form, "button:not([name]), input[type=search]").next().is_some();
        assert!(submits || !others.is_empty(), "a form on {at} cannot be submitted: {}", form.html());
        submits.then_some(plain).into_iter().chain(others).collect()
    }

    fn plain(at: &str, form: ElementRef<'_>) -> Self {
        let fields = within(form, "input:not([disabled]), select:not([disabled]), textarea").filter_map(value);
        let files = within(form, "input[type=file]").map(|input| attribute(input, "name"));
        let action = form.attr("action").unwrap_or(at).split('#').next().unwrap_or_default().to_owned();
        assert!(inside(&action), "{at} sends a form to {action}");
        Self {
            method: form.attr("method").unwrap_or("get").to_owned(),
            action,
            multipart: form.attr("enctype") == Some("multipart/form-data"),
            fields: fields.collect(),
            files: files.collect(),
            variant: String::new(),
        }
    }

    /// The same with this button pressed, or this choice made.
    fn with(&self, chosen: ElementRef<'_>) -> Self {
        let (name, value) = (attribute(chosen, "name"), attribute(chosen, "value"));
        let mut form = self.clone();
        form.fields.retain(|(other, _)| *other != name);
        form.variant = format!(" {name}={value}");
        form.fields.push((name, value));
        form
    }

    /// The same form about something else is the same form.
    pub(super) fn shape(&self) -> String {
        let parts = self.action.split('/').map(|part| if part.len() == 36 { "{id}" } else { part });
        format!("{} {}{}", self.method, parts.collect::<Vec<_>>().join("/"), self.variant)
    }

    /// The gentlest first; signing out ends the walk.
    pub(super) fn consequence(&self) -> u8 {
        match self.action.rsplit('/').next() {
            Some("logout") => 4,
            Some("stop") => 3,
            Some("start") => 2,
            _ if self.method == "post" => 1,
            _ => 0,
        }
    }

    /// Where a form that only asks leads.
    pub(super) fn address(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.fields);
        format!("{}?{}", self.action, query.finish())
    }

    /// As the browser would send it.
    pub(super) fn fill(&self, who: &Persona) -> RequestBuilder {
        let request = who.request(Method::POST, &self.action);
        if !self.multipart {
            let mut body = url::form_urlencoded::Serializer::new(String::new());
            body.extend_pairs(&self.fields);
            return request.body(body.finish()).header("content-type", "application/x-www-form-urlencoded");
        }
        let form = self
            .fields
            .iter()
            .fold(multipart::Form::new(), |form, (name, value)| form.text(name.clone(), value.clone()));
        request.multipart(self.files.iter().fold(form, |form, name| {
            form.part(name.clone(), multipart::Part::bytes(LIST.as_bytes()).file_name("list.csv"))
        }))
    }
}

/// What a field sends: what it holds, or something sensible where it is empty.
fn value(field: ElementRef<'_>) -> Option<(String, String)> {
    let name = field.attr("name")?.to_owned();
    let held = field.attr("value").unwrap_or_default();
    let value = match (field.value().name(), field.attr("type").unwrap_or("text")) {
        ("select", _) => chosen(field)?,
        (_, "file") => return None,
        (_, "radio" | "checkbox") => field.attr("checked").map(|_| held.to_owned())?,
        (_, "datetime-local") if held.is_empty() => "2026-12-01T10:00".to_owned(),
        (_, "text") if held.is_empty() && field.attr("inputmode") == Some("numeric") => "40".to_owned(),
        (_, "text" | "search") if held.is_empty() => "Alvarez".to_owned(),
        _ => held.to_owned(),
    };
    Some((name, value))
}

/// The selected option, else the first.
fn chosen(select: ElementRef<'_>) -> Option<String> {
    let option = within(select, "option[selected]").next().or_else(|| within(select, "option").next())?;
    Some(option.attr("value").unwrap_or_default().to_owned())
}

fn all<'a>(html: &'a Html, css: &str) -> impl Iterator<Item = ElementRef<'a>> + use<'a> {
    html.select(&Selector::parse(css).unwrap()).collect::<Vec<_>>().into_iter()
}

fn within<'a>(element: ElementRef<'a>, css: &str) -> impl Iterator<Item = ElementRef<'a>> + use<'a> {
    element.select(&Selector::parse(css).unwrap()).collect::<Vec<_>>().into_iter()
}

fn attribute(element: ElementRef<'_>, name: &str) -> String {
    element.attr(name).unwrap_or_default().to_owned()
}
