//! Accounts: signing up, in and out, and passwords.

#![allow(clippy::unused_async, reason = "the `server` macro wants every function to be one")]

use std::collections::BTreeMap;

use domain::OwnSession;
use leptos::server;

use crate::api::Answer;
#[cfg(feature = "ssr")]
use crate::api::context::{
    Caller, caller, end_session, keep_hidden_columns, own_token, service, session, start_session,
};

/// Makes an account and goes on to sign in, whether or not the email was new. `role` is `partner` or `affiliate`.
#[server(prefix = "/rpc", endpoint = "sign_up")]
pub async fn sign_up(role: String, email: String, name: String, password: String) -> Answer<()> {
    let role =
        domain::Role::parse(&role).ok_or_else(|| domain::AppError::field("role", "must be partner or affiliate"))?;
    let account = service::SignUp { role, email, name, password };
    service()?.sign_up(account, caller()?.address).await?;
    leptos_axum::redirect("/signin?done=signed_up");
    Ok(())
}

/// Signs in, and goes on to `next` if that is a path of this site.
#[server(prefix = "/rpc", endpoint = "sign_in")]
pub async fn sign_in(email: String, password: String, #[server(default)] next: String) -> Answer<()> {
    let signed_in = service()?.sign_in(&email, password, caller()?.address).await?;
    Ok(start_session(&signed_in, &next)?)
}

/// Signs out.
#[server(prefix = "/rpc", endpoint = "sign_out")]
pub async fn sign_out() -> Answer<()> {
    let Caller { token, address, .. } = caller()?;
    if let Some(token) = token {
        service()?.sign_out(&token, address).await?;
    }
    leptos_axum::redirect("/");
    Ok(end_session()?)
}

/// Sends a link for a new password, if there is such an account.
#[server(prefix = "/rpc", endpoint = "request_reset")]
pub async fn request_reset(email: String) -> Answer<()> {
    service()?.request_reset(&email, caller()?.address)?;
    leptos_axum::redirect("/reset?done=sent");
    Ok(())
}

/// Sets a new password with the token of a mail.
#[server(prefix = "/rpc", endpoint = "reset_password")]
pub async fn reset_password(token: String, new_password: String) -> Answer<()> {
    let signed_in = service()?.reset_password(&token, &new_password, caller()?.address).await?;
    Ok(start_session(&signed_in, signed_in.role.home())?)
}

/// Whether the set-up page exists for this token.
#[server(prefix = "/rpc", endpoint = "check_setup")]
pub async fn check_setup(token: String) -> Answer<()> {
    Ok(service()?.check_setup(&token).await?)
}

/// Makes the first admin.
#[server(prefix = "/rpc", endpoint = "set_up")]
pub async fn set_up(token: String, email: String, name: String, password: String) -> Answer<()> {
    let account = service::SignUp { role: domain::Role::Admin, email, name, password };
    let signed_in = service()?.set_up(&token, account, caller()?.address).await?;
    Ok(start_session(&signed_in, signed_in.role.home())?)
}

/// Changes the own password; every other session ends.
#[server(prefix = "/rpc", endpoint = "change_password")]
pub async fn change_password(current_password: String, new_password: String) -> Answer<()> {
    let (session, address) = (session()?, caller()?.address);
    let changed = service()?.change_password(&session, current_password, &new_password, address).await;
    let signed_in = changed?;
    let settings = format!("{}/settings?done=password", signed_in.role.home());
    Ok(start_session(&signed_in, &settings)?)
}

/// Changes the name that others see.
#[server(prefix = "/rpc", endpoint = "change_name")]
pub async fn change_name(name: String) -> Answer<()> {
    Ok(service()?.change_name(&session()?, &name).await?)
}

/// Where the person is signed in, the newest first.
#[server(prefix = "/rpc", endpoint = "list_sessions")]
pub async fn list_sessions() -> Answer<Vec<OwnSession>> {
    let (session, token) = (session()?, own_token()?);
    Ok(service()?.list_sessions(&session, &token).await?)
}

/// Ends the session with this id; without one, all but this one.
#[server(prefix = "/rpc", endpoint = "end_sessions")]
pub async fn end_sessions(#[server(default)] id: String) -> Answer<()> {
    let (session, token) = (session()?, own_token()?);
    let id = Some(id).filter(|id| !id.is_empty());
    Ok(service()?.end_sessions(&session, &token, id).await?)
}

/// Mails a link to another email, by which it becomes the own one.
#[server(prefix = "/rpc", endpoint = "request_email_change")]
pub async fn request_email_change(current_password: String, email: String) -> Answer<()> {
    let (session, address) = (session()?, caller()?.address);
    service()?.request_email_change(&session, current_password, &email, address).await?;
    let home = caller()?.signed_in.map_or("/", |(_, account)| account.role.home());
    leptos_axum::redirect(&format!("{home}/settings/account?done=email"));
    Ok(())
}

/// Makes the email of a mailed link its person's, who signs in with it.
#[server(prefix = "/rpc", endpoint = "confirm_email")]
pub async fn confirm_email(token: String) -> Answer<()> {
    service()?.confirm_email(&token, caller()?.address).await?;
    leptos_axum::redirect("/signin?done=email");
    Ok(())
}

/// Sets the zone of the own days; empty for the browser's.
#[server(prefix = "/rpc", endpoint = "set_time_zone")]
pub async fn set_time_zone(#[server(default)] time_zone: String) -> Answer<()> {
    Ok(service()?.set_time_zone(&session()?, &time_zone).await?)
}

/// Leaves the network for good.
#[server(prefix = "/rpc", endpoint = "delete_account")]
pub async fn delete_account(current_password: String) -> Answer<()> {
    let (session, address) = (session()?, caller()?.address);
    service()?.delete_account(&session, current_password, address).await?;
    leptos_axum::redirect("/?done=deleted");
    Ok(end_session()?)
}

/// Leaves those columns of a list out, in this browser, that are of `all` and not `shown`.
#[server(prefix = "/rpc", endpoint = "choose_columns")]
pub async fn choose_columns(
    list: String,
    all: String,
    #[server(default)] shown: BTreeMap<String, String>,
) -> Answer<()> {
    session()?;
    let hidden: Vec<_> = all.split('.').filter(|column| !shown.contains_key(*column)).collect();
    keep_hidden_columns(&caller()?.hidden_columns.with(&list, &hidden))?;
    Ok(())
}
