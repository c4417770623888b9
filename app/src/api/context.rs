//! What server functions find around them: the service, and who is calling.

use std::net::IpAddr;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use domain::{Account, Refusal};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use service::{AdminSession, AffiliateSession, PartnerSession, Service, Session, SessionToken, SignedIn};

use super::{Answer, ApiError};

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
}

/// The service.
pub fn service() -> Answer<Service> {
    use_context::<Service>().ok_or_else(|| refuse(Refusal::Unavailable))
}

/// The caller.
pub fn caller() -> Answer<Caller> {
    use_context::<Caller>().ok_or_else(|| refuse(Refusal::Unavailable))
}

/// Whoever is signed in.
pub fn session() -> Answer<Session> {
    caller()?.signed_in.map(|(session, _)| session).ok_or_else(|| refuse(Refusal::SignedOut))
}

/// The partner who is signed in. To anybody else what partners can do doesn't exist.
pub fn partner() -> Answer<PartnerSession> {
    match session()? {
        Session::Partner(partner) => Ok(partner),
        _ => Err(refuse(Refusal::NotFound)),
    }
}

/// The affiliate who is signed in.
pub fn affiliate() -> Answer<AffiliateSession> {
    match session()? {
        Session::Affiliate(affiliate) => Ok(affiliate),
        _ => Err(refuse(Refusal::NotFound)),
    }
}

/// The admin who is signed in.
pub fn admin() -> Answer<AdminSession> {
    match session()? {
        Session::Admin(admin) => Ok(admin),
        _ => Err(refuse(Refusal::NotFound)),
    }
}

/// A refusal with its status and headers on the response.
pub fn refuse(refusal: Refusal) -> ApiError {
    if let Some(response) = use_context::<ResponseOptions>() {
        let status = StatusCode::from_u16(refusal.http_status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        response.set_status(status);
        if let Some(seconds) = refusal.retry_after_seconds() {
            response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
    ApiError(refusal)
}

/// The name of the session cookie: on https one that no other host and no plain page can set.
pub const fn cookie_name(is_secure: bool) -> &'static str {
    if is_secure { "__Host-session" } else { "session" }
}

/// Gives the browser its session and sends it on.
pub fn start_session(signed_in: &SignedIn, next: &str) -> Answer<()> {
    set_cookie(signed_in.token.expose(), 30 * 24 * 3600)?;
    let next = if is_own_page(next) { next } else { signed_in.role.home() };
    leptos_axum::redirect(next);
    Ok(())
}

/// Takes the session from the browser.
pub fn end_session() -> Answer<()> {
    set_cookie("", 0)
}

fn set_cookie(value: &str, max_age: u32) -> Answer<()> {
    let is_secure = caller()?.is_secure;
    let (name, secure) = (cookie_name(is_secure), if is_secure { "; Secure" } else { "" });
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}");
    let cookie = HeaderValue::from_str(&cookie).map_err(|_| refuse(Refusal::Unavailable))?;
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
