//! What admins do.

use domain::{Application, ListQuery, Offer, Page, ReviewQueue, UserRow};
use leptos::server;

use super::Answer;
#[cfg(feature = "ssr")]
use {
    super::{
        context::{admin, refuse, service},
        offers::offer_id,
    },
    domain::{PartnerId, Refusal, UserId},
};

/// A page of what waits for a decision.
#[server(prefix = "/rpc", endpoint = "list_reviews")]
pub async fn list_reviews(#[server(default)] list: ListQuery) -> Answer<ReviewQueue> {
    service()?.list_reviews(&admin()?, &list).await.map_err(refuse)
}

/// Lets an offer, or its new destination, out; `seen` is the version that was shown.
#[server(prefix = "/rpc", endpoint = "approve_offer")]
pub async fn approve_offer(id: String, #[server(default)] seen: i64) -> Answer<()> {
    let admin = admin()?;
    service()?.approve_offer(&admin, offer_id(&id)?, seen).await.map_err(refuse)
}

/// Refuses an offer, or its new destination, with a reason; `seen` is the version that was shown.
#[server(prefix = "/rpc", endpoint = "reject_offer")]
pub async fn reject_offer(id: String, #[server(default)] seen: i64, #[server(default)] reason: String) -> Answer<()> {
    let admin = admin()?;
    service()?.reject_offer(&admin, offer_id(&id)?, seen, &reason).await.map_err(refuse)
}

/// Refuses everything of a partner that waits, for one reason.
#[server(prefix = "/rpc", endpoint = "reject_waiting_offers")]
pub async fn reject_waiting_offers(partner: String, #[server(default)] reason: String) -> Answer<()> {
    let admin = admin()?;
    let partner = PartnerId::parse(&partner).map_err(|_| refuse(Refusal::NotFound))?;
    service()?.reject_waiting_offers(&admin, partner, &reason).await.map_err(refuse)?;
    Ok(())
}

/// Lets what was changed after an approval stay; `seen` is the version that was shown.
#[server(prefix = "/rpc", endpoint = "keep_offer_change")]
pub async fn keep_offer_change(id: String, #[server(default)] seen: i64) -> Answer<()> {
    let admin = admin()?;
    service()?.keep_offer_change(&admin, offer_id(&id)?, seen).await.map_err(refuse)
}

/// Puts what was approved back, with a reason; `seen` is the version that was shown.
#[server(prefix = "/rpc", endpoint = "take_back_offer_change")]
pub async fn take_back_offer_change(
    id: String,
    #[server(default)] seen: i64,
    #[server(default)] reason: String,
) -> Answer<()> {
    let admin = admin()?;
    service()?.take_back_offer_change(&admin, offer_id(&id)?, seen, &reason).await.map_err(refuse)
}

/// Every offer.
#[server(prefix = "/rpc", endpoint = "list_all_offers")]
pub async fn list_all_offers(#[server(default)] list: ListQuery) -> Answer<Page<Offer>> {
    service()?.list_all_offers(&admin()?, &list).await.map_err(refuse)
}

/// Every application with its tracking link.
#[server(prefix = "/rpc", endpoint = "list_all_links")]
pub async fn list_all_links(#[server(default)] list: ListQuery) -> Answer<Page<Application>> {
    service()?.list_all_links(&admin()?, &list).await.map_err(refuse)
}

/// Everybody.
#[server(prefix = "/rpc", endpoint = "list_users")]
pub async fn list_users(#[server(default)] list: ListQuery) -> Answer<Page<UserRow>> {
    service()?.list_users(&admin()?, &list).await.map_err(refuse)
}

/// Suspends a partner or an affiliate; `is_suspended` says whether, so that the same form restores.
#[server(prefix = "/rpc", endpoint = "suspend_user")]
pub async fn suspend_user(id: String, is_suspended: bool) -> Answer<()> {
    let admin = admin()?;
    let id = UserId::parse(&id).map_err(|_| refuse(Refusal::NotFound))?;
    let service = service()?;
    let done =
        if is_suspended { service.suspend_user(&admin, id).await } else { service.restore_user(&admin, id).await };
    done.map_err(refuse)
}
