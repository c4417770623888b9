//! Numbers: reports, and the first screens with what stands beside theirs.

use domain::{
    ConversionRow, MarketplaceOffer, Offer, OfferCounts, TrackingLink,
    report::{Overview, Report, ReportPlace, SavedReport},
};
use leptos::server;
use serde::{Deserialize, Serialize};

use crate::api::Answer;
#[cfg(feature = "ssr")]
use {
    crate::api::context::{admin, affiliate, caller, partner, service, session},
    domain::{AppError, ListQuery, OfferFilter, OfferStatus, ReportId, report::ReportQuery},
    service::{Service, Session},
};

/// A partner's first screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnerScreen {
    /// How many offers there are, and what waits in them.
    pub counts: OfferCounts,
    /// The newest offers that were refused.
    pub refused: Vec<Offer>,
    /// The numbers of the period.
    pub overview: Overview,
    /// The newest conversions.
    pub latest: Vec<ConversionRow>,
    /// The report that the reader has put here.
    pub pinned: Option<PinnedReport>,
}

/// A report on a first screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedReport {
    /// What is asked.
    pub saved: SavedReport,
    /// Its first rows.
    pub report: Report,
}

/// How many rows of a list stand on a first screen; all of them are on its page.
#[cfg(feature = "ssr")]
const FEW: usize = 5;

/// How many refused offers are shown with their reasons, and how many offers to try.
#[cfg(feature = "ssr")]
const FEWER: usize = 3;

/// What a partner sees first.
#[server(prefix = "/rpc", endpoint = "read_partner_screen")]
pub async fn read_partner_screen(#[server(default)] address: String) -> Answer<PartnerScreen> {
    let (partner, service) = (partner()?, service()?);
    let counts = service.count_offers(&partner).await?;
    let refused = if counts.rejected > 0 {
        let filter = OfferFilter { status: Some(OfferStatus::Rejected), ..OfferFilter::default() };
        service.list_offers(&partner, &ListQuery { filter, ..ListQuery::default() }).await?.rows
    } else {
        Vec::new()
    };
    let session = Session::Partner(partner);
    let (overview, latest, pinned) = read_numbers(&service, &session, &address).await?;
    Ok(PartnerScreen { counts, refused: refused.into_iter().take(FEWER).collect(), overview, latest, pinned })
}

/// An affiliate's first screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AffiliateScreen {
    /// The newest of the own links.
    pub links: Vec<TrackingLink>,
    /// The newest offers of the marketplace without an application of one's own.
    pub to_try: Vec<MarketplaceOffer>,
    /// The numbers of the period.
    pub overview: Overview,
    /// The newest conversions.
    pub latest: Vec<ConversionRow>,
    /// The report that the reader has put here.
    pub pinned: Option<PinnedReport>,
}

/// What an affiliate sees first.
#[server(prefix = "/rpc", endpoint = "read_affiliate_screen")]
pub async fn read_affiliate_screen(#[server(default)] address: String) -> Answer<AffiliateScreen> {
    let (affiliate, service) = (affiliate()?, service()?);
    let links = service.list_links(&affiliate, &ListQuery::default()).await?.rows;
    let to_try = service.list_marketplace(&affiliate, &ListQuery::default()).await?.rows;
    let (overview, latest, pinned) = read_numbers(&service, &Session::Affiliate(affiliate), &address).await?;
    Ok(AffiliateScreen {
        links: links.into_iter().take(FEW).collect(),
        to_try: to_try.into_iter().filter(|offer| offer.application.is_none()).take(FEWER).collect(),
        overview,
        latest,
        pinned,
    })
}

/// An admin's first screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminScreen {
    /// How many offers wait for a decision.
    pub waiting: i64,
    /// The numbers of the period.
    pub overview: Overview,
    /// The newest conversions.
    pub latest: Vec<ConversionRow>,
    /// The report that the reader has put here.
    pub pinned: Option<PinnedReport>,
}

/// What an admin sees first.
#[server(prefix = "/rpc", endpoint = "read_admin_screen")]
pub async fn read_admin_screen(#[server(default)] address: String) -> Answer<AdminScreen> {
    let (admin, service) = (admin()?, service()?);
    let waiting = service.count_reviews(&admin).await?;
    let (overview, latest, pinned) = read_numbers(&service, &Session::Admin(admin), &address).await?;
    Ok(AdminScreen { waiting, overview, latest, pinned })
}

/// What all first screens have.
#[cfg(feature = "ssr")]
async fn read_numbers(
    service: &Service,
    session: &Session,
    address: &str,
) -> Answer<(Overview, Vec<ConversionRow>, Option<PinnedReport>)> {
    let zone = caller()?.zone;
    let overview = service.overview(session, &ReportQuery::from_address(address), &zone).await?;
    let latest = service.list_conversions(session, &ListQuery::default(), &zone).await?.page.rows;
    let pinned = service.pinned_report(session, &zone).await?.map(|(saved, report)| PinnedReport { saved, report });
    Ok((overview, latest.into_iter().take(FEW).collect(), pinned))
}

/// A page of a report, and those that the reader keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportScreen {
    /// The page.
    pub report: Report,
    /// One's own, by their names.
    pub saved: Vec<SavedReport>,
}

/// A page of a report, as its address asks for it.
#[server(prefix = "/rpc", endpoint = "read_report")]
pub async fn read_report(#[server(default)] address: String) -> Answer<ReportScreen> {
    let (caller, session, service) = (caller()?, session()?, service()?);
    let report = service.report(&session, &ReportQuery::from_address(&address), &caller.zone).await?;
    Ok(ReportScreen { report, saved: service.list_saved_reports(&session).await? })
}

/// Keeps what is asked under a name.
#[server(prefix = "/rpc", endpoint = "save_report")]
pub async fn save_report(name: String, #[server(default)] address: String) -> Answer<()> {
    let session = session()?;
    Ok(service()?.save_report(&session, &name, ReportQuery::from_address(&address)).await?)
}

/// Keeps one of one's own no more.
#[server(prefix = "/rpc", endpoint = "delete_saved_report")]
pub async fn delete_saved_report(id: String) -> Answer<()> {
    let session = session()?;
    Ok(service()?.delete_saved_report(&session, report_id(&id)?).await?)
}

/// Chooses one of one's own for a place; none without an id.
#[server(prefix = "/rpc", endpoint = "choose_saved_report")]
pub async fn choose_saved_report(place: ReportPlace, #[server(default)] id: String) -> Answer<()> {
    let session = session()?;
    let chosen = if id.is_empty() { None } else { Some(report_id(&id)?) };
    Ok(service()?.choose_saved_report(&session, place, chosen).await?)
}

#[cfg(feature = "ssr")]
fn report_id(text: &str) -> Result<ReportId, AppError> {
    ReportId::parse(text).map_err(|_| AppError::NotFound)
}
