//! Conversions: everybody sees their own, admins see all.

use domain::{ConversionDetail, ConversionFilter, ConversionRow, ListQuery};
use leptos::server;

use crate::{api::Answer, ui::ListScreen};
#[cfg(feature = "ssr")]
use crate::{
    api::context::{caller, service, session},
    features::offers::offer_choices,
};
#[cfg(feature = "ssr")]
use domain::{AppError, ConversionId};

/// A page of conversions, in the order of the filter.
#[server(prefix = "/rpc", endpoint = "list_conversions")]
pub async fn list_conversions(
    #[server(default)] list: ListQuery<ConversionFilter>,
) -> Answer<ListScreen<ConversionRow>> {
    let listed = service()?.list_conversions(&session()?, &list, &caller()?.zone).await?;
    Ok(ListScreen { offers: offer_choices(list.filter.offer).await?, ..ListScreen::from(listed) })
}

/// Everything that is known of a conversion.
#[server(prefix = "/rpc", endpoint = "read_conversion")]
pub async fn read_conversion(id: String) -> Answer<ConversionDetail> {
    Ok(service()?.read_conversion(&session()?, ConversionId::parse(&id).map_err(|_| AppError::NotFound)?).await?)
}
