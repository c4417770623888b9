//! Every page's address, on one screen.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::{
    context::{provide_page_context, site},
    features::{
        activity::{AdminActivity, OwnActivity},
        applications::Applications,
        clicks::{AffiliateClicks, ClickPage, Clicks},
        conversions::{AdminConversions, AffiliateConversions, ConversionPage, PartnerConversions},
        guide::Guide,
        home::{Home, NotFound},
        links::{AdminLinks, MyOffers},
        offers::{AdminOfferPage, AdminOffers, Marketplace, MarketplaceOfferPage, NewOffer, OfferPage, PartnerOffers},
        organisations::{
            AdminSettings, AffiliatePage, AffiliateSettings, Affiliates, OrganisationPage, PartnerSettings, Users,
        },
        reports::{AdminHome, AffiliateHome, Glossary, PartnerHome, ReportPage},
        reviews::ReviewQueue,
        sign_in::{AccountPage, ConfirmEmail, Reset, SetUp, SignIn, SignUp},
    },
    ui::{
        components::SiteTitle,
        forms::ForgetRefused,
        layouts::{AdminLayout, AffiliateLayout, PartnerLayout, PublicLayout},
        notices::{NoticeBoard, provide_notices},
    },
};

/// The application: what the server renders and the browser hydrates.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_page_context();
    provide_notices();
    view! {
        <SiteTitle brand=site().name />
        <Router>
            <ForgetRefused />
            <NoticeBoard />
            <Routes fallback=NotFound>
                <ParentRoute path=path!("") view=PublicLayout>
                    <Route path=path!("/") view=Home />
                    <Route path=path!("/signin") view=SignIn />
                    <Route path=path!("/signup") view=SignUp />
                    <Route path=path!("/reset") view=Reset />
                    <Route path=path!("/setup") view=SetUp />
                    <Route path=path!("/confirm-email") view=ConfirmEmail />
                    <Route path=path!("/docs/tracking") view=Guide />
                    <Route path=path!("/docs/numbers") view=Glossary />
                </ParentRoute>
                <ParentRoute path=path!("/partner") view=PartnerLayout>
                    <Route path=path!("") view=PartnerHome />
                    <Route path=path!("offers") view=PartnerOffers />
                    <Route path=path!("offers/new") view=NewOffer />
                    <Route path=path!("offers/:id") view=OfferPage />
                    <Route path=path!("applications") view=Applications />
                    <Route path=path!("affiliates") view=Affiliates />
                    <Route path=path!("affiliates/:id") view=AffiliatePage />
                    <Route path=path!("conversions") view=PartnerConversions />
                    <Route path=path!("conversions/:id") view=ConversionPage />
                    <Route path=path!("clicks") view=Clicks />
                    <Route path=path!("clicks/:id") view=ClickPage />
                    <Route path=path!("reports") view=ReportPage />
                    <Route path=path!("settings") view=PartnerSettings />
                    <Route path=path!("settings/account") view=AccountPage />
                    <Route path=path!("settings/activity") view=OwnActivity />
                </ParentRoute>
                <ParentRoute path=path!("/affiliate") view=AffiliateLayout>
                    <Route path=path!("") view=AffiliateHome />
                    <Route path=path!("marketplace") view=Marketplace />
                    <Route path=path!("marketplace/:id") view=MarketplaceOfferPage />
                    <Route path=path!("offers") view=MyOffers />
                    <Route path=path!("conversions") view=AffiliateConversions />
                    <Route path=path!("conversions/:id") view=ConversionPage />
                    <Route path=path!("clicks") view=AffiliateClicks />
                    <Route path=path!("clicks/:id") view=ClickPage />
                    <Route path=path!("reports") view=ReportPage />
                    <Route path=path!("settings") view=AffiliateSettings />
                    <Route path=path!("settings/account") view=AccountPage />
                    <Route path=path!("settings/activity") view=OwnActivity />
                </ParentRoute>
                <ParentRoute path=path!("/admin") view=AdminLayout>
                    <Route path=path!("") view=AdminHome />
                    <Route path=path!("reviews") view=ReviewQueue />
                    <Route path=path!("offers") view=AdminOffers />
                    <Route path=path!("offers/:id") view=AdminOfferPage />
                    <Route path=path!("partners/:id") view=OrganisationPage />
                    <Route path=path!("affiliates/:id") view=OrganisationPage />
                    <Route path=path!("links") view=AdminLinks />
                    <Route path=path!("users") view=Users />
                    <Route path=path!("activity") view=AdminActivity />
                    <Route path=path!("conversions") view=AdminConversions />
                    <Route path=path!("conversions/:id") view=ConversionPage />
                    <Route path=path!("clicks") view=Clicks />
                    <Route path=path!("clicks/:id") view=ClickPage />
                    <Route path=path!("reports") view=ReportPage />
                    <Route path=path!("settings") view=AdminSettings />
                    <Route path=path!("settings/account") view=AccountPage />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
