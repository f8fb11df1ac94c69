//! A connection whose other end is waited for, but not for ever.
//!
//! Who takes none of an answer for [`TAKEN_WAIT`] is given up, and so is a line on which nothing
//! moves in either direction for [`QUIET_MAX`]: a few thousand readers that have fallen asleep must
//! not hold the seats of others.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

/// How long a reader may take nothing of what is ready for it.
const TAKEN_WAIT: Duration = Duration::from_secs(30);

/// How long nothing may move: longer than any answer takes, and than the sign of life of `/changes`.
const QUIET_MAX: Duration = Duration::from_secs(75);

/// A stream with both patiences.
#[derive(Debug)]
pub(super) struct Patient {
    stream: TcpStream,
    /// Runs while a write waits.
    write_wait: Option<Pin<Box<Sleep>>>,
    /// Runs out when nothing moved.
    quiet: Pin<Box<Sleep>>,
    /// When something moved last.
    moved: Instant,
}

impl Patient {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            write_wait: None,
            quiet: Box::pin(sleep(QUIET_MAX)),
            moved: Instant::now(),
        }
    }

    /// Notes the outcome of a write; an error when the patience is at its end.
    fn written<T>(
        &mut self,
        context: &mut Context<'_>,
        outcome: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.write_wait = None;
            self.moved = Instant::now();
            return outcome;
        }
        let wait = self
            .write_wait
            .get_or_insert_with(|| Box::pin(sleep(TAKEN_WAIT)));
        if wait.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_ready() {
            self.moved = Instant::now();
            return read;
        }
        while self.quiet.as_mut().poll(context).is_ready() {
            let until = self.moved + QUIET_MAX;
            if until <= Instant::now() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.quiet.as_mut().reset(until);
        }
        Poll::Pending
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
