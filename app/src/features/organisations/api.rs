//! Partners and affiliates: the key, and who is suspended.

use domain::{ListQuery, UserFilter, UserRow};
use leptos::server;

use crate::{api::Answer, ui::ListScreen};
#[cfg(feature = "ssr")]
use {
    crate::api::context::{admin, partner, service},
    domain::{AppError, UserId},
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
