//! A list without rows.

use leptos::prelude::*;

use super::{ButtonKind, ButtonLink};

/// Says why a list is empty, and what to do about it.
#[component]
pub fn EmptyState(
    /// That there is nothing.
    #[prop(into)]
    title: String,
    /// Where something comes from.
    #[prop(optional, into)]
    action_href: Option<String>,
    /// What to do there.
    #[prop(optional, into)]
    action_label: Option<String>,
    /// Why, and what will appear here.
    children: Children,
) -> impl IntoView {
    let action = action_href.zip(action_label).map(|(href, label)| {
        view! {
            <div class="empty-state__action">
                <ButtonLink href=href label=label kind=ButtonKind::Primary />
            </div>
        }
    });
    view! {
        <div class="empty-state">
            <p class="strong">{title}</p>
            <div class="empty-state__body">{children()}</div>
            {action}
        </div>
    }
}
