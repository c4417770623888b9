//! What was done: everybody reads what concerns them, admins all of it.

use domain::{ActivityRow, ListQuery, Page};
use leptos::server;

use crate::api::Answer;
#[cfg(feature = "ssr")]
use crate::api::context::{service, session};

/// What was done, newest first.
#[server(prefix = "/rpc", endpoint = "list_activity")]
pub async fn list_activity(#[server(default)] list: ListQuery) -> Answer<Page<ActivityRow>> {
    Ok(service()?.list_activity(&session()?, &list).await?)
}
