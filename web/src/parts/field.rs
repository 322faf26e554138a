//! Form fields: label above, hint below, and an error that keeps what was typed.

use crate::{icon::Icon, render::typed};
use leptos::prelude::*;

/// One thing wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's `name`, which is also its id.
    pub field: String,
    /// The sentence under it.
    pub message: String,
}

impl FieldError {
    /// An error of that field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        FieldError { field: field.into(), message: message.into() }
    }
}

/// A value to choose and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Choice { value: value.into(), label: label.into() }
    }
}

/// A labelled input. Build with [`Field::text`], then add what it needs.
pub struct Field<'a> {
    name: &'a str,
    label: &'a str,
    value: &'a str,
    kind: &'static str,
    hint: &'a str,
    errors: &'a [FieldError],
    required: bool,
    mono: bool,
    autocomplete: &'static str,
    digits: bool,
}

impl<'a> Field<'a> {
    /// A line of text.
    pub fn text(name: &'a str, label: &'a str, value: &'a str, errors: &'a [FieldError]) -> Self {
        Field {
            name,
            label,
            value,
            kind: "text",
            hint: "",
            errors,
            required: false,
            mono: false,
            autocomplete: "off",
            digits: false,
        }
    }

    /// Another input type: `password`, `datetime-local`, `time`, `file`.
    pub fn kind(self, kind: &'static str) -> Self {
        Field { kind, ..self }
    }

    /// A whole number. As text, because a number field would drop what was mistyped instead of keeping it.
    pub fn number(self) -> Self {
        Field { digits: true, ..self }
    }

    /// A sentence below.
    pub fn hint(self, hint: &'a str) -> Self {
        Field { hint, ..self }
    }

    /// It may not be left empty.
    pub fn required(self) -> Self {
        Field { required: true, ..self }
    }

    /// People copy or compare it.
    pub fn mono(self) -> Self {
        Field { mono: true, ..self }
    }

    /// What a password manager should know.
    pub fn autocomplete(self, token: &'static str) -> Self {
        Field { autocomplete: token, ..self }
    }

    /// The field.
    pub fn view(self) -> AnyView {
        let error = message_of(self.errors, self.name);
        let class = if self.mono { "input mono" } else { "input" };
        let input = view! {
            <input class=class id=self.name.to_owned() name=self.name.to_owned() type=self.kind value=self.value.to_owned()
                required=self.required autocomplete=self.autocomplete inputmode=self.digits.then_some("numeric")
                aria-invalid=error.is_some().then_some("true") aria-describedby=describedby(self.name, self.hint, error)/>
        };
        wrap(self.name, self.label, self.hint, error, input.into_any())
    }
}

/// A labelled text of several lines. `mono` for source that people compare.
pub fn area(field: &Area<'_>, errors: &[FieldError]) -> AnyView {
    let error = message_of(errors, field.name);
    let class = if field.mono { "input mono" } else { "input" };
    let input = view! {
        <textarea class=class id=field.name.to_owned() name=field.name.to_owned() rows=field.rows.to_string() spellcheck=field.mono.then_some("false")
            required=true aria-invalid=error.is_some().then_some("true") aria-describedby=describedby(field.name, field.hint, error) inner_html=typed(field.value)></textarea>
    };
    wrap(field.name, field.label, field.hint, error, input.into_any())
}

/// What [`area`] shows.
pub struct Area<'a> {
    /// Its `name`, which is also its id.
    pub name: &'a str,
    /// The label above.
    pub label: &'a str,
    /// What is in it.
    pub value: &'a str,
    /// How many lines it shows.
    pub rows: u8,
    /// Is it source?
    pub mono: bool,
    /// A sentence below.
    pub hint: &'a str,
}

/// A labelled choice.
pub fn select(name: &str, label: &str, value: &str, choices: &[Choice], hint: &str, errors: &[FieldError]) -> AnyView {
    let error = message_of(errors, name);
    let options = choices
        .iter()
        .map(|c| view! { <option value=c.value.clone() selected=c.value == value>{c.label.clone()}</option> });
    let input = view! {
        <span class="select">
            <select class="input" id=name.to_owned() name=name.to_owned() aria-invalid=error.is_some().then_some("true") aria-describedby=describedby(name, hint, error)>
                {options.collect_view()}
            </select>
            {Icon::ChevronsUpDown.view()}
        </span>
    };
    wrap(name, label, hint, error, input.into_any())
}

/// A radio card: icon, word, one sentence.
pub fn option_card(name: &str, value: &str, checked: bool, icon: Icon, word: &str, sentence: &str) -> AnyView {
    view! {
        <label class="opt">
            <input type="radio" name=name.to_owned() value=value.to_owned() id=format!("{name}-{value}") checked=checked/>
            <span><b>{icon.small()}{word.to_owned()}</b><small>{sentence.to_owned()}</small></span>
        </label>
    }
    .into_any()
}

/// A numbered panel of a long form: its title, and what it is about.
pub fn section(n: u8, id: &'static str, title: &'static str, about: &'static str, body: AnyView) -> AnyView {
    view! {
        <section class="panel bsec" aria-labelledby=id>
            <header><span class="n" aria-hidden="true">{n}</span><h2 id=id>{title}</h2><span class="muted small">{about}</span></header>
            {body}
        </section>
    }
    .into_any()
}

/// What is wrong, first and linked to the fields. Nothing when nothing is.
pub fn summary(errors: &[FieldError], kept: &str) -> Option<AnyView> {
    let lead = match errors.len() {
        0 => return None,
        1 => "Not saved: 1 field needs you.".to_owned(),
        n => format!("Not saved: {n} fields need you."),
    };
    let items =
        errors.iter().map(|e| view! { <li><a class="link" href=format!("#{}", e.field)>{e.message.clone()}</a></li> });
    let note = view! {
        <div class="note" data-s="fail" role="alert">
            {Icon::TriangleAlert.view()}
            <div><p><b>{lead}</b>{format!(" {kept}")}</p><ul class="elist">{items.collect_view()}</ul></div>
        </div>
    };
    Some(note.into_any())
}

/// The error of a field, if it has one.
pub fn message_of<'a>(errors: &'a [FieldError], name: &str) -> Option<&'a str> {
    errors.iter().find(|e| e.field == name).map(|e| e.message.as_str())
}

fn describedby(name: &str, hint: &str, error: Option<&str>) -> Option<String> {
    match (error, hint) {
        (Some(_), _) => Some(format!("{name}-error")),
        (None, "") => None,
        (None, _) => Some(format!("{name}-hint")),
    }
}

fn wrap(name: &str, label: &str, hint: &str, error: Option<&str>, input: AnyView) -> AnyView {
    let below = match error {
        Some(message) => Some(error_line(name, message)),
        None => (!hint.is_empty())
            .then(|| view! { <span class="hint" id=format!("{name}-hint")>{hint.to_owned()}</span> }.into_any()),
    };
    let class = if error.is_some() { "field bad" } else { "field" };
    view! { <div class=class><label for=name.to_owned()>{label.to_owned()}</label>{input}{below}</div> }.into_any()
}

/// The sentence under a field that is wrong.
pub fn error_line(name: &str, message: &str) -> AnyView {
    view! { <p class="ferr" data-s="fail" id=format!("{name}-error")>{Icon::CircleAlert.small()}<span>{message.to_owned()}</span></p> }.into_any()
}
