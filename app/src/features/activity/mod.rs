//! What was done, by whom and on what.

mod activity_page;
mod activity_table;
pub(crate) mod api;
mod bell;

use leptos::prelude::*;

use self::activity_page::ActivityPage;
pub(crate) use self::bell::Bell;
use crate::ui::layouts::SettingsTabs;

/// The whole network's.
#[component]
pub(crate) fn AdminActivity() -> impl IntoView {
    view! {
        <ActivityPage lead="Everything that people changed in the network: who, what, and from where. It can't be edited." />
    }
}

/// What concerns a partner or an affiliate.
#[component]
pub(crate) fn OwnActivity() -> impl IntoView {
    view! {
        <SettingsTabs />
        <ActivityPage lead="Changes and sign-ins on your account. IP addresses are shown for your own actions only." />
    }
}
