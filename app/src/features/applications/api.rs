//! Applications: affiliates ask, partners decide.

use domain::{Application, ApplicationFilter, ListQuery};
use leptos::server;

use crate::{api::Answer, ui::ListScreen};
#[cfg(feature = "ssr")]
use {
    crate::{
        api::context::{affiliate, partner, service},
        features::offers::{offer_choices, offer_id},
    },
    domain::{AppError, ApplicationDecision, ApplicationId},
};

/// Asks for an offer, and shows the own links.
#[server(prefix = "/rpc", endpoint = "apply")]
pub async fn apply(offer: String, #[server(default)] message: String) -> Answer<()> {
    let affiliate = affiliate()?;
    service()?.apply(&affiliate, offer_id(&offer)?, &message).await?;
    leptos_axum::redirect("/affiliate/offers");
    Ok(())
}

/// Applications for the own offers.
#[server(prefix = "/rpc", endpoint = "list_applications")]
pub async fn list_applications(
    #[server(default)] list: ListQuery<ApplicationFilter>,
) -> Answer<ListScreen<Application>> {
    let page = service()?.list_applications(&partner()?, &list).await?;
    Ok(ListScreen { offers: offer_choices(list.filter.offer).await?, ..page.into() })
}

/// Takes an own application back.
#[server(prefix = "/rpc", endpoint = "withdraw_application")]
pub async fn withdraw_application(offer: String) -> Answer<()> {
    let affiliate = affiliate()?;
    Ok(service()?.withdraw_application(&affiliate, offer_id(&offer)?).await?)
}

/// Approves, rejects or revokes an application; `decision` is `approve`, `reject` or `revoke`, and the affiliate is told
/// the `reason`.
#[server(prefix = "/rpc", endpoint = "decide_application")]
pub async fn decide_application(id: String, decision: String, #[server(default)] reason: String) -> Answer<()> {
    let partner = partner()?;
    let id = ApplicationId::parse(&id).map_err(|_| AppError::NotFound)?;
    let unknown = || AppError::field("decision", "must be approve, reject or revoke");
    let decision = ApplicationDecision::parse(&decision).ok_or_else(unknown)?;
    service()?.decide_application(&partner, id, decision, &reason).await?;
    Ok(())
}
