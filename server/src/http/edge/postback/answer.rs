//! What a postback is answered with: always JSON, never stored by anybody in between.

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use domain::{
    AnswerCode, ApiKey,
    postback::{Warning, click_hint, holds_key, key_hint, value_hint},
};
use serde::Serialize;
use service::{PostbackOutcome, PostbackReceipt};

use super::body::BodyError;
use crate::http::layers::{protect_machine_answer, status_of};

const WHERE_THE_KEY_IS: &str = "You find the key under Settings, API & Webhooks.";

/// What is wrong with a request as such, before anything of it is looked at.
#[derive(Debug)]
pub(super) enum Error {
    MethodNotAllowed,
    Body(BodyError),
}

/// An answer before it has the headers that each has.
#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    header: Option<(HeaderName, HeaderValue)>,
    body: Vec<u8>,
}

impl Answer {
    fn new(status: StatusCode, body: &impl Serialize) -> Self {
        // Structs of strings and booleans can't fail to serialise.
        Self { status, header: None, body: serde_json::to_vec(body).unwrap_or_default() }
    }

    fn with(self, name: HeaderName, value: &'static str) -> Self {
        Self { header: Some((name, HeaderValue::from_static(value))), ..self }
    }

    /// With [`api_headers`].
    pub(super) fn into_response(self, headers: &HeaderMap) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        response.headers_mut().clone_from(headers);
        response.headers_mut().extend(self.header);
        response
    }
}

/// What every answer to a machine has, made once: inserting each header costs a look-up of its name.
pub(crate) fn api_headers(is_secure: bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    protect_machine_answer(is_secure, &mut headers);
    headers
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    ok: bool,
    error: &'a str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

#[derive(Serialize)]
struct ReceiptBody<'a> {
    ok: bool,
    duplicate: bool,
    conversion_id: String,
    click_id: String,
    transaction_id: Cow<'a, str>,
    status: Cow<'a, str>,
    counts_toward_earnings: bool,
    amount: String,
    commission: String,
    currency: &'a str,
    warnings: Vec<String>,
}

impl Error {
    /// The contract's word for it.
    pub(super) const fn code(&self) -> AnswerCode {
        match self {
            Self::MethodNotAllowed => AnswerCode::MethodNotAllowed,
            Self::Body(BodyError::TooLarge) => AnswerCode::BodyTooLarge,
            Self::Body(BodyError::Compressed(_)) => AnswerCode::UnsupportedEncoding,
            Self::Body(BodyError::Unreadable { .. }) => AnswerCode::InvalidBody,
        }
    }

    /// What is said of it.
    pub(super) fn answer(self) -> Answer {
        let code = self.code();
        match self {
            Self::MethodNotAllowed => {
                let message = "Only GET and POST record a conversion.".to_owned();
                error(code, message, None).with(header::ALLOW, "GET, POST")
            }
            Self::Body(what) => error(code, what.to_string(), None),
        }
    }
}

/// Nothing is at an address below `/api`; `path` is what was asked for.
pub(super) fn not_found(path: &str, public_url: &str) -> Answer {
    let message = format!("Nothing is at {}. The postback is at {public_url}/api/postback.", shown_path(path));
    let glued = path.get(.."/api/postback&".len()).is_some_and(|start| start.eq_ignore_ascii_case("/api/postback&"));
    let hint = glued.then(|| "The first parameter follows a question mark: /api/postback?api_key=…".to_owned());
    error(AnswerCode::NotFound, message, hint)
}

/// The contract's table of answers. `key` is what must not be echoed; `hint` is what was probably meant where no key, or
/// no click, was found.
pub(super) fn answer(outcome: PostbackOutcome, key: Option<&ApiKey>, hint: Option<String>) -> Answer {
    match outcome {
        PostbackOutcome::ApiKeyRequired => error(
            AnswerCode::ApiKeyRequired,
            "Every postback needs the partner's API key, as the parameter api_key or the header X-API-Key.".to_owned(),
            Some(hint.map_or_else(|| WHERE_THE_KEY_IS.to_owned(), |hint| format!("{hint} {WHERE_THE_KEY_IS}"))),
        ),
        PostbackOutcome::InvalidApiKey => error(
            AnswerCode::InvalidApiKey,
            "This key is wrong, was regenerated, or does not belong to the partner who owns the offer.".to_owned(),
            // By the request alone: a foreign key and a wrong one are answered with the same bytes.
            key.and_then(|key| key_hint(key.expose())).map(str::to_owned),
        ),
        PostbackOutcome::ClickIdRequired => error(
            AnswerCode::ClickIdRequired,
            "The parameter click_id (or cid) is missing or empty, for example click_id=clk_01h455vb4pex5vsknk084sn02q."
                .to_owned(),
            hint,
        ),
        PostbackOutcome::ClickNotFound(text) => error(
            AnswerCode::ClickNotFound,
            "No click has this id. Send the click_id that was appended to the address of the landing page.".to_owned(),
            click_hint(&text, &shown(&text, key)),
        ),
        PostbackOutcome::Invalid(invalid) => {
            let text = shown(&invalid.text, key);
            let message = format!("{} {}: {text}", invalid.parameter.name(), invalid.reason);
            error(invalid.parameter.answer_code(), message, value_hint(&invalid, &text))
        }
        PostbackOutcome::Recorded(receipt) => recorded(&receipt, key),
        PostbackOutcome::Unavailable => {
            let message = "The conversion could not be written in time. Send the same request again.".to_owned();
            error(AnswerCode::Unavailable, message, None).with(header::RETRY_AFTER, "5")
        }
    }
}

/// A sent text as it may be shown: short, and not at all where it holds an API key in any encoding.
fn shown<'t>(text: &'t str, key: Option<&ApiKey>) -> Cow<'t, str> {
    masked(domain::shorten_to_bytes(text, 120), text, key)
}

/// A text that was taken, as it is echoed.
fn whole<'t>(text: &'t str, key: Option<&ApiKey>) -> Cow<'t, str> {
    masked(text, text, key)
}

/// What stands for a text, unless that holds an API key.
fn masked<'t>(stand_in: &'t str, text: &str, key: Option<&ApiKey>) -> Cow<'t, str> {
    if holds_key(text, key) { Cow::from("[an API key]") } else { Cow::from(stand_in) }
}

/// A path as it may be shown: a key that was glued to it may be one of another form, or lack its beginning.
fn shown_path(path: &str) -> Cow<'_, str> {
    let longest = path.split(|c: char| !c.is_ascii_alphanumeric()).map(str::len).max().unwrap_or_default();
    if longest > 24 { Cow::from("[an address that may hold a key]") } else { shown(path, None) }
}

fn recorded(receipt: &PostbackReceipt, key: Option<&ApiKey>) -> Answer {
    let conversion = &receipt.conversion;
    let warning = |warning: &Warning| whole(&warning.to_string(), key).into_owned();
    Answer::new(
        StatusCode::OK,
        &ReceiptBody {
            ok: true,
            duplicate: receipt.duplicate,
            conversion_id: conversion.id.to_string(),
            click_id: receipt.click.to_string(),
            transaction_id: whole(&conversion.transaction_id, key),
            status: whole(conversion.status.as_str(), key),
            counts_toward_earnings: conversion.status.counts_toward_earnings(),
            amount: conversion.amount.to_string(),
            commission: conversion.commission.to_string(),
            currency: conversion.currency.as_str(),
            warnings: receipt.warnings.iter().map(warning).collect(),
        },
    )
}

fn error(code: AnswerCode, message: String, hint: Option<String>) -> Answer {
    Answer::new(status_of(code), &ErrorBody { ok: false, error: code.as_str(), message, hint })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_never_shown() {
        let key = ApiKey::new("secret-of-another-form".to_owned());
        for text in
            ["x secret-of-another-form y", "1sp_live_abc", "sp%5Flive%5Fabc", "sp%255Flive%255Fabc", "SP_LIVE_ABC"]
        {
            assert_eq!(shown(text, Some(&key)), "[an API key]", "{text}");
        }
        assert_eq!(shown(&"é".repeat(100), None).len(), 120);
        assert_eq!(shown("100%", Some(&key)), "100%");
        assert_eq!(shown_path("/api/postbacks"), "/api/postbacks");
        for path in ["/api/sp_live_abc", "/api/x/0123456789abcdefghijklmnopqrstuvwxyzABCD", "/api/sp%5Flive%5Fabc"] {
            assert!(!shown_path(path).contains("abc"), "{path}");
        }
    }
}
