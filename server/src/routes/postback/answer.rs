//! What a postback is answered with: always JSON, never stored by anybody in between.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{ApiKey, postback::looks_like_a_macro};
use serde::Serialize;
use service::{PostbackOutcome, PostbackReceipt};

/// What is wrong with a request as such, before anything of it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Error {
    MethodNotAllowed,
    BodyTooLarge,
    InvalidBody(&'static str),
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
    transaction_id: &'a str,
    status: &'a str,
    counts_toward_earnings: bool,
    amount: String,
    commission: String,
    currency: &'a str,
    warnings: Vec<String>,
}

impl Error {
    /// The contract's word for it.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::MethodNotAllowed => "method_not_allowed",
            Self::BodyTooLarge => "body_too_large",
            Self::InvalidBody(_) => "invalid_body",
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let code = self.code();
        match self {
            Self::MethodNotAllowed => {
                let message = "Only GET and POST record a conversion.".to_owned();
                let mut response = error(StatusCode::METHOD_NOT_ALLOWED, code, message, None);
                response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
                response
            }
            Self::BodyTooLarge => {
                let message = "The body is larger than 16 KiB; a postback needs a few hundred bytes.".to_owned();
                error(StatusCode::PAYLOAD_TOO_LARGE, code, message, None)
            }
            Self::InvalidBody(what) => error(StatusCode::BAD_REQUEST, code, what.to_owned(), None),
        }
    }
}

/// The contract's table of answers. `key` is what must not be echoed.
pub(super) fn answer(outcome: PostbackOutcome, key: Option<&ApiKey>) -> Response {
    let code = outcome.code();
    match outcome {
        PostbackOutcome::ApiKeyRequired => error(
            StatusCode::UNAUTHORIZED,
            code,
            "Every postback needs the partner's API key, as the parameter api_key or the header X-API-Key.".to_owned(),
            Some("You find the key under Settings, API & Webhooks.".to_owned()),
        ),
        PostbackOutcome::InvalidApiKey => error(
            StatusCode::FORBIDDEN,
            code,
            "This key is wrong, was regenerated, or does not belong to the partner who owns the offer.".to_owned(),
            None,
        ),
        PostbackOutcome::ClickIdRequired => error(
            StatusCode::BAD_REQUEST,
            code,
            "The parameter click_id (or cid) is missing or empty, for example click_id=clk_01h455vb4pex5vsknk084sn02q."
                .to_owned(),
            None,
        ),
        PostbackOutcome::ClickNotFound(text) => error(
            StatusCode::NOT_FOUND,
            code,
            "No click has this id. Send the click_id that was appended to the address of the landing page.".to_owned(),
            click_hint(&text, key),
        ),
        PostbackOutcome::Invalid(invalid) => {
            let text = shown(&invalid.text, key);
            let message = format!("{} {}: {text}", invalid.parameter.name(), invalid.reason);
            error(StatusCode::BAD_REQUEST, code, message, macro_hint(&invalid.text, key))
        }
        PostbackOutcome::Recorded(receipt) => recorded(&receipt),
        PostbackOutcome::Unavailable => {
            let message = "The conversion could not be written in time. Send the same request again.".to_owned();
            let mut response = error(StatusCode::SERVICE_UNAVAILABLE, code, message, None);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            response
        }
    }
}

fn click_hint(text: &str, key: Option<&ApiKey>) -> Option<String> {
    macro_hint(text, key).or_else(|| {
        text.starts_with("CLK_").then(|| "Click ids are lower-case; something has changed the letters.".to_owned())
    })
}

fn macro_hint(text: &str, key: Option<&ApiKey>) -> Option<String> {
    looks_like_a_macro(text)
        .then(|| format!("The value looks like a macro that was not replaced: {}", shown(text, key)))
}

/// A sent text as it may be shown: short, and not at all where it holds an API key in any encoding.
fn shown(text: &str, key: Option<&ApiKey>) -> String {
    if holds_key(text, key) { "[an API key]".to_owned() } else { domain::shorten_to_bytes(text, 120).to_owned() }
}

fn holds_key(text: &str, key: Option<&ApiKey>) -> bool {
    // The part behind the prefix is the secret one; a key of another form is secret as a whole.
    let secret = key.map(|key| key.expose().strip_prefix(ApiKey::PREFIX).unwrap_or(key.expose()));
    let secret = secret.filter(|secret| secret.len() >= 8);
    let mut text = text.to_owned();
    for _ in 0..8 {
        if text.contains(ApiKey::PREFIX) || secret.is_some_and(|secret| text.contains(secret)) {
            return true;
        }
        let decoded = percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned();
        if decoded == text {
            return false;
        }
        text = decoded;
    }
    // So often encoded that it hides something.
    true
}

fn recorded(receipt: &PostbackReceipt) -> Response {
    let conversion = &receipt.conversion;
    json(
        StatusCode::OK,
        &ReceiptBody {
            ok: true,
            duplicate: receipt.duplicate,
            conversion_id: conversion.id.to_string(),
            click_id: receipt.click.to_string(),
            transaction_id: &conversion.transaction_id,
            status: conversion.status.as_str(),
            counts_toward_earnings: conversion.status.counts_toward_earnings(),
            amount: conversion.amount.to_string(),
            commission: conversion.commission.to_string(),
            currency: conversion.currency.as_str(),
            warnings: receipt.warnings.iter().map(ToString::to_string).collect(),
        },
    )
}

fn error(status: StatusCode, code: &str, message: String, hint: Option<String>) -> Response {
    json(status, &ErrorBody { ok: false, error: code, message, hint })
}

fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    // Structs of strings and booleans can't fail to serialise.
    (status, headers, serde_json::to_vec(body).unwrap_or_default()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_never_shown() {
        let key = ApiKey::new("secret-of-another-form".to_owned());
        for text in ["x secret-of-another-form y", "1sp_live_abc", "sp%5Flive%5Fabc", "sp%255Flive%255Fabc"] {
            assert_eq!(shown(text, Some(&key)), "[an API key]", "{text}");
        }
        assert_eq!(shown(&"é".repeat(100), None).len(), 120);
    }
}
