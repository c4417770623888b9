//! Numbers: reports, and the first screens with what stands beside theirs.

use domain::{Offer, OfferCounts, Overview, TrackingLink, report::Report};
use leptos::server;
use serde::{Deserialize, Serialize};

use crate::api::Answer;
#[cfg(feature = "ssr")]
use {
    crate::api::context::{affiliate, caller, partner, service, session},
    domain::{ListQuery, report::ReportQuery},
    service::Session,
};

/// A partner's first screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerScreen {
    /// The newest of the own offers.
    pub offers: Vec<Offer>,
    /// How many there are, and what waits in them.
    pub counts: OfferCounts,
    /// The numbers of the last days.
    pub overview: Overview,
}

/// What a partner sees first.
#[server(prefix = "/rpc", endpoint = "read_partner_screen")]
pub async fn read_partner_screen(days: u32) -> Answer<PartnerScreen> {
    let (partner, service) = (partner()?, service()?);
    Ok(PartnerScreen {
        offers: service.list_offers(&partner, &ListQuery::default()).await?.rows,
        counts: service.count_offers(&partner).await?,
        overview: service.overview(&Session::Partner(partner), days).await?,
    })
}

/// An affiliate's first screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AffiliateScreen {
    /// The newest of the own links.
    pub links: Vec<TrackingLink>,
    /// The numbers of the last days.
    pub overview: Overview,
}

/// How many links an affiliate's first screen shows; all of them are under My Offers.
#[cfg(feature = "ssr")]
const FEW: usize = 5;

/// What an affiliate sees first.
#[server(prefix = "/rpc", endpoint = "read_affiliate_screen")]
pub async fn read_affiliate_screen(days: u32) -> Answer<AffiliateScreen> {
    let (affiliate, service) = (affiliate()?, service()?);
    let links = service.list_links(&affiliate, &ListQuery::default()).await?.rows;
    Ok(AffiliateScreen {
        links: links.into_iter().take(FEW).collect(),
        overview: service.overview(&Session::Affiliate(affiliate), days).await?,
    })
}

/// A page of a report, as its address asks for it.
#[server(prefix = "/rpc", endpoint = "read_report")]
pub async fn read_report(#[server(default)] address: String) -> Answer<Report> {
    let (caller, session) = (caller()?, session()?);
    Ok(service()?.report(&session, &ReportQuery::from_address(&address), &caller.zone).await?)
}
