//! Clicks: everybody sees their own, admins see all.

use domain::{ClickDetail, ClickFilter, ClickRow, ListQuery};
use leptos::server;

use crate::{api::Answer, ui::ListScreen};
#[cfg(feature = "ssr")]
use crate::{
    api::context::{caller, service, session},
    features::offers::offer_choices,
};
#[cfg(feature = "ssr")]
use domain::{AppError, ClickId};

/// A page of clicks, in the order of the filter.
#[server(prefix = "/rpc", endpoint = "list_clicks")]
pub async fn list_clicks(#[server(default)] list: ListQuery<ClickFilter>) -> Answer<ListScreen<ClickRow>> {
    let listed = service()?.list_clicks(&session()?, &list, &caller()?.zone).await?;
    Ok(ListScreen { offers: offer_choices(list.filter.offer).await?, ..ListScreen::from(listed) })
}

/// Everything that is known of a click.
#[server(prefix = "/rpc", endpoint = "read_click")]
pub async fn read_click(id: String) -> Answer<ClickDetail> {
    Ok(service()?.read_click(&session()?, ClickId::parse(&id).map_err(|_| AppError::NotFound)?).await?)
}
