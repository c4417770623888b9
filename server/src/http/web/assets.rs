//! The built files: in memory as they are sent, and how long browsers may keep them.

use std::{collections::HashMap, path::Path, sync::Arc};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;

use crate::state::AppState;

/// Compressed files whose names carry their hashes. From a file of its own, each answer would need a descriptor and room
/// of its own until its client has read it.
#[derive(Debug, Default)]
pub(crate) struct Packages(HashMap<String, Package>);

#[derive(Debug)]
struct Package {
    kind: &'static str,
    /// What it is encoded as, best first.
    encoded: Vec<(&'static str, Bytes)>,
}

/// The encodings that are built, best first, and how their files end.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

impl Packages {
    /// Reads what is there; what is not, is looked for when it is asked for.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut packages = HashMap::new();
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(kind) = kind_of(&name) else { continue };
            let read = |end: &str| std::fs::read(folder.join(format!("{name}{end}"))).ok();
            let encoded = ENCODINGS.into_iter().filter_map(|(encoding, end)| Some((encoding, read(end)?.into())));
            packages.insert(name.clone(), Package { kind, encoded: encoded.collect() });
        }
        Self(packages)
    }

    fn answer(&self, request: &Request) -> Option<Response> {
        let is_read = request.method() == Method::GET || request.method() == Method::HEAD;
        let name = request.uri().path().rsplit('/').next()?;
        let package = self.0.get(name).filter(|_| is_read)?;
        let (encoding, bytes) = package.encoded.iter().find(|(encoding, _)| accepts(request.headers(), encoding))?;
        let tag = HeaderValue::from_str(&format!("\"{name}-{encoding}\"")).ok()?;
        let is_known = request.headers().get(header::IF_NONE_MATCH).is_some_and(|known| *known == tag);
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(package.kind)),
            (header::CONTENT_ENCODING, HeaderValue::from_static(encoding)),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
            (header::ETAG, tag),
        ];
        Some(if is_known {
            (StatusCode::NOT_MODIFIED, headers).into_response()
        } else {
            (headers, Body::from(bytes.clone())).into_response()
        })
    }
}

fn kind_of(name: &str) -> Option<&'static str> {
    Some(match name.rsplit('.').next()? {
        "wasm" => "application/wasm",
        "js" => "text/javascript",
        "css" => "text/css",
        _ => return None,
    })
}

fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
        name.trim().eq_ignore_ascii_case(encoding) && weight.bytes().any(|byte| (b'1'..=b'9').contains(&byte))
    })
}

/// From memory, where it is there.
pub(crate) async fn from_memory(State(packages): State<Arc<Packages>>, request: Request, next: Next) -> Response {
    match packages.answer(&request) {
        Some(response) => response,
        None => next.run(request).await,
    }
}

/// A file whose name carries its hash never changes; without hashes browsers have to ask.
pub(crate) async fn cache_forever(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        return unreadable();
    }
    let is_found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let policy = if state.leptos.hash_files && is_found { "public, max-age=31536000, immutable" } else { "no-cache" };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(policy));
    response
}

/// A file that is there and can't be opened: mostly all descriptors are in use, and soon some are not.
fn unreadable() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5"), (header::CACHE_CONTROL, "no-store")]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_taken_only_where_it_is_accepted() {
        for (line, wanted) in [
            ("gzip, deflate, br, zstd", true),
            ("br;q=0.5", true),
            ("gzip, br;q=0", false),
            ("br; q=0.000", false),
            ("gzip", false),
            ("*", false),
            ("brotli", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, line.parse().unwrap());
            assert_eq!(accepts(&headers, "br"), wanted, "{line}");
        }
    }

    #[test]
    fn only_files_that_are_built_compressed_are_kept() {
        let folder = std::env::temp_dir().join(format!("packages-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in [("a.hash.js", "plain"), ("a.hash.js.br", "small"), ("b.css", "plain"), ("c.txt", "no")] {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let packages = Packages::read(&folder);
        std::fs::remove_dir_all(&folder).unwrap();
        let ask = |name: &str, accepted: &str| {
            let request = Request::get(format!("/pkg/{name}")).header("accept-encoding", accepted);
            packages.answer(&request.body(Body::empty()).unwrap())
        };
        let found = ask("a.hash.js", "gzip, br").unwrap();
        assert_eq!(found.headers()[header::CONTENT_ENCODING], "br");
        assert!(ask("a.hash.js", "gzip").is_none() && ask("b.css", "br").is_none() && ask("c.txt", "br").is_none());
    }
}
