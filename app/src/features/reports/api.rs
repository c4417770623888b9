//! Numbers: everybody sees their own, admins see all.

use domain::Overview;
use leptos::server;

use crate::api::Answer;
#[cfg(feature = "ssr")]
use crate::api::context::{service, session};

/// The numbers of the last days.
#[server(prefix = "/rpc", endpoint = "read_overview")]
pub async fn read_overview(days: u32) -> Answer<Overview> {
    Ok(service()?.overview(&session()?, days).await?)
}
