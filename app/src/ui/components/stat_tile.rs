//! One number that answers a question.

use leptos::prelude::*;

/// A number with its name; the whole tile is the link, if there is one.
#[component]
pub fn StatTile(
    /// What is counted.
    #[prop(into)]
    label: String,
    /// The number as shown, with its unit.
    #[prop(into)]
    value: Signal<String>,
    /// What it is to be compared with, or made of.
    #[prop(optional, into)]
    hint: Option<String>,
    /// The list behind the number.
    #[prop(optional, into)]
    href: Option<String>,
) -> impl IntoView {
    let label = match href {
        Some(href) => view! { <a href=href>{label}</a> }.into_any(),
        None => label.into_any(),
    };
    view! {
        <div class="stat">
            <div class="stat__label">{label}</div>
            <div class="stat__value">{move || value.get()}</div>
            {hint.map(|hint| view! { <div class="stat__hint">{hint}</div> })}
        </div>
    }
}
