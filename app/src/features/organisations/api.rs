//! Partners and affiliates: what they say of themselves, the key, and who is suspended.

use std::collections::BTreeMap;

use domain::{AffiliateFilter, AffiliateRow, Application, ListQuery, OrganisationDetail, Profile, UserFilter, UserRow};
use leptos::server;
use serde::{Deserialize, Serialize};

use crate::{api::Answer, ui::ListScreen};
#[cfg(feature = "ssr")]
use {
    crate::api::context::{admin, partner, service, session},
    domain::{AffiliateId, AppError, ApplicationFilter, ProfileInput, UserId},
};

/// The own key.
#[server(prefix = "/rpc", endpoint = "find_api_key")]
pub async fn find_api_key() -> Answer<String> {
    let key = service()?.find_api_key(&partner()?).await?;
    Ok(key.expose().to_owned())
}

/// Makes a new key; the old one is invalid at once.
#[server(prefix = "/rpc", endpoint = "regenerate_api_key")]
pub async fn regenerate_api_key() -> Answer<()> {
    service()?.regenerate_api_key(&partner()?).await?;
    leptos_axum::redirect("/partner/settings?done=key");
    Ok(())
}

/// Everybody.
#[server(prefix = "/rpc", endpoint = "list_users")]
pub async fn list_users(#[server(default)] list: ListQuery<UserFilter>) -> Answer<ListScreen<UserRow>> {
    Ok(service()?.list_users(&admin()?, &list).await?.into())
}

/// Suspends a partner or an affiliate; `is_suspended` says whether, so that the same form restores.
#[server(prefix = "/rpc", endpoint = "suspend_user")]
pub async fn suspend_user(id: String, is_suspended: bool) -> Answer<()> {
    let admin = admin()?;
    let id = UserId::parse(&id).map_err(|_| AppError::NotFound)?;
    let service = service()?;
    let done =
        if is_suspended { service.suspend_user(&admin, id).await } else { service.restore_user(&admin, id).await };
    Ok(done?)
}

/// The own profile.
#[server(prefix = "/rpc", endpoint = "find_profile")]
pub async fn find_profile() -> Answer<Profile> {
    Ok(service()?.find_profile(&session()?).await?)
}

/// Changes the own profile; the names of `channels` are their words.
#[server(prefix = "/rpc", endpoint = "save_profile")]
pub async fn save_profile(
    #[server(default)] website: String,
    #[server(default)] channels: BTreeMap<String, String>,
    #[server(default)] countries: String,
    #[server(default)] about: String,
) -> Answer<()> {
    let input = ProfileInput { website, channels, countries, about };
    Ok(service()?.save_profile(&session()?, input).await?)
}

/// Whoever has applied for an own offer.
#[server(prefix = "/rpc", endpoint = "list_affiliates")]
pub async fn list_affiliates(#[server(default)] list: ListQuery<AffiliateFilter>) -> Answer<ListScreen<AffiliateRow>> {
    Ok(service()?.list_affiliates(&partner()?, &list).await?.into())
}

/// An affiliate with its applications for the own offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AffiliateScreen {
    /// Who it is.
    pub affiliate: OrganisationDetail,
    /// Those that wait first, then the newest; at most a page of them.
    pub applications: Vec<Application>,
}

/// An affiliate who has applied for an own offer.
#[server(prefix = "/rpc", endpoint = "read_affiliate")]
pub async fn read_affiliate(id: String) -> Answer<AffiliateScreen> {
    let (partner, service, id) = (partner()?, service()?, affiliate_id(&id)?);
    let affiliate = service.find_affiliate(&partner, id).await?;
    let filter = ApplicationFilter { affiliate: Some(id), ..ApplicationFilter::default() };
    let applications = service.list_applications(&partner, &filter.into()).await?.rows;
    Ok(AffiliateScreen { affiliate, applications })
}

/// Notes something about an affiliate, for the own eyes.
#[server(prefix = "/rpc", endpoint = "note_affiliate")]
pub async fn note_affiliate(id: String, #[server(default)] note: String) -> Answer<()> {
    let partner = partner()?;
    Ok(service()?.note_affiliate(&partner, affiliate_id(&id)?, &note).await?)
}

#[cfg(feature = "ssr")]
fn affiliate_id(text: &str) -> Result<AffiliateId, AppError> {
    AffiliateId::parse(text).map_err(|_| AppError::NotFound)
}

/// A partner or an affiliate.
#[server(prefix = "/rpc", endpoint = "find_organisation")]
pub async fn find_organisation(id: String) -> Answer<OrganisationDetail> {
    Ok(service()?.find_organisation(&admin()?, &id).await?)
}
