//! A client's connection as the HTTP parser sees it: mended first lines, a time-out for clients that don't read, and
//! words instead of the parser's own empty answers.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

use super::{
    registry::OpenConnection,
    request_line::{self, FirstLine},
    wire_answer,
};

/// How long a client may take no byte of an answer.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);
/// A first line that is longer is left to the parser, which refuses it.
const LONGEST_LINE: usize = 64 * 1024;
/// How much of a first line is kept, to know which kind of answer its sender can read.
const NOTED: usize = 16;

/// See the module.
pub(super) struct ClientStream {
    stream: TcpStream,
    connection: Arc<OpenConnection>,
    /// Whether the next bytes begin a request.
    begins: bool,
    /// Bytes that the parser hasn't been given: of an incomplete first line, or mended ones.
    held: Vec<u8>,
    /// Of those, how many it has been given; nothing while they are incomplete.
    given: Option<usize>,
    /// How the last first line began.
    noted: Vec<u8>,
    /// Whether it has ended.
    is_line_whole: bool,
    /// An answer that stands for the parser's own.
    replaced: Vec<u8>,
    stalled: Option<Pin<Box<Sleep>>>,
    on_refused: OnRefused,
}

/// Told of an answer that the parser gave by itself: how the refused request began.
pub(super) type OnRefused = Box<dyn Fn(&[u8]) + Send + Sync>;

impl ClientStream {
    pub(super) fn new(stream: TcpStream, connection: Arc<OpenConnection>, on_refused: OnRefused) -> Self {
        Self {
            stream,
            connection,
            begins: true,
            held: Vec::new(),
            given: None,
            noted: Vec::new(),
            is_line_whole: false,
            replaced: Vec::new(),
            stalled: None,
            on_refused,
        }
    }

    /// Hands out held bytes; says whether there were any.
    fn give(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let Some(given) = self.given else { return false };
        let some = buffer.remaining().min(self.held.len() - given);
        buffer.put_slice(&self.held[given..given + some]);
        if given + some == self.held.len() {
            self.held.clear();
            self.given = None;
        } else {
            self.given = Some(given + some);
        }
        some > 0
    }

    fn note(&mut self, line: &[u8], is_whole: bool) {
        self.noted.clear();
        self.noted.extend_from_slice(&line[..line.len().min(NOTED)]);
        self.is_line_whole = is_whole;
    }

    /// What has arrived of a request's first line is either for the parser, or held until the rest comes.
    fn receive(&mut self, is_end: bool) {
        match request_line::read(&self.held) {
            FirstLine::Incomplete if !is_end && self.held.len() < LONGEST_LINE => return,
            FirstLine::Mended { line, length, is_ambiguous } => {
                let rest = self.held.split_off(length);
                self.held = line;
                self.held.extend_from_slice(b"\r\n");
                self.held.extend_from_slice(&rest);
                if is_ambiguous {
                    self.connection.set_ambiguous();
                }
            }
            FirstLine::Fine | FirstLine::Incomplete => {}
        }
        let begin = self.held[..self.held.len().min(NOTED)].to_vec();
        let is_whole = self.held.contains(&b'\n');
        self.note(&begin, is_whole);
        self.given = Some(0);
        self.begins = false;
    }

    /// Reads where a request begins.
    fn poll_begin(&mut self, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            if self.held.is_empty() {
                let before = buffer.filled().len();
                ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
                let arrived = &buffer.filled()[before..];
                if arrived.is_empty() {
                    return Poll::Ready(Ok(()));
                }
                self.connection.touch();
                if request_line::read(arrived) == FirstLine::Fine {
                    let (begin, is_whole) = (arrived[..arrived.len().min(NOTED)].to_vec(), arrived.contains(&b'\n'));
                    self.note(&begin, is_whole);
                    self.begins = false;
                    return Poll::Ready(Ok(()));
                }
                self.held.extend_from_slice(arrived);
                buffer.set_filled(before);
                self.receive(false);
            } else {
                let mut bytes = [0_u8; 4096];
                let mut more = ReadBuf::new(&mut bytes);
                ready!(Pin::new(&mut self.stream).poll_read(context, &mut more))?;
                self.connection.touch();
                let is_end = more.filled().is_empty();
                self.held.extend_from_slice(more.filled());
                self.receive(is_end);
            }
            if self.give(buffer) {
                return Poll::Ready(Ok(()));
            }
        }
    }

    /// Whether a client that takes nothing has done so for too long.
    fn poll_stalled(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(WRITE_TIMEOUT)));
        stalled.as_mut().poll(context).map(|()| io::ErrorKind::TimedOut.into())
    }

    /// After a write: what it means for the time-out, and for what comes next.
    fn written(
        &mut self,
        context: &mut Context<'_>,
        wrote: Poll<io::Result<usize>>,
        is_interim: bool,
    ) -> Poll<io::Result<usize>> {
        match wrote {
            Poll::Pending => self.poll_stalled(context).map(Err),
            Poll::Ready(wrote) => {
                self.stalled = None;
                self.connection.touch();
                // What follows `100 Continue` is a body.
                self.begins |= !is_interim;
                Poll::Ready(wrote)
            }
        }
    }

    /// The parser's own answer to what it can't read is empty; ours says what was wrong.
    fn replace(&mut self, bytes: &[u8]) -> bool {
        let Some(answer) = wire_answer::instead_of(bytes, &self.noted, self.is_line_whole) else { return false };
        (self.on_refused)(&self.noted);
        self.replaced = answer;
        true
    }

    fn poll_replaced(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.replaced.is_empty() {
            let wrote = Pin::new(&mut self.stream).poll_write(context, &self.replaced);
            let wrote = ready!(self.written(context, wrote, false))?;
            self.replaced.drain(..wrote);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.give(buffer) {
            return Poll::Ready(Ok(()));
        }
        if self.begins {
            return self.poll_begin(context, buffer);
        }
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.connection.touch();
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.replace(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        let wrote = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, wrote, wire_answer::is_interim(bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first: &[u8] = slices.iter().find(|slice| !slice.is_empty()).map_or(&[], |slice| slice);
        if self.replace(first) {
            return Poll::Ready(Ok(slices.iter().map(|slice| slice.len()).sum()));
        }
        let is_interim = wire_answer::is_interim(first);
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(context, wrote, is_interim)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_replaced(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_replaced(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
