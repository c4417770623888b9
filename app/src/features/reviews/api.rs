//! What admins decide about offers.

use domain::{ListQuery, ReviewFilter, ReviewQueue};
use leptos::server;

use crate::api::Answer;
#[cfg(feature = "ssr")]
use {
    crate::{
        api::context::{admin, service},
        features::offers::offer_id,
    },
    domain::{AppError, PartnerId},
};

/// A page of what waits for a decision.
#[server(prefix = "/rpc", endpoint = "list_reviews")]
pub async fn list_reviews(#[server(default)] list: ListQuery<ReviewFilter>) -> Answer<ReviewQueue> {
    let admin = admin()?;
    Ok(service()?.list_reviews(&admin, &list).await?)
}

/// Lets an offer, or its new destination, out; `seen` is the version that was shown.
#[server(prefix = "/rpc", endpoint = "approve_offer")]
pub async fn approve_offer(id: String, #[server(default)] seen: i64) -> Answer<()> {
    let admin = admin()?;
    Ok(service()?.approve_offer(&admin, offer_id(&id)?, seen).await?)
}

/// Refuses an offer, or its new destination, with a reason; `seen` is the version that was shown.
#[server(prefix = "/rpc", endpoint = "reject_offer")]
pub async fn reject_offer(id: String, #[server(default)] seen: i64, #[server(default)] reason: String) -> Answer<()> {
    let admin = admin()?;
    Ok(service()?.reject_offer(&admin, offer_id(&id)?, seen, &reason).await?)
}

/// Refuses everything of a partner that waits, for one reason.
#[server(prefix = "/rpc", endpoint = "reject_waiting_offers")]
pub async fn reject_waiting_offers(partner: String, #[server(default)] reason: String) -> Answer<()> {
    let admin = admin()?;
    let partner = PartnerId::parse(&partner).map_err(|_| AppError::NotFound)?;
    service()?.reject_waiting_offers(&admin, partner, &reason).await?;
    Ok(())
}

/// Lets what was changed after an approval stay; `seen` is the version that was shown.
#[server(prefix = "/rpc", endpoint = "keep_offer_change")]
pub async fn keep_offer_change(id: String, #[server(default)] seen: i64) -> Answer<()> {
    let admin = admin()?;
    Ok(service()?.keep_offer_change(&admin, offer_id(&id)?, seen).await?)
}

/// Puts what was approved back, with a reason; `seen` is the version that was shown.
#[server(prefix = "/rpc", endpoint = "take_back_offer_change")]
pub async fn take_back_offer_change(
    id: String,
    #[server(default)] seen: i64,
    #[server(default)] reason: String,
) -> Answer<()> {
    let admin = admin()?;
    Ok(service()?.take_back_offer_change(&admin, offer_id(&id)?, seen, &reason).await?)
}
