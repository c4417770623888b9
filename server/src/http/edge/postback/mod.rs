//! The postback: `GET` and `POST /api/postback`.

mod answer;
mod body;
mod charset;
mod form;
mod json;
mod path;

use axum::{
    body::{Body, HttpBody as _},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use domain::{
    postback::{Parameters, Postback, is_key_spelling},
    trim_unseen,
};

use tracing::{Instrument as _, Span};

pub(crate) use self::{
    answer::api_headers,
    path::{answer_under_api, is_under_api, is_wrong_path},
};
use self::{
    answer::{Error, answer},
    body::read_body,
    form::read_form,
};
use crate::{
    http::layers::{exceeded_limit, refuse_head},
    state::AppState,
};

/// Whether a request is a postback within every limit.
pub(crate) fn is_plain(request: &Request<Body>) -> bool {
    let records = request.method() == Method::GET || request.method() == Method::POST;
    records && path::is_postback(request.uri().path()) && exceeded_limit(request).is_none()
}

/// Reads a postback and records it. `span` is made where something could be logged on the way: not where all that is
/// done is to wait for the recorder.
pub(crate) async fn receive(state: &AppState, request: Request<Body>, span: &(impl Fn() -> Span + Sync)) -> Response {
    let (code, answer) = match read(request).await {
        Ok(mut postback) => {
            let (key, hint) = (postback.api_key.clone(), postback.hint.take());
            let span = if postback.is_complete() { Span::none() } else { span() };
            let outcome = state.service.receive_postback(postback).instrument(span).await;
            (outcome.word(), answer(outcome, key.as_ref(), hint))
        }
        Err(error) => (error.code().as_str(), error.answer()),
    };
    state.service.metrics().count_postback(code);
    if tracing::enabled!(tracing::Level::DEBUG) {
        span().in_scope(|| tracing::debug!(outcome = code, "postback"));
    }
    answer.into_response(&state.api_headers)
}

async fn read(request: Request<Body>) -> Result<Postback, Error> {
    let method = request.method().clone();
    if method != Method::GET && method != Method::POST {
        return Err(Error::MethodNotAllowed);
    }
    let (parts, body) = request.into_parts();
    let query = read_form(parts.uri.query().unwrap_or_default().as_bytes());
    let mut parameters = Parameters { query: query.pairs, not_utf8: query.not_utf8, ..Parameters::default() };
    // "The body of a GET is not read."
    let has_unread_body = method == Method::GET && !body.is_end_stream();
    if method == Method::POST {
        match Box::pin(read_body(&parts.headers, body)).await {
            Ok(form) => {
                parameters.body = form.pairs;
                parameters.not_utf8.extend(form.not_utf8);
                parameters.nested = form.nested;
                parameters.body_shape = form.shape;
            }
            // A webhook's body is about other things.
            Err(error) if parameters.query_names_click() => parameters.body_ignored = Some(error.why()),
            Err(error) => return Err(Error::Body(error)),
        }
    }
    let own = header_key(&parts.headers);
    if own.is_none() && !parameters.query.iter().any(|(name, _)| name == "api_key") {
        parameters.key_header = key_header(&parts.headers);
    }
    let mut postback = Postback::read(own.as_deref(), parameters);
    if has_unread_body {
        postback.hint = postback.hint.or_else(|| Some("The body of a GET is not read; send a POST.".to_owned()));
    }
    Ok(postback)
}

/// The seed's common mistake: answered 200, and nothing recorded.
pub(crate) fn answer_wrong_path(state: &AppState, request: &Request<Body>) -> Response {
    if let Some(code) = exceeded_limit(request) {
        return refuse_head(code, false);
    }
    let text = format!(
        "This path records nothing. The postback is at {}/api/postback (mind the /api/).\n",
        state.site.public_url
    );
    (StatusCode::OK, [(header::CACHE_CONTROL, "no-store")], text).into_response()
}

static API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// "A header key that isn't UTF-8 is a wrong key", so it is read all the same. The first that isn't empty counts.
fn header_key(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(&API_KEY).iter();
    let mut keys = values.map(|value| trim_unseen(&String::from_utf8_lossy(value.as_bytes())).to_owned());
    keys.find(|key| !key.is_empty())
}

/// The header in which the key probably is, by its name; a proxy's own password is none.
fn key_header(headers: &HeaderMap) -> Option<String> {
    let is_other = |value: &HeaderValue| value.as_bytes().get(..6).is_some_and(|w| w.eq_ignore_ascii_case(b"basic "));
    let mut named = headers.iter().filter(|(name, _)| *name != API_KEY).map(|(name, value)| (name.as_str(), value));
    let (name, _) = named.find(|(name, value)| is_key_spelling(name) && !is_other(value))?;
    // As it is usually written; on the way all letters became small.
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_ascii_uppercase() + rest
    });
    Some(words.collect::<Vec<_>>().join("-"))
}
