//! QR codes of tracking links: `/qr/<slug>.svg` and `/qr/<slug>.png`. They hold the link's address and nothing else, so
//! whoever knows a slug may have them, and whether there is such a link is not asked.

use std::fmt::Write as _;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use domain::Slug;
use fast_qr::{ECL, QRBuilder, QRCode};

use crate::state::AppState;

/// Modules of white around the code, as the standard wants them.
const QUIET: usize = 4;
/// Pixels of a module in a PNG: enough to be printed on a poster's corner.
const PIXELS: usize = 16;

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/qr/{file}", get(show))
}

async fn show(State(state): State<AppState>, Path(file): Path<String>) -> Response {
    let answer = draw(&file, &state.service.settings().tracking_url);
    answer.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

fn draw(file: &str, tracking_url: &str) -> Option<Response> {
    let (slug, ending) = file.rsplit_once('.')?;
    let slug = Slug::parse(slug).ok()?;
    // A quarter of it may be dirty or covered.
    let code = QRBuilder::new(format!("{tracking_url}/t/{slug}")).ecl(ECL::Q).build().ok()?;
    let (content_type, body) = match ending {
        "svg" => ("image/svg+xml", svg(&code).into_bytes()),
        "png" => ("image/png", png(&code)?),
        _ => return None,
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        // The same for ever, unless the operator moves the tracking links to another host.
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
    ];
    Some((headers, body).into_response())
}

/// Whether a module is dark, counted from the corner of the white around the code.
fn is_dark(code: &QRCode, x: usize, y: usize) -> bool {
    let inside = |place: usize| place.checked_sub(QUIET).filter(|place| *place < code.size);
    inside(x).zip(inside(y)).is_some_and(|(x, y)| code[y][x].value())
}

/// One path of all dark modules, row by row.
fn svg(code: &QRCode) -> String {
    let side = code.size + 2 * QUIET;
    let dark = (0..side).flat_map(|y| (0..side).map(move |x| (x, y))).filter(|(x, y)| is_dark(code, *x, *y));
    let path = dark.fold(String::new(), |mut path, (x, y)| {
        // Writing to a string can't fail.
        let _ = write!(path, "M{x} {y}h1v1h-1z");
        path
    });
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>"##
    )
}

/// One bit for a pixel.
fn png(code: &QRCode) -> Option<Vec<u8>> {
    let side = (code.size + 2 * QUIET) * PIXELS;
    let mut rows = Vec::with_capacity(side * side / 8);
    for y in 0..side {
        for byte in 0..side / 8 {
            let bits = (0..8).map(|bit| is_dark(code, (byte * 8 + bit) / PIXELS, y / PIXELS));
            rows.push(bits.fold(0_u8, |byte, dark| byte << 1 | u8::from(!dark)));
        }
    }
    let (mut file, side) = (Vec::new(), u32::try_from(side).ok()?);
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(&rows)).ok()?;
    Some(file)
}
