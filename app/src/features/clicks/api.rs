//! Clicks: everybody sees their own, admins see all.

use domain::{ClickFilter, ClickRow, ListQuery};
use leptos::server;

use crate::{api::Answer, ui::ListScreen};
#[cfg(feature = "ssr")]
use crate::{
    api::context::{service, session},
    features::offers::offer_choices,
};

/// A page of clicks, in the order of the filter.
#[server(prefix = "/rpc", endpoint = "list_clicks")]
pub async fn list_clicks(#[server(default)] list: ListQuery<ClickFilter>) -> Answer<ListScreen<ClickRow>> {
    let page = service()?.list_clicks(&session()?, &list).await?;
    Ok(ListScreen { page, offers: offer_choices(list.filter.offer).await? })
}
