//! Numbers, clicks and conversions: everybody sees their own, admins see all.

use domain::{ClickRow, ConversionRow, ListQuery, OfferChoices, Overview, Page};
use leptos::server;

use super::Answer;
#[cfg(feature = "ssr")]
use super::context::{service, session};

/// The numbers of the last days.
#[server(prefix = "/rpc", endpoint = "read_overview")]
pub async fn read_overview(days: u32) -> Answer<Overview> {
    Ok(service()?.overview(&session()?, days).await?)
}

/// Clicks, newest first.
#[server(prefix = "/rpc", endpoint = "list_clicks")]
pub async fn list_clicks(#[server(default)] list: ListQuery) -> Answer<Page<ClickRow>> {
    Ok(service()?.list_clicks(&session()?, &list).await?)
}

/// Conversions, newest first.
#[server(prefix = "/rpc", endpoint = "list_conversions")]
pub async fn list_conversions(#[server(default)] list: ListQuery) -> Answer<Page<ConversionRow>> {
    Ok(service()?.list_conversions(&session()?, &list).await?)
}

/// The offers that lists can be filtered by, the chosen one (`off_…`, or empty) among them.
#[server(prefix = "/rpc", endpoint = "list_offer_names")]
pub async fn list_offer_names(#[server(default)] chosen: String) -> Answer<OfferChoices> {
    Ok(service()?.list_offer_names(&session()?, &chosen).await?)
}
