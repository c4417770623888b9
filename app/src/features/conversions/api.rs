//! Conversions: everybody sees their own, admins see all.

use domain::{ConversionRow, ListQuery, Page};
use leptos::server;

use crate::api::Answer;
#[cfg(feature = "ssr")]
use crate::api::context::{service, session};

/// Conversions, newest first.
#[server(prefix = "/rpc", endpoint = "list_conversions")]
pub async fn list_conversions(#[server(default)] list: ListQuery) -> Answer<Page<ConversionRow>> {
    Ok(service()?.list_conversions(&session()?, &list).await?)
}
