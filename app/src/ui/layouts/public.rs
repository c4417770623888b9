//! The public site: head, page, foot.

use leptos::{either::Either, prelude::*};
use leptos_router::components::Outlet;

use super::wrong_address::WrongAddress;
use crate::{
    context::{account, site},
    ui::components::{ButtonKind, ButtonLink, ThemeSwitch},
};

/// Around every page that needs no account.
#[component]
pub(crate) fn PublicLayout() -> impl IntoView {
    let ways_in = match account() {
        Some(account) => Either::Left(view! { <ButtonLink href=account.role.home() label="Dashboard" /> }),
        None => Either::Right(view! {
            <ButtonLink href="/signin" label="Sign in" kind=ButtonKind::Quiet />
            <ButtonLink href="/signup" label="Sign up" />
        }),
    };
    view! {
        <a class="skip-link" href="#main">
            "Skip to the content"
        </a>
        <div class="site">
            <header class="site-head">
                <a class="brand" href="/">
                    {site().name}
                </a>
                <nav class="cluster" aria-label="Main">
                    <a href="/docs/tracking">"Guide"</a>
                    {ways_in}
                </nav>
            </header>
            <main class="site-main" id="main">
                <WrongAddress />
                <Outlet />
            </main>
            <footer class="site-foot">
                <span class="muted small">{site().name}</span>
                <ThemeSwitch />
            </footer>
        </div>
    }
}
