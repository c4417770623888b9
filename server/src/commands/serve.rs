//! `serve`: the site, the redirect and the postback on one port.

use std::{process::ExitCode, time::Duration};

use tokio::signal::unix::{SignalKind, signal};

use super::print;
use crate::{config::Settings, startup::Application};

pub(super) async fn serve(settings: &Settings) -> Result<ExitCode, String> {
    let application = Application::build(settings).await?;
    let site = application.service().settings().clone();
    print(&format!("{} is running: {}", site.site_name, site.public_url));
    let setup = application.service().setup_address().await.map_err(|error| error.to_string())?;
    if let Some(address) = setup {
        print(&format!("There is no admin yet. Make one (once, within 7 days): {address}"));
    }
    if let Some(address) = application.metrics_address() {
        print(&format!("Metrics: http://{address}/metrics"));
    }
    application.run_until(stop_signal(settings.drain)).await?;
    Ok(ExitCode::SUCCESS)
}

/// Ctrl-C, or what a service manager sends; how long to go on answering after it. Nobody who sits before a terminal
/// wants to wait.
async fn stop_signal(drain: Duration) -> Duration {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    let drain = tokio::select! {
        _ = tokio::signal::ctrl_c() => Duration::ZERO,
        () = terminated => drain,
    };
    tracing::info!("stopping");
    drain
}
