//! What handlers work with.

use std::{ops::Deref, sync::Arc};

use axum::{extract::FromRef, http::HeaderMap};
use leptos::prelude::LeptosOptions;
use service::Service;

use crate::{config::TrustedProxies, http::web::events::Streams, stopping::Stopping};

/// Each request gets a copy, which costs next to nothing.
#[derive(Debug, Clone)]
pub(crate) struct AppState(Arc<Parts>);

impl AppState {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

/// See [`AppState`].
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) service: Service,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) leptos: LeptosOptions,
    pub(crate) site: Arc<app::Site>,
    /// What pages load, as found when the program started.
    pub(crate) files: app::BuiltFiles,
    /// What every redirect of a tracking link has beside its address.
    pub(crate) redirect_headers: HeaderMap,
    /// What every answer below `/api` has.
    pub(crate) api_headers: HeaderMap,
    /// The open event streams.
    pub(crate) streams: Streams,
    /// Whether the program is about to stop.
    pub(crate) stopping: Stopping,
}

impl FromRef<AppState> for Service {
    fn from_ref(state: &AppState) -> Self {
        state.service.clone()
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Parts {
    /// Whether people reach the site by https.
    pub(crate) fn is_secure(&self) -> bool {
        self.site.is_secure()
    }
}
