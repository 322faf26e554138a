//! Table heads: numbers right, actions named for those who hear the page.

use leptos::prelude::*;

/// A column: its name and, when it differs from plain text, its class (`num`, `hide`, `hm`).
pub type Column = (&'static str, &'static str);

/// The `<thead>`. A column without a name holds the actions.
pub fn head(columns: &[Column]) -> AnyView {
    let cells = columns.iter().map(|(name, class)| match *name {
        "" => view! { <th scope="col"><span class="sr">"Actions"</span></th> }.into_any(),
        name => view! { <th scope="col" class=*class>{name}</th> }.into_any(),
    });
    view! { <thead><tr>{cells.collect_view()}</tr></thead> }.into_any()
}
