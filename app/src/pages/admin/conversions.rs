//! The conversions of the whole network.

use leptos::prelude::*;

use crate::pages::shared::ConversionsPage;

/// The list, newest first, live.
#[component]
pub(crate) fn Conversions() -> impl IntoView {
    view! {
        <ConversionsPage
            lead="Every sale that a postback reported, whatever its status."
            caption="Conversions"
            shows_transactions=true
        />
    }
}
