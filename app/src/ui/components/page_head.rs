//! The top of a page.

use leptos::prelude::*;

/// The page's only `<h1>`, a sentence about it, and what can be done here.
#[component]
pub fn PageHead(
    /// What the page is.
    #[prop(into)]
    title: String,
    /// What it is for.
    #[prop(optional, into)]
    lead: Option<String>,
    /// What can be done here.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="page-head">
            <div class="page-head__text">
                <h1>
                    <bdi>{title}</bdi>
                </h1>
                {lead.map(|lead| view! { <p class="page-head__lead">{lead}</p> })}
            </div>
            {children.map(|children| view! { <div class="page-head__actions">{children()}</div> })}
        </div>
    }
}
