//! One cell of a stat strip: label, value, and the line that says *because*.

use crate::{icon::Icon, state::Tone};
use leptos::prelude::*;

/// A cell of a `<dl class="strip">`.
pub struct Stat {
    /// Its hue.
    pub tone: Tone,
    /// Its icon.
    pub icon: Icon,
    /// What is counted.
    pub label: &'static str,
    /// The number that matters.
    pub value: String,
    /// Why it is what it is.
    pub because: String,
}

impl Stat {
    /// The cell.
    pub fn view(self) -> AnyView {
        view! {
            <div data-s=self.tone.name()>
                <dt>{self.icon.small()}{self.label}</dt>
                <dd class="v">{self.value}</dd>
                <dd class="sub">{self.because}</dd>
            </div>
        }
        .into_any()
    }
}
