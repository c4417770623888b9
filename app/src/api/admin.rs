//! What admins do.

use domain::{Application, ListQuery, Offer, Page, UserRow};
use leptos::server;

use super::Answer;
#[cfg(feature = "ssr")]
use {
    super::{
        context::{admin, refuse, service},
        offers::offer_id,
    },
    domain::{Refusal, UserId},
};

/// Everything that waits for a decision.
#[server(prefix = "/rpc", endpoint = "list_reviews")]
pub async fn list_reviews() -> Answer<Vec<Offer>> {
    service()?.list_reviews(&admin()?).await.map_err(refuse)
}

/// Lets an offer, or its new destination, out; `seen` is the destination that was shown.
#[server(prefix = "/rpc", endpoint = "approve_offer")]
pub async fn approve_offer(id: String, #[server(default)] seen: String) -> Answer<()> {
    let admin = admin()?;
    service()?.approve_offer(&admin, offer_id(&id)?, &seen).await.map_err(refuse)
}

/// Refuses an offer, or its new destination, with a reason.
#[server(prefix = "/rpc", endpoint = "reject_offer")]
pub async fn reject_offer(id: String, #[server(default)] reason: String) -> Answer<()> {
    let admin = admin()?;
    service()?.reject_offer(&admin, offer_id(&id)?, &reason).await.map_err(refuse)
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
