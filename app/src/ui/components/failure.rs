//! What went wrong.

use leptos::prelude::*;

/// Says what happened, what was kept and what to do next; read out at once.
#[component]
pub fn Failure(
    /// What happened.
    #[prop(into)]
    title: String,
    /// What was kept, and what to do next.
    #[prop(into)]
    message: String,
    /// The way on.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="callout callout--danger" role="alert">
            <p class="callout__title">{title}</p>
            <div class="callout__body">
                <p>{message}</p>
                {children.map(|children| children())}
            </div>
        </div>
    }
}
