//! An affiliate's conversions.

use leptos::prelude::*;

use crate::pages::shared::ConversionsPage;

/// The list, newest first, live.
#[component]
pub(crate) fn Conversions() -> impl IntoView {
    view! {
        <ConversionsPage
            lead="What partners reported for your clicks. Confirmed, approved and paid ones count toward your earnings."
            caption="Conversions of your clicks"
            shows_transactions=false
        />
    }
}
