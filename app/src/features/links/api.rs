//! Tracking links.

use domain::{Application, ListQuery, Page, TrackingLink};
use leptos::server;

use crate::api::Answer;
#[cfg(feature = "ssr")]
use crate::api::context::{admin, affiliate, service};

/// The own tracking links.
#[server(prefix = "/rpc", endpoint = "list_links")]
pub async fn list_links(#[server(default)] list: ListQuery) -> Answer<Page<TrackingLink>> {
    Ok(service()?.list_links(&affiliate()?, &list).await?)
}

/// Every application with its tracking link.
#[server(prefix = "/rpc", endpoint = "list_all_links")]
pub async fn list_all_links(#[server(default)] list: ListQuery) -> Answer<Page<Application>> {
    Ok(service()?.list_all_links(&admin()?, &list).await?)
}
