//! A line of the last hour, as small as a word: how it went, not how much.

use std::fmt::Write;

use leptos::prelude::*;

const WIDTH: f64 = 100.0;
const HEIGHT: f64 = 40.0;

/// The numbers from left to right; `label` says it to those who do not see it.
pub fn spark(numbers: &[i64], label: String) -> AnyView {
    let top = numbers.iter().copied().max().unwrap_or(0).max(1);
    let step = WIDTH / numbers.len().saturating_sub(1).max(1) as f64;
    let mut line = String::new();
    for (i, n) in numbers.iter().enumerate() {
        let (pen, x) = (if i == 0 { 'M' } else { 'L' }, i as f64 * step);
        let y = HEIGHT - (*n as f64 / top as f64) * (HEIGHT - 2.0);
        let _ = write!(line, "{pen}{x:.1} {y:.1}");
    }
    let area = format!("{line}L{WIDTH} {HEIGHT}L0 {HEIGHT}Z");
    view! {
        <svg class="spark" viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label=label>
            <path class="ar" d=area></path><path class="ln" d=line></path>
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_goes_from_edge_to_edge_and_its_highest_is_at_the_top() {
        let html = crate::render::html(|| spark(&[0, 5, 10], "dial, last hour".to_owned()));
        assert!(html.contains("M0.0 40.0L50.0 21.0L100.0 2.0\""), "{html}");
    }

    #[test]
    fn nothing_at_all_is_a_line_at_the_bottom() {
        let html = crate::render::html(|| spark(&[0, 0], String::new()));
        assert!(html.contains("M0.0 40.0L100.0 40.0\""), "{html}");
    }
}
