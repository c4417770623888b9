//! The newest conversions, on a first screen.

use domain::{ConversionRow, Role};
use leptos::prelude::*;

use super::ConversionsTable;
use crate::context::account;

/// The newest conversions, and the way to all of them; nothing where there are none.
#[component]
pub(crate) fn LatestConversions(
    /// The newest, in that order.
    conversions: Signal<Vec<ConversionRow>>,
) -> impl IntoView {
    let home = account().map_or(Role::Affiliate, |account| account.role).home();
    let has_some = Memo::new(move |_| conversions.with(|rows| !rows.is_empty()));
    move || {
        has_some.get().then(|| {
            view! {
                <section class="stack stack--tight" aria-labelledby="latest">
                    <div class="cluster cluster--apart">
                        <h2 id="latest">"Latest conversions"</h2>
                        <a href=format!("{home}/conversions")>"View all"</a>
                    </div>
                    <ConversionsTable conversions=conversions />
                </section>
            }
        })
    }
}
