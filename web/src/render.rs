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

/// The words of a `<textarea>` as its `inner_html`: Leptos takes them for raw text, and the browser drops a line break in front.
pub(crate) fn typed(words: &str) -> String {
    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    format!("\n{words}")
}

#[cfg(test)]
mod tests {
    use super::typed;

    #[test]
    fn what_was_typed_cannot_end_its_box() {
        assert_eq!(typed("\nA & B</textarea>"), "\n\nA &amp; B&lt;/textarea&gt;");
    }
}
