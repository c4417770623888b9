//! What was done: everybody reads what concerns them, admins all of it.

use domain::{ActivityFilter, ActivityRow, ListQuery};
use leptos::server;

#[cfg(feature = "ssr")]
use crate::api::context::{service, session};
use crate::{api::Answer, ui::ListScreen};

/// What was done, newest first.
#[server(prefix = "/rpc", endpoint = "list_activity")]
pub async fn list_activity(#[server(default)] list: ListQuery<ActivityFilter>) -> Answer<ListScreen<ActivityRow>> {
    Ok(service()?.list_activity(&session()?, &list).await?.into())
}
