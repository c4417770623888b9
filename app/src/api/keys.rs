//! The partner's API key.

use leptos::server;

use super::Answer;
#[cfg(feature = "ssr")]
use super::context::{partner, service};

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
