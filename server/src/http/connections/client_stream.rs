//! A client's connection as the HTTP parser sees it: repaired first lines, a time-out for clients that don't read, and
//! words instead of the parser's own empty answers.

#[cfg(test)]
mod tests;

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

use domain::AnswerCode;

use super::{
    registry::OpenConnection,
    request_line::{self, FirstLine},
    wire_answer::{self, Refused},
};

/// How long a client may take no byte of an answer.
pub(super) const WRITE_TIMEOUT: Duration = Duration::from_secs(20);
/// A first line that is longer is left to the parser, which refuses it.
const LONGEST_LINE: usize = 16 * 1024;
/// What is longer than the address that is taken, and a method and a version with it.
const LONG_LINE: usize = 8 * 1024 + 64;
/// How much of a first line is kept, to know which kind of answer its sender can read.
const NOTED: usize = 16;

/// See the module.
pub(super) struct ClientStream {
    stream: TcpStream,
    connection: Arc<OpenConnection>,
    /// Whether the next bytes begin a request, as far as that is known for sure. Bytes of a body that were taken for a
    /// first line and repaired would be longer than their length says, and what is too much would be another request.
    begins: bool,
    /// Whether the bytes that came last ended a head.
    has_ended_head: bool,
    /// Bytes that the parser hasn't been given: of an incomplete first line, or repaired ones.
    held: Vec<u8>,
    /// Of those, how many it has been given; nothing while they are incomplete.
    given: Option<usize>,
    /// The request that is being read, should it be refused.
    request: Refused,
    /// An answer that stands for the parser's own.
    replaced: Vec<u8>,
    write_timeout: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    on_refused: OnRefused,
}

/// Told of an answer that the parser gave by itself: how the refused request began.
pub(super) type OnRefused = Box<dyn Fn(AnswerCode, &[u8]) + Send + Sync>;

impl ClientStream {
    pub(super) fn new(
        stream: TcpStream,
        connection: Arc<OpenConnection>,
        write_timeout: Duration,
        on_refused: OnRefused,
    ) -> Self {
        Self {
            stream,
            connection,
            begins: true,
            has_ended_head: false,
            held: Vec::new(),
            given: None,
            request: Refused::default(),
            replaced: Vec::new(),
            write_timeout,
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

    fn note(&mut self, bytes: &[u8]) {
        self.request.line.clear();
        self.request.line.extend_from_slice(&bytes[..bytes.len().min(NOTED)]);
        self.request.is_line_long = bytes.len() > LONG_LINE && !bytes[..LONG_LINE].contains(&b'\n');
        self.request.length = bytes.len();
    }

    /// Notes what came from the client.
    fn arrived(&mut self, bytes: &[u8]) {
        self.connection.touch();
        self.has_ended_head = bytes.ends_with(b"\r\n\r\n");
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
        let held = std::mem::take(&mut self.held);
        self.note(&held);
        self.held = held;
        self.given = Some(0);
        self.begins = false;
    }

    /// Reads where a request begins.
    fn poll_begin(&mut self, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            if self.held.is_empty() {
                let before = buffer.filled().len();
                ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
                let new = &buffer.filled()[before..];
                if new.is_empty() {
                    return Poll::Ready(Ok(()));
                }
                self.arrived(new);
                if request_line::read(new) == FirstLine::Fine {
                    self.note(new);
                    self.begins = false;
                    return Poll::Ready(Ok(()));
                }
                self.held.extend_from_slice(new);
                buffer.set_filled(before);
                self.receive(false);
            } else {
                let mut bytes = [0_u8; 4096];
                let mut more = ReadBuf::new(&mut bytes);
                ready!(Pin::new(&mut self.stream).poll_read(context, &mut more))?;
                let new = more.filled();
                self.arrived(new);
                self.held.extend_from_slice(new);
                // Without its end there is nothing new to be said of the line.
                if new.is_empty() || new.contains(&b'\n') || self.held.len() >= LONGEST_LINE {
                    self.receive(new.is_empty());
                }
            }
            if self.give(buffer) {
                return Poll::Ready(Ok(()));
            }
        }
    }

    /// Whether a client that takes nothing has done so for too long.
    fn poll_stalled(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        let timeout = self.write_timeout;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(timeout)));
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
                // What follows `100 Continue` is a body. Elsewhere, too, it is only for sure that a request begins next
                // where the one before had no body, and nothing came with it but its head.
                self.begins |= !is_interim && self.has_ended_head && !self.connection.has_body();
                Poll::Ready(wrote)
            }
        }
    }

    /// The parser's own answer to what it can't read is empty; ours says what was wrong.
    fn replace(&mut self, bytes: &[u8]) -> bool {
        let Some((code, answer)) = wire_answer::instead_of(bytes, &self.request) else { return false };
        (self.on_refused)(code, &self.request.line);
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
        if self.begins && !self.connection.has_body() {
            return self.poll_begin(context, buffer);
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let new = &buffer.filled()[before..];
        self.request.length += new.len();
        self.arrived(new);
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
