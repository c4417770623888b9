//! Every route of the program on one screen, but the postback's, which the edge answers itself.

use std::{any::Any, path::PathBuf, sync::Arc};

use axum::{
    Router,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{any, get, post},
};
use leptos::prelude::LeptosOptions;
use service::Service;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, services::ServeDir};

use super::{
    edge::{Edge, postback, track},
    layers::{buffer_body, check_origin, identify, limit_head, protect, same_origin},
    ops::health,
    web::{
        assets::{self, Packages},
        events, export, pages, qr,
    },
};
use crate::{
    config::TrustedProxies,
    state::{AppState, Parts},
    stopping::Stopping,
};

pub(crate) fn router(
    service: Service,
    trusted_proxies: TrustedProxies,
    leptos: LeptosOptions,
    stopping: Stopping,
) -> Edge {
    // Pages spawn futures; a second router in the same process finds this done.
    let _ = any_spawner::Executor::init_tokio();
    let settings = service.settings();
    let site = app::Site {
        name: settings.site_name.clone(),
        public_url: settings.public_url.clone(),
        tracking_url: settings.tracking_url.clone(),
    };
    let hashes = leptos.hash_files.then(|| std::fs::read_to_string(&*leptos.hash_file).ok()).flatten();
    let files = app::BuiltFiles::new(&leptos.output_name, hashes.as_deref());
    let (site, streams) = (Arc::new(site), events::Streams::default());
    let redirect_headers = track::redirect_headers(site.is_secure());
    let api_headers = postback::api_headers(site.is_secure());
    let parts =
        Parts { service, trusted_proxies, leptos, site, files, redirect_headers, api_headers, streams, stopping };
    let state = AppState::new(parts);
    let routes = edge().merge(web(&state)).layer(from_fn(limit_head)).layer(CatchPanicLayer::custom(panicked));
    Edge::new(routes.with_state(state.clone()), state)
}

/// A mistake of ours ends one answer; the panic hook tells the log.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// Visitors and partners' machines: no cookies, no sessions, nothing in between. `/api` and what is below it, in any
/// spelling, has no route: the edge hands it to `edge::postback`, and `/postback` as well.
fn edge() -> Router<AppState> {
    Router::new()
        .route("/t/{*rest}", any(track::track))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
}

/// Browsers: pages, the forms on them, server functions, the event stream.
fn web(state: &AppState) -> Router<AppState> {
    let files = ServeDir::new(state.leptos.site_root.as_ref()).precompressed_br().precompressed_gzip();
    let folder = PathBuf::from(format!("{}/pkg", state.leptos.site_root));
    // Without hashes, as in development, a file may become another while this runs.
    let packed = if state.leptos.hash_files { Packages::read(&folder) } else { Packages::default() };
    let packed = Arc::new(packed);
    let packages = Router::new()
        .nest_service("/pkg", ServeDir::new(folder).precompressed_br().precompressed_gzip())
        .layer(from_fn_with_state(packed, assets::from_memory))
        .layer(from_fn_with_state(state.clone(), assets::cache_forever));
    let live = Router::new()
        .route("/events", get(events::stream).head(events::status))
        .layer(from_fn_with_state(state.clone(), identify));
    let pages = Router::new()
        .route("/rpc/{*name}", post(pages::server_function))
        .merge(export::routes())
        .merge(qr::routes())
        .route_service("/favicon.svg", files)
        .fallback(pages::page)
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), identify))
        .layer(from_fn(buffer_body))
        .layer(same_origin(&state.site.public_url))
        .layer(from_fn_with_state(state.clone(), check_origin));
    packages.merge(live).merge(pages).layer(from_fn_with_state(state.clone(), protect))
}
