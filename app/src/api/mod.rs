//! What server functions have in common: the way to the service, who is calling, how they answer. They themselves are in
//! the `api.rs` of each of `features`.
//!
//! Each proves by itself who is calling; a page's guard is only a courtesy. A test lists them all with the rights of
//! every role, and fails for one that is missing from its table.

#[cfg(feature = "ssr")]
pub mod context;

use domain::AppError;
use leptos::{
    prelude::FromServerFnError,
    server_fn::{Bytes, Decodes as _, codec::JsonEncoding, error::ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// What a server function answers.
pub type Answer<T> = Result<T, ApiError>;

/// A refusal on its way to the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApiError(pub AppError);

/// Where a server function ends with an error (`?`), its answer gets the error's status; else it would be a 500.
impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        #[cfg(feature = "ssr")]
        context::set_status(&error);
        Self(error)
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let refusal = match error {
            // The two halves are built as one, so that they understand each other unless one of them is older.
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                AppError::Outdated
            }
            ServerFnErrorErr::Request(_) => AppError::Unreachable,
            _ => AppError::Unavailable,
        };
        refusal.into()
    }

    /// A failed answer. One that isn't JSON is a proxy's own, written while the server couldn't be reached.
    fn de(data: Bytes) -> Self {
        let is_ours = data.starts_with(b"{");
        let unknown = if is_ours { AppError::Outdated } else { AppError::Unreachable };
        JsonEncoding::decode(data).unwrap_or(Self(unknown))
    }
}
