//! Handing the listening sockets over from one process to the next.
//!
//! The running program holds a name, an abstract Unix socket called after its address. One that is started with the same
//! address and the same database connects there and gets the sockets themselves, with everybody who waits in them. It then
//! starts, says that it is ready, and only then the old one lets go of the name, accepts nobody any more, finishes what it
//! has, and ends. If the new one fails before that, nothing has changed: it migrates no database while another program
//! serves.
//!
//! Who holds the name is the server. Of several that are started at once each gets the sockets and one the name; the others
//! ask that one in its turn, so that one is left in the end, and can be replaced.

use std::{
    fs::{self, canonicalize},
    io::{self, IoSlice, IoSliceMut, Read as _, Write as _},
    mem::MaybeUninit,
    net::{SocketAddr, TcpListener},
    os::{
        fd::{AsFd, OwnedFd},
        linux::net::SocketAddrExt as _,
        unix::{
            fs::MetadataExt as _,
            net::{SocketAddr as UnixAddress, UnixListener, UnixStream},
        },
    },
    path::absolute,
    sync::Arc,
    time::Duration,
};

use rustix::{
    net::{
        AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
        SendFlags, SocketAddrUnix, SocketFlags, SocketType, connect, recvmsg, sendmsg, socket_with,
        sockopt::socket_peercred,
    },
    process::getuid,
};
use tokio::{
    io::Interest,
    net::{UnixListener as AsyncListener, UnixStream as AsyncStream},
    task::{JoinSet, spawn_blocking},
};

use super::Sockets;
use crate::config::Settings;

/// How long the other side may take for a few bytes.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Between two tries to get the name, at first and at last: who holds it may hang, or be somebody else's program.
const PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// What the new one says when it accepts connections.
const READY: u8 = b'r';
/// What the old one says: here they are, or that it serves another database.
const HERE: u8 = b'h';
const OTHER: u8 = b'o';
const MOST_SOCKETS: usize = 2;
const LONGEST_IDENTITY: usize = 4096;

/// The program that has listened until now.
#[derive(Debug)]
pub(crate) struct Predecessor(UnixStream);

/// A predecessor with its sockets: the site's, and monitoring's.
type Found = (Predecessor, TcpListener, Option<TcpListener>);

impl Predecessor {
    /// Asks the program that listens at an address for its sockets.
    pub(crate) fn find(settings: &Settings, address: SocketAddr) -> Result<Option<Found>, String> {
        let Ok(stream) = connect_to(&name_of(address)) else { return Ok(None) };
        // Anybody can take a name; only our own kind is believed.
        if !is_ours(&stream) {
            return Ok(None);
        }
        match ask(&stream, &identity(settings)) {
            Ok((HERE, mut sockets)) if !sockets.is_empty() => {
                let site = sockets.remove(0);
                Ok(Some((Self(stream), site, sockets.pop())))
            }
            Ok((OTHER, _)) => Err(format!(
                "LISTEN_ADDR {address} can't be used: this program runs there already, on another database"
            )),
            Ok(_) => {
                tracing::warn!("the program that runs there already has no socket to hand over");
                Ok(None)
            }
            // It has ended, or was replaced, at this moment.
            Err(error) if matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => {
                Ok(None)
            }
            Err(error) => {
                tracing::warn!(%error, "the program that runs there already does not hand its socket over");
                Ok(None)
            }
        }
    }

    /// Says that the sockets are served now, and waits until the name is free: it ends the connection then. It also does
    /// where another program was faster.
    fn take_over(mut self) {
        let _ = self.0.write_all(&[READY]);
        if let Err(error) = self.0.read(&mut [0])
            && matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
        {
            tracing::warn!("the program before this one does not answer");
        }
    }
}

/// Without waiting: a stranger may hold the name and answer nobody.
fn connect_to(name: &str) -> io::Result<UnixStream> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    connect(&socket, &SocketAddrUnix::new_abstract_name(name.as_bytes())?)?;
    let stream = UnixStream::from(socket);
    stream.set_nonblocking(false)?;
    Ok(stream)
}

fn ask(mut stream: &UnixStream, identity: &[u8]) -> io::Result<(u8, Vec<TcpListener>)> {
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    stream.write_all(identity)?;
    let mut answer = [0_u8; 1];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_SOCKETS))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let got = recvmsg(stream, &mut [IoSliceMut::new(&mut answer)], &mut control, RecvFlags::CMSG_CLOEXEC)?;
    if got.bytes == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let mut sockets = Vec::new();
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(handles) = message {
            sockets.extend(handles.map(TcpListener::from));
        }
    }
    Ok((answer[0], sockets))
}

/// Those who may come after this program.
#[derive(Debug)]
pub(crate) struct Successors {
    address: SocketAddr,
    settings: Settings,
    sockets: Vec<OwnedFd>,
    /// Taken as early as the sockets are: a program that finds them in use finds this one, too. Not while the program
    /// before has it.
    listener: Option<UnixListener>,
    predecessor: Option<Predecessor>,
}

impl Successors {
    pub(crate) fn prepare(settings: &Settings, sockets: &mut Sockets, address: SocketAddr) -> Self {
        let handles = [Some(&sockets.site), sockets.metrics.as_ref()];
        let handles = handles.into_iter().flatten().map(|socket| socket.as_fd().try_clone_to_owned());
        Self {
            listener: bind_name(address).ok(),
            address,
            settings: settings.clone(),
            // Where there are no more handles, nobody can take over, and nothing else is different.
            sockets: handles.collect::<io::Result<_>>().unwrap_or_default(),
            predecessor: sockets.predecessor.take(),
        }
    }

    /// Whether another program serves the sockets, too.
    pub(crate) fn has_predecessor(&self) -> bool {
        self.predecessor.is_some()
    }

    /// Takes over from the program before, whose sockets are served now; then waits until another program serves them.
    pub(crate) async fn wait(mut self) {
        let listener = match self.hold_name().await {
            Ok(listener) => listener,
            Err(error) => {
                tracing::warn!(%error, "nobody can take over from this program");
                return std::future::pending().await;
            }
        };
        let this = Arc::new(self);
        // Each by itself: one that starts slowly keeps no other from it.
        let mut coming = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let this = Arc::clone(&this);
                        coming.spawn(async move { this.hand_over_to(stream).await });
                    }
                    Err(error) => {
                        // Out of file descriptors, mostly.
                        tracing::warn!(%error, "another program could not ask for the socket");
                        tokio::time::sleep(PAUSE).await;
                    }
                },
                Some(succeeded) = coming.join_next() => if let Ok(Some(successor)) = succeeded {
                    // First, so that the name is free for those who hear of it, and then all hear of it at once.
                    drop(listener);
                    drop(successor);
                    return;
                },
            }
        }
    }

    /// Gets the name from the program that has it, for as long as it takes.
    async fn hold_name(&mut self) -> io::Result<AsyncListener> {
        let mut pause = PAUSE;
        let mut early = self.listener.take();
        let mut before = self.predecessor.take();
        let listener = loop {
            if let Some(before) = before.take() {
                let _ = spawn_blocking(move || before.take_over()).await;
            }
            match early.take().map_or_else(|| bind_name(self.address), Ok) {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
                bound => break bound?,
            }
            // A third one was faster, and serves now.
            let (settings, address) = (self.settings.clone(), self.address);
            let found =
                spawn_blocking(move || Predecessor::find(&settings, address)).await.map_err(io::Error::other)?;
            before = found.map_err(io::Error::other)?.map(|(before, ..)| before);
            if before.is_none() {
                tokio::time::sleep(pause).await;
                pause = LONGEST_PAUSE.min(pause * 2);
            }
        };
        listener.set_nonblocking(true)?;
        AsyncListener::from_std(listener)
    }

    /// Its connection, once it serves the sockets.
    async fn hand_over_to(&self, stream: AsyncStream) -> Option<AsyncStream> {
        match tokio::time::timeout(TIMEOUT, self.hand_over(&stream)).await {
            Ok(Ok(())) => says_ready(&stream).await.then_some(stream),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the socket could not be handed over");
                None
            }
            Err(_) => None,
        }
    }

    async fn hand_over(&self, stream: &AsyncStream) -> io::Result<()> {
        if stream.peer_cred()?.uid() != getuid().as_raw() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let own = identity(&self.settings);
        let mut sent = vec![0_u8; own.len()];
        read_exact(stream, &mut sent).await?;
        let is_same = sent == own;
        let handles: Vec<_> = self.sockets.iter().filter(|_| is_same).map(AsFd::as_fd).collect();
        loop {
            stream.writable().await?;
            let sent = stream.try_io(Interest::WRITABLE, || {
                let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_SOCKETS))];
                let mut control = SendAncillaryBuffer::new(&mut space);
                if !handles.is_empty() {
                    control.push(SendAncillaryMessage::ScmRights(&handles));
                }
                let answer = [if is_same { HERE } else { OTHER }];
                Ok(sendmsg(stream, &[IoSlice::new(&answer)], &mut control, SendFlags::NOSIGNAL)?)
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
fn name_of(address: SocketAddr) -> String {
    format!("something-project/{}/{address}", getuid().as_raw())
}

fn bind_name(address: SocketAddr) -> io::Result<UnixListener> {
    UnixListener::bind_addr(&UnixAddress::from_abstract_name(name_of(address))?)
}

/// What two programs must have in common to be one after the other: the database, whatever its password. Always of one
/// length, so that the other side knows how much to read.
fn identity(settings: &Settings) -> Vec<u8> {
    let url = &settings.database_url;
    let text = match url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
        Some(path) => {
            // One file by whatever way: a link, `..`.
            let place = canonicalize(path).or_else(|_| absolute(path)).unwrap_or_else(|_| path.into());
            let place = place.display();
            // Containers may have other files of the same name.
            let file = fs::metadata(path).map(|file| (file.dev(), file.ino())).unwrap_or_default();
            format!("{place} {file:?}")
        }
        None => url.rsplit_once('@').map_or(url.as_str(), |(_, place)| place).to_owned(),
    };
    let mut bytes = text.into_bytes();
    bytes.resize(LONGEST_IDENTITY, 0);
    bytes
}
