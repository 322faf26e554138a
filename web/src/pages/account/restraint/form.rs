//! What somebody writes down: a flag, a suppression, a consent, a preference; or why an entry is lifted.

use crate::{
    icon::Icon,
    parts::field::{Choice, Field, FieldError, error_line, message_of, select},
};
use leptos::prelude::*;
use uuid::Uuid;

/// What is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writing {
    /// What is known of the person or the debt.
    Flag,
    /// What is not to be used, and by which medium.
    Suppression,
    /// What the person allowed or took back.
    Consent,
    /// When and where not.
    Preference,
    /// Why an entry does not hold any more.
    Lift {
        /// The entry.
        id: Uuid,
        /// What it says.
        word: String,
        /// A dispute ends by verification, or is withdrawn.
        dispute: bool,
    },
}

/// The form, with what was typed and what was wrong with it.
#[derive(Clone, Debug)]
pub struct RestraintForm {
    /// What is written down.
    pub what: Writing,
    /// The kinds there are to choose from.
    pub kinds: Vec<Choice>,
    /// Whom or what a suppression can be about.
    pub scopes: Vec<Choice>,
    /// What was typed, by the field's name.
    pub typed: Vec<(String, String)>,
    /// What was wrong.
    pub errors: Vec<FieldError>,
}

impl Writing {
    /// Its word in addresses and forms.
    pub fn name(&self) -> &'static str {
        match self {
            Writing::Flag => "flag",
            Writing::Suppression => "suppression",
            Writing::Consent => "consent",
            Writing::Preference => "preference",
            Writing::Lift { .. } => "lift",
        }
    }

    fn title(&self) -> String {
        match self {
            Writing::Flag => "Flag this person".to_owned(),
            Writing::Suppression => "Suppress a number, an address, a person or a debt".to_owned(),
            Writing::Consent => "Write down a consent".to_owned(),
            Writing::Preference => "Write down an inconvenient time or place".to_owned(),
            Writing::Lift { word, .. } => format!("Lift “{word}”"),
        }
    }

    fn button(&self) -> &'static str {
        match self {
            Writing::Flag => "Flag",
            Writing::Suppression => "Suppress",
            Writing::Consent | Writing::Preference => "Write down",
            Writing::Lift { .. } => "Lift",
        }
    }
}

impl RestraintForm {
    fn typed(&self, name: &str) -> &str {
        self.typed.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    fn text<'a>(&'a self, name: &'a str, label: &'a str) -> Field<'a> {
        Field::text(name, label, self.typed(name), &self.errors)
    }

    fn choice(&self, name: &str, label: &str, choices: &[Choice], hint: &str) -> AnyView {
        select(name, label, self.typed(name), choices, hint, &self.errors)
    }
}

/// The form.
pub(super) fn view(account: Uuid, form: &RestraintForm) -> AnyView {
    let entry = if let Writing::Lift { id, .. } = form.what { Some(id) } else { None };
    let general = message_of(&form.errors, "").map(|message| error_line("note", message));
    view! {
        <form class="body restr-f" id="note" method="post" action=format!("/accounts/{account}/restraints")>
            <h3>{form.what.title()}</h3>
            {general}
            <input type="hidden" name="what" value=form.what.name()/>
            {entry.map(|id| view! { <input type="hidden" name="entry" value=id.to_string()/> })}
            {fields(form)}
            <div class="row">
                <button class="btn primary" type="submit">{Icon::Check.view()}{form.what.button()}</button>
                <a class="btn quiet" href=format!("/accounts/{account}")>"Cancel"</a>
            </div>
        </form>
    }
    .into_any()
}

fn fields(form: &RestraintForm) -> AnyView {
    let own = match &form.what {
        Writing::Flag => {
            let at = form.text("at", "Since").kind("date").hint("Today unless given").view();
            vec![form.choice("kind", "What", &form.kinds, ""), at]
        }
        Writing::Suppression => vec![
            form.choice("scope", "Whom or what", &form.scopes, ""),
            form.choice("kind", "Why", &form.kinds, ""),
            form.choice("channel", "Medium", &media("What the reason says"), ""),
            form.text("expires_at", "Until").kind("date").hint("For good unless given").view(),
        ],
        Writing::Consent => {
            let words = [Choice::new("true", "Given"), Choice::new("false", "Taken back")];
            let until = form.text("expires_at", "Until").kind("date").hint("More calls: seven days at most").view();
            let kind = form.choice("kind", "To", &form.kinds, "");
            vec![kind, form.choice("granted", "Word", &words, ""), until]
        }
        Writing::Preference => preference(form),
        Writing::Lift { dispute, .. } => {
            let ends = [Choice::new("false", "Withdrawn, or a mistake"), Choice::new("true", "Verification was sent")];
            let end = dispute.then(|| form.choice("verified", "How it ended", &ends, ""));
            return view! { {end}{form.text("reason", "Why").required().view()} }.into_any();
        }
    };
    view! { {own.into_iter().collect_view()}{provenance(form)} }.into_any()
}

fn preference(form: &RestraintForm) -> Vec<AnyView> {
    let places = [("", "Everywhere"), ("home", "Home"), ("mobile", "Mobile"), ("work", "Work")];
    let places = places.map(|(value, label)| Choice::new(value, label));
    vec![
        form.text("days", "Days").hint("Mon Tue Wed Thu Fri Sat Sun; every day unless given").view(),
        form.text("from", "From").hint("By their own clock, like 18:30").required().view(),
        form.text("to", "To").hint("Not included; 24:00 is the day's end").required().view(),
        form.choice("place", "Where", &places, ""),
        form.choice("channel", "Medium", &media("Every medium"), ""),
    ]
}

fn media(usual: &str) -> Vec<Choice> {
    let media = [("", usual), ("call", "Calls"), ("sms", "Texts"), ("email", "Emails")];
    media.map(|(value, label)| Choice::new(value, label)).to_vec()
}

fn provenance(form: &RestraintForm) -> AnyView {
    view! {
        {form.text("source", "Said by").hint("A call, a letter, a court").required().view()}
        {form.text("reason", "In words").view()}
        {form.text("evidence_ref", "Evidence").hint("A letter's number, a call, a file").view()}
    }
    .into_any()
}
