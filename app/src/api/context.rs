//! What server functions find around them: the service, and who is calling.

use std::net::IpAddr;

use crate::HiddenColumns;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use domain::{Account, AppError, report::ZoneName};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use service::{AdminSession, AffiliateSession, PartnerSession, Service, Session, SessionToken, SignedIn};

/// What the server knows of a request; it provides one to every page and server function.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The client's address.
    pub address: IpAddr,
    /// From the session cookie.
    pub token: Option<SessionToken>,
    /// Who that is, as found when the request came in.
    pub signed_in: Option<(Session, Account)>,
    /// Whether cookies may travel by https only.
    pub is_secure: bool,
    /// The time zone that the browser told; UTC where it told none.
    pub zone: ZoneName,
    /// The columns that the reader leaves out of lists, as a cookie keeps it.
    pub hidden_columns: HiddenColumns,
}

/// The service.
pub fn service() -> Result<Service, AppError> {
    use_context::<Service>().ok_or(AppError::Unavailable)
}

/// The caller.
pub fn caller() -> Result<Caller, AppError> {
    use_context::<Caller>().ok_or(AppError::Unavailable)
}

/// The session of the caller; an error where nobody is signed in.
pub fn session() -> Result<Session, AppError> {
    caller()?.signed_in.map(|(session, _)| session).ok_or(AppError::SignedOut)
}

/// The token of the caller's session.
pub fn own_token() -> Result<SessionToken, AppError> {
    caller()?.token.ok_or(AppError::SignedOut)
}

/// The partner who is signed in. To anybody else what partners can do doesn't exist.
pub fn partner() -> Result<PartnerSession, AppError> {
    match session()? {
        Session::Partner(partner) => Ok(partner),
        _ => Err(AppError::NotFound),
    }
}

/// The affiliate who is signed in.
pub fn affiliate() -> Result<AffiliateSession, AppError> {
    match session()? {
        Session::Affiliate(affiliate) => Ok(affiliate),
        _ => Err(AppError::NotFound),
    }
}

/// The admin who is signed in.
pub fn admin() -> Result<AdminSession, AppError> {
    match session()? {
        Session::Admin(admin) => Ok(admin),
        _ => Err(AppError::NotFound),
    }
}

/// Puts the status and the headers of a refusal on the response.
pub(super) fn set_status(refusal: &AppError) {
    if let Some(response) = use_context::<ResponseOptions>() {
        let status = StatusCode::from_u16(refusal.http_status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        response.set_status(status);
        if let Some(seconds) = refusal.retry_after_seconds() {
            response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
}

/// The name of the session cookie: on https one that no other host and no plain page can set.
pub const fn cookie_name(is_secure: bool) -> &'static str {
    if is_secure { "__Host-session" } else { "session" }
}

/// Gives the browser its session and sends it on.
pub fn start_session(signed_in: &SignedIn, next: &str) -> Result<(), AppError> {
    set_cookie(signed_in.token.expose(), 30 * 24 * 3600)?;
    let next = if is_own_page(next) { next } else { signed_in.role.home() };
    leptos_axum::redirect(next);
    Ok(())
}

/// Takes the session from the browser.
pub fn end_session() -> Result<(), AppError> {
    set_cookie("", 0)
}

fn set_cookie(value: &str, max_age: u32) -> Result<(), AppError> {
    let name = cookie_name(caller()?.is_secure);
    add_cookie(name, value, max_age)
}

/// Keeps in the browser which columns are left out of lists.
pub fn keep_hidden_columns(hidden: &HiddenColumns) -> Result<(), AppError> {
    add_cookie(HiddenColumns::COOKIE, hidden.as_str(), 400 * 24 * 3600)
}

fn add_cookie(name: &str, value: &str, max_age: u32) -> Result<(), AppError> {
    let secure = if caller()?.is_secure { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}");
    let cookie = HeaderValue::from_str(&cookie).map_err(|_| AppError::Unavailable)?;
    if let Some(response) = use_context::<ResponseOptions>() {
        response.append_header(HeaderName::from_static("set-cookie"), cookie);
    }
    Ok(())
}

/// "`next` accepts only a path of this site": the address of a page. Nothing here that is no page: a tracking link leads
/// to a partner's site.
pub fn is_own_page(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    // A browser resolves these, also encoded, before it asks.
    let leads_away = |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    let section = path.split('/').nth(1);
    is_own_path(address)
        && section.is_some_and(|section| matches!(section, "" | "partner" | "affiliate" | "admin" | "docs"))
        && !path.split('/').any(leads_away)
}

/// Whether an address is one of this host, in no spelling that a browser might read as another's.
pub fn is_own_path(address: &str) -> bool {
    address.starts_with('/')
        && !address.starts_with("//")
        && !address.contains('\\')
        && address.bytes().all(|byte| (0x21..0x7f).contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::is_own_page;

    #[test]
    fn next_accepts_only_a_path_of_this_site() {
        for path in [
            "/",
            "/?a=1",
            "/partner",
            "/partner/offers?page=2",
            "/affiliate#x",
            "/admin/users",
            "/docs/tracking?key=shown",
        ] {
            assert!(is_own_page(path), "{path}");
        }
        for path in [
            "",
            "partner",
            "//evil.example",
            "//partner",
            "/\\evil.example",
            "/partner\\evil.example",
            "https://evil.example",
            "/a b",
            "/\t/evil",
            "/é",
            "/t/abc",
            "/T/abc",
            "/rpc/sign_out",
            "/api/postback",
            "/postback",
            "/events",
            "/pkg/app.js",
            "/setup?token=x",
            "/partners",
            "/partner/../t/abc",
            "/partner/%2E%2e/t/abc",
            "/./t/abc",
            "/partner/./../../t/abc?x",
            "/%74/abc",
        ] {
            assert!(!is_own_page(path), "{path}");
        }
    }
}
