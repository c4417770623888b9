//! What is left out, each with the way to take it back.

use domain::report::Condition;
use leptos::prelude::*;

use super::{dimension_name, key_name};
use crate::ui::components::isolated;

/// Something that is asked, and the page on which it isn't.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chip {
    /// What is asked.
    pub(crate) text: String,
    /// The page without it.
    pub(crate) without: String,
}

/// A condition in words, given what its keys are called, where they have names.
pub(crate) fn condition_text(condition: &Condition, names: &[(String, String)]) -> String {
    let name_of = |key: &String| {
        let name = names.iter().find(|(named, _)| named == key).map(|(_, name)| name.clone());
        isolated(&name.unwrap_or_else(|| key_name(condition.dimension, key)))
    };
    let keys: Vec<_> = condition.keys.iter().map(name_of).collect();
    let is = if condition.is_excluded { "is not" } else { "is" };
    format!("{} {is} {}", dimension_name(condition.dimension), keys.join(" or "))
}

/// All of them in a row.
#[component]
pub(crate) fn Chips(
    /// What is asked.
    chips: Vec<Chip>,
) -> impl IntoView {
    let shown = chips.into_iter().map(|Chip { text, without }| {
        let remove = format!("Remove: {text}");
        view! {
            <li class="chip">
                <span>{text}</span>
                <a href=without aria-label=remove>
                    "×"
                </a>
            </li>
        }
    });
    let shown: Vec<_> = shown.collect();
    (!shown.is_empty()).then(|| view! { <ul class="cluster chips">{shown}</ul> })
}
