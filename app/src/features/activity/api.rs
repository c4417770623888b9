//! What was done: everybody reads what concerns them, admins all of it.

use domain::{ActivityFilter, ActivityRow, ListQuery, News};
use leptos::server;

#[cfg(feature = "ssr")]
use crate::api::context::{service, session};
use crate::{api::Answer, ui::ListScreen};

/// What was done, newest first.
#[server(prefix = "/rpc", endpoint = "list_activity")]
pub async fn list_activity(#[server(default)] list: ListQuery<ActivityFilter>) -> Answer<ListScreen<ActivityRow>> {
    Ok(service()?.list_activity(&session()?, &list).await?.into())
}

/// What others did lately that concerns the person.
#[server(prefix = "/rpc", endpoint = "read_news")]
pub async fn read_news() -> Answer<News> {
    Ok(service()?.read_news(&session()?).await?)
}

/// Takes all of it for read.
#[server(prefix = "/rpc", endpoint = "mark_news_read")]
pub async fn mark_news_read() -> Answer<()> {
    Ok(service()?.mark_news_read(&session()?).await?)
}
