//! `serve`: the site, the redirect and the postback on one port.

use std::{io, process::ExitCode, time::Duration};

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::print;
use crate::{config::Settings, startup::Application};

pub(super) async fn serve(settings: &Settings) -> Result<ExitCode, String> {
    let signals = Signals::listen().map_err(|error| format!("signals can't be listened to: {error}"))?;
    let application = Application::build(settings).await?;
    let site = application.service().settings().clone();
    print(&format!("{} is running: {}", site.site_name, site.public_url));
    let setup = application.service().setup_address().await.map_err(|error| error.to_string())?;
    if let Some(address) = setup {
        print(&format!(
            "There is no admin yet. Make one (once, within 24 hours; a restart prints another address): {address}"
        ));
    }
    if let Some(address) = application.metrics_address() {
        print(&format!("Metrics: http://{address}/metrics"));
    }
    application.run_until(stop_signal(signals, settings.drain)).await?;
    Ok(ExitCode::SUCCESS)
}

/// Waits until it is to stop, and says then how long to go on answering: not at all after Ctrl-C, because nobody who
/// sits before a terminal wants to wait, nor any longer after a second signal of either kind.
async fn stop_signal(mut signals: Signals, drain: Duration) -> impl Future<Output = ()> {
    let drain = match signals.next().await {
        Asked::AtATerminal => Duration::ZERO,
        Asked::ByAManager => drain,
    };
    tracing::info!("stopping");
    async move {
        tokio::select! {
            () = tokio::time::sleep(drain) => {}
            _ = signals.next() => tracing::info!("stopping at once"),
        }
    }
}

/// Who wants it to stop.
enum Asked {
    AtATerminal,
    ByAManager,
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.interrupt.recv() => Asked::AtATerminal,
            _ = self.terminate.recv() => Asked::ByAManager,
        }
    }
}
