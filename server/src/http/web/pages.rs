//! Pages, the forms on them, and server functions.

use app::{
    PageContext,
    api::{
        ApiError,
        context::{Caller, is_own_path},
    },
    forms::{ACTION_FIELD, FormDone, FormOutcome, KEY_FIELD, is_shown_again},
};
use axum::{
    Extension, Json,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{AppError, Role, report::ReportPlace};
use leptos::prelude::provide_context;

use crate::{
    http::layers::{csp_with_nonce, is_from_script, opened_elsewhere, refused_in_json, warn_of_wrong_address},
    state::AppState,
};

/// Where sessions begin.
const SIGN_IN_PATHS: [&str; 2] = ["/signin", "/setup"];

/// A page, or a form posted to it.
pub(crate) async fn page(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    request: Request<Body>,
) -> Response {
    if let Some(answer) = guard(&caller, &request) {
        return answer;
    }
    let asks_for_nothing = request.method() == Method::GET && request.uri().query().is_none_or(str::is_empty);
    if asks_for_nothing && let Some(answer) = default_report(&state, &caller, request.uri().clone()).await {
        return answer;
    }
    match *request.method() {
        Method::GET | Method::HEAD => render(state, caller, request, None).await,
        Method::POST => submit(state, caller, request).await,
        _ => (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD, POST")]).into_response(),
    }
}

/// Private pages send the signed-out to sign in and come back; a form that sent itself stays with what is typed in it.
fn guard(caller: &Caller, request: &Request<Body>) -> Option<Response> {
    let uri = request.uri();
    let section = uri.path().split('/').nth(1).unwrap_or_default();
    Role::parse(section)?;
    if caller.signed_in.is_some() {
        return None;
    }
    if request.method() == Method::POST && is_from_script(request.headers()) {
        return Some(refused_in_json(AppError::SignedOut));
    }
    Some(sign_in_first(uri))
}

/// On to the report that its reader has chosen to see first, where nothing is asked of Reports.
async fn default_report(state: &AppState, caller: &Caller, page: Uri) -> Option<Response> {
    let (session, account) = caller.signed_in.as_ref()?;
    let path = page.path();
    if path.strip_suffix("/reports") != Some(account.role.home()) {
        return None;
    }
    // Without it the page says what is wrong.
    let chosen = state.service.find_saved_report(session, ReportPlace::Default).await.ok()??;
    Some(see_other(&format!("{path}?{}", chosen.address)))
}

/// To sign in, and then back.
pub(super) fn sign_in_first(uri: &Uri) -> Response {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let next = percent_encoding::utf8_percent_encode(path, percent_encoding::NON_ALPHANUMERIC);
    see_other(&format!("/signin?next={next}"))
}

/// A server function, called by the browser's half.
pub(crate) async fn server_function(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    request: Request<Body>,
) -> Response {
    let mut response = call(&state, caller, request).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn call(state: &AppState, caller: Caller, mut request: Request<Body>) -> Response {
    if !server_function_exists(request.uri().path()) {
        // Leptos would answer with advice to developers. The caller is a page of another build.
        return (StatusCode::NOT_FOUND, Json(ApiError(AppError::Outdated))).into_response();
    }
    // Else leptos_axum answers a refusal with a redirect to the referer.
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let service = state.service.clone();
    let context = move || {
        provide_context(service.clone());
        provide_context(caller.clone());
    };
    leptos_axum::handle_server_fns_with_context(context, request).await.into_response()
}

/// A form names the server function it calls. Done: on to where that says, or back to the page. Refused: the same
/// page with what was typed and what was wrong. A form that was sent by a script is told the same in JSON.
async fn submit(state: AppState, caller: Caller, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let is_script = is_from_script(&parts.headers);
    let opened =
        parts.headers.contains_key(header::ORIGIN).then(|| opened_elsewhere(&state.site.public_url, &parts.headers));
    if let Some(sent) = opened.flatten() {
        // The browser would throw the session away, and be asked to sign in again and again.
        if is_script {
            return refused_in_json(AppError::CrossSite { sent, site: state.site.public_url.clone() });
        }
        return shown_again(state, caller, parts, None, StatusCode::FORBIDDEN).await;
    }
    let Ok(body) = to_bytes(body, usize::MAX).await else { return unknown_form() };
    let pairs: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let value = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let (action, key) = (value(ACTION_FIELD), value(KEY_FIELD));
    let target = format!("/rpc/{action}");
    let is_word = !action.is_empty() && action.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let Some(uri) = target.parse::<Uri>().ok().filter(|_| is_word) else {
        return unknown_form();
    };
    let mut forwarded = Request::from_parts(parts.clone(), Body::from(body));
    *forwarded.uri_mut() = uri;
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    forwarded.headers_mut().insert(header::CONTENT_TYPE, form);
    let answer = call(&state, caller.clone(), forwarded).await;
    if answer.status().is_success() || answer.status().is_redirection() {
        return done(&answer, &parts.uri, is_script);
    }
    if is_script {
        return answer;
    }
    let (status, headers) = (answer.status(), answer.headers().clone());
    let refusal = refusal_of(answer).await;
    let values = pairs.into_iter().filter(|(name, _)| is_shown_again(name)).collect();
    let outcome = FormOutcome { path: parts.uri.path().to_owned(), action, key, values, refusal };
    let mut response = shown_again(state, caller, parts, Some(outcome), status).await;
    if let Some(seconds) = headers.get(header::RETRY_AFTER) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.clone());
    }
    response
}

/// The page that a form was posted to, with what became of it.
async fn shown_again(
    state: AppState,
    caller: Caller,
    posted: Parts,
    outcome: Option<FormOutcome>,
    status: StatusCode,
) -> Response {
    let mut page = Request::from_parts(posted, Body::empty());
    *page.method_mut() = Method::GET;
    let mut response = render(state, caller, page, outcome).await;
    *response.status_mut() = status;
    response
}

/// What was sent is no form of a page; mostly it is a postback at a wrong address.
fn unknown_form() -> Response {
    let text = "Nothing here takes what was sent. A postback belongs to /api/postback, a form to its page.\n";
    (StatusCode::BAD_REQUEST, [(header::CACHE_CONTROL, "no-store")], text).into_response()
}

fn server_function_exists(path: &str) -> bool {
    leptos::server_fn::axum::server_fn_paths().any(|(known, _)| known == path)
}

/// On to a page of this site, or back to the one that the form stands on, with the cookies that the server function set: by
/// 303, or in words to a script. `//evil.example/` is a path to a server and another site to a browser.
fn done(answer: &Response, page: &Uri, is_script: bool) -> Response {
    let on = answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    let on = on.map(|on| if is_own_path(on) { on } else { "/" });
    let cookies = answer.headers().get_all(header::SET_COOKIE);
    let mut response = if is_script {
        let is_other_session = cookies.iter().next().is_some();
        let told = FormDone { location: on.map(ToOwned::to_owned), is_other_session };
        ([(header::CACHE_CONTROL, "no-store")], Json(told)).into_response()
    } else {
        let back = page.path_and_query().map_or("/", |path| path.as_str());
        see_other(on.unwrap_or(if is_own_path(back) { back } else { "/" }))
    };
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    response
}

async fn refusal_of(answer: Response) -> AppError {
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default();
    serde_json::from_slice::<ApiError>(&body).map_or(AppError::Unreadable, |error| error.0)
}

async fn render(state: AppState, caller: Caller, request: Request<Body>, outcome: Option<FormOutcome>) -> Response {
    let opened_at = opened_elsewhere(&state.site.public_url, request.headers());
    if let Some(opened) = opened_at.as_deref().filter(|_| SIGN_IN_PATHS.contains(&request.uri().path())) {
        warn_of_wrong_address(opened, &state.site.public_url);
    }
    // Before anything is read for the page: what comes in between is told by the stream.
    let version = match &caller.signed_in {
        Some((session, _)) => state.service.version(session.audience()).await.map(|version| version.to_string()),
        None => None,
    };
    let page_context = PageContext {
        site: state.site.as_ref().clone(),
        account: caller.signed_in.as_ref().map(|(_, account)| account.clone()),
        outcome,
        opened_at,
        build: state.files.build.clone(),
        version,
        hidden_columns: caller.hidden_columns.clone(),
    };
    let service = state.service.clone();
    let context = move || {
        provide_context(service.clone());
        provide_context(caller.clone());
        provide_context(page_context.clone());
        csp_with_nonce();
    };
    let render = leptos_axum::render_app_async_with_context(context, move || app::shell(&state.files));
    let mut response = render(request).await.into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn see_other(location: &str) -> Response {
    let location = HeaderValue::from_str(location).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}
