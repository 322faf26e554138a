//! Sign-in, `/login`. In a demo the demo users are buttons.
//!
//! `POST /login` (`email`, `password`, `next`); `POST /login/demo` (`email`, `next`) where the installation is a demo. The same
//! answer for an unknown user and a wrong password.

use crate::{
    icon::Icon,
    parts::field::{Field, FieldError},
    render::html,
    shell::{Role, bare_document, environment, mark},
};
use leptos::prelude::*;

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct LoginView {
    /// What was typed as email, kept.
    pub email: String,
    /// Why the last try failed, in a sentence; never which half was wrong.
    pub error: Option<String>,
    /// Where to go afterwards.
    pub next: String,
    /// The demo's users; empty outside a demo.
    pub demo: Vec<DemoUser>,
}

/// A demo user, a button.
#[derive(Clone, Debug)]
pub struct DemoUser {
    /// Their email, sent by the button.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
}

/// The page.
pub fn page(view: &LoginView) -> String {
    html(|| bare_document("Sign in", body(view)))
}

fn body(view: &LoginView) -> AnyView {
    let class = if view.demo.is_empty() { "sign one" } else { "sign" };
    view! {
        <main class=class id="main" tabindex="-1">
            <section class="card" aria-labelledby="sign-h">
                <p class="mark">{mark()}<span>"Word Is Bond"</span></p>
                <h1 id="sign-h">"Sign in"</h1>
                {form(view)}
            </section>
            {(!view.demo.is_empty()).then(|| demo(view))}
        </main>
    }
    .into_any()
}

fn form(view: &LoginView) -> AnyView {
    let error = view.error.clone().map(|message| {
        view! { <div class="note" data-s="fail" role="alert" id="sign-error">{Icon::TriangleAlert.view()}<p>{message}</p></div> }
    });
    let none: [FieldError; 0] = [];
    view! {
        {error}
        <form action="/login" method="post">
            <input type="hidden" name="next" value=view.next.clone()/>
            {Field::text("email", "Work email", &view.email, &none).kind("email").autocomplete("username").required().view()}
            {Field::text("password", "Password", "", &none).kind("password").autocomplete("current-password").required().view()}
            <button class="btn primary lg" type="submit">"Sign in"</button>
        </form>
    }
    .into_any()
}

fn demo(view: &LoginView) -> AnyView {
    view! {
        <section class="card demo" aria-labelledby="demo-h">
            <h2 id="demo-h">{environment(true)}"Try it as"</h2>
            <p class="hint">"Demo data, no password, no real person is ever contacted."</p>
            <form action="/login/demo" method="post">
                <input type="hidden" name="next" value=view.next.clone()/>
                {view.demo.iter().map(demo_user).collect_view()}
            </form>
        </section>
    }
    .into_any()
}

fn demo_user(user: &DemoUser) -> AnyView {
    let (icon, does) = match user.role {
        Role::Agent => (Icon::Headphones, "takes the calls"),
        Role::Ops => (Icon::Layers, "watches the jobs"),
        Role::Compliance => (Icon::ShieldCheck, "checks the rules"),
        Role::Readonly => (Icon::List, "looks only"),
        Role::Supervisor => (Icon::AudioLines, "runs the campaigns"),
        Role::Owner | Role::Admin => (Icon::Contact, "may do everything"),
    };
    view! {
        <button class="who" type="submit" name="email" value=user.email.clone()>
            {icon.view()}<span><b>{user.name.clone()}</b><small>{format!("{}: {does}", user.role.word())}</small></span>{Icon::ArrowRight.small()}
        </button>
    }
    .into_any()
}
