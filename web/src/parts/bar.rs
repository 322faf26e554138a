//! The proportion bar and the meter: server-drawn SVG, widths as attributes because the CSP forbids styles.

use crate::{format::count, state::Tone};
use leptos::prelude::*;

/// One share of a bar.
#[derive(Clone, Debug)]
pub struct Share {
    /// Its hue.
    pub tone: Tone,
    /// How many.
    pub n: i64,
    /// Of what, in words: `completed`.
    pub word: &'static str,
}

/// The shares side by side, with a hairline between them. Nothing is drawn for zero.
pub fn stack(shares: &[Share], name: &str) -> AnyView {
    let total: i64 = shares.iter().map(|s| s.n).sum();
    let words = shares.iter().map(|s| format!("{} {}", count(s.n), s.word)).collect::<Vec<_>>().join(", ");
    let label = if name.is_empty() { words } else { format!("{name}: {words}") };
    let mut x = 0.0;
    let rects = shares.iter().filter(|s| s.n > 0).map(|share| {
        let width = share.n as f64 / total as f64 * 100.0;
        let start = x;
        x += width;
        rect(share.tone, start, width)
    });
    let rects = rects.collect_view();
    view! { <svg class="stack" role="img" aria-label=label>{rects}</svg> }.into_any()
}

fn rect(tone: Tone, start: f64, width: f64) -> AnyView {
    let width = (width - 0.15).max(0.1);
    view! { <rect data-s=tone.name() x=format!("{start:.2}%") width=format!("{width:.2}%") height="100%"></rect> }
        .into_any()
}

/// How much of a scale is used, with a tick where the limit stands. Both are shares of the whole width.
pub fn meter(used: f64, limit: Option<f64>, tone: Option<Tone>, label: String) -> AnyView {
    let width = format!("{:.1}%", used.clamp(0.0, 1.0) * 100.0);
    let tick = limit.map(|at| format!("{:.1}%", at.clamp(0.0, 1.0) * 100.0));
    view! {
        <svg class="meter" data-s=tone.map(Tone::name) role="img" aria-label=label>
            <rect class="t" width="100%" height="6" rx="3"></rect>
            <rect class="f" width=width height="6" rx="3"></rect>
            {tick.map(|x| view! { <rect class="l" x=x y="-3" width="2" height="12" rx="1"></rect> })}
        </svg>
    }
    .into_any()
}
