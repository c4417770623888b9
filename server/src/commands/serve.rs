//! `serve`: the site, the redirect and the postback on one port.

use std::{io, process::ExitCode, time::Duration};

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::print;
use crate::{
    config::{Settings, VERSION},
    startup::Application,
};

pub(super) async fn serve(settings: &Settings) -> Result<ExitCode, String> {
    let signals = Signals::listen().map_err(|error| format!("signals can't be listened to: {error}"))?;
    tracing::info!(version = VERSION, "starting");
    let application = Application::build(settings).await?;
    warn_of_settings(settings, &application).await;
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

/// What works, and yet is hardly what somebody wanted.
async fn warn_of_settings(settings: &Settings, application: &Application) {
    let service = application.service();
    if settings.public_url.is_none() && !settings.listen_addr.ip().to_canonical().is_loopback() {
        let public_url = &service.settings().public_url;
        tracing::warn!("PUBLIC_URL isn't set: links, mails and cookies are made for {public_url}");
    }
    tracing::info!("{}", service::describe_smtp(settings.smtp_url.as_deref()));
    match service.count_foreign_keys().await {
        Ok(0) => {}
        Ok(keys) => {
            let file = settings.secret_key_file.display();
            tracing::error!(
                keys,
                "SECRET_KEY_FILE {file} is not the file that partners' API keys were sealed with: they still work, but \
                 nobody can read theirs. Stop the program, put the right file back from your backup and start again; if \
                 it is lost, each partner has to regenerate the key"
            );
        }
        Err(error) => tracing::warn!(%error, "it can't be told whether SECRET_KEY_FILE is the right one"),
    }
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
