//! The sockets on which the program listens. They outlive it, so that a restart turns nobody away: systemd keeps them
//! (`LISTEN_FDS`), or the running program hands them over to the one that is started in its place.

#[cfg(target_os = "linux")]
mod handover;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use listenfd::ListenFd;

#[cfg(target_os = "linux")]
pub(crate) use self::handover::{Predecessor, Successors};

use crate::config::Settings;

/// What the program listens on.
#[derive(Debug)]
pub(crate) struct Sockets {
    /// For everybody.
    pub(crate) site: TcpListener,
    /// For monitoring.
    pub(crate) metrics: Option<TcpListener>,
    /// Who has listened until now, and goes on until it is told that this program is ready.
    pub(crate) predecessor: Option<Predecessor>,
}

impl Sockets {
    /// From the process that started this one, from the program that runs already on the same database, or new ones.
    pub(crate) fn open(settings: &Settings) -> Result<Self, String> {
        let mut inherited = ListenFd::from_env();
        let mut inherit = |place| {
            let taken = inherited.take_tcp_listener(place);
            let taken = taken.and_then(|socket| socket.map(listening).transpose());
            taken.map_err(|error| format!("LISTEN_FDS: what was handed in is no listening TCP socket: {error}"))
        };
        let (inherited_site, mut metrics) = (inherit(0)?, inherit(1)?);
        let address = match &inherited_site {
            Some(site) => site.local_addr().map_err(|error| format!("LISTEN_FDS: {error}"))?,
            None => settings.listen_addr,
        };
        let mut tries = 0;
        let (predecessor, site) = loop {
            // Also beside a socket that was handed in: who was started by hand serves it, too, and has to end.
            if let Some((predecessor, site, of_metrics)) = Predecessor::find(settings, address)? {
                metrics = metrics.or(of_metrics);
                break (Some(predecessor), inherited_site.unwrap_or(site));
            }
            if let Some(site) = inherited_site {
                break (None, site);
            }
            match bind("LISTEN_ADDR", address) {
                Ok(site) => break (None, site),
                // Between two servers the name is nobody's for a moment.
                Err(_) if tries < TRIES => tries += 1,
                Err(error) => return Err(error),
            }
            std::thread::sleep(PAUSE);
        };
        let metrics = match settings.metrics_addr {
            None => None,
            Some(wanted) => match metrics.filter(|socket| socket.local_addr().is_ok_and(|address| address == wanted)) {
                Some(kept) => Some(kept),
                None => Some(bind("METRICS_ADDR", wanted)?),
            },
        };
        for socket in [Some(&site), metrics.as_ref()].into_iter().flatten() {
            socket.set_nonblocking(true).map_err(|error| format!("a socket can't be used: {error}"))?;
        }
        Ok(Self { site, metrics, predecessor })
    }
}

/// The socket, if it listens: one that doesn't would be taken, and every connection that is waited for there fails.
fn listening(socket: TcpListener) -> io::Result<TcpListener> {
    #[cfg(target_os = "linux")]
    if !rustix::net::sockopt::socket_acceptconn(&socket)? {
        return Err(io::Error::other("it was bound, but nobody has called listen on it"));
    }
    Ok(socket)
}

/// How often a port that is in use is asked for, and how far apart.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(20);

fn bind(setting: &str, address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).map_err(|error| format!("{setting} {address} can't be used: {error}"))
}

/// Elsewhere there are no names without files, and no proof of who is at the other end.
#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use super::{Settings, SocketAddr, Sockets, TcpListener};

    /// Nobody.
    #[derive(Debug)]
    pub(crate) enum Predecessor {}

    impl Predecessor {
        pub(crate) fn find(
            _: &Settings,
            _: SocketAddr,
        ) -> Result<Option<(Self, TcpListener, Option<TcpListener>)>, String> {
            Ok(None)
        }
    }

    /// Never come.
    #[derive(Debug)]
    pub(crate) struct Successors;

    impl Successors {
        pub(crate) fn prepare(_: &Settings, _: &mut Sockets, _: SocketAddr) -> Self {
            Self
        }

        pub(crate) fn has_predecessor(&self) -> bool {
            false
        }

        pub(crate) async fn wait(self) {
            std::future::pending().await
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) use self::elsewhere::{Predecessor, Successors};
