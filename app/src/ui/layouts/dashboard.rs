//! The signed-in part: a side with navigation, and the page.

use domain::Role;
use leptos::{either::Either, prelude::*};
use leptos_router::{components::Outlet, hooks::use_location};

use crate::{
    context::{account, site},
    features::{activity::Bell, home::NotFound},
    ui::{
        components::{ButtonKind, SubmitButton, ThemeSwitch},
        forms::{PostForm, RefusedNotice},
        live::{LiveNotice, provide_live},
    },
};

type Links = &'static [(&'static str, &'static str)];

const PARTNER: Links = &[
    ("/partner", "Overview"),
    ("/partner/offers", "Offers"),
    ("/partner/applications", "Applications"),
    ("/partner/affiliates", "Affiliates"),
    ("/partner/conversions", "Conversions"),
    ("/partner/clicks", "Clicks"),
    ("/partner/reports", "Reports"),
    ("/partner/settings", "Settings"),
];
const AFFILIATE: Links = &[
    ("/affiliate", "Overview"),
    ("/affiliate/marketplace", "Marketplace"),
    ("/affiliate/offers", "My Offers"),
    ("/affiliate/conversions", "Conversions"),
    ("/affiliate/clicks", "Clicks"),
    ("/affiliate/reports", "Reports"),
    ("/affiliate/settings", "Settings"),
];
const ADMIN: Links = &[
    ("/admin", "Overview"),
    ("/admin/reviews", "Review queue"),
    ("/admin/offers", "Offers"),
    ("/admin/links", "Tracking links"),
    ("/admin/conversions", "Conversions"),
    ("/admin/clicks", "Clicks"),
    ("/admin/reports", "Reports"),
    ("/admin/users", "Users"),
    ("/admin/activity", "Activity"),
    ("/admin/settings", "Settings"),
];

/// Around every page of partners.
#[component]
pub(crate) fn PartnerLayout() -> impl IntoView {
    view! { <Section role=Role::Partner links=PARTNER /> }
}

/// Around every page of affiliates.
#[component]
pub(crate) fn AffiliateLayout() -> impl IntoView {
    view! { <Section role=Role::Affiliate links=AFFILIATE /> }
}

/// Around every page of admins.
#[component]
pub(crate) fn AdminLayout() -> impl IntoView {
    view! { <Section role=Role::Admin links=ADMIN /> }
}

/// For everybody else, a role's pages don't exist.
#[component]
fn Section(
    /// Whose pages they are.
    role: Role,
    /// Address and name of each page.
    links: Links,
) -> impl IntoView {
    if account().is_some_and(|account| account.role == role) {
        Either::Left(view! { <Dashboard links=links /> })
    } else {
        Either::Right(view! { <NotFound /> })
    }
}

#[component]
fn Dashboard(
    /// Address and name of each page.
    links: Links,
) -> impl IntoView {
    provide_live();
    let path = use_location().pathname;
    let who = account().map(|account| (account.name, account.email, account.role.to_string()));
    let navigation = links
        .iter()
        .map(|(href, name)| {
            let current = move || path.with(|path| is_current(path, href)).then_some("page");
            view! {
                <a href=*href aria-current=current>
                    {*name}
                </a>
            }
        })
        .collect_view();
    view! {
        <a class="skip-link" href="#main">
            "Skip to the content"
        </a>
        <div class="shell">
            <header class="shell__side">
                <a class="brand" href="/">
                    {site().name}
                </a>
                <nav class="shell__nav" aria-label="Main">
                    {navigation}
                    <a href="/docs/tracking">"Guide"</a>
                </nav>
                <div class="shell__foot">
                    <Bell />
                    {who
                        .map(|(name, email, role)| {
                            view! {
                                <p class="shell__who">
                                    <span class="strong" title=name.clone()>
                                        <bdi>{name.clone()}</bdi>
                                    </span>
                                    <span class="muted small" title=email.clone()>
                                        {email.clone()}
                                    </span>
                                    <span class="muted small">{role}</span>
                                </p>
                            }
                        })}
                    <ThemeSwitch />
                    <PostForm action="sign_out" class="cluster">
                        <SubmitButton label="Sign out" kind=ButtonKind::Quiet />
                    </PostForm>
                </div>
            </header>
            <main class="shell__main" id="main">
                <RefusedNotice />
                <Outlet />
            </main>
            <LiveNotice />
        </div>
    }
}

/// A section's own page, or one below it; an overview is current only on itself.
fn is_current(path: &str, href: &str) -> bool {
    let is_overview = href.matches('/').count() == 1;
    path == href || (!is_overview && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::is_current;

    #[test]
    fn one_section_is_current() {
        assert!(is_current("/partner", "/partner"));
        assert!(!is_current("/partner/offers", "/partner"));
        assert!(is_current("/partner/offers/new", "/partner/offers"));
        assert!(!is_current("/partner/offersx", "/partner/offers"));
    }
}
