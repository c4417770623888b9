//! Offers: their partner's, the marketplace's, and all of them for admins.

use domain::{Application, ListQuery, MarketplaceFilter, MarketplaceOffer, Offer, OfferFilter};
use leptos::server;
use serde::{Deserialize, Serialize};

use crate::{api::Answer, ui::ListScreen};
#[cfg(feature = "ssr")]
use {
    crate::api::context::{admin, affiliate, partner, service, session},
    domain::{AppError, ApplicationFilter, OfferAction, OfferChoices, OfferId, OfferInput},
};

/// An id from an address or a form; what isn't one is not found.
#[cfg(feature = "ssr")]
pub(crate) fn offer_id(text: &str) -> Result<OfferId, AppError> {
    OfferId::parse(text).map_err(|_| AppError::NotFound)
}

/// The offers that lists can be filtered by, the chosen one among them.
#[cfg(feature = "ssr")]
pub(crate) async fn offer_choices(chosen: Option<OfferId>) -> Result<OfferChoices, AppError> {
    service()?.list_offer_names(&session()?, chosen).await
}

/// The own offers.
#[server(prefix = "/rpc", endpoint = "list_offers")]
pub async fn list_offers(#[server(default)] list: ListQuery<OfferFilter>) -> Answer<ListScreen<Offer>> {
    Ok(service()?.list_offers(&partner()?, &list).await?.into())
}

/// An offer, and who promotes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferScreen {
    /// The offer.
    pub offer: Offer,
    /// The first page of its applications: those that wait first, then the newest.
    pub applications: Vec<Application>,
    /// Whether there are more than these.
    pub has_more: bool,
}

/// An own offer, and who promotes it.
#[server(prefix = "/rpc", endpoint = "find_offer")]
pub async fn find_offer(id: String) -> Answer<OfferScreen> {
    let (partner, service, id) = (partner()?, service()?, offer_id(&id)?);
    let offer = service.find_offer(&partner, id).await?;
    let filter = ApplicationFilter { offer: Some(id), ..ApplicationFilter::default() };
    let page = service.list_applications(&partner, &filter.into()).await?;
    Ok(OfferScreen { offer, applications: page.rows, has_more: page.next.is_some() })
}

/// Any offer, and who promotes it, for admins.
#[server(prefix = "/rpc", endpoint = "find_any_offer")]
pub async fn find_any_offer(id: String) -> Answer<OfferScreen> {
    let (admin, service, id) = (admin()?, service()?, offer_id(&id)?);
    let offer = service.find_any_offer(&admin, id).await?;
    let filter = ApplicationFilter { offer: Some(id), ..ApplicationFilter::default() };
    let page = service.list_all_links(&admin, &filter.into()).await?;
    Ok(OfferScreen { offer, applications: page.rows, has_more: page.next.is_some() })
}

/// Makes an offer and shows it; `confirmed_destination` is the destination again, where it was asked about.
#[server(prefix = "/rpc", endpoint = "create_offer")]
pub async fn create_offer(
    name: String,
    destination: String,
    #[server(default)] description: String,
    #[server(default)] commission_terms: String,
    #[server(default)] category: String,
    #[server(default)] confirmed_destination: String,
) -> Answer<()> {
    let input = OfferInput { name, description, destination, commission_terms, category, confirmed_destination };
    let id = service()?.create_offer(&partner()?, &input).await?;
    leptos_axum::redirect(&format!("/partner/offers/{id}"));
    Ok(())
}

/// Changes an own offer; `confirmed_destination` is the destination again, where it was asked about.
#[server(prefix = "/rpc", endpoint = "edit_offer")]
pub async fn edit_offer(
    id: String,
    name: String,
    destination: String,
    #[server(default)] description: String,
    #[server(default)] commission_terms: String,
    #[server(default)] category: String,
    #[server(default)] confirmed_destination: String,
) -> Answer<()> {
    let partner = partner()?;
    let input = OfferInput { name, description, destination, commission_terms, category, confirmed_destination };
    Ok(service()?.edit_offer(&partner, offer_id(&id)?, &input).await?)
}

/// Pauses, resumes, submits or archives an own offer; `action` is one of these words.
#[server(prefix = "/rpc", endpoint = "change_offer")]
pub async fn change_offer(id: String, action: String) -> Answer<()> {
    let partner = partner()?;
    let unknown = || AppError::field("action", "must be pause, resume, submit or archive");
    let action = OfferAction::parse_by_partner(&action).ok_or_else(unknown)?;
    service()?.change_offer(&partner, offer_id(&id)?, action).await?;
    Ok(())
}

/// The active offers.
#[server(prefix = "/rpc", endpoint = "list_marketplace")]
pub async fn list_marketplace(
    #[server(default)] list: ListQuery<MarketplaceFilter>,
) -> Answer<ListScreen<MarketplaceOffer>> {
    Ok(service()?.list_marketplace(&affiliate()?, &list).await?.into())
}

/// One active offer.
#[server(prefix = "/rpc", endpoint = "find_marketplace_offer")]
pub async fn find_marketplace_offer(id: String) -> Answer<MarketplaceOffer> {
    let affiliate = affiliate()?;
    Ok(service()?.find_marketplace_offer(&affiliate, offer_id(&id)?).await?)
}

/// Every offer.
#[server(prefix = "/rpc", endpoint = "list_all_offers")]
pub async fn list_all_offers(#[server(default)] list: ListQuery<OfferFilter>) -> Answer<ListScreen<Offer>> {
    Ok(service()?.list_all_offers(&admin()?, &list).await?.into())
}
