//! The pages of the settings.

use domain::Role;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{context::account, ui::components::LinkTabs};

/// The ways from one to the next.
#[component]
pub(crate) fn SettingsTabs() -> impl IntoView {
    let role = account().map_or(Role::Affiliate, |account| account.role);
    let path = use_location().pathname.get_untracked();
    let pages = [("", "General"), ("/account", "Account"), ("/activity", "Activity")];
    // Admins have everybody's activity beside their other pages.
    let pages = pages.into_iter().filter(|(page, _)| *page != "/activity" || role != Role::Admin);
    let items = pages.map(|(page, label)| {
        let href = format!("{}/settings{page}", role.home());
        let is_current = path == href;
        (href, label.to_owned(), is_current)
    });
    view! { <LinkTabs items=items.collect() label="Settings" /> }
}
