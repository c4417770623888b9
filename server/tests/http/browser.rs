//! People with browsers that run no JavaScript: links, and forms that post to the page they stand on.

use super::encoded;
use crate::support::{App, Response};

pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// A browser: it keeps the session cookie that an answer sets.
#[derive(Clone, Debug, Default)]
pub(super) struct Browser {
    cookie: String,
    address: String,
}

impl Browser {
    /// One that is somewhere else, as a trusted proxy says.
    pub(super) fn at(address: &str) -> Self {
        Self { address: address.to_owned(), ..Self::default() }
    }

    /// One with a session.
    pub(super) fn with_session(token: &str) -> Self {
        Self { cookie: format!("session={token}"), ..Self::default() }
    }

    /// What it sends as its cookie.
    pub(super) fn cookie(&self) -> &str {
        &self.cookie
    }

    pub(super) async fn open(&self, app: &App, page: &str) -> Response {
        app.request("GET", page, &self.headers(), b"").await
    }

    /// Posts a form that names a server function.
    pub(super) async fn submit(&mut self, app: &App, page: &str, action: &str, fields: &[(&str, &str)]) -> Response {
        let mut form = format!("__action={action}&__key=");
        for (name, value) in fields {
            form.push_str(&format!("&{name}={}", encoded(value)));
        }
        let mut headers = self.headers();
        headers.extend([("Content-Type", FORM), ("Sec-Fetch-Site", "same-origin")]);
        let response = app.request("POST", page, &headers, form.as_bytes()).await;
        if let Some(cookie) = response.header("set-cookie") {
            let pair = cookie.split(';').next().unwrap_or_default();
            self.cookie = if pair.ends_with('=') { String::new() } else { pair.to_owned() };
        }
        response
    }

    /// Sends the same form as a page's script does.
    pub(super) async fn send(&self, app: &App, page: &str, action: &str, fields: &[(&str, &str)]) -> Response {
        let mut form = format!("__action={action}&__key=");
        for (name, value) in fields {
            form.push_str(&format!("&{name}={}", encoded(value)));
        }
        let mut headers = self.headers();
        headers.extend([("Content-Type", FORM), ("Sec-Fetch-Site", "same-origin"), ("Accept", "application/json")]);
        app.request("POST", page, &headers, form.as_bytes()).await
    }

    pub(super) async fn sign_in(&mut self, app: &App, email: &str, password: &str) -> Response {
        self.submit(app, "/signin", "sign_in", &[("email", email), ("password", password)]).await
    }

    /// Whether it sees the first page of those who are signed in, or is sent to sign in.
    pub(super) async fn is_signed_in(&self, app: &App, home: &str) -> bool {
        let response = self.open(app, home).await;
        match (response.status, response.header("location")) {
            (200, None) => true,
            (303, Some(location)) if location.starts_with("/signin?next=") => false,
            (status, location) => panic!("{home}: {status} {location:?}"),
        }
    }

    fn headers(&self) -> Vec<(&str, &str)> {
        let headers = [("Cookie", self.cookie.as_str()), ("X-Forwarded-For", self.address.as_str())];
        headers.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }
}

/// What somebody can tell of an answer, but for its time, what is random in it, and what they typed themselves.
pub(super) fn visible(response: &Response, typed: &str) -> String {
    let text = response.text();
    let nonce = text.split("nonce=\"").nth(1).and_then(|rest| rest.split('"').next());
    let headers: Vec<_> = response.headers.iter().filter(|(name, _)| name != "date").collect();
    let all = format!("{} {headers:?} {text}", response.status).replace(typed, "TYPED");
    match nonce {
        Some(nonce) if !nonce.is_empty() => all.replace(nonce, "NONCE"),
        _ => all,
    }
}
