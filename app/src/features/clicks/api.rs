//! Clicks: everybody sees their own, admins see all.

use domain::{ClickRow, ListQuery, Page};
use leptos::server;

use crate::api::Answer;
#[cfg(feature = "ssr")]
use crate::api::context::{service, session};

/// Clicks, newest first.
#[server(prefix = "/rpc", endpoint = "list_clicks")]
pub async fn list_clicks(#[server(default)] list: ListQuery) -> Answer<Page<ClickRow>> {
    Ok(service()?.list_clicks(&session()?, &list).await?)
}
