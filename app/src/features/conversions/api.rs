//! Conversions: everybody sees their own, admins see all.

use domain::{ConversionFilter, ConversionRow, ListQuery};
use leptos::server;

use crate::{api::Answer, ui::ListScreen};
#[cfg(feature = "ssr")]
use crate::{
    api::context::{service, session},
    features::offers::offer_choices,
};

/// A page of conversions, in the order of the filter.
#[server(prefix = "/rpc", endpoint = "list_conversions")]
pub async fn list_conversions(
    #[server(default)] list: ListQuery<ConversionFilter>,
) -> Answer<ListScreen<ConversionRow>> {
    let page = service()?.list_conversions(&session()?, &list).await?;
    Ok(ListScreen { page, offers: offer_choices(list.filter.offer).await? })
}
