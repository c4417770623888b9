//! Every page's address, on one screen.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::{
    components::SiteTitle,
    context::{provide_page_context, site},
    forms::ForgetRefused,
    layouts::{AdminLayout, AffiliateLayout, PartnerLayout, PublicLayout},
    pages::{admin, affiliate, partner, public},
};

/// The application: what the server renders and the browser hydrates.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_page_context();
    view! {
        <SiteTitle brand=site().name />
        <Router>
            <ForgetRefused />
            <Routes fallback=public::NotFound>
                <ParentRoute path=path!("") view=PublicLayout>
                    <Route path=path!("/") view=public::Home />
                    <Route path=path!("/signin") view=public::SignIn />
                    <Route path=path!("/signup") view=public::SignUp />
                    <Route path=path!("/reset") view=public::Reset />
                    <Route path=path!("/setup") view=public::SetUp />
                    <Route path=path!("/docs/tracking") view=public::Guide />
                </ParentRoute>
                <ParentRoute path=path!("/partner") view=PartnerLayout>
                    <Route path=path!("") view=partner::PartnerHome />
                    <Route path=path!("offers") view=partner::Offers />
                    <Route path=path!("offers/new") view=partner::NewOffer />
                    <Route path=path!("offers/:id") view=partner::OfferPage />
                    <Route path=path!("applications") view=partner::Applications />
                    <Route path=path!("conversions") view=partner::Conversions />
                    <Route path=path!("clicks") view=partner::Clicks />
                    <Route path=path!("settings") view=partner::Settings />
                </ParentRoute>
                <ParentRoute path=path!("/affiliate") view=AffiliateLayout>
                    <Route path=path!("") view=affiliate::AffiliateHome />
                    <Route path=path!("marketplace") view=affiliate::Marketplace />
                    <Route path=path!("marketplace/:id") view=affiliate::MarketplaceOfferPage />
                    <Route path=path!("offers") view=affiliate::MyOffers />
                    <Route path=path!("conversions") view=affiliate::Conversions />
                    <Route path=path!("clicks") view=affiliate::Clicks />
                    <Route path=path!("settings") view=affiliate::Settings />
                </ParentRoute>
                <ParentRoute path=path!("/admin") view=AdminLayout>
                    <Route path=path!("") view=admin::ReviewQueue />
                    <Route path=path!("offers") view=admin::Offers />
                    <Route path=path!("links") view=admin::Links />
                    <Route path=path!("users") view=admin::Users />
                    <Route path=path!("conversions") view=admin::Conversions />
                    <Route path=path!("clicks") view=admin::Clicks />
                    <Route path=path!("settings") view=admin::Settings />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
