//! Handing the listening sockets over from one process to the next.
//!
//! The running program waits at an abstract Unix socket that is named after its address. One that is started with the same
//! address and the same database connects there and gets the sockets themselves, with everybody who waits in them. It then
//! starts, says that it is ready, and only then the old one accepts nobody any more, finishes what it has, and ends. If the
//! new one fails before that, nothing has changed.

use std::{
    io::{self, IoSlice, IoSliceMut, Write as _},
    mem::MaybeUninit,
    net::TcpListener,
    os::{
        fd::{AsFd, OwnedFd},
        linux::net::SocketAddrExt as _,
        unix::net::{SocketAddr as UnixAddress, UnixListener, UnixStream},
    },
    path::absolute,
    time::Duration,
};

use rustix::{
    net::{
        RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
        recvmsg, sendmsg, sockopt::socket_peercred,
    },
    process::getuid,
};
use tokio::net::{UnixListener as AsyncListener, UnixStream as AsyncStream};

use super::Sockets;
use crate::config::Settings;

/// How long the other side may take for a few bytes.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How often the name is asked for while the program before still holds it.
const NAME_TRIES: u32 = 200;
const NAME_PAUSE: Duration = Duration::from_millis(50);
/// What the new one says when it accepts connections.
const READY: u8 = b'r';
const MOST_SOCKETS: usize = 2;
const LONGEST_IDENTITY: usize = 4096;

/// The program that has listened until now.
#[derive(Debug)]
pub(crate) struct Predecessor(UnixStream);

impl Predecessor {
    /// Asks whoever listens at the wanted address for its sockets: for the site's, and for monitoring's.
    pub(crate) fn find(settings: &Settings) -> Result<Option<(Self, TcpListener, Option<TcpListener>)>, String> {
        let Ok(stream) = name_of(&settings.listen_addr.to_string()).and_then(|name| UnixStream::connect_addr(&name))
        else {
            return Ok(None);
        };
        // Anybody can take a name; only our own kind is believed.
        if !is_ours(&stream) {
            return Ok(None);
        }
        match ask(&stream, &identity(settings)) {
            Ok(mut sockets) if !sockets.is_empty() => {
                let site = sockets.remove(0);
                Ok(Some((Self(stream), site, sockets.pop())))
            }
            Ok(_) => Err(format!(
                "LISTEN_ADDR {} can't be used: this program runs there already, on another database",
                settings.listen_addr
            )),
            Err(error) => {
                tracing::warn!(%error, "the program that runs there already does not hand its socket over");
                Ok(None)
            }
        }
    }

    /// Says that the sockets are served now.
    pub(crate) fn take_over(mut self) {
        if self.0.write_all(&[READY]).is_err() {
            tracing::warn!("the program before this one has ended by itself");
        }
    }
}

fn ask(mut stream: &UnixStream, identity: &[u8]) -> io::Result<Vec<TcpListener>> {
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    stream.write_all(identity)?;
    let mut byte = [0_u8; 1];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_SOCKETS))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    recvmsg(stream, &mut [IoSliceMut::new(&mut byte)], &mut control, RecvFlags::CMSG_CLOEXEC)?;
    let mut sockets = Vec::new();
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(handles) = message {
            sockets.extend(handles.map(TcpListener::from));
        }
    }
    Ok(sockets)
}

/// Those who may come after this program.
#[derive(Debug)]
pub(crate) struct Successors {
    address: String,
    identity: Vec<u8>,
    sockets: Vec<OwnedFd>,
}

impl Successors {
    pub(crate) fn prepare(settings: &Settings, sockets: &Sockets) -> Self {
        let handles = [Some(&sockets.site), sockets.metrics.as_ref()];
        // Where there are no more handles, nobody can take over, and nothing else is different.
        let handles = handles.into_iter().flatten().map(|socket| socket.as_fd().try_clone_to_owned());
        Self {
            address: sockets.site.local_addr().map(|address| address.to_string()).unwrap_or_default(),
            identity: identity(settings),
            sockets: handles.collect::<io::Result<_>>().unwrap_or_default(),
        }
    }

    /// Waits until another program serves the sockets.
    pub(crate) async fn wait(self) {
        match self.listen().await {
            Ok(listener) => {
                while let Ok((stream, _)) = listener.accept().await {
                    if self.is_succeeded_by(&stream).await {
                        return;
                    }
                }
            }
            Err(error) => tracing::debug!(%error, "nobody can take over"),
        }
        std::future::pending::<()>().await;
    }

    async fn is_succeeded_by(&self, stream: &AsyncStream) -> bool {
        match tokio::time::timeout(TIMEOUT, self.hand_over(stream)).await {
            Ok(Ok(())) => says_ready(stream).await,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the socket could not be handed over");
                false
            }
            Err(_) => false,
        }
    }

    /// The name is free as soon as the program before has heard that this one is ready.
    async fn listen(&self) -> io::Result<AsyncListener> {
        let name = name_of(&self.address)?;
        let mut tries = 0;
        let listener = loop {
            match UnixListener::bind_addr(&name) {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse && tries < NAME_TRIES => tries += 1,
                bound => break bound?,
            }
            tokio::time::sleep(NAME_PAUSE).await;
        };
        listener.set_nonblocking(true)?;
        AsyncListener::from_std(listener)
    }

    async fn hand_over(&self, stream: &AsyncStream) -> io::Result<()> {
        if stream.peer_cred()?.uid() != getuid().as_raw() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let mut sent = vec![0_u8; self.identity.len()];
        read_exact(stream, &mut sent).await?;
        let same = sent == self.identity;
        let handles: Vec<_> = self.sockets.iter().filter(|_| same).map(AsFd::as_fd).collect();
        loop {
            stream.writable().await?;
            let sent = stream.try_io(tokio::io::Interest::WRITABLE, || {
                let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_SOCKETS))];
                let mut control = SendAncillaryBuffer::new(&mut space);
                if !handles.is_empty() {
                    control.push(SendAncillaryMessage::ScmRights(&handles));
                }
                Ok(sendmsg(stream, &[IoSlice::new(b"s")], &mut control, SendFlags::NOSIGNAL)?)
            });
            match sent {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                sent => return sent.map(|_| ()),
            }
        }
    }
}

async fn read_exact(stream: &AsyncStream, mut wanted: &mut [u8]) -> io::Result<()> {
    while !wanted.is_empty() {
        stream.readable().await?;
        match stream.try_read(wanted) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => wanted = &mut wanted[read..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whether the new program gets as far as that; it ends before where it can't start.
async fn says_ready(stream: &AsyncStream) -> bool {
    let mut byte = [0_u8; 1];
    read_exact(stream, &mut byte).await.is_ok() && byte[0] == READY
}

fn is_ours(stream: &UnixStream) -> bool {
    socket_peercred(stream).is_ok_and(|peer| peer.uid == getuid())
}

/// A name without a file, which ends with the process that holds it.
fn name_of(address: &str) -> io::Result<UnixAddress> {
    UnixAddress::from_abstract_name(format!("something-project/{}/{address}", getuid().as_raw()))
}

/// What two programs must have in common to be one after the other: the database, whatever its password. Always of one
/// length, so that the other side knows how much to read.
fn identity(settings: &Settings) -> Vec<u8> {
    let url = &settings.database_url;
    let text = match url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
        Some(path) => absolute(path).map_or(path.to_owned(), |path| path.to_string_lossy().into_owned()),
        None => url.rsplit_once('@').map_or(url.as_str(), |(_, place)| place).to_owned(),
    };
    let mut bytes = text.into_bytes();
    bytes.resize(LONGEST_IDENTITY, 0);
    bytes
}
