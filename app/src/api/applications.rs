//! Applications: affiliates look and ask, partners decide.

use domain::{Application, ListQuery, MarketplaceOffer, Page, TrackingLink};
use leptos::server;

use super::Answer;
#[cfg(feature = "ssr")]
use {
    super::{
        context::{affiliate, partner, service},
        offers::offer_id,
    },
    domain::{AppError, ApplicationId, Decision},
};

/// The active offers.
#[server(prefix = "/rpc", endpoint = "list_marketplace")]
pub async fn list_marketplace(#[server(default)] list: ListQuery) -> Answer<Page<MarketplaceOffer>> {
    Ok(service()?.list_marketplace(&affiliate()?, &list).await?)
}

/// One active offer.
#[server(prefix = "/rpc", endpoint = "find_marketplace_offer")]
pub async fn find_marketplace_offer(id: String) -> Answer<MarketplaceOffer> {
    let affiliate = affiliate()?;
    Ok(service()?.find_marketplace_offer(&affiliate, offer_id(&id)?).await?)
}

/// Asks for an offer, and shows the own links.
#[server(prefix = "/rpc", endpoint = "apply")]
pub async fn apply(offer: String, #[server(default)] message: String) -> Answer<()> {
    let affiliate = affiliate()?;
    service()?.apply(&affiliate, offer_id(&offer)?, &message).await?;
    leptos_axum::redirect("/affiliate/offers");
    Ok(())
}

/// The own tracking links.
#[server(prefix = "/rpc", endpoint = "list_links")]
pub async fn list_links(#[server(default)] list: ListQuery) -> Answer<Page<TrackingLink>> {
    Ok(service()?.list_links(&affiliate()?, &list).await?)
}

/// Applications for the own offers.
#[server(prefix = "/rpc", endpoint = "list_applications")]
pub async fn list_applications(#[server(default)] list: ListQuery) -> Answer<Page<Application>> {
    Ok(service()?.list_applications(&partner()?, &list).await?)
}

/// Approves, rejects or revokes an application; `decision` is `approve`, `reject` or `revoke`.
#[server(prefix = "/rpc", endpoint = "decide_application")]
pub async fn decide_application(id: String, decision: String) -> Answer<()> {
    let partner = partner()?;
    let id = ApplicationId::parse(&id).map_err(|_| AppError::NotFound)?;
    let decision = match decision.as_str() {
        "approve" => Decision::Approve,
        "reject" => Decision::Reject,
        "revoke" => Decision::Revoke,
        _ => return Err(AppError::field("decision", "must be approve, reject or revoke").into()),
    };
    service()?.decide_application(&partner, id, decision).await?;
    Ok(())
}
