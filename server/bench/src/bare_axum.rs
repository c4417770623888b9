//! The least that axum can do: one route, one redirect, nothing stored. What is slower than this is the program's own.

use axum::{
    Router,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
    serve::ListenerExt as _,
};
use tokio::net::TcpListener;

use crate::Failure;

/// Where a redirect leads, as long as the program's own are.
pub(crate) const LOCATION: &str = "https://shop.example/landing/17?from=network&click_id=clk_01h455vb4pex5vsknk084sn02q\
    &offer_id=off_01h455vb4pex5vsknk084sn02q&affiliate_id=aff_01h455vb4pex5vsknk084sn02q";

/// Serves on a free port and says which, as the program does.
pub(crate) async fn serve() -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("bare axum is running: http://{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, Router::new().route("/t/{slug}", get(redirect))).await?;
    Ok(())
}

async fn redirect() -> impl IntoResponse {
    (StatusCode::FOUND, [(header::LOCATION, LOCATION)])
}
