//! Tracking links.

use domain::{Application, ApplicationFilter, LinkFilter, ListQuery, TrackingLink};
use leptos::server;

use crate::{api::Answer, ui::ListScreen};
#[cfg(feature = "ssr")]
use crate::{
    api::context::{admin, affiliate, service},
    features::offers::offer_choices,
};

/// The own tracking links.
#[server(prefix = "/rpc", endpoint = "list_links")]
pub async fn list_links(#[server(default)] list: ListQuery<LinkFilter>) -> Answer<ListScreen<TrackingLink>> {
    Ok(service()?.list_links(&affiliate()?, &list).await?.into())
}

/// Every application with its tracking link.
#[server(prefix = "/rpc", endpoint = "list_all_links")]
pub async fn list_all_links(#[server(default)] list: ListQuery<ApplicationFilter>) -> Answer<ListScreen<Application>> {
    let page = service()?.list_all_links(&admin()?, &list).await?;
    Ok(ListScreen { offers: offer_choices(list.filter.offer).await?, ..page.into() })
}
