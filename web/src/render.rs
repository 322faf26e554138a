//! From a view to a string, once, on the server.

use leptos::{prelude::*, reactive::owner::Owner};

/// Renders a view inside a reactive owner of its own, dropped afterwards.
///
/// Leptos separates text nodes with `<!>` for hydration. Nothing is hydrated here, so they go: they would only be noise to the
/// morphing script. Text and attributes are escaped, so the mark cannot be anybody's data.
pub fn html<V: IntoView + 'static>(view: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    let rendered = owner.with(|| view().into_view().to_html());
    owner.unset_with_forced_cleanup();
    rendered.replace("<!>", "")
}

/// Text for a `<textarea>`, whose children Leptos writes as they are: without this `</textarea>` would end it.
pub(crate) fn typed(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
